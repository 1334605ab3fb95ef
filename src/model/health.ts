import { z } from 'zod';
import { gapSchema, windowSchema } from './case.ts';
import { nhiReportSchema } from './report.ts';

export const HEALTH_SCHEMA = 'nfm.health/v1';

export const monitorHealthSchema = z.object({
  region: z.string(),
  ...nhiReportSchema.omit({ periodSeconds: true, missing: true }).shape,
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
