import { z } from 'zod';
import { reportSchema, VERDICTS } from './report.ts';

/** The smaller documents; all have `schema` first. */

export const ERROR_SCHEMA = 'nfm.error/v1';
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

export const PLAN_SCHEMA = 'nfm.plan/v1';
export const planSchema = z.object({
  schema: z.literal(PLAN_SCHEMA),
  generatedAt: z.string(),
  items: z.array(z.object({ action: z.string(), request: z.record(z.string(), z.unknown()) })),
});
export type PlanDocument = z.infer<typeof planSchema>;

export const SANDBOX_LIST_SCHEMA = 'nfm.sandbox-list/v1';
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
export const TRIAGE_LIST_SCHEMA = 'nfm.triage-list/v1';
export const triageListSchema = z.object({
  schema: z.literal(TRIAGE_LIST_SCHEMA),
  generatedAt: z.string(),
  items: z.array(reportSchema),
  failures: z
    .array(z.object({ region: z.string(), code: z.string(), message: z.string() }))
    .describe('Regions that gave no report'),
});
export type TriageListDocument = z.infer<typeof triageListSchema>;
