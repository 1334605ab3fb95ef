import type { Target, Window } from '../../src/model/case.ts';
import { aws, kubectl, nfm } from '../../src/model/command-line.ts';
import type { Contributor, NhiReport, Report, ZoneReport } from '../../src/model/report.ts';

/* One report for each verdict, as `judge` would write them. */

const window: Window = { start: '2026-11-21T19:59:00Z', end: '2026-11-21T20:29:00Z' };
const baseline: Window = { start: '2026-11-21T16:59:00Z', end: '2026-11-21T19:59:00Z' };
const target: Target = {
  kind: 'vpc',
  id: 'vpc-0f3a9c51d27be8460',
  region: 'ap-northeast-3',
  accountId: '123456789012',
};

const GIB = 1024 ** 3;
const ZONES = {
  a: { az: 'ap-northeast-3a', azId: 'apne3-az1' },
  b: { az: 'ap-northeast-3b', azId: 'apne3-az3' },
  c: { az: 'ap-northeast-3c', azId: 'apne3-az2' },
};

function minutes(retransmissions: (number | null)[]): ZoneReport['minutes'] {
  return { start: window.start, periodSeconds: 60, retransmissions };
}

const quietMinutes = Array.from({ length: 30 }, (_, minute) =>
  minute % 7 === 3 ? 2 : minute % 11 === 5 ? 1 : 0,
);
const impairedMinutes = [
  ...[0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 0],
  ...[38, 61, 70, 64, 72, 84, 66, 59, 71, 68, 77, 63, 80, 58, 69, 73, 66, 62],
];

function zone(name: keyof typeof ZONES, facts: Partial<ZoneReport> = {}): ZoneReport {
  const bytes = facts.bytes ?? 1.71 * GIB;
  const series = facts.minutes ?? minutes(quietMinutes);
  const retransmissions =
    facts.retransmissions ?? series.retransmissions.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  return {
    ...ZONES[name],
    bytes,
    retransmissions,
    timeouts: 0,
    rttMicros: 412,
    retransmissionsPerGiB: bytes === 0 ? null : (retransmissions / bytes) * GIB,
    baselineRetransmissionsPerGiB: 7.9,
    changeVersusPeers: { ratio: 0.92, low: 0.6, high: 1.4 },
    outlier: false,
    state: 'reporting',
    source: 'monitor',
    minutes: series,
    ...facts,
  };
}

const impairedZone = zone('b', {
  bytes: 1.62 * GIB,
  timeouts: 31,
  rttMicros: 655,
  baselineRetransmissionsPerGiB: 2.1,
  changeVersusPeers: { ratio: 212, low: 141, high: 318 },
  outlier: true,
  minutes: minutes(impairedMinutes),
});

function nhi(monitor: string, covers: string[], facts: Partial<NhiReport> = {}): NhiReport {
  const names: Record<string, string> = {
    'apne3-az1': 'ap-northeast-3a',
    'apne3-az3': 'ap-northeast-3b',
    'apne3-az2': 'ap-northeast-3c',
  };
  const coversNames = covers.map((azId) => names[azId] ?? azId);
  return { monitor, state: 'healthy', degradedMinutes: [], covers, coversNames, ...facts };
}

const allZones = ['apne3-az1', 'apne3-az3', 'apne3-az2'];
const minuteAt = (minute: number) => new Date(Date.parse(window.start) + minute * 60_000).toISOString();

function flow(facts: Partial<Contributor>): Contributor {
  return {
    ip: '10.0.11.191',
    instanceId: 'i-0c5e1a7f3d9b24860',
    az: 'ap-northeast-3b',
    azId: 'apne3-az3',
    category: 'INTER_AZ',
    targetPort: 0,
    remote: { ip: '10.0.10.159', azId: 'apne3-az1', instanceId: 'i-0a1b2c3d4e5f60718' },
    retransmissions: 0,
    timeouts: 0,
    bytes: null,
    retransmissionsPerGiB: null,
    share: 0,
    ...facts,
  };
}

function report(
  facts: Partial<Report> & Pick<Report, 'verdict' | 'confidence' | 'reason' | 'summary'>,
): Report {
  return {
    schema: 'nfm.triage/v1',
    generatedAt: '2026-11-21T20:34:10Z',
    tool: { name: 'nfm', version: '0.1.0' },
    target,
    window,
    baseline,
    onset: null,
    end: null,
    ongoing: false,
    location: {},
    impairment: null,
    nhi: [],
    zones: [],
    contributors: [],
    evidence: [],
    gaps: [],
    next: [],
    ...facts,
  };
}

export const workload = report({
  verdict: 'workload',
  confidence: 'high',
  reason: 'pod-concentrated',
  summary:
    'Pod default/web-b in ap-northeast-3b has retransmitted 212 times more per GiB than its peers since 20:11 UTC, while AWS reports its network healthy: look at the pod and its node.',
  onset: '2026-11-21T20:11:00Z',
  ongoing: true,
  location: {
    ...ZONES.b,
    subnetId: 'subnet-08d2c6b1f4e7a9350',
    instanceId: 'i-0c5e1a7f3d9b24860',
    podNamespace: 'default',
    podName: 'web-b',
    serviceName: 'web',
  },
  impairment: {
    of: 'pod default/web-b',
    start: '2026-11-21T20:11:00Z',
    end: '2026-11-21T20:29:00Z',
    retransmissions: 1157,
    bytes: 0.66 * GIB,
    retransmissionsPerGiB: 1753,
    baselineRetransmissionsPerGiB: 1.9,
    estimatedLoss: 0.0024,
  },
  nhi: [
    nhi('prod-vpc', allZones),
    nhi('prod-ap-northeast-3b', ['apne3-az3']),
    nhi('prod-ap-northeast-3c', ['apne3-az2'], { state: 'unknown' }),
  ],
  zones: [impairedZone, zone('a', { bytes: 1.74 * GIB }), zone('c', { bytes: 1.68 * GIB })],
  contributors: [
    flow({
      podNamespace: 'default',
      podName: 'web-b',
      serviceName: 'web',
      remote: { podNamespace: 'default', podName: 'lb', ip: '10.0.10.4', azId: 'apne3-az1' },
      retransmissions: 1158,
      timeouts: 30,
      bytes: 1.1 * GIB,
      retransmissionsPerGiB: 1053,
      share: 0.957,
    }),
    flow({
      podNamespace: 'default',
      podName: 'lb',
      ip: '10.0.10.4',
      azId: 'apne3-az1',
      remote: { podNamespace: 'default', podName: 'web-b', ip: '10.0.11.191', azId: 'apne3-az3' },
      targetPort: 80,
      retransmissions: 37,
      timeouts: 1,
      bytes: 212 * 1024 ** 2,
      retransmissionsPerGiB: 179,
      share: 0.031,
    }),
    flow({
      podNamespace: 'ingestion-pipeline',
      podName: 'worker-b-deployment-68cb4fff79-tfc8s',
      remote: { instanceId: 'i-0d4f8a6b2c1e35790', ip: '10.0.10.77', azId: 'apne3-az1' },
      targetPort: 5432,
      retransmissions: 9,
      bytes: null,
      share: 0.007,
    }),
    flow({
      remote: { ip: '2001:db8:4006:812::200e', region: 'ap-northeast-1' },
      category: 'AMAZON_DYNAMODB',
      targetPort: 443,
      retransmissions: 4,
      bytes: 96 * 1024 ** 2,
      retransmissionsPerGiB: 42.7,
      share: 0.003,
    }),
  ],
  evidence: [
    {
      code: 'nhi-healthy',
      supports: 'workload',
      strength: 'required',
      statement:
        'The network health indicator of prod-ap-northeast-3b was healthy in all 18 minutes of the impairment, with a datapoint for each.',
      data: { minutes: 18 },
    },
    {
      code: 'pod-concentrated',
      supports: 'workload',
      strength: 'required',
      statement:
        '96 % of the retransmissions are of one pod; three peers in the same zone are at their baseline.',
      data: { share: 0.957, peers: 3 },
    },
    {
      code: 'peer-zones-steady',
      supports: 'none',
      strength: 'optional',
      statement: 'The other two zones did not change, which rules out a Region-wide cause.',
      data: {},
    },
  ],
  gaps: [
    {
      code: 'quota',
      action: 'networkflowmonitor:StartQueryMonitorTopContributors',
      effect: 'Timeouts of INTER_VPC flows are missing for 19:59–20:29.',
      fix: 'Run again in a minute, or lower --concurrency.',
    },
  ],
  next: [
    {
      command: kubectl(null, 'describe pod web-b --namespace default'),
      why: 'See whether the pod was changed or throttled at 20:11 UTC.',
    },
    {
      command: nfm(
        'top --monitor prod-ap-northeast-3b --since 2026-11-21T20:11:00Z --until 2026-11-21T20:29:00Z --metric retransmissions',
      ),
      why: 'List every flow of the pod.',
    },
  ],
});

export const awsInfrastructure = report({
  verdict: 'aws-infrastructure',
  confidence: 'high',
  reason: 'nhi-degraded-zone-wide',
  summary:
    'Zone ap-northeast-3b has been impaired from 20:11 to 20:27 UTC on all of its instances, and AWS reports its own network degraded there in the same minutes.',
  onset: '2026-11-21T20:11:00Z',
  end: '2026-11-21T20:27:00Z',
  location: { ...ZONES.b },
  impairment: {
    of: 'zone ap-northeast-3b (apne3-az3)',
    start: '2026-11-21T20:11:00Z',
    end: '2026-11-21T20:27:00Z',
    retransmissions: 1071,
    bytes: 0.86 * GIB,
    retransmissionsPerGiB: 1245,
    baselineRetransmissionsPerGiB: 2.1,
    estimatedLoss: 0.0017,
  },
  nhi: [
    nhi('prod-vpc', allZones, {
      state: 'degraded',
      degradedMinutes: [12, 13, 14, 15, 16, 17, 20, 21, 22, 23, 24, 25, 26, 27].map(minuteAt),
    }),
    nhi('prod-ap-northeast-3b', ['apne3-az3'], {
      state: 'degraded',
      degradedMinutes: Array.from({ length: 16 }, (_, minute) => minuteAt(12 + minute)),
    }),
    nhi('prod-ap-northeast-3a', ['apne3-az1']),
  ],
  zones: [
    zone('a', { bytes: 1.74 * GIB }),
    {
      ...impairedZone,
      minutes: minutes([...impairedMinutes.slice(0, 28), 0, 1]),
      changeVersusPeers: { ratio: 38, low: 24, high: 61 },
    },
  ],
  contributors: [
    flow({
      podNamespace: 'default',
      podName: 'web-b',
      remote: { podNamespace: 'default', podName: 'lb', azId: 'apne3-az1' },
      retransmissions: 611,
      timeouts: 16,
      bytes: 0.8 * GIB,
      retransmissionsPerGiB: 763,
      share: 0.51,
    }),
    flow({
      podNamespace: 'default',
      podName: 'worker-b',
      remote: { podNamespace: 'data', podName: 'db-0', azId: 'apne3-az1' },
      targetPort: 5432,
      retransmissions: 560,
      timeouts: 15,
      bytes: 0.79 * GIB,
      retransmissionsPerGiB: 709,
      share: 0.47,
    }),
  ],
  evidence: [
    {
      code: 'nhi-degraded',
      supports: 'aws-infrastructure',
      strength: 'required',
      statement:
        'The network health indicator of prod-ap-northeast-3b was degraded in 16 of the 16 minutes of the impairment.',
      data: {},
    },
    {
      code: 'zone-wide',
      supports: 'aws-infrastructure',
      strength: 'sufficient',
      statement:
        'Every instance of the zone rose alike: no pod carries more than 51 % of the retransmissions.',
      data: {},
    },
  ],
  next: [
    {
      command: aws(
        'arc-zonal-shift start-zonal-shift --resource-identifier arn:aws:elasticloadbalancing:ap-northeast-3:123456789012:loadbalancer/app/prod/50dc6c495c0c9188 --away-from apne3-az3 --expires-in 2h',
        { comment: 'NFM: zone impaired' },
      ),
      why: 'Move traffic out of the zone while AWS repairs it.',
    },
    {
      command: aws('health describe-events --filter regions=ap-northeast-3'),
      why: 'See whether AWS has published an event.',
    },
  ],
});

export const inconclusive = report({
  verdict: 'inconclusive',
  confidence: 'low',
  reason: 'zone-wide-nhi-healthy',
  suspects: ['aws-infrastructure'],
  summary:
    'All of ap-northeast-3b is impaired since 20:11 UTC, yet AWS reports its network healthy: a gray failure is possible, and nothing seen here proves it.',
  onset: '2026-11-21T20:11:00Z',
  ongoing: true,
  location: { ...ZONES.b },
  impairment: {
    of: 'zone ap-northeast-3b (apne3-az3)',
    start: '2026-11-21T20:11:00Z',
    end: '2026-11-21T20:29:00Z',
    retransmissions: 1202,
    bytes: 0.97 * GIB,
    retransmissionsPerGiB: 1239,
    baselineRetransmissionsPerGiB: 2.1,
    estimatedLoss: 0.0017,
  },
  nhi: [nhi('prod-vpc', allZones), nhi('prod-ap-northeast-3b', ['apne3-az3'])],
  zones: [
    impairedZone,
    zone('a'),
    zone('c', {
      bytes: 11 * 1024 ** 2,
      state: 'starved',
      retransmissions: 3,
      baselineRetransmissionsPerGiB: 8.4,
      changeVersusPeers: null,
      minutes: minutes([...quietMinutes.slice(0, 14), 1, 0, 0, ...Array<null>(13).fill(null)]),
    }),
  ],
  contributors: awsInfrastructure.contributors,
  evidence: [
    {
      code: 'zone-wide',
      supports: 'aws-infrastructure',
      strength: 'sufficient',
      statement: 'Every instance of the zone rose alike, as sender and as receiver.',
      data: {},
    },
    {
      code: 'nhi-healthy',
      supports: 'workload',
      strength: 'requisite',
      statement: 'The network health indicator stayed healthy in all 18 minutes.',
      data: {},
    },
  ],
  next: [
    {
      command: nfm('health prod-ap-northeast-3b --since 30m'),
      why: 'Watch whether AWS comes to see it too: the indicator can lag.',
    },
  ],
});

export const noImpairment = report({
  verdict: 'no-impairment',
  confidence: 'high',
  reason: 'no-rise',
  summary: 'Retransmissions per GiB of vpc-0f3a9c51d27be8460 are no higher than in the three hours before.',
  nhi: [nhi('prod-vpc', allZones)],
  zones: [zone('a'), zone('b', { bytes: 1.62 * GIB }), zone('c', { bytes: 1.68 * GIB })],
  evidence: [
    {
      code: 'no-rise',
      supports: 'none',
      strength: 'required',
      statement: 'Each zone is within 1.4 times of its own baseline and of its peers.',
      data: {},
    },
  ],
  next: [
    {
      command: nfm('zones --vpc vpc-0f3a9c51d27be8460 --since 3h'),
      why: 'Look further back, should the trouble be older.',
    },
  ],
});

export const noData = report({
  verdict: 'no-data',
  confidence: 'low',
  reason: 'metrics-unreadable',
  summary: 'Nothing can be said about vpc-0f3a9c51d27be8460: its metrics and its flows could not be read.',
  baseline: null,
  nhi: [nhi('prod-vpc', allZones, { state: 'unknown' })],
  zones: (['a', 'b'] as const).map((name) =>
    zone(name, {
      bytes: null,
      retransmissions: null,
      timeouts: null,
      state: 'silent',
      retransmissionsPerGiB: null,
      rttMicros: null,
      baselineRetransmissionsPerGiB: null,
      changeVersusPeers: null,
      minutes: minutes(Array<null>(30).fill(null)),
    }),
  ),
  gaps: [
    {
      code: 'permission',
      action: 'cloudwatch:GetMetricData',
      effect:
        'Bytes, retransmissions, timeouts and the network health indicator of every monitor are unknown.',
      fix: 'Allow cloudwatch:GetMetricData on * to arn:aws:sts::123456789012:assumed-role/OnCallReadOnly/alice; `nfm policy triage` prints the statement.',
    },
    {
      code: 'permission',
      action: 'networkflowmonitor:StartQueryMonitorTopContributors',
      effect: 'The flows that carry events are unknown.',
      fix: 'Allow it on arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor/*.',
    },
    { code: 'query-failed', action: null, effect: 'Workload insights are missing for one hour.', fix: null },
  ],
  next: [
    {
      command: nfm('policy triage'),
      why: 'Print the least policy that triage needs, for whoever may grant it.',
    },
    {
      command: nfm('doctor --vpc vpc-0f3a9c51d27be8460'),
      why: 'Check every step between the agent and the metric.',
    },
  ],
});

const HOSTILE = `evil\u001b[2J\u001b]0;owned\u0007\u202egnp.exe\u200b|\`**bold**\`\n# heading\r${'x'.repeat(300)}漢字漢字漢字`;

/** A report in which every name was chosen by an enemy. */
export const hostile: Report = {
  ...workload,
  summary: `Pod default/${HOSTILE} is impaired.`,
  location: { ...workload.location, podName: HOSTILE, serviceName: HOSTILE },
  zones: workload.zones.map((each) => ({ ...each, az: `漢字${HOSTILE}` })),
  nhi: workload.nhi.map((each) => ({ ...each, monitor: HOSTILE })),
  contributors: workload.contributors.map((each) => ({
    ...each,
    podName: HOSTILE,
    category: HOSTILE,
    remote: { ...each.remote, podNamespace: HOSTILE, podName: HOSTILE },
  })),
  evidence: workload.evidence.map((each) => ({ ...each, statement: HOSTILE, data: { [HOSTILE]: HOSTILE } })),
  gaps: workload.gaps.map((each) => ({
    ...each,
    code: HOSTILE,
    action: HOSTILE,
    effect: HOSTILE,
    fix: HOSTILE,
  })),
  next: [{ command: nfm('top', { monitor: HOSTILE }), why: HOSTILE }],
};

/** With all that pictures are drawn of. */
export const pictured: Report = {
  ...workload,
  zones: workload.zones.map((each) => {
    const { retransmissions } = each.minutes;
    return {
      ...each,
      minutes: {
        ...each.minutes,
        bytes: retransmissions.map(() => 58_000_000),
        timeouts: retransmissions.map((events) => Math.floor((events ?? 0) / 20)),
        rttMicros: retransmissions.map((events) => 400 + (events ?? 0)),
      },
    };
  }),
  traffic: {
    zones: [
      { from: 'apne3-az1', to: 'apne3-az3', ...sums(37, 212 * 1024 ** 2) },
      { from: 'apne3-az3', to: 'apne3-az1', ...sums(1158, 1.1 * GIB) },
      { from: 'apne3-az3', to: 'AMAZON_S3', ...sums(4, null) },
      {
        from: null,
        to: 'INTERNET',
        retransmissions: null,
        timeouts: null,
        bytes: null,
        retransmissionsPerGiB: null,
      },
    ],
    links: [
      {
        from: { podNamespace: 'default', podName: 'web-b' },
        to: { serviceName: 'lb' },
        blamed: 'from',
        flows: 3,
        ...sums(1158, 1.1 * GIB),
      },
      { from: { serviceName: 'web' }, to: { serviceName: 'lb' }, flows: 2, ...sums(0, 0.9 * GIB) },
      { from: { serviceName: 'worker' }, to: { category: 'AMAZON_S3' }, flows: 1, ...sums(4, null) },
    ],
    folded: { links: 12, flows: 40, ...sums(9, 0.2 * GIB) },
  },
};

function sums(retransmissions: number, bytes: number | null) {
  const retransmissionsPerGiB = bytes === null ? null : (retransmissions / bytes) * GIB;
  return { retransmissions, timeouts: 0, bytes, retransmissionsPerGiB };
}

export const reports = {
  workload,
  'aws-infrastructure': awsInfrastructure,
  inconclusive,
  'no-impairment': noImpairment,
  'no-data': noData,
};
