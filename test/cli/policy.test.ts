import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { commandName } from '../../src/cli/core/spec.ts';
import { CREATE_ROLE, policySchema } from '../../src/model/policy.ts';
import { hosts, irsa, noted } from '../../src/sandbox/scenarios/changes.ts';
import { findScenario } from '../../src/sandbox/scenarios/index.ts';
import type { Playable } from '../../src/sandbox/scenarios/scenario.ts';
import { account, expectError, nfm } from './helpers.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';
const SHORT = '--since 5m --baseline none --concurrency 40';
const K8S = 'monitor create k8s --cluster demo --yes';
const NO_MONITORS = 'monitor delete ALL --yes';
const NO_SCOPE = 'scope delete --with-monitors --yes';

/** Only the image says what runs on an instance that Systems Manager does not know. */
const UNMANAGED: Playable = {
  name: 'unmanaged',
  recording: 'quiet',
  changes: [hosts({ ssm: undefined, agentPackage: undefined })],
};

const UNMANAGED_AND_CLOSED: Playable = {
  ...UNMANAGED,
  name: 'unmanaged-and-closed',
  changes: [...(UNMANAGED.changes ?? []), ...(findScenario('security-group-closed').changes ?? [])],
};

const changed = findScenario('addon-updated+group-changed+route-changed+health-unrelated');

/** A change of each kind whose place EC2 is asked for. */
const CHANGED: Playable = {
  ...changed,
  changes: [
    ...(changed.changes ?? []),
    noted(5, {
      source: 'ec2.amazonaws.com',
      name: 'CreateNetworkAclEntry',
      by: { user: 'bob' },
      request: { networkAclId: 'acl-0e4b7d2a9c6f13580' },
    }),
  ],
};

/** The role is by IRSA, trusts somebody else, and IAM does not know the cluster's provider. */
const NO_PROVIDER: Playable = {
  name: 'no-provider',
  recording: 'quiet',
  changes: [
    irsa('somebody-else'),
    (world) => {
      world.oidcProviders = [];
    },
  ],
};

/** Lines that together take every branch of a command; `^` before one: Ctrl-C once its queries run; `!`: it fails. */
const LINES: Readonly<Record<string, { before?: string; scenario?: string | Playable; lines: string[] }[]>> =
  {
    triage: [
      {
        lines: [
          `triage --vpc ${VPC} ${SHORT}`,
          `triage --cluster demo ${SHORT}`,
          `triage --since 30m --baseline none --concurrency 40`,
          `^triage ${SHORT}`,
        ],
      },
      {
        before: NO_MONITORS,
        lines: [
          `triage ${SHORT}`,
          `^triage ${SHORT}`,
          `triage --vpc ${VPC} --create-monitors --yes ${SHORT}`,
        ],
      },
      // Something began: what is asked around that.
      { scenario: 'addon-updated', lines: ['triage --since 30m --baseline 1h --concurrency 40'] },
      {
        scenario: 'group-changed+route-changed+health-unrelated',
        lines: ['triage --since 30m --baseline 1h --concurrency 40'],
      },
      // Nothing is published: what it asks then.
      { scenario: 'association-missing+security-group-closed', lines: [`triage ${SHORT}`] },
      { scenario: 'irsa+security-group-closed', lines: [`triage ${SHORT}`] },
      { scenario: UNMANAGED_AND_CLOSED, lines: [`triage ${SHORT}`] },
      { scenario: 'old-addon+security-group-closed', lines: [`triage ${SHORT}`] },
      { scenario: 'fargate+two-agents+load-balancer', lines: [`triage ${SHORT}`] },
    ],
    doctor: [
      { lines: ['doctor', 'doctor --zone ap-northeast-3a', '^doctor --concurrency 40'] },
      { scenario: 'irsa', lines: ['doctor'] },
      { scenario: 'old-addon', lines: ['doctor --fix --yes'] },
      { scenario: 'nothing', lines: ['doctor --fix --yes'] },
      { scenario: NO_PROVIDER, lines: ['doctor --fix --yes'] },
      { scenario: 'service-linked-role-missing', lines: ['doctor --fix --yes'] },
      { scenario: 'scope-of-another-account', lines: ['doctor --fix --yes'] },
      { scenario: UNMANAGED, lines: ['doctor'] },
    ],
    top: [
      {
        lines: [
          'top --since 30m',
          `top --cluster demo --since 5m`,
          `top --vpc ${VPC} --since 5m`,
          `^top --vpc ${VPC} --since 5m --concurrency 40`,
        ],
      },
      { before: NO_MONITORS, lines: ['top --since 5m', '^top --since 5m --concurrency 40'] },
    ],
    zones: [
      { lines: [`zones --vpc ${VPC} ${SHORT}`, `zones --cluster demo ${SHORT}`] },
      { before: NO_MONITORS, lines: [`zones ${SHORT}`, `^zones ${SHORT}`] },
      { before: NO_SCOPE, lines: [`zones ${SHORT}`] },
    ],
    // By profiles it is the same calls; --triage takes the policy of triage as well.
    sweep: [
      {
        scenario: 'fleet',
        lines: ['sweep --accounts org --role nfm-read --region eu-central-1 --region us-east-1'],
      },
    ],
    watch: [
      {
        lines: [
          `watch --vpc ${VPC} --for 1m ${SHORT}`,
          `watch --cluster demo --for 1m ${SHORT}`,
          `^watch ${SHORT}`,
        ],
      },
      { before: NO_MONITORS, lines: [`watch --for 1m ${SHORT}`, `^watch ${SHORT}`] },
      { before: NO_SCOPE, lines: [`watch --for 1m ${SHORT}`] },
      { scenario: 'fargate+two-agents+load-balancer', lines: [`watch --for 1m ${SHORT}`] },
      {
        scenario: CHANGED,
        lines: ['watch --for 30s --since 30m --baseline 1h --concurrency 40'],
      },
    ],
    metrics: [
      { lines: ['metrics', `metrics --vpc ${VPC} --since 5m`, 'metrics --cluster demo'] },
      { before: NO_MONITORS, lines: ['metrics --since 5m', '^metrics --since 5m'] },
    ],
    health: [{ lines: ['health', `health --vpc ${VPC}`, 'health --cluster demo'] }],
    'export alarms': [{ lines: ['export alarms --since 1d'] }],
    'export setup': [
      { lines: ['export setup', `export setup --vpc ${VPC}`] },
      { scenario: 'association-missing', lines: ['export setup'] },
      { scenario: 'wrong-namespace', lines: ['export setup'] },
    ],
    'export dashboard': [{ before: K8S, lines: ['export dashboard'] }],
    'export fleet': [{ scenario: 'fleet', lines: ['export fleet --role nfm-read'] }],
    'monitor list': [{ before: K8S, lines: ['monitor list'] }],
    'monitor show': [
      { before: K8S, lines: ['monitor show k8s', 'monitor show FIRST', '!monitor show nope'] },
    ],
    'monitor create': [
      {
        before: NO_MONITORS,
        lines: [
          `monitor create --vpc ${VPC} --per-zone --tag a=b --yes --wait`,
          'monitor create k8s --cluster demo --yes',
          `monitor create --vpc ${VPC} --tag a=c --yes`,
        ],
      },
    ],
    'monitor update': [
      {
        lines: [
          'monitor update FIRST --add-to-service S3 --yes',
          `monitor update FIRST --add-vpc ${VPC} --add-cluster demo --yes`,
          'monitor update FIRST --add-subnet subnet-0a1f6c2d4e8b97035 --yes',
          'monitor update FIRST --add-to-zone ap-northeast-3a --yes',
          '!monitor update nope --add-to-service S3 --yes',
        ],
      },
    ],
    'monitor delete': [{ lines: ['monitor delete FIRST --yes --wait', '!monitor delete nope --yes'] }],
    'monitor tag': [
      {
        lines: [
          'monitor tag FIRST',
          'monitor tag FIRST --tag a=b --yes',
          'monitor tag FIRST --untag a --yes',
        ],
      },
    ],
    'scope list': [{ lines: ['scope list'] }],
    'scope show': [{ lines: ['scope show'] }],
    'scope create': [{ before: NO_SCOPE, lines: ['scope create --tag a=b --yes'] }],
    'scope update': [{ lines: ['scope update --add-account 210987654321 --yes'] }],
    'scope delete': [{ lines: ['scope delete --with-monitors --yes'] }],
    'scope tag': [{ lines: ['scope tag', 'scope tag --tag a=b --yes', 'scope tag --untag a --yes'] }],
  };

const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

async function called(name: string): Promise<string[]> {
  const actions = new Set<string>();
  for (const { before, scenario, lines } of LINES[name] ?? []) {
    const { sandbox, run } = await account({ settleMillis: 0, ...(scenario ? { scenario } : {}) });
    const names = () => (/ALL|FIRST/.test(`${before}${lines}`) ? listed(run) : Promise.resolve([]));
    const monitors = await names();
    const words = (line: string) =>
      line.split(' ').flatMap((w) => (w === 'ALL' ? monitors : w === 'FIRST' ? (monitors[0] ?? '') : w));
    if (before) await run(words(before));
    for (const line of lines) {
      if (line.startsWith('^')) {
        for (const action of await interrupted(line, before)) actions.add(action);
        continue;
      }
      sandbox.requests.splice(0);
      const fails = line.startsWith('!');
      const { code, stderr } = await run(words(line.replace('!', '')));
      if ((code !== 0) !== fails) throw new Error(`nfm ${line}: exit ${code}: ${stderr.slice(0, 500)}`);
      for (const action of actionsOf(sandbox.requests)) actions.add(action);
    }
  }
  return [...actions].sort();
}

/** Another account, whose queries never end: what is called when a person gives up. */
async function interrupted(line: string, before: string | undefined): Promise<string[]> {
  const { sandbox, run } = await account({ queryMillis: 600_000, settleMillis: 0 });
  if (before) await run(['monitor', 'delete', ...(await listed(run)), '--yes']);
  sandbox.requests.splice(0);
  const count = (verb: string) => sandbox.requests.filter((r) => r.operation.startsWith(verb)).length;
  await run(line.slice(1).split(' '), {
    during: (child) => {
      const timer = setInterval(() => {
        // Each query has been looked at three times: none is about to start.
        if (count('StartQuery') === 0 || count('GetQueryStatus') < 3 * count('StartQuery')) return;
        clearInterval(timer);
        child.kill('SIGINT');
      }, 20);
      child.on('exit', () => clearInterval(timer));
    },
  });
  return actionsOf(sandbox.requests);
}

type Call = { service: string; operation: string };
function actionsOf(requests: readonly Call[]): string[] {
  // What a cluster lets somebody do is no matter of IAM.
  const ofAws = requests.filter(({ service }) => service !== 'kubernetes');
  return ofAws.map(({ service, operation }) => `${PREFIXES[service] ?? service}:${operation}`);
}

async function listed(run: (args: string[]) => Promise<{ stdout: string }>): Promise<string[]> {
  const { stdout } = await run(['monitor', 'list', '-o', 'json', '--query', 'items[].name']);
  return JSON.parse(stdout);
}

const names = commands.map(commandName);

describe.concurrent('the policy of a command', () => {
  // What nfm mcp calls, its tools call: see below.
  test.each(names.filter((name) => name !== 'mcp' && actionsFor(name).length > 0))(
    'nfm %s calls exactly what its policy allows',
    { timeout: 120_000 },
    async (name) => {
      expect(await called(name)).toEqual(actionsFor(name));
    },
  );
});

function actionsFor(name: string): string[] {
  const { reads = [], writes = [] } = commands.find((spec) => commandName(spec) === name)?.actions ?? {};
  return [...new Set([...reads, ...writes])].sort();
}

describe.concurrent('nfm policy', () => {
  const policy = async (...args: string[]) => {
    const { code, stdout, stderr } = await nfm(['policy', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    return policySchema.strict().parse(JSON.parse(stdout)).Statement;
  };
  const actions = (statements: Awaited<ReturnType<typeof policy>>) => statements.flatMap((s) => s.Action);

  test('without a command: everything that reads; --write: everything', async () => {
    const [read, write] = await Promise.all([policy(), policy('--write')]);
    expect(actions(read).filter((a) => /:(Create|Update|Delete|Tag|Untag)/.test(a))).toEqual([]);
    expect(actions(write)).toEqual(
      expect.arrayContaining([...actions(read), 'networkflowmonitor:CreateMonitor']),
    );
    // AWS's own limit of a managed policy, white space aside.
    expect(JSON.stringify(write).length).toBeLessThan(6144);
  });

  test('resources are narrowed where AWS allows it; actions are sorted', async () => {
    for (const { Sid, Action, Resource } of await policy('--write')) {
      expect(Action).toEqual([...Action].sort());
      if (Sid === 'NfmMonitors') expect(Resource).toBe('arn:aws:networkflowmonitor:*:*:monitor/*');
      if (Sid === 'NfmScopes') expect(Resource).toBe('arn:aws:networkflowmonitor:*:*:scope/*');
    }
  });

  test('scope create: also the service-linked roles, and only those of the service', async () => {
    const statements = await policy('scope', 'create');
    const role = statements.find((s) => s.Action.includes(CREATE_ROLE));
    expect(role?.Condition?.StringEquals?.['iam:AWSServiceName']).toContain(
      'networkflowmonitor.amazonaws.com',
    );
    expect(actions(await policy('scope', 'create', '--read-only'))).not.toContain(
      'networkflowmonitor:CreateScope',
    );
  });

  test('tags: of monitors for what is about monitors, of scopes for what is about scopes', async () => {
    const tagged = async (...args: string[]) =>
      (await policy(...args))
        .filter((s) => s.Action.some((a) => /:(Tag|Untag|ListTagsFor)Resource$/.test(a)))
        .map((s) => s.Resource);
    const [monitor, scope] = ['monitor', 'scope'].map((kind) => `arn:aws:networkflowmonitor:*:*:${kind}/*`);
    expect(await tagged('monitor', 'tag')).toEqual([monitor]);
    expect(await tagged('monitor', 'create')).toEqual([monitor]);
    expect(await tagged('scope', 'tag')).toEqual([scope]);
    expect(await tagged('scope', 'create')).toEqual([scope]);
    expect(await tagged('scope', 'tag', 'monitor', 'tag')).toEqual([monitor, scope]);
  });

  test('several commands: what they need together', async () => {
    const [both, triage, zones] = await Promise.all([
      policy('triage', 'zones'),
      policy('triage'),
      policy('zones'),
    ]);
    expect(new Set(actions(both))).toEqual(new Set([...actions(triage), ...actions(zones)]));
    expect(actions(await policy('monitor', 'tag', 'health'))).toEqual(
      expect.arrayContaining(['networkflowmonitor:TagResource', 'cloudwatch:GetMetricData']),
    );
    for (const [line, near] of [
      [['zones', 'triag'], 'triage'],
      [['monitor', 'creat'], 'monitor create'],
    ] as const) {
      expect(expectError(await nfm(['policy', ...line])).hint).toBe(`Did you mean '${near}'?`);
    }
  });

  test('mcp: what its tools need, and nothing that changes anything', async () => {
    const [mcp, tools] = await Promise.all([
      policy('mcp'),
      policy('triage', 'zones', 'top', 'health', 'metrics', 'doctor', 'monitor', 'list', 'monitor', 'show'),
    ]);
    expect(mcp).toEqual(tools);
    expect(actions(mcp).filter((a) => /:(Create|Update|Delete|Tag|Untag|Attach|Send|Pass)/.test(a))).toEqual(
      [],
    );
  });

  test('-o yaml', async () => {
    const { stdout, stderr } = await nfm(['policy', 'top', '-o', 'yaml']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^Version: .?2012-10-17.?\nStatement:\n/);
  });

  test('an unknown command, and one that needs nothing', async () => {
    const [unknown, nothing] = await Promise.all([nfm(['policy', 'triag']), nfm(['policy', 'schema'])]);
    expect([unknown.code, nothing.code]).toEqual([252, 252]);
    expect(expectError(unknown).hint).toBe("Did you mean 'triage'?");
    expect(expectError(nothing).message).toBe('nfm schema asks AWS nothing.');
  });
});
