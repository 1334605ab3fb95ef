import * as z from 'zod';
import { constructSchema, type Flow, gapSchema, targetSchema, windowSchema } from './case.ts';
import { TOP_SCHEMA } from './schema-names.ts';
import { TOP_LEVELS, TOP_METRICS } from './words.ts';

const counter = z.number().nullable();
/** Null: that is what the group is known by, and its rows do not say it. Absent: not what it is known by. */
const name = z.string().nullable().optional();

const end = {
  ip: name,
  instanceId: name,
  instanceName: name.describe('Name tag'),
  eniId: name.describe('network interface that its address is on'),
  subnetId: name,
  vpcId: name,
  azId: name.describe('zone ID'),
  az: name.describe('zone name in this account'),
  podNamespace: name,
  podName: name,
  serviceName: name,
};

const remoteSchema = z.object({
  ...end,
  region: name,
  identifier: name.describe('what workload insights name that is no subnet and no Region: S3, DynamoDB'),
});
export type Remote = z.infer<typeof remoteSchema>;

const sumsSchema = z.object({
  retransmissions: counter.describe('null where no list has it, which is not 0'),
  timeouts: counter,
  bytes: counter,
  rttMicros: counter.describe(
    'mean of the averages of its rows, each over an hour at most; null where not measured or, without --metric rtt, not asked',
  ),
  retransmissionsPerGiB: counter.describe('null where a row lacks its events or its bytes'),
});
export type Sums = z.infer<typeof sumsSchema>;

const identitySchema = z.object({
  ...end,
  remote: remoteSchema.nullable().optional(),
  targetPort: counter.optional().describe('0 on rows of the side that was connected to'),
  category: z.string().optional().describe('also what a remote is called that has no name: INTERNET'),
});
export type Identity = z.infer<typeof identitySchema>;

const itemSchema = z.object({
  rank: z.number().int().positive(),
  region: z.string().optional().describe('where several Regions were asked'),
  ...identitySchema.shape,
  ...sumsSchema.shape,
  share: counter.describe('of the total of the metric that ranks, 0 to 1; null for rtt'),
  side: z
    .enum(['client', 'server'])
    .optional()
    .describe('which end of the connection sent all this: client opened it, server was connected to'),
  mirrored: z
    .boolean()
    .nullable()
    .describe(
      'null where it cannot be known: workload insights do not say which end a row is from. True: a connection of it is reported by both ends, in the same group or, by flow, in another one. Each row counts what its own host sent: sums are right, but connections appear twice',
    ),
  snatIp: z.string().optional(),
  dnatIp: z.string().optional(),
  path: z.array(constructSchema).optional().describe('traversedConstructs, by flow only'),
});
export type TopItem = z.infer<typeof itemSchema>;

export const topSchema = z.object({
  schema: z.literal(TOP_SCHEMA),
  generatedAt: z.string(),
  target: targetSchema
    .omit({ accountId: true })
    .extend({ region: z.string().describe('or several, by commas') }),
  window: windowSchema,
  source: z
    .object({ kind: z.enum(['monitor', 'workload-insights', 'mixed']), name: z.string() })
    .nullable()
    .describe('null where nothing could be asked'),
  metric: z.enum(TOP_METRICS),
  by: z.array(z.enum(TOP_LEVELS)),
  truncated: z
    .boolean()
    .describe('a list was cut off at 500 rows, or not answered: every sum is a lower bound'),
  groups: z.number().int().describe('how many there are; items are the first of them'),
  total: sumsSchema
    .pick({ retransmissions: true, timeouts: true, bytes: true })
    .describe('over all groups, not just those listed'),
  items: z.array(itemSchema),
  gaps: z.array(gapSchema),
});
export type TopDocument = z.infer<typeof topSchema>;

/** A flow in one tile, and for how long that was. */
export interface TopFlow extends Flow {
  seconds: number;
}
