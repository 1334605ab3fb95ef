import * as z from 'zod';
import type { Said } from './command-line.ts';
import { CASE_SCHEMA } from './schema-names.ts';

/*
 * A Case is everything that a verdict may depend on, as plain data. Live AWS, the sandbox,
 * a case file and the benchmark all produce this, so all are judged by the same code.
 */

const instant = z.iso.datetime({ offset: false }).describe('ISO 8601, UTC');

export const windowSchema = z
  .object({ start: instant, end: instant })
  .describe('start inclusive, end exclusive');
export type Window = z.infer<typeof windowSchema>;

export const targetSchema = z.object({
  kind: z.enum(['vpc', 'subnet', 'cluster', 'zone', 'monitor', 'scope']),
  id: z.string().describe('VPC, subnet or scope ID; cluster or monitor name; zone ID'),
  region: z.string(),
  accountId: z.string(),
});
export type Target = z.infer<typeof targetSchema>;

export const zoneSchema = z.object({
  azId: z.string().describe('zone ID, e.g. use1-az6: the same zone in every account'),
  az: z.string().nullable().describe("zone name in this account, null where EC2's answer is missing"),
});
export type Zone = z.infer<typeof zoneSchema>;

const counter = z.number().nullable();

/** One value a bin; null where CloudWatch has no datapoint, which is never the same as 0. */
export const seriesSchema = z.object({
  start: instant,
  periodSeconds: z.number().int().positive(),
  bytes: z.array(counter),
  retransmissions: z.array(counter),
  timeouts: z.array(counter),
  rttMicros: z.array(counter),
  nhi: z
    .array(counter)
    .describe('HealthIndicator: 0 healthy, above 0 degraded (1 by the docs, 100 in the field)'),
  lost: z
    .array(z.enum(['bytes', 'retransmissions', 'timeouts', 'rttMicros', 'nhi']))
    .optional()
    .describe('those that CloudWatch failed to give whole: there, no datapoint says nothing'),
});
export type Series = z.infer<typeof seriesSchema>;

export const resourceSchema = z.object({ type: z.string(), identifier: z.string() });
export type Resource = z.infer<typeof resourceSchema>;

export const monitorSchema = z.object({
  name: z.string(),
  arn: z.string(),
  status: z.string(),
  createdAt: instant.nullable(),
  local: z.array(resourceSchema),
  remote: z.array(resourceSchema),
  zones: z
    .array(z.string())
    .nullable()
    .describe('zone IDs that its local resources lie in; null where unknown'),
  coversTarget: z.boolean().describe('its local resources hold all of the target'),
  insideTarget: z
    .boolean()
    .optional()
    .describe('the target holds all of its local resources; absent means yes'),
  series: seriesSchema.nullable().describe('null where metrics could not be read'),
});
export type Monitor = z.infer<typeof monitorSchema>;

/** Time series of one zone from workload insights: five-minute bins, no round-trip time, no NHI. */
export const insightSchema = z.object({
  azId: z.string(),
  category: z.string(),
  series: seriesSchema,
});
export type Insight = z.infer<typeof insightSchema>;

const known = z.string().optional();

export const endpointSchema = z.object({
  ip: known,
  instanceId: known,
  instanceName: known.describe('Name tag'),
  eniId: known.describe('network interface that its address is on'),
  subnetId: known,
  vpcId: known,
  azId: known,
  region: known,
  podNamespace: known,
  podName: known,
  serviceName: known,
});
export type Endpoint = z.infer<typeof endpointSchema>;

/** What flows pass on the way, in AWS's own words. */
export const constructSchema = z.object({
  componentId: z.string().optional(),
  componentType: z.string().optional(),
  componentArn: z.string().optional(),
  serviceName: z.string().optional(),
});
export type Construct = z.infer<typeof constructSchema>;

/**
 * One flow in one tile, joined over the queries of that tile.
 * A counter is 0 where the query succeeded, was not cut off, and did not list the flow;
 * null where that cannot be known.
 */
export const flowSchema = z.object({
  tile: z.number().int().nonnegative().describe('index into tiles'),
  category: z.string(),
  targetPort: z.number().int().nullable().describe('0 on the row of the side that was connected to'),
  local: endpointSchema.describe('the sender: its kernel counted the events'),
  remote: endpointSchema.extend({
    identifier: known.describe('what workload insights name that is no subnet and no Region: S3, DynamoDB'),
  }),
  bytes: counter,
  retransmissions: counter,
  timeouts: counter,
  rttMicros: counter,
  path: z
    .array(constructSchema)
    .optional()
    .describe(
      'traversedConstructs between the network interfaces of its ends: NAT gateways and the like; load balancers and endpoints that it ends at; addresses that stand for several ends (SNAT, DNAT)',
    ),
  snatIp: known.describe('what its sender is seen as'),
  dnatIp: known.describe('what its far end stands behind'),
});
export type Flow = z.infer<typeof flowSchema>;

/** Text in a document; until it is written, command lines in it are values. */
export const saidSchema = z.string() as unknown as z.ZodType<Said, string>;

export const lostListSchema = z.object({
  tile: z.number().int().nonnegative().describe('index into tiles'),
  category: z.string(),
  counter: z.enum(['bytes', 'retransmissions', 'timeouts', 'rttMicros']),
  vouched: z.boolean().optional().describe('the minutes account for all that it can hold'),
});
export type LostList = z.infer<typeof lostListSchema>;

/** Answers that are missing among those that a verdict rests on. */
const incompleteSchema = z.object({
  monitors: z.boolean().describe('not all monitors could be listed and looked at'),
  series: z.boolean().describe('not all series of workload insights were answered, or not whole'),
  lists: z.array(lostListSchema).describe('lists of flows that were not answered, or not whole'),
});

export const gapSchema = z.object({
  code: z.string().describe('permission, quota, query-failed, …'),
  action: z.string().nullable().describe('the IAM action or API operation that gave nothing'),
  effect: z.string().describe('what this leaves unknown'),
  fix: saidSchema.nullable().describe('what to do about it'),
  answer: z.string().optional().describe("AWS's own words, where it refused"),
});
export type Gap = z.infer<typeof gapSchema>;

/** In a case file, beside the text of a fix. */
const partsSchema = z
  .object({
    text: z.string(),
    policy: z.record(z.string(), z.unknown()).optional(),
    commands: z.array(z.object({ program: z.string(), words: z.array(z.string()) })),
  })
  .optional()
  .describe('the fix in its parts, where it holds command lines');

/** Running instances of the target, and those of them that no flow of the window comes from. */
export const coverageSchema = z.object({
  running: z.number().int().describe('instances that ran when the window began'),
  silent: z.array(
    endpointSchema.pick({ instanceId: true, instanceName: true, azId: true }).extend({
      windows: z.literal(true).optional().describe('it runs Windows, for which there is no agent'),
    }),
  ),
});
export type Coverage = z.infer<typeof coverageSchema>;

/** Where no agent can be, and where there are two. */
export const agentsSchema = z.object({
  fargate: z
    .array(z.object({ cluster: z.string(), profile: z.string() }))
    .nullable()
    .describe(
      'profiles that place pods in the target; how many run is not told; null where EKS did not tell',
    ),
  twice: z
    .array(endpointSchema.pick({ instanceId: true, instanceName: true }))
    .nullable()
    .describe("nodes with the add-on's agent and one of their own, which both report; null where not told"),
});
export type Agents = z.infer<typeof agentsSchema>;

/** What others say of the same place: it never turns a verdict. Each is null where it could not be asked. */
export const witnessesSchema = z.object({
  statusChecks: z
    .array(
      z.object({
        instanceId: z.string(),
        system: z.string().describe("AWS's host, network and power: ok, impaired, insufficient-data, …"),
        instance: z.string().describe('its own operating system and network configuration'),
        ebs: z.string().optional().describe('the volumes attached to it; absent where EC2 has no such check'),
        impairedSince: instant.nullable(),
      }),
    )
    .nullable()
    .describe('of EC2, at the time of collection, of the instances with most events'),
  latency: z
    .object({
      start: instant,
      periodSeconds: z.number().int().positive(),
      pairs: z.array(
        z.object({
          zones: z.array(z.string()).describe('the two zone IDs'),
          median: z.array(counter).describe('one value a bin, as EC2 gives it; null where there is none'),
        }),
      ),
    })
    .nullable()
    .describe("between zones, by AWS's own probes (GetAwsNetworkPerformanceData)"),
  addon: z
    .object({
      cluster: z.string(),
      status: z.string(),
      version: z.string(),
      issues: z.array(z.string()).describe('codes'),
    })
    .nullable()
    .describe("the agents' add-on of an EKS cluster that is the target; null for any other target"),
  metrics: z
    .array(
      z.object({
        namespace: z.string(),
        name: z.string(),
        dimensions: z.record(z.string(), z.string()),
        start: instant,
        periodSeconds: z.number().int().positive(),
        values: z.array(counter).describe('one a bin; null where there is no datapoint'),
      }),
    )
    .nullable()
    .optional()
    .describe(
      'of other services, around the onset: allowances of network interfaces (counters that only grow), NAT and transit gateways, load balancers; absent where nothing began',
    ),
  autoshifts: z
    .array(z.object({ azId: z.string(), status: z.string(), start: instant, end: instant.nullable() }))
    .nullable()
    .optional()
    .describe('zones that AWS moved traffic away from by itself (ARC); absent where nothing began'),
  issues: z
    .array(
      z.object({
        service: z.string().describe("in AWS Health's words: EC2, ELASTICLOADBALANCING, MULTIPLE_SERVICES"),
        code: z.string().describe('AWS_EC2_OPERATIONAL_ISSUE and the like'),
        start: instant,
        end: instant.nullable().describe('null where it goes on'),
        isOwn: z.boolean().describe("of this account's resources; false: of everybody's"),
        zones: z
          .array(z.string())
          .describe('zone IDs that it names; empty where it names none, which is the Region'),
        ids: z.array(z.string()).describe('resources that it names, of those that carry events here'),
        others: z.number().int().describe('how many others it names'),
        words: z
          .string()
          .nullable()
          .describe('the newest that AWS writes, shortened; null where that is not told'),
      }),
    )
    .nullable()
    .optional()
    .describe(
      "of AWS Health, in this Region and time; null where the account's support plan does not tell; absent where nothing began",
    ),
  missing: z
    .array(gapSchema.extend({ said: partsSchema }))
    .describe('witnesses that were refused, with what would allow them'),
});
export type Witnesses = z.infer<typeof witnessesSchema>;

/** Something that somebody changed near the time when the impairment began. Near in time is no proof. */
export const changeSchema = z.object({
  at: instant,
  source: z.string().describe('who tells: CloudTrail, EKS, Auto Scaling, Kubernetes'),
  what: z.string().describe('the call or what was done, with what is known to be harmless of its parameters'),
  by: z.string().nullable().describe('who asked for it; null where that is not told'),
  where: z.string().nullable().describe('what was changed, in words'),
  ids: z.array(z.string()).describe('of the resources that it names'),
  vpcIds: z.array(z.string()).describe('where these are; empty where that is not known'),
  subnetIds: z.array(z.string()).describe('those that it bears on; empty where it is none in particular'),
  instanceIds: z.array(z.string()),
  cluster: z.string().optional(),
  workload: z
    .object({ namespace: z.string(), pods: z.array(z.string()) })
    .optional()
    .describe('pods that it made, restarted or moved'),
});
export type Change = z.infer<typeof changeSchema>;

/** What changed around the onset: it never turns a verdict. */
export const changesSchema = z.object({
  window: windowSchema,
  clusters: z.array(z.string()).describe('those that were asked: their nodes carry events'),
  sources: z.array(
    z.object({
      name: z.string(),
      state: z
        .enum(['read', 'partly', 'unread'])
        .describe('partly: there is more than is read of one source'),
      askedAt: instant.optional().describe('where that was before the rest was collected'),
    }),
  ),
  items: z.array(changeSchema),
});
export type Changes = z.infer<typeof changesSchema>;

export const caseSchema = z.object({
  schema: z.literal(CASE_SCHEMA),
  collectedAt: instant,
  tool: z.object({ name: z.literal('nfm'), version: z.string() }),
  target: targetSchema,
  window: windowSchema,
  baseline: windowSchema.nullable(),
  zones: z.array(zoneSchema),
  targetZones: z
    .array(z.string())
    .nullable()
    .optional()
    .describe('zone IDs that the target lies in; others are there to compare with; null where unknown'),
  sandbox: z.string().optional().describe('the scenario, where this was collected from a sandbox'),
  earlier: z
    .object({
      window: windowSchema,
      series: z
        .array(z.object({ arn: z.string(), series: seriesSchema }))
        .nullable()
        .describe('of the monitors; null where they could not be read'),
    })
    .optional()
    .describe('the same hours on an earlier day, where they were asked for: a second opinion'),
  scope: z.object({ id: z.string(), arn: z.string(), status: z.string() }).nullable(),
  monitors: z.array(monitorSchema),
  insights: z.array(insightSchema),
  flowsFrom: z
    .object({ kind: z.enum(['monitor', 'workload-insights']), name: z.string() })
    .nullable()
    .describe('what the flows were read from; null where nothing could be queried'),
  tiles: z
    .array(windowSchema)
    .describe(
      'what was queried one by one, baseline first: hours, and halves of the newest one where flows are from a monitor',
    ),
  flows: z.array(flowSchema),
  outside: z
    .array(flowSchema)
    .optional()
    .describe(
      'what the same lists hold of senders outside the target: there to compare with, never its answer',
    ),
  truncated: z
    .boolean()
    .describe('a query returned as many rows as it may: sums over flows are lower bounds'),
  asked: z
    .array(lostListSchema)
    .optional()
    .describe(
      'lists of flows that were asked for, or that hold nothing by the series; absent: all. Of the others nothing is known, and the verdict does without',
    ),
  incomplete: incompleteSchema.optional().describe('absent where nothing is missing'),
  coverage: coverageSchema
    .nullable()
    .optional()
    .describe('null where it cannot be told which instances report'),
  agents: agentsSchema.optional(),
  witnesses: witnessesSchema.optional(),
  changes: changesSchema.optional().describe('asked for only where there is an onset'),
  gaps: z.array(gapSchema.extend({ said: partsSchema })),
  diagnosis: z
    .object({
      cause: z
        .object({
          id: z.string().describe('the check of nfm doctor that fails'),
          finding: z.string(),
          fix: saidSchema.nullable(),
          said: partsSchema,
        })
        .nullable(),
    })
    .optional()
    .describe('why there is no data; only where there is none'),
});
export type Case = z.infer<typeof caseSchema>;
