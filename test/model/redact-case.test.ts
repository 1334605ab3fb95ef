import { describe, expect, it } from 'vitest';
import { toJSONSchema } from 'zod';
import { type Case, caseSchema, type Flow } from '../../src/model/case.ts';
import { spoken } from '../../src/model/command-line.ts';
import { redactCase } from '../../src/model/redact-case.ts';
import { buildCase, fleet, from, type Setup } from '../judge/build.ts';
import { readRecording, recordingNames } from '../lab/recording.ts';
import { toCase } from '../lab/to-case.ts';
import { slice } from '../slice.ts';
import { answerOf, expectNothingLeft, expectOneToOne, expectRedacted, namesIn } from './redacted.ts';

/* All scenarios of the sandbox: test/cli/scenarios.test.ts. */

describe("the lab's recordings: nothing is left of the names, and the answer is the same", () => {
  it.each(slice(recordingNames(), 4))('%s', (name) => {
    const recording = readRecording(name);
    for (const options of [{}, { client: 'vpc', awsEvent: true }, { minutes: 30 }] as const) {
      expectRedacted(toCase(recording, options).data);
    }
  });
});

const ZONES = ['az1', 'az2', 'az3'];
const SETUPS: Readonly<Record<string, Setup>> = {
  'a quiet fleet': { pods: fleet(ZONES, 3) },
  'one pod': {
    pods: fleet(ZONES, 3).map((p) => (p.name === 'az2-pod-1' ? { ...p, events: from(210, 0.2, 30) } : p)),
  },
  'two pods alike': {
    pods: fleet(ZONES, 3).map((p) => (/az2-pod-[12]/.test(p.name) ? { ...p, events: from(210, 0, 30) } : p)),
  },
  'a zone, degraded': {
    pods: fleet(ZONES, 4).map((p) => (p.azId === 'az2' ? { ...p, events: from(210, 0.2, 10) } : p)),
    nhi: (zones, minute) => (zones.includes('az2') && minute >= 210 ? 1 : 0),
  },
  'no monitor': { pods: fleet(ZONES, 3), monitors: 'none' },
  'no data': {
    pods: fleet(ZONES, 3),
    monitors: 'none',
    flows: false,
    gaps: [
      {
        code: 'permission',
        action: 'networkflowmonitor:ListMonitors',
        effect: 'Which monitors there are is unknown, payments-eu among them.',
        fix: 'Ask payments-team.',
        answer: 'User: arn:aws:iam::123456789012:user/oncall-jane is not authorized',
      },
    ],
  },
};

describe('made-up cases', () => {
  it('a case that is left as it is would be found out', () => {
    const data = buildCase({ pods: fleet(ZONES, 3) });
    expect(namesIn(data).length).toBeGreaterThan(10);
    expect(() => expectNothingLeft(data, data)).toThrow('to deeply equal []');
  });

  it.each(Object.entries(SETUPS))('%s', (_, setup) => expectRedacted(buildCase(setup)));

  it.each(Object.entries(SETUPS))('%s, redacted twice', (_, setup) => {
    const original = buildCase(setup);
    const once = redactCase(original).data;
    const twice = redactCase(once).data;
    expectOneToOne(once, twice);
    expect(caseSchema.parse(twice)).toEqual(twice);
    expect(answerOf(twice)).toEqual(answerOf(original));
  });
});

describe('names that are hard to tell from anything else', () => {
  /** Under each name of the case, the same hostile one throughout. */
  function renamed(data: Case, names: readonly string[], fields: readonly string[]): Case {
    const given = new Map<string, string>();
    const rename = (part: unknown, key: string): unknown => {
      if (typeof part === 'string' && fields.includes(key)) {
        const name = given.get(`${key} ${part}`) ?? names[given.size % names.length] ?? '';
        given.set(`${key} ${part}`, name);
        return name;
      }
      if (Array.isArray(part)) return part.map((item) => rename(item, key));
      if (typeof part !== 'object' || part === null) return part;
      return Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, rename(inner, name)]));
    };
    return rename(data, '') as Case;
  }

  const HOSTILE: Readonly<Record<string, readonly string[]>> = {
    'parts of one another': ['pay', 'payments', 'payments-eu', 'my-payments-eu-west-1', 'payments-eu-west'],
    'words of the case': ['retransmissions', 'bytes', 'flows', 'nfm.case/v1', 'null', 'INTER_AZ', 'workload'],
    'zones, Regions and ports': ['apne3-az1', 'use1-az6', 'eu-central-1', 'us-east-1a', '443', '5432', '0'],
    'our own replacements': [
      'pod-000001',
      'pod-000002',
      'pod-000003',
      'name-000001',
      'Left out.',
      'ARN-000001',
    ],
    'members of every object': ['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'],
    'hosts and people': [
      'ip-10-0-1-2.eu-central-1.compute.internal',
      'ABCDEF0123456789ABCDEF0123456789.gr7.eu-central-1.eks.amazonaws.com',
      'internal-payments-123456789.eu-central-1.elb.amazonaws.com',
      'jane.doe@example.com',
      'AROAEXAMPLE:jane.doe@example.com',
    ],
    'ARNs of any partition': [
      'arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab',
      'arn:aws-us-gov:sts::111122223333:assumed-role/payments-admin/jane.doe@example.com',
      'arn:aws-cn:elasticloadbalancing:cn-north-1:111122223333:loadbalancer/app/payments/50dc6c495c0c9188',
      'arn:aws-iso-b:ec2:us-isob-east-1:111122223333:payments/of-europe',
      'arn:payments:ec2:eu-central-1:111122223333:vpc/vpc-0123456789abcdef0',
      'arn:aws:payments:::europe',
    ],
    'cut off and written otherwise': [
      'i-0123',
      'I-0123456789ABCDEF0',
      'eni-0123456789abcdef',
      'cGF5bWVudHM=',
      'payments%2Feurope',
      'PAYMENTS',
      'xn--pyments-4wb',
    ],
    'alike to the eye': [
      'p\u0430yments',
      'payments',
      'caf\u00e9',
      'cafe\u0301',
      'CAF\u00c9',
      '\u202epayments',
    ],
    'what ends a line, a text or a list': [
      'a\nb',
      'a, b',
      'a,b',
      '"}],"',
      '\u001b[31mred',
      '\ud800',
      ' payments ',
    ],
    'addresses in any spelling': [
      '2600:1F14::A',
      '2600:1f14::a',
      '2600:1f14:0:0:0:0:0:a',
      '::ffff:10.9.8.7',
      '10.9.8.7',
      '::ffff:a09:807',
      'fe80::1%eth0',
      '10.9.8.0/24',
      '10.9.8.7:443',
      '010.9.8.7',
      '::1',
      '255.255.255.255',
    ],
  };
  const CANARIES = [
    'ayments',
    'jane',
    'cgf5',
    '0123456789abc',
    '111122223333',
    '1f14',
    '9.8.7',
    'eks.amazonaws',
  ];
  const pod = SETUPS['one pod'] ?? { pods: [] };

  it.each(Object.entries(HOSTILE))('%s', (_, names) => {
    const many = Array.from({ length: 40 }, (__, i) => names.map((name) => (i === 0 ? name : `${name}${i}`)));
    const fields = ['podName', 'instanceName', 'serviceName', 'podNamespace', 'ip', 'componentId'];
    const original = spoken(renamed(buildCase(pod), many.flat(), fields)) as Case;
    const { data } = redactCase(original);
    expectOneToOne(original, data);
    expect(answerOf(data)).toEqual(answerOf(original));
    expect(caseSchema.parse(data)).toEqual(data);
    const left = JSON.stringify(data).toLowerCase();
    for (const canary of CANARIES) expect(left).not.toContain(canary);
  });

  it('a target is not kept because it is called as a Region is', () => {
    const made = buildCase(pod);
    for (const kind of ['cluster', 'monitor', 'vpc'] as const) {
      const target = { ...made.target, kind, id: 'prod-west-1' };
      expect(JSON.stringify(redactCase({ ...made, target }).data)).not.toContain('prod-west-1');
    }
    const scopeless = { ...made.target, kind: 'scope', id: made.target.region } as const;
    expect(redactCase({ ...made, target: scopeless }).data.target.id).toBe(made.target.region);
  });
});

/** A value that the schema takes, all of whose free texts are one and the same; with where they stand. */
function filled(schema: JsonSchema, text: string, path: string, paths: Set<string>): unknown {
  const { type, anyOf, items, properties, additionalProperties, required = [] } = schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (anyOf) return filled(anyOf.find((one) => one.type !== 'null') ?? {}, text, path, paths);
  if (type === 'array') return [filled(items ?? {}, text, `${path}[]`, paths)];
  if (type === 'object') {
    const own = Object.entries(properties ?? {}).map(([name, inner]) => [
      name,
      filled(inner, text, path === '' ? name : `${path}.${name}`, paths),
    ]);
    if (typeof additionalProperties === 'object' && required.length === 0 && !properties) {
      own.push([text, filled(additionalProperties, text, `${path}.*`, paths)]);
    }
    return Object.fromEntries(own);
  }
  if (type === 'number' || type === 'integer') return 1;
  if (type === 'boolean') return true;
  if (schema.format === 'date-time') return '2026-11-21T20:00:00Z';
  paths.add(path);
  return text;
}

interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  required?: string[];
  format?: string;
}

/** Where something is kept, if it looks right. Of sentences and of what was done, that is a code and a call. */
const KEPT_IN = `
  sandbox scope.status monitors[].status witnesses.addon.status witnesses.autoshifts[].status
  monitors[].local[].type monitors[].remote[].type flows[].path[].componentType outside[].path[].componentType
  insights[].category flows[].category outside[].category asked[].category incomplete.lists[].category
  witnesses.statusChecks[].system witnesses.statusChecks[].instance witnesses.statusChecks[].ebs
  witnesses.addon.issues[] witnesses.issues[].service witnesses.issues[].code witnesses.issues[].zones[]
  witnesses.metrics[].namespace witnesses.metrics[].name
  gaps[].code gaps[].action gaps[].effect witnesses.missing[].code witnesses.missing[].action witnesses.missing[].effect
  diagnosis.cause.id diagnosis.cause.finding changes.items[].what
  zones[].azId targetZones[] monitors[].zones[] insights[].azId coverage.silent[].azId
  flows[].local.azId flows[].remote.azId outside[].local.azId outside[].remote.azId
  witnesses.latency.pairs[].zones[] witnesses.autoshifts[].azId
  target.region flows[].local.region flows[].remote.region outside[].local.region outside[].remote.region
  tool.version witnesses.addon.version
`;

describe('whatever stands in any field of a case', () => {
  const schema = toJSONSchema(caseSchema, { unrepresentable: 'any', io: 'input' }) as JsonSchema;
  const shapes = [
    'canary',
    'Canary',
    'CANARY_X',
    'canary-canary-1',
    'can-west-1',
    'canary1-az1',
    '1.2-canary',
    'CanaryCanary',
    'canary+x',
    'ec2:Canary',
    'AWS/Canary',
    'canary x',
  ];
  const paths = new Set<string>();
  const kept = new Map<string, string[]>();
  for (const shape of shapes) {
    const data = filled(schema, shape, '', paths) as Case;
    const left = new Set<string>();
    const look = (part: unknown, path: string): void => {
      if (typeof part === 'string' && /canary|can-west/i.test(part)) left.add(path);
      else if (Array.isArray(part)) for (const item of part) look(item, `${path}[]`);
      else if (typeof part === 'object' && part !== null) {
        for (const [name, inner] of Object.entries(part)) {
          if (/canary|can-west/i.test(name)) left.add(`${path}.*`);
          look(inner, path === '' ? name : `${path}.${name}`);
        }
      }
    };
    look(redactCase(data).data, '');
    for (const path of left) kept.set(path, [...(kept.get(path) ?? []), shape]);
  }

  it('is replaced, unless it is of AWS or of nfm there', () => {
    expect(paths.size).toBeGreaterThan(80);
    expect([...kept.keys()].sort()).toEqual(KEPT_IN.trim().split(/\s+/).sort());
  });
});

describe('replacements', () => {
  const flow = (local: Flow['local'], remote: Flow['remote'] = {}): Flow => ({
    tile: 0,
    category: 'INTRA_AZ',
    targetPort: 443,
    local,
    remote,
    bytes: 1,
    retransmissions: 0,
    timeouts: 0,
    rttMicros: null,
  });
  const made = buildCase({ pods: fleet(['az1'], 1) });
  const redact = (flows: Flow[], more: Partial<Case> = {}) => redactCase({ ...made, ...more, flows }).data;

  it.each([
    ['10.1.2.3', /^10\./],
    ['172.31.0.9', /^172\.(1[6-9]|2\d|3[01])\./],
    ['192.168.1.9', /^192\.168\./],
    ['100.64.3.1', /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./],
    ['169.254.20.10', /^169\.254\./],
    ['52.95.110.1', /^240\./],
    ['fd12:3456::9', /^fd00::/],
    ['fe80::1ff:fe23', /^fe80::/],
    ['2600:1f14::7', /^2001:db8::/],
  ])('an address stays of its kind: %s', (ip, kind) => {
    const [first, second] = redact([flow({ ip }), flow({}, { ip })]).flows;
    expect(first?.local.ip).toMatch(kind);
    expect(first?.local.ip).not.toBe(ip);
    expect(second?.remote.ip).toBe(first?.local.ip);
  });

  it('an ID stays of its kind, and is the same in an ARN', () => {
    const id = 'nat-0123456789abcdef0';
    const [{ path: [construct] = [] } = { path: [] }] = redact([
      {
        ...flow({}),
        path: [{ componentId: id, componentArn: `arn:aws-cn:ec2:cn-north-1:123456789012:natgateway/${id}` }],
      },
    ]).flows;
    expect(construct?.componentId).toBe('nat-00000000000000001');
    expect(construct?.componentArn).toBe(
      'arn:aws-cn:ec2:cn-north-1:000000000001:natgateway/nat-00000000000000001',
    );
  });

  it('a load balancer is the same on the way, in an ARN and in CloudWatch', () => {
    const id = 'app/payments/50dc6c495c0c9188';
    const arn = `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/${id}`;
    const metric = {
      namespace: 'AWS/ApplicationELB',
      name: 'HealthyHostCount',
      dimensions: {
        LoadBalancer: id,
        TargetGroup: 'targetgroup/payments/73e2d6bc24d8a067',
        'team-payments': 'x',
      },
      start: made.window.start,
      periodSeconds: 60,
      values: [],
    };
    const data = redact([{ ...flow({}), path: [{ componentId: id, componentArn: arn }] }], {
      witnesses: { statusChecks: null, latency: null, addon: null, metrics: [metric], missing: [] },
    });
    expect(data.flows[0]?.path?.[0]).toEqual({
      componentId: 'app/load-balancer/0000000000000001',
      componentArn:
        'arn:aws:elasticloadbalancing:eu-central-1:000000000001:loadbalancer/app/load-balancer/0000000000000001',
    });
    expect(data.witnesses?.metrics?.[0]?.dimensions).toEqual({
      LoadBalancer: 'app/load-balancer/0000000000000001',
      TargetGroup: 'TargetGroup-000001',
      'dimension-000001': 'dimension value-000001',
    });
  });

  it.each([
    ['arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab', 'ARN-000001'],
    ['arn:aws-us-gov:iam::123456789012:role/payments', 'ARN-000001'],
    [
      'arn:aws-us-gov:ec2:us-gov-west-1:123456789012:transit-gateway-attachment/tgw-attach-0123456789abcdef0',
      'arn:aws-us-gov:ec2:us-gov-west-1:000000000001:transit-gateway-attachment/tgw-attach-00000000000000001',
    ],
    [
      'arn:aws-eusc:eks:eusc-de-east-1:123456789012:cluster/payments',
      'arn:aws-eusc:eks:eusc-de-east-1:000000000001:cluster/cluster-000001',
    ],
    [
      'arn:aws:ec2:payments-eu-1:123456789012:vpc/vpc-0123456789abcdef0',
      'arn:aws:ec2:region-000001:000000000001:vpc/vpc-00000000000000001',
    ],
  ])('an ARN: %s', (componentArn, replaced) => {
    const [first] = redact([{ ...flow({}), path: [{ componentArn }] }]).flows;
    expect(first?.path?.[0]?.componentArn).toBe(replaced);
  });

  it.each([
    ['AuthorizeSecurityGroupIngress tcp 5432', 'AuthorizeSecurityGroupIngress'],
    ['AddonUpdate v1.20.1-eksbuild.1', 'AddonUpdate'],
    ['rollout, 2 pods made', 'rollout, 2 pods made'],
    ['1 pod made', '1 pod made'],
    ['container restarted (OOMKilled, exit code 137)', 'container restarted'],
    ['Terminating EC2 instance: i-0123456789abcdef0', 'Terminating'],
    ['Payments was deleted', 'change-000001'],
    ['payments', 'change-000001'],
  ])('of what was done, what it is called: %s', (what, kept) => {
    const item = { at: made.window.start, source: 'CloudTrail', what, by: null, where: null };
    const nowhere = { ids: [], vpcIds: [], subnetIds: [], instanceIds: [] };
    const changes = { window: made.window, clusters: [], sources: [], items: [{ ...item, ...nowhere }] };
    expect(redact([], { changes }).changes?.items[0]?.what).toBe(kept);
  });

  it('a block of addresses that is more than half full is enough', () => {
    const addresses = Array.from({ length: 33_000 }, (_, i) => `192.168.${i >> 8}.${i & 255}`);
    const redacted = redact(addresses.map((ip) => flow({ ip }))).flows.map(({ local }) => local.ip ?? '');
    expect(new Set(redacted).size).toBe(addresses.length);
    expect(redacted.every((ip) => /^192\.168\.\d+\.\d+$/.test(ip))).toBe(true);
  });

  it("a zone's ID is kept, its name is not, nor what only looks like either", () => {
    const [own = '', ...others] = redact(
      [made.zones[0]?.azId ?? '', 'usw2-lax1-az1', 'use1-wl1-bos-wlz1', 'eu-central-1a', 'payments-1'].map(
        (azId) => flow({ azId }),
      ),
    ).flows.map(({ local }) => local.azId ?? '');
    expect(own).toBe(made.zones[0]?.azId);
    expect(others).toEqual(['usw2-lax1-az1', 'use1-wl1-bos-wlz1', 'zone-000001', 'zone-000002']);
  });

  it('zones are in the order of their IDs: that of their names would tell which is which', () => {
    const zones = [
      { azId: 'euc1-az3', az: 'eu-central-1a' },
      { azId: 'euc1-az2', az: 'eu-central-1b' },
    ];
    expect(redact([], { zones }).zones).toEqual([
      { azId: 'euc1-az2', az: null },
      { azId: 'euc1-az3', az: null },
    ]);
  });

  it('what flows were read from are the monitors of the case', () => {
    const [first, second] = made.monitors;
    if (!first) throw new Error('no monitor');
    const monitors = [first, { ...(second ?? first), name: 'payments' }];
    const name = monitors.map((monitor) => monitor.name).join(', ');
    const data = redact([], { monitors, flowsFrom: { kind: 'monitor', name } });
    expect(data.flowsFrom?.name).toBe(data.monitors.map((monitor) => monitor.name).join(', '));
    expect(data.flowsFrom?.name).toMatch(/^monitor-00000\d, monitor-00000\d$/);
  });

  it("an IPv4 address inside IPv6 is that address's replacement", () => {
    const ips = redact([flow({ ip: '10.9.8.7' }), flow({ ip: '::ffff:10.9.8.7' })]).flows;
    expect(ips[1]?.local.ip).toBe(`::ffff:${ips[0]?.local.ip}`);
  });

  it("AWS's words of a refusal are gone, and so are the parts of a fix", () => {
    const said = { text: '', commands: [{ program: 'aws', words: ['payments'] }] };
    const gap = { code: 'permission', action: 'ec2:DescribeVpcs', effect: 'x', fix: 'y', answer: 'z', said };
    expect(redact([], { gaps: [gap] }).gaps).toEqual([
      {
        code: 'permission',
        action: 'ec2:DescribeVpcs',
        effect: 'What permission leaves unknown is left out.',
        fix: null,
      },
    ]);
  });

  it("a sandbox's scenario is kept, joined ones too", () => {
    expect(redact([], { sandbox: 'packet-loss+no-monitor' }).sandbox).toBe('packet-loss+no-monitor');
  });

  it('a load balancer stays of its kind, and is the same wherever it stands', () => {
    const id = 'net/payments/50dc6c495c0c9188';
    const arn = `arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/${id}`;
    const [flow_] = redact([{ ...flow({}), path: [{ componentId: id }, { componentArn: arn }] }]).flows;
    expect(flow_?.path).toEqual([
      { componentId: 'net/load-balancer/0000000000000001' },
      { componentArn: expect.stringMatching(/:loadbalancer\/net\/load-balancer\/0000000000000001$/) },
    ]);
  });

  it('what looks like a replacement already is no second one of another', () => {
    const flows = redact([flow({ podName: 'pod-000001' }), flow({ podName: 'a' })]).flows;
    expect(new Set(flows.map(({ local }) => local.podName)).size).toBe(2);
    expect(flows.map(({ local }) => local.podName)).not.toContain('pod-000001');
  });

  it('what is new in a case gives nothing away', () => {
    const data = redact([], { 'a new field': { note: 'payments-eu' } } as Partial<Case>);
    expect(JSON.stringify(data)).not.toContain('payments-eu');
  });

  it('replacements are in the order of what they stand for', () => {
    const names = ['zeta', 'alpha', 'mid'];
    const replaced = redact(names.map((podName) => flow({ podName }))).flows.map(
      ({ local }) => local.podName,
    );
    expect([...replaced].sort()).toEqual([replaced[1], replaced[2], replaced[0]]);
  });
});
