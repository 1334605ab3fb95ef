import * as z from 'zod';
import { gapSchema, seriesSchema, targetSchema, windowSchema } from './case.ts';
import { nhiReportSchema, reportSchema, VERDICTS, zoneReportSchema } from './report.ts';
import {
  ERROR_SCHEMA,
  HEALTH_SCHEMA,
  METRICS_SCHEMA,
  PLAN_SCHEMA,
  SANDBOX_LIST_SCHEMA,
  TRIAGE_LIST_SCHEMA,
  ZONES_SCHEMA,
} from './schema-names.ts';

/** The smaller documents; all have `schema` first. */

export const errorSchema = z.object({
  schema: z.literal(ERROR_SCHEMA),
  error: z.object({
    code: z.string(),
    message: z.string(),
    hint: z.string().nullable(),
    action: z.string().nullable().describe('the IAM action that was asked for'),
  }),
});
export type ErrorDocument = z.infer<typeof errorSchema>;

export const planSchema = z.object({
  schema: z.literal(PLAN_SCHEMA),
  generatedAt: z.string(),
  items: z.array(z.object({ action: z.string(), request: z.record(z.string(), z.unknown()) })),
});
export type PlanDocument = z.infer<typeof planSchema>;

export const sandboxListSchema = z.object({
  schema: z.literal(SANDBOX_LIST_SCHEMA),
  generatedAt: z.string(),
  scenarios: z.array(
    z.object({
      name: z.string(),
      title: z.string(),
      verdict: z.enum(VERDICTS),
      cause: z.string().nullable().describe("the doctor's check that must be found first"),
    }),
  ),
});
export type SandboxListDocument = z.infer<typeof sandboxListSchema>;

/** `nfm triage` in several Regions: a report for each, in the order in which the Regions were named. */
export const triageListSchema = z.object({
  schema: z.literal(TRIAGE_LIST_SCHEMA),
  generatedAt: z.string(),
  items: z.array(reportSchema),
  failures: z
    .array(z.object({ region: z.string(), code: z.string(), message: z.string() }))
    .describe('Regions that gave no report'),
});
export type TriageListDocument = z.infer<typeof triageListSchema>;

export const monitorHealthSchema = z.object({
  region: z.string(),
  ...nhiReportSchema.omit({ periodSeconds: true, missing: true, missingMinutes: true, metricsUrl: true })
    .shape,
  datapoints: z.number().describe('periods of the window that have one; the others are unknown'),
  minutes: z.object({
    start: z.string(),
    periodSeconds: z
      .number()
      .describe('60, or more where the window is longer or older than minutes are kept'),
    values: z
      .array(z.union([z.literal(0), z.literal(1), z.null()]))
      .describe('0 healthy, 1 degraded, null no datapoint, which is not healthy'),
  }),
});
export type MonitorHealth = z.infer<typeof monitorHealthSchema>;

export const healthSchema = z.object({
  schema: z.literal(HEALTH_SCHEMA),
  generatedAt: z.string(),
  window: windowSchema,
  items: z.array(monitorHealthSchema),
  notes: z.array(z.string()).describe('what the indicator cannot tell'),
  gaps: z.array(gapSchema),
});
export type HealthDocument = z.infer<typeof healthSchema>;

export const metricsItemSchema = z.object({
  region: z.string(),
  source: z.enum(['monitor', 'workload-insights']),
  monitor: z.string().nullable().describe('null for workload insights'),
  az: z.string().nullable().describe('of workload insights: the zone that it is sent from'),
  azId: z.string().nullable(),
  category: z.string().nullable().describe('of workload insights: the kind of destination'),
  covers: z.array(z.string()).describe('zone IDs'),
  coversNames: z.array(z.string()).describe('the same zones by name, where the account tells'),
  total: z
    .object({
      bytes: z.number().nullable(),
      retransmissions: z.number().nullable(),
      timeouts: z.number().nullable(),
      rttMicros: z.number().nullable().describe('average of the periods that have one'),
      retransmissionsPerGiB: z.number().nullable(),
      nhi: z.enum(['degraded', 'healthy', 'unknown']),
    })
    .describe('of the window; null where too few periods were read to say'),
  missing: z.number().describe('periods in which nothing was reported: holes, which are not 0'),
  series: seriesSchema.describe(
    'one value a period: sums of bytes, retransmissions and timeouts; averages of round-trip times; the worst of the indicator. null is a hole',
  ),
});
export type MetricsItem = z.infer<typeof metricsItemSchema>;

export const metricsSchema = z.object({
  schema: z.literal(METRICS_SCHEMA),
  generatedAt: z.string(),
  window: windowSchema,
  items: z.array(metricsItemSchema),
  notes: z.array(z.string()).describe('what the numbers cannot tell, by where they come from'),
  gaps: z.array(gapSchema),
});
export type MetricsDocument = z.infer<typeof metricsSchema>;

export const zoneItemSchema = z.object({
  region: z.string(),
  ...zoneReportSchema.shape,
  indicator: z
    .enum(['degraded', 'healthy', 'unknown'])
    .optional()
    .describe(
      "AWS's network health indicator of the zone in the window; no datapoint is unknown, not healthy",
    ),
});
export type ZoneItem = z.infer<typeof zoneItemSchema>;

export const zonesSchema = z.object({
  schema: z.literal(ZONES_SCHEMA),
  generatedAt: z.string(),
  target: z.object({
    ...targetSchema.shape,
    id: z.string().nullable().describe('null for the scopes of several Regions'),
    region: z.string().nullable().describe('null where several were asked: every item names its own'),
  }),
  window: windowSchema,
  baseline: windowSchema.nullable(),
  items: z.array(zoneItemSchema).describe('zones are peers within their Region'),
  notes: z.array(z.string()).describe('what the numbers cannot tell, by where they come from'),
  gaps: z.array(gapSchema),
});
export type ZonesDocument = z.infer<typeof zonesSchema>;
