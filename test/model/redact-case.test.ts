import { describe, expect, it } from 'vitest';
import type { Case, Flow } from '../../src/model/case.ts';
import { redactCase } from '../../src/model/redact-case.ts';
import { buildCase, fleet, from, type Setup } from '../judge/build.ts';
import { readRecording, recordingNames } from '../lab/recording.ts';
import { toCase } from '../lab/to-case.ts';
import { expectNothingLeft, expectRedacted, namesIn } from './redacted.ts';

/* All scenarios of the sandbox: test/cli/scenarios.test.ts. */

describe("the lab's recordings: nothing is left of the names, and the answer is the same", () => {
  it.each(recordingNames())('%s', (name) => {
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
