import * as z from 'zod';
import { caseSchema, gapSchema } from './case.ts';
import { reportSchema } from './report.ts';
import { CASE_SUMMARY_SCHEMA } from './schema-names.ts';

const amount = z.number().int().nullable();

const partSchema = z.object({
  part: z.enum(['metrics', 'insights', 'flows']),
  name: z.string().describe('of the monitor; the category of a series; what a list of flows was read from'),
  status: z.string().nullable().describe('of the monitor'),
  zones: z
    .array(z.string())
    .nullable()
    .describe('zone IDs; null where unknown, or where they are those of its flows'),
  start: z.string().nullable(),
  end: z.string().nullable(),
  periodSeconds: amount,
  periods: amount.describe('how many there are of a series'),
  datapoints: amount.describe('periods in which bytes were reported'),
  indicators: amount.describe('periods that have a health indicator'),
  flows: amount,
});
export type CasePart = z.infer<typeof partSchema>;

/** What is in a case file, and how it would be judged. */
export const caseSummarySchema = z.object({
  schema: z.literal(CASE_SUMMARY_SCHEMA),
  generatedAt: z.string(),
  case: caseSchema.pick({
    collectedAt: true,
    tool: true,
    sandbox: true,
    target: true,
    window: true,
    baseline: true,
  }),
  judged: reportSchema.pick({
    verdict: true,
    confidence: true,
    reason: true,
    suspects: true,
    summary: true,
    onset: true,
    end: true,
    ongoing: true,
  }),
  flows: z.object({
    source: caseSchema.shape.flowsFrom,
    count: z.number().int().describe('in all lists, baseline too'),
    outside: z.number().int().describe('of senders outside the target, to compare with'),
    truncated: z.boolean().describe('a list was cut off: sums are lower bounds'),
    lost: z.number().int().describe('lists that were not answered, or not whole'),
  }),
  instances: z
    .object({ running: z.number().int(), silent: z.number().int() })
    .nullable()
    .describe('of the target; null where it cannot be told which report'),
  items: z.array(partSchema).describe('what the verdict is made of'),
  gaps: z.array(gapSchema).describe('as the case holds them'),
});
export type CaseSummary = z.infer<typeof caseSummarySchema>;
