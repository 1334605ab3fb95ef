import { describe, expect, test } from 'vitest';
import { changed } from '../../src/sandbox/scenarios/changed.ts';
import { noted } from '../../src/sandbox/scenarios/changes.ts';
import { packetLoss } from '../../src/sandbox/scenarios/recorded.ts';
import { witnessed } from '../../src/sandbox/scenarios/witnessed.ts';
import { account, denied, fault, SHORT } from './helpers.ts';

type Triage = Awaited<ReturnType<Awaited<ReturnType<typeof account>>['triage']>>;

/** All that a change or a further witness must not touch. */
function concluded({
  gaps,
  verdict,
  confidence,
  reason,
  summary,
  onset,
  end,
  location,
  zones,
  next,
}: Triage) {
  return { gaps, verdict, confidence, reason, summary, onset, end, location, zones, steps: next.length };
}

let alone: Promise<Triage> | undefined;
function packetLossAlone(): Promise<Triage> {
  alone ??= account().then(({ triage }) => triage());
  return alone;
}

const GROUP = 'security group sg-0d6a2f8c4b71e9350';
const ALICE = 'role deployer (alice)';

/** Nearest first: minutes before the onset, what, where, by whom, and what it touches. */
const SHOWN: Readonly<Record<string, unknown[][]>> = {
  'group-changed': [[3, 'RevokeSecurityGroupIngress tcp 8080', GROUP, ALICE, 'location']],
  'route-changed': [
    [10, 'ReplaceRoute 10.78.0.0/16', 'route table rtb-0b4f8c3e5a1d97260', 'user bob', 'location'],
  ],
  rollout: [[2, 'rollout, 2 pods made', 'Deployment default/web of cluster demo', null, 'location']],
  'addon-updated': [
    [4, 'UpdateAddon v1.20.1-eksbuild.1', 'add-on vpc-cni of cluster demo', ALICE, 'network'],
  ],
  'unrelated-change': [],
  'later-change': [[-3, 'RevokeSecurityGroupIngress tcp 8080', GROUP, ALICE, 'location']],
};

describe('what changed', () => {
  test.each(changed.map(({ name }) => name))(
    '%s: told where it belongs, and nothing else is',
    async (name) => {
      const plain = await packetLossAlone();
      const own = await (await account({ scenario: name })).triage();
      expect(concluded(own)).toEqual(concluded(plain));
      expect(plain.changes).toEqual([]);
      const told = own.changes?.map((c) => [
        Math.round(c.secondsBeforeOnset / 60),
        c.what,
        c.where,
        c.by,
        c.touches,
      ]);
      expect(told).toEqual(SHOWN[name]);
      const statement = own.evidence.find(({ code }) => /^(no-)?changes$/.test(code))?.statement;
      if (name === 'unrelated-change') expect(statement).toContain('1 change elsewhere is left out');
    },
  );

  test('a person reads it beside the verdict', async () => {
    const { run } = await account({ scenario: 'group-changed' });
    for (const format of ['table', 'markdown', 'html']) {
      const { stdout } = await run(['triage', ...SHORT, '-o', format]);
      expect(stdout).toContain('What changed');
      expect(stdout).toMatch(/3 min before/);
      expect(stdout.replace(/\s+/g, ' ')).toContain(`by ${ALICE}`);
    }
  });

  test('where nothing began, nobody is asked', async () => {
    const { sandbox, triage } = await account({ scenario: 'quiet' });
    expect((await triage()).changes).toBeUndefined();
    const asked = sandbox.requests.map(({ service }) => service);
    for (const service of ['cloudtrail', 'autoscaling', 'arc-zonal-shift', 'health', 'kubernetes'])
      expect(asked).not.toContain(service);
    expect(sandbox.requests.map(({ operation }) => operation)).not.toContain('ListMetrics');
  });

  test('where CloudTrail may not be asked, EKS still tells, without whose it was', async () => {
    const faults = [denied('cloudtrail:LookupEvents')];
    const { triage } = await account({ scenario: 'addon-updated', faults });
    const { changes, evidence, gaps } = await triage();
    expect(changes).toMatchObject([{ source: 'EKS', by: null, where: 'add-on vpc-cni of cluster demo' }]);
    expect(gaps).toMatchObject([{ code: 'permission', action: 'cloudtrail:LookupEvents' }]);
    expect(gaps[0]?.effect).toMatch(/^A witness is missing: /);
    expect(evidence.find(({ code }) => code === 'changes')?.statement).toContain('Not told by CloudTrail');
  });

  test.each([
    'cloudtrail:LookupEvents',
    'autoscaling:DescribeScalingActivities',
    'arc-zonal-shift:ListAutoshifts',
    'health:DescribeEvents',
    'eks:ListUpdates',
    'cloudwatch:ListMetrics',
  ])('a service that does not know this identity ends no run: %s', async (action) => {
    const faults = [fault(action, { code: 'UnrecognizedClientException', status: 403 })];
    const { triage } = await account({ faults });
    expect(await triage()).toMatchObject({ verdict: 'workload', confidence: 'high', gaps: [] });
  });

  test('a cluster that lets nobody in is no gap', async () => {
    const { triage } = await account({ scenario: 'packet-loss+cluster-closed' });
    const { verdict, gaps, evidence } = await triage();
    expect({ verdict, gaps }).toEqual({ verdict: 'workload', gaps: [] });
    expect(evidence.find(({ code }) => code === 'no-changes')?.statement).toContain('Not told by Kubernetes');
  });

  test('of a request nothing is kept that may be a secret, and no name is obeyed by a terminal', async () => {
    const secret = 'hunter2-hunter2';
    const scenario = {
      ...packetLoss,
      changes: [
        noted(2, {
          source: 'ssm.amazonaws.com',
          name: 'SendCommand',
          by: { role: 'deployer', session: 'alice\u001b[2J\u202e' },
          request: {
            documentName: 'AWS-RunShellScript',
            instanceIds: ['i-0b82c5e6f1d947a33'],
            parameters: { commands: [`export PASSWORD=${secret}`] },
            comment: secret,
          },
        }),
        noted(4, { source: 's3.amazonaws.com', name: 'PutBucketPolicy', by: { user: 'bob' }, request: {} }),
        noted(5, {
          source: 'ec2.amazonaws.com',
          name: 'ReplaceRoute',
          by: { user: 'bob' },
          request: { routeTableId: 'rtb-0b4f8c3e5a1d97260' },
          error: 'Client.UnauthorizedOperation',
        }),
      ],
    };
    const { run, triage } = await account({ scenario });
    const { changes } = await triage();
    expect(changes).toMatchObject([
      { what: 'SendCommand', where: 'AWS-RunShellScript on i-0b82c5e6f1d947a33', touches: 'location' },
    ]);
    expect(JSON.stringify(changes)).not.toContain(secret);
    const { stdout } = await run(['triage', ...SHORT]);
    expect(stdout).toContain('SendCommand');
    for (const text of ['\u001b[2J', '\u202e', 'hunter2']) expect(stdout).not.toContain(text);
  });
});

/** What each of them says, and for whom. */
const SAYS: Readonly<Record<string, [code: string, supports: string]>> = {
  'allowance-exceeded': ['allowance-exceeded', 'workload'],
  'nat-ports': ['nat-ports', 'workload'],
  'nat-drops': ['nat-drops', 'aws-infrastructure'],
  'transit-blackhole': ['transit-drops', 'workload'],
  'balancer-zone': ['balancer-zone-unhealthy', 'none'],
  autoshift: ['autoshift', 'aws-infrastructure'],
  'health-issue': ['health-issue', 'aws-infrastructure'],
  'health-unrelated': ['health-issue', 'none'],
};

describe('further witnesses', () => {
  test.each(witnessed.map((scenario) => [scenario.name, scenario] as const))(
    '%s: told, and nothing else is',
    async (name, scenario) => {
      const own = await (await account({ scenario })).triage();
      const plain = await (await account({ scenario, faults: QUIET })).triage();
      expect(concluded(own)).toEqual(concluded(plain));
      const [code, supports] = SAYS[name] ?? [];
      expect(own.evidence.find((e) => e.code === code)).toMatchObject({ supports, strength: 'optional' });
      expect(plain.evidence.map((e) => e.code)).not.toContain(code);
    },
  );
});

/** Others answer, those do not have it. */
const QUIET = ['cloudwatch:ListMetrics', 'arc-zonal-shift:ListAutoshifts', 'health:DescribeEvents'].map(
  (action) => fault(action, { code: 'InvalidAction' }),
);
