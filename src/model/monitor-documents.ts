import * as z from 'zod';
import { gapSchema, resourceSchema, zoneSchema } from './case.ts';
import {
  MONITOR_CHANGES_SCHEMA,
  MONITOR_LIST_SCHEMA,
  MONITOR_SCHEMA,
  SCOPE_CHANGES_SCHEMA,
  SCOPE_LIST_SCHEMA,
  SCOPE_SCHEMA,
  TAGS_SCHEMA,
} from './schema-names.ts';

/*
 * Documents of `nfm monitor` and `nfm scope`. A list has `items`, one thing stands under its own name, and what a
 * command did is a list of changes, in which `unchanged` says that there was nothing to do.
 */

const instant = z.iso.datetime({ offset: false }).describe('ISO 8601, UTC');
const head = <Schema extends string>(schema: Schema) => ({
  schema: z.literal(schema),
  generatedAt: instant,
});
const tags = z.record(z.string(), z.string());
const gaps = z.array(gapSchema).describe('what could not be read, and what that leaves unknown');

export const NHI_STATES = ['degraded', 'healthy', 'unknown'] as const;
export type NhiState = (typeof NHI_STATES)[number];

export const monitorItemSchema = z.object({
  region: z.string(),
  name: z.string(),
  arn: z.string(),
  status: z.string().describe('PENDING, ACTIVE, INACTIVE, ERROR or DELETING; GONE once that is over'),
  local: z.array(resourceSchema),
  remote: z.array(resourceSchema).describe('empty: everything that ends in the Region'),
  createdAt: instant.nullable(),
  modifiedAt: instant.nullable(),
  tags,
});
export type MonitorItem = z.infer<typeof monitorItemSchema>;

export const monitorStateSchema = monitorItemSchema.extend({
  zones: z.array(zoneSchema).nullable().describe('where its local resources lie; null where unknown'),
  nhi: z.object({
    state: z.enum(NHI_STATES).describe('the latest of the last 30 minutes; unknown without a datapoint'),
    at: instant.nullable().describe('minute of that datapoint'),
  }),
});
export type MonitorState = z.infer<typeof monitorStateSchema>;

export const monitorListSchema = z.object({
  ...head(MONITOR_LIST_SCHEMA),
  items: z.array(monitorStateSchema),
  gaps,
});
export type MonitorListDocument = z.infer<typeof monitorListSchema>;

const counter = z.number().nullable();

export const monitorDocumentSchema = z.object({
  ...head(MONITOR_SCHEMA),
  monitor: monitorStateSchema,
  traffic: z
    .object({
      start: instant,
      end: instant,
      bytes: counter,
      retransmissions: counter,
      timeouts: counter,
      rttMicros: counter.describe('average of the minutes that have one'),
    })
    .describe('the last 30 minutes; null is not reported, never 0'),
  gaps,
});
export type MonitorDocument = z.infer<typeof monitorDocumentSchema>;

const change = z.enum(['created', 'updated', 'deleted', 'unchanged']);
export type Change = z.infer<typeof change>;

export const monitorChangesSchema = z.object({
  ...head(MONITOR_CHANGES_SCHEMA),
  items: z.array(monitorItemSchema.extend({ change })),
});
export type MonitorChangesDocument = z.infer<typeof monitorChangesSchema>;
export type MonitorChange = MonitorChangesDocument['items'][number];

export const scopeItemSchema = z.object({
  region: z.string(),
  id: z.string(),
  arn: z.string(),
  status: z
    .string()
    .describe('SUCCEEDED, IN_PROGRESS, FAILED, DEACTIVATING or DEACTIVATED; GONE once that is over'),
  explanation: z.string().nullable().describe('what the status means, where it is not SUCCEEDED'),
  targets: z.array(z.object({ accountId: z.string(), region: z.string() })),
  tags,
});
export type ScopeItem = z.infer<typeof scopeItemSchema>;

export const scopeListSchema = z.object({
  ...head(SCOPE_LIST_SCHEMA),
  items: z.array(scopeItemSchema),
  gaps,
});
export type ScopeListDocument = z.infer<typeof scopeListSchema>;

export const scopeDocumentSchema = z.object({ ...head(SCOPE_SCHEMA), scope: scopeItemSchema });
export type ScopeDocument = z.infer<typeof scopeDocumentSchema>;

export const scopeChangesSchema = z.object({
  ...head(SCOPE_CHANGES_SCHEMA),
  items: z.array(scopeItemSchema.extend({ change })),
});
export type ScopeChangesDocument = z.infer<typeof scopeChangesSchema>;

export const tagsSchema = z.object({
  ...head(TAGS_SCHEMA),
  resource: z.object({ name: z.string(), arn: z.string() }),
  change,
  items: z.array(z.object({ key: z.string(), value: z.string() })),
});
export type TagsDocument = z.infer<typeof tagsSchema>;
