import * as z from 'zod';
import { saidSchema } from './case.ts';
import { CHECK_LIST_SCHEMA, DOCTOR_SCHEMA } from './schema-names.ts';
import { CHECK_STATUSES, LAYERS } from './words.ts';

export const checkReportSchema = z.object({
  id: z.string(),
  layer: z.enum(LAYERS),
  title: z.string().describe('what is true where the check passes'),
  status: z.enum(CHECK_STATUSES),
  finding: z.string(),
  evidence: z.record(z.string(), z.unknown()),
  fix: saidSchema.nullable().describe('commands to paste, one a line; null where no command mends it'),
  fixable: z.boolean().describe('nfm doctor --fix does it'),
  symptom: z.boolean().describe('a consequence: the cause only where nothing else fails'),
  follows: z
    .string()
    .nullable()
    .describe('ID of the failing check that explains it: mend that first; null where none does'),
  source: z.string().describe('where this is documented'),
});
export type CheckReport = z.infer<typeof checkReportSchema>;

export const doctorSchema = z.object({
  schema: z.literal(DOCTOR_SCHEMA),
  generatedAt: z.string(),
  tool: z.object({ name: z.literal('nfm'), version: z.string() }),
  target: z.object({
    kind: z.enum(['vpc', 'subnet', 'cluster', 'zone', 'monitor', 'scope']),
    id: z.string().nullable().describe('null: the whole scope'),
    region: z.string(),
  }),
  cause: z
    .string()
    .nullable()
    .describe('ID of the first check that fails and is no symptom of another; or null'),
  summary: z.string().describe('the cause in a sentence that a person can paste'),
  checks: z.array(checkReportSchema),
});
export type DoctorDocument = z.infer<typeof doctorSchema>;

export const checkListSchema = z.object({
  schema: z.literal(CHECK_LIST_SCHEMA),
  generatedAt: z.string(),
  items: z.array(
    checkReportSchema
      .pick({ id: true, layer: true, title: true, fixable: true, symptom: true, source: true })
      .extend({
        needs: z.array(z.string()).describe('checks without which this one says nothing'),
      }),
  ),
});
export type CheckListDocument = z.infer<typeof checkListSchema>;
