import * as z from 'zod';
import { gapSchema, saidSchema, windowSchema } from './case.ts';
import { reportSchema } from './report.ts';
import { SWEEP_PLACE_SCHEMA, SWEEP_SCHEMA } from './schema-names.ts';
import { SWEEP_STATES, type SweepState } from './sweep-states.ts';

/* What nfm sweep tells: of each account in each Region (a place) what it saw there, and of all of them a list. */

const nullableNumber = z.number().nullable();
const instantOrNull = z.string().nullable().describe('ISO 8601, UTC, or null');
const changeSchema = z
  .object({ ratio: z.number(), low: z.number(), high: z.number() })
  .nullable()
  .describe(
    'with a 95 % interval; null where there is nothing to compare: no traffic on a side, or no event on both',
  );

/** What the metrics of one monitor say by themselves. */
export const sweptMonitorSchema = z.object({
  monitor: z.string(),
  monitorArn: z.string(),
  status: z.string(),
  az: z
    .string()
    .nullable()
    .describe('of a monitor of one zone: its name in the account; null where not known'),
  azId: z.string().nullable(),
  covers: z
    .array(z.string())
    .nullable()
    .describe('zone IDs; null where not asked (--details asks for all) or not known'),
  bytes: nullableNumber.describe('in the window; null where not reported or not read, which is not 0'),
  retransmissions: nullableNumber,
  timeouts: nullableNumber.describe('null where not asked, too'),
  retransmissionsPerGiB: nullableNumber,
  baseline: z.object({
    bytes: nullableNumber,
    retransmissions: nullableNumber,
    retransmissionsPerGiB: nullableNumber,
  }),
  change: changeSchema.describe(
    'retransmissions per GiB against its own past, with a 95 % interval: since it rose, where a rise is found, else of the window',
  ),
  compared: z
    .object({
      bytes: z.number(),
      retransmissions: z.number(),
      retransmissionsPerGiB: nullableNumber,
      baselineRetransmissionsPerGiB: nullableNumber,
    })
    .nullable()
    .describe('the counts that change is made of, and the rate before; null without traffic on both sides'),
  rise: z
    .enum(['up', 'too-few-events', 'not-up', 'no-baseline'])
    .describe('of this monitor alone, before it is set against chance among so many'),
  indicator: z.enum(['degraded', 'healthy', 'unknown']),
  degradedMinutes: z.number(),
  reports: z
    .enum(['reporting', 'starved', 'silent', 'never', 'unread'])
    .describe('never: neither in the window nor in the baseline'),
  since: instantOrNull.describe(
    'when it was first degraded, rose, fell silent or collapsed; null where that is not known, or nothing did',
  ),
  until: instantOrNull.describe('when that was over; null while it goes on'),
});
export type SweptMonitor = z.infer<typeof sweptMonitorSchema>;

const placeNameSchema = {
  accountId: z.string().nullable().describe('null where it could not be told'),
  accountName: z.string().nullable().describe('as Organizations has it; null where that was not asked'),
  profile: z
    .string()
    .nullable()
    .describe('of the shared configuration, where it is by one that it was asked'),
  role: z.string().nullable().describe('ARN of the role that was assumed'),
  region: z.string().nullable().describe('null for an account that could not be asked anywhere'),
};

const refusalSchema = z
  .object({
    code: z.string(),
    action: z.string().nullable(),
    message: z.string(),
    fix: saidSchema.nullable(),
  })
  .nullable()
  .describe('why nothing is known of it; null where it was seen');

/** A line of -o ndjson, and of the file of --resume: one account in one Region, as soon as it is done. */
export const sweptPlaceSchema = z.object({
  schema: z.literal(SWEEP_PLACE_SCHEMA),
  at: z.string().describe('when it was done'),
  ...placeNameSchema,
  window: windowSchema,
  baseline: windowSchema.nullable(),
  state: z.enum([
    'seen',
    'no-monitor',
    'scope-not-ready',
    'no-scope',
    'refused',
    'unreachable',
    'not-asked',
    'not-enabled',
    'suspended',
  ]),
  refusal: refusalSchema,
  details: z.boolean().describe('zones and timeouts were asked of every monitor'),
  monitors: z.array(sweptMonitorSchema),
  gaps: z.array(gapSchema),
});
export type SweptPlace = z.infer<typeof sweptPlaceSchema>;

const STATES = Object.keys(SWEEP_STATES) as [SweepState, ...SweepState[]];

export const sweepItemSchema = z.object({
  rank: z.number().describe('1 is the worst'),
  state: z.enum(STATES),
  ...placeNameSchema,
  ...sweptMonitorSchema.shape,
  monitor: z.string().nullable().describe('null for an account and Region in which none was seen'),
  monitorArn: z.string().nullable(),
  status: z.string().nullable(),
  compared: sweptMonitorSchema.shape.compared,
  rise: sweptMonitorSchema.shape.rise.nullable(),
  indicator: sweptMonitorSchema.shape.indicator.nullable(),
  degradedMinutes: nullableNumber,
  reports: sweptMonitorSchema.shape.reports.nullable(),
  changeVersusFleet: changeSchema.describe(
    'its own change over that of the monitors of other accounts and Regions, pooled; with a 95 % interval that allows for drift',
  ),
  refusal: refusalSchema,
  next: saidSchema.nullable().describe('the command that looks closer'),
});
export type SweepItem = z.infer<typeof sweepItemSchema>;

export const sweepTriageSchema = z.object({
  rank: z.number().describe('of the item that it looks into'),
  accountId: placeNameSchema.accountId,
  region: placeNameSchema.region,
  monitor: z.string(),
  report: reportSchema.nullable(),
  refusal: refusalSchema,
});
export type SweepTriage = z.infer<typeof sweepTriageSchema>;

export const sweepSchema = z.object({
  schema: z.literal(SWEEP_SCHEMA),
  generatedAt: z.string(),
  window: windowSchema,
  baseline: windowSchema.nullable(),
  summary: z.string().describe('one sentence that a person can paste'),
  asked: z.object({
    accounts: z.number(),
    regions: z.number(),
    places: z.number().describe('accounts times Regions, without those that are suspended or not enabled'),
    answered: z.number().describe('places'),
    monitors: z.number(),
  }),
  incomplete: z.boolean().describe('the run ended before every place was asked'),
  states: z.record(z.string(), z.number()).describe('how many items have each state'),
  items: z.array(sweepItemSchema).describe('monitors, and accounts and Regions without one, the worst first'),
  triages: z.array(sweepTriageSchema).optional().describe('with --triage'),
  notes: z.array(z.string()).describe('what the numbers cannot tell'),
  gaps: z.array(gapSchema),
});
export type SweepDocument = z.infer<typeof sweepSchema>;
