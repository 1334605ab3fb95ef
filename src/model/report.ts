import * as z from 'zod';
import { endpointSchema, gapSchema, targetSchema, windowSchema } from './case.ts';
import type { CommandLine } from './command-line.ts';
import { REPORT_SCHEMA } from './schema-names.ts';

export const VERDICTS = [
  'aws-infrastructure',
  'workload',
  'inconclusive',
  'no-impairment',
  'no-data',
] as const;
export type Verdict = (typeof VERDICTS)[number];

export const CONFIDENCES = ['high', 'medium', 'low'] as const;
export type Confidence = (typeof CONFIDENCES)[number];

/** Every reason that a verdict can give, with the sentence that explains it. */
export const REASONS = {
  'nhi-degraded-zone-wide':
    'AWS reports its own network degraded for this zone, and all of the zone shows it.',
  'nhi-degraded-region-wide': 'AWS reports its own network degraded, and every zone shows it.',
  'host-impaired':
    "One instance has the retransmissions, and EC2's system status check of it fails: AWS's host, its network or its power.",
  'pod-concentrated': 'One pod has the retransmissions, its neighbours in the same zone have not.',
  'instance-concentrated': 'One instance has the retransmissions, its neighbours in the same zone have not.',
  'subnet-concentrated': 'One subnet has the retransmissions, the rest of its zone has not.',
  'service-concentrated': 'One service has the retransmissions in every zone.',
  'remote-concentrated': 'What is retransmitted is sent to one endpoint, whoever sends it.',
  'pair-concentrated':
    'All retransmissions lie between one end and another: either of the two, or what lies between, may be the cause.',
  'path-concentrated':
    'What is retransmitted takes one way, whoever sends it: a gateway, an attachment, or a kind of destination.',
  'zone-wide-nhi-healthy':
    'A whole zone is impaired while AWS reports its network healthy: AWS may not see it, or not yet.',
  'no-peers':
    'All of the target is impaired while AWS reports its network healthy, and there is nothing like it to compare with.',
  'region-wide-nhi-healthy':
    'Every zone is impaired alike while AWS reports its network healthy: there is no healthy part to compare with.',
  'nhi-degraded-not-localised':
    'AWS reports its network degraded, but that does not fit where the retransmissions are.',
  'nhi-unknown': 'There is no network health indicator for the place and time of the impairment.',
  'category-not-covered':
    'The impaired flows are of a kind that the network health indicator does not cover.',
  'traffic-collapsed':
    'Traffic collapsed while it continued elsewhere: too little is left to count retransmissions in.',
  'contributors-unknown':
    'Something is impaired, but not which part of it: its flows were not asked for, could not be read, or do not show it.',
  'low-traffic': 'Too few retransmissions to tell an impairment from chance.',
  'workloads-replaced':
    'Most of the traffic was not there in the baseline: a rise may be another workload, and no fault.',
  'rtt-up':
    'Round-trip times rose where retransmissions did not: what is lost on the way back, or by hosts without an agent, is not seen.',
  'timeouts-up': 'Retransmission timeouts rose where retransmissions did not: too few of them to say where.',
  'no-baseline': 'Nothing to compare with: neither an earlier window nor a second zone.',
  'no-rise': "Retransmissions per GiB are no higher than the target's own were before.",
  'no-datapoints': 'Nothing was reported for the target in this window.',
  'nhi-degraded-no-rise':
    'AWS reports its own network degraded, but retransmissions did not rise: what it speaks of may lie where no agent counts.',
  'evidence-incomplete': 'Answers are missing that the verdict rests on: what they hold could change it.',
  'partly-unseen': 'Nothing rose in what is seen, but a part of the target reports nothing.',
  'metrics-unreadable': 'The metrics could not be read.',
  'no-scope': 'Network Flow Monitor is not enabled in this Region.',
  'scope-not-ready': 'The scope cannot be used yet, or not any more.',
  'no-monitor': 'No monitor covers the target, and workload insights have nothing for it.',
} as const;
export type Reason = keyof typeof REASONS;

const nullableNumber = z.number().nullable();
const instantOrNull = z.string().nullable().describe('ISO 8601, UTC, or null');

export const locationSchema = z.object({
  az: z.string().optional(),
  azId: z.string().optional(),
  subnetId: z.string().optional(),
  instanceId: z.string().optional(),
  podNamespace: z.string().optional(),
  podName: z.string().optional(),
  serviceName: z.string().optional(),
  remoteIp: z.string().optional(),
  remotePort: z.number().optional().describe('where all of what is sent there goes to one'),
  component: z
    .object({ type: z.string(), id: z.string() })
    .optional()
    .describe("what lies on the way, in AWS's own words"),
  category: z.string().optional().describe('all flows of one kind of destination'),
});
export type Location = z.infer<typeof locationSchema>;

/** Explanations that are less than so many times less likely are nearly as good: the first is no answer by itself. */
export const NEARLY = 3;

export const alternativeSchema = z.object({
  what: z.string().describe('in words: not every explanation is one place'),
  location: locationSchema,
  timesLessLikely: z
    .number()
    .describe(`than the likeliest; below ${NEARLY} it explains the same nearly as well`),
});

export const ZONE_STATES = ['reporting', 'starved', 'silent', 'unknown'] as const;

export const zoneReportSchema = z.object({
  az: z.string().nullable(),
  azId: z.string(),
  bytes: nullableNumber.describe('null where not reported or not read, which is not 0'),
  retransmissions: nullableNumber,
  timeouts: nullableNumber,
  rttMicros: nullableNumber,
  retransmissionsPerGiB: nullableNumber.describe('null where no bytes were reported, or events not read'),
  baselineRetransmissionsPerGiB: nullableNumber,
  changeVersusPeers: z
    .object({ ratio: z.number(), low: z.number(), high: z.number() })
    .nullable()
    .describe("the zone's own change divided by its peers' change, with a 95 % interval"),
  outlier: z.boolean(),
  inTarget: z
    .boolean()
    .optional()
    .describe('false: it holds more than the target, or nothing of it, and is there to compare with'),
  state: z
    .enum(ZONE_STATES)
    .describe(
      'reporting; starved: bytes collapsed while peers hold; silent: no reports at all; unknown: its counts were not read',
    ),
  source: z.enum(['monitor', 'workload-insights', 'contributors']),
  minutes: z
    .object({
      start: z.string(),
      periodSeconds: z.number(),
      retransmissions: z.array(nullableNumber),
      bytes: z.array(nullableNumber).optional(),
      timeouts: z.array(nullableNumber).optional(),
      rttMicros: z.array(nullableNumber).optional(),
    })
    .describe('by time, for a chart; null where nothing was reported, absent where nothing could be'),
});
export type ZoneReport = z.infer<typeof zoneReportSchema>;

export const nhiReportSchema = z.object({
  monitor: z.string(),
  state: z.enum(['degraded', 'healthy', 'unknown']),
  degradedMinutes: z.array(z.string()).describe('starts, ISO 8601, UTC'),
  periodSeconds: z
    .number()
    .optional()
    .describe('length of each where that is not a minute: longer or older windows'),
  missing: z
    .number()
    .optional()
    .describe('periods without a datapoint, which are unknown; absent where none is'),
  missingMinutes: z
    .array(z.string())
    .optional()
    .describe('their starts; absent where there is none, or no datapoint at all'),
  covers: z.array(z.string()).describe('zone IDs'),
  coversNames: z.array(z.string()).describe('the same zones by name, where the account tells'),
  metricsUrl: z.string().optional().describe("its metrics in CloudWatch's console; absent for a sandbox"),
});
export type NhiReport = z.infer<typeof nhiReportSchema>;

export const contributorSchema = endpointSchema.extend({
  az: z.string().optional(),
  category: z.string(),
  targetPort: nullableNumber,
  remote: endpointSchema.extend({ az: z.string().optional() }),
  retransmissions: nullableNumber.describe('null where no list has it, which is not 0'),
  timeouts: nullableNumber,
  bytes: nullableNumber,
  retransmissionsPerGiB: nullableNumber,
  share: nullableNumber.describe("of the window's retransmissions, 0 to 1"),
});
export type Contributor = z.infer<typeof contributorSchema>;

/** The one rate that a report is about: of what is blamed, or of the place that the rise is in. */
export const impairmentSchema = z
  .object({
    of: z.string().describe('whose: the part that is blamed, else the zone, else the target'),
    start: z
      .string()
      .describe('ISO 8601, UTC: the onset, or the first time since then that its flows are known'),
    end: z.string().describe('ISO 8601, UTC'),
    retransmissions: z.number(),
    bytes: nullableNumber.describe('of a part: its share of what its zone carried in this time'),
    retransmissionsPerGiB: nullableNumber,
    baselineRetransmissionsPerGiB: nullableNumber.describe('before the onset'),
    estimatedLoss: nullableNumber.describe(
      '0 to 1: retransmissions over all segments, if these are full (1,448 bytes); no segment is counted',
    ),
  })
  .nullable()
  .describe('null where nothing rose, or what is blamed has no counts of its own');
export type Impairment = NonNullable<z.infer<typeof impairmentSchema>>;

const sumsSchema = {
  retransmissions: nullableNumber.describe('null where no list has it, which is not 0'),
  timeouts: nullableNumber,
  bytes: nullableNumber,
  retransmissionsPerGiB: nullableNumber.describe('null where some of the events have no bytes beside them'),
};

/** Flows of the window between the same two ends, as one. */
export const linkSchema = z.object({
  from: endpointSchema,
  to: endpointSchema.extend({
    category: z.string().optional().describe('of a far end of which no more is known'),
  }),
  blamed: z
    .enum(['from', 'way', 'to'])
    .optional()
    .describe('where on it the location of the report lies: at an end, or on the way'),
  flows: z.number(),
  ...sumsSchema,
});
export type Link = z.infer<typeof linkSchema>;

/** Who sends to whom, for pictures. */
export const trafficSchema = z.object({
  zones: z
    .array(
      z.object({
        from: z.string().nullable().describe('zone ID; null where unknown'),
        to: z.string().describe('zone ID, or the category of what lies in none'),
        ...sumsSchema,
      }),
    )
    .describe('from zone to zone, the own one too'),
  links: z
    .array(linkSchema)
    .describe('services, else pods, instances or addresses: around the location, then by events'),
  folded: z
    .object({ links: z.number(), flows: z.number(), ...sumsSchema })
    .optional()
    .describe('all other links; absent where there is none'),
});
export type Traffic = z.infer<typeof trafficSchema>;

export const evidenceSchema = z.object({
  code: z.string(),
  supports: z.enum(['workload', 'aws-infrastructure', 'none']),
  strength: z.enum(['requisite', 'required', 'sufficient', 'optional']),
  statement: z.string(),
  data: z.record(z.string(), z.unknown()),
});
export type Evidence = z.infer<typeof evidenceSchema>;

export const reportedChangeSchema = z.object({
  at: z.string().describe('ISO 8601, UTC'),
  secondsBeforeOnset: z.number().describe('below 0: after it'),
  what: z.string(),
  by: z.string().nullable().describe('who asked for it; null where that is not told'),
  where: z.string().nullable().describe('what was changed'),
  source: z.string().describe('CloudTrail, EKS, Auto Scaling, Kubernetes'),
  touches: z
    .enum(['location', 'network', 'unknown'])
    .describe('the location of this report; the same VPC, or the cluster; or it is not known what'),
  times: z.number().optional().describe('how often, where it was more than once; at is the nearest'),
  between: z
    .object({ first: z.string(), last: z.string() })
    .optional()
    .describe('the first and the last of them, where it was more than once'),
});
export type ReportedChange = z.infer<typeof reportedChangeSchema>;

/** Text in a document, as a shell reads it. */
const commandSchema = z.string() as unknown as z.ZodType<CommandLine, string>;

export const nextSchema = z.object({ command: commandSchema, why: z.string() });
export type Next = z.infer<typeof nextSchema>;

/** What `judge` answers: everything but the two fields that are not a function of the Case. */
export const findingsSchema = z.object({
  target: targetSchema,
  window: windowSchema,
  baseline: windowSchema.nullable(),
  secondBaseline: z
    .object({
      ...windowSchema.shape,
      says: z
        .enum(['the-same', 'otherwise', 'nothing'])
        .describe(
          'whether it, too, calls what is seen a rise, or none; nothing: it was not reported or not read',
        ),
      retransmissionsPerGiB: nullableNumber.describe('then'),
    })
    .optional()
    .describe(
      'the same hours on an earlier day (--baseline 1d-ago): it makes a verdict less sure, and never another',
    ),
  verdict: z.enum(VERDICTS),
  confidence: z.enum(CONFIDENCES).describe('of a blame, or of health; low where nothing is decided or known'),
  reason: z.enum(Object.keys(REASONS) as [Reason, ...Reason[]]),
  suspects: z
    .array(z.enum(['aws-infrastructure', 'workload']))
    .optional()
    .describe('only with inconclusive'),
  summary: z.string().describe('one sentence that a person can paste'),
  onset: instantOrNull,
  end: instantOrNull,
  ongoing: z.boolean(),
  alternatives: z
    .array(alternativeSchema)
    .optional()
    .describe('what else explains it, the likelier first; where no one place is named, the likeliest too'),
  location: locationSchema,
  elsewhere: z
    .array(locationSchema.pick({ az: true, azId: true, subnetId: true }))
    .optional()
    .describe(
      'what stands out outside the target, and is no part of this verdict; absent where nothing does',
    ),
  impairment: impairmentSchema,
  nhi: z.array(nhiReportSchema),
  zones: z.array(zoneReportSchema),
  contributors: z.array(contributorSchema),
  traffic: trafficSchema.optional().describe('absent where no flow is known'),
  loadBalancers: z
    .array(z.object({ id: z.string(), consoleUrl: z.string().describe("its page in AWS's console") }))
    .optional()
    .describe(
      'those that this report is about or that its events pass; absent where there is none, for a sandbox, and where the page is not known',
    ),
  changes: z
    .array(reportedChangeSchema)
    .optional()
    .describe(
      'what changed from 30 minutes before the onset to 5 after, the nearest in place and time first: no proof, and no part of the verdict; absent where it was not asked',
    ),
  evidence: z.array(evidenceSchema),
  gaps: z.array(gapSchema),
  next: z.array(nextSchema),
});
export type Findings = z.infer<typeof findingsSchema>;

export const reportSchema = z.object({
  schema: z.literal(REPORT_SCHEMA),
  generatedAt: z.string(),
  tool: z.object({ name: z.literal('nfm'), version: z.string() }),
  ...findingsSchema.shape,
});
export type Report = z.infer<typeof reportSchema>;
