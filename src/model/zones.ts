import { z } from 'zod';
import { gapSchema, targetSchema, windowSchema } from './case.ts';
import { zoneReportSchema } from './report.ts';

export const ZONES_SCHEMA = 'nfm.zones/v1';

export const zoneItemSchema = z.object({ region: z.string(), ...zoneReportSchema.shape });
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
