import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  CreateMonitorCommand,
  GetMonitorCommand,
  ListMonitorsCommand,
  ListScopesCommand,
  NetworkFlowMonitorClient,
} from '../../src/aws/networkflowmonitor/index.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { type Account, account, denied, expectError, fault, jsonError, nfm, type Run } from './helpers.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';
const PUBLIC_A = 'subnet-0a1f6c2d4e8b97035';
const ARN = 'arn:aws:ec2:ap-northeast-3:123456789012';
const CHANGING = /^(Create|Update|Delete|Tag|Untag)/;

/** An account on loopback, its API beside it, and the calls that changed something. */
async function setUp(options: Partial<SandboxOptions> = {}) {
  const it: Account = await account({ settleMillis: 0, ...options });
  const client = new NetworkFlowMonitorClient({
    endpoint: it.sandbox.endpoint,
    region: it.sandbox.world.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const get = (monitorName: string) => client.send(new GetMonitorCommand({ monitorName }));
  const names = async () => {
    const { monitors = [] } = await client.send(new ListMonitorsCommand({}));
    return monitors.map((m) => m.monitorName);
  };
  const changes = () => it.sandbox.requests.filter((r) => CHANGING.test(r.operation)).map((r) => r.operation);
  const monitor = (line: string, env = {}) => it.run(['monitor', ...line.split(' ')], { env });
  return { ...it, client, get, names, changes, monitor };
}

function ok(run: Run): Run {
  expect({ code: run.code, stderr: run.code === 0 ? '' : run.stderr }).toEqual({ code: 0, stderr: '' });
  return run;
}

const schemas = new Map<string, Promise<z.ZodType>>();

/** What `nfm schema` prints, asked once a file. */
function published(name: string): Promise<z.ZodType> {
  const known =
    schemas.get(name) ?? nfm(['schema', name]).then((r) => z.fromJSONSchema(JSON.parse(r.stdout)));
  schemas.set(name, known);
  return known;
}

/** A document as the published schema has it. */
async function document(run: Run, name: string) {
  const schema = await published(name);
  return schema.parse(JSON.parse(ok(run).stdout)) as Record<string, unknown> & { items: Item[] };
}

interface Item {
  name: string;
  change: string;
  status: string;
  region: string;
  nhi: { state: string; at: string | null };
  zones: { azId: string }[] | null;
  request: { monitorName: string };
  action: string;
  key: string;
  value: string;
}

describe.concurrent('monitor list', () => {
  test('status, resources, zones and health of each', async () => {
    const { monitor } = await setUp();
    const { items } = await document(await monitor('list -o json'), 'monitor-list');
    expect(items.map((m) => [m.name, m.status, m.nhi.state, m.zones?.map((z) => z.azId)])).toEqual([
      ['demo-vpc', 'ACTIVE', 'healthy', ['apne3-az1', 'apne3-az3', 'apne3-az2']],
      ['demo-zone-a', 'ACTIVE', 'healthy', ['apne3-az1']],
      ['demo-zone-b', 'ACTIVE', 'healthy', ['apne3-az3']],
    ]);
    expect(items.every((m) => m.region === 'ap-northeast-3')).toBe(true);
  });

  test('show: wide is the page and the list with every column, Markdown is no list of one row', async () => {
    const { monitor } = await setUp();
    const page = ok(await monitor('show demo-vpc', { LANG: 'C.UTF-8' })).stdout;
    const wide = ok(await monitor('show demo-vpc -o wide', { LANG: 'C.UTF-8' })).stdout;
    expect(wide.startsWith(`${page}\nREGION `)).toBe(true);
    expect(wide).toMatch(/ TAGS +ARN\n.* arn:aws:networkflowmonitor:\S+demo-vpc\n$/);
    const bare = ok(await monitor('show demo-vpc -o wide --no-headers')).stdout;
    expect(bare.split('\n')).toHaveLength(2);
    const markdown = ok(await monitor('show demo-vpc -o markdown')).stdout;
    expect(markdown).toMatch(/^## Monitor demo-vpc\n\n- \*\*Status:\*\* ACTIVE\n[^|]+- \*\*Traffic:\*\* /);
  });

  test('a list is cut to the terminal, and never into a pipe or with -o wide', async () => {
    const { monitor } = await setUp();
    const name = 'm'.repeat(150);
    ok(await monitor(`create ${name} --region-wide --yes`));
    const within = async (line: string, env = {}) => ok(await monitor(line, env)).stdout;
    expect(await within('list')).toContain(name);
    expect(await within('list', { NFM_FORCE_TTY: '80' })).not.toContain(name);
    expect(await within('list', { COLUMNS: '80' })).not.toContain(name);
    // Beyond the width at which prose stops.
    expect(await within('list', { NFM_FORCE_TTY: '260' })).toContain(name);
    expect(await within('list -o wide', { NFM_FORCE_TTY: '80' })).toContain(name);
  });

  test('--sort in JSON, before --query; keys are checked before AWS is asked', async () => {
    const { monitor, sandbox } = await setUp();
    const { items } = await document(await monitor('list -o json --sort name:desc'), 'monitor-list');
    expect(items.map((m) => m.name)).toEqual(['demo-zone-b', 'demo-zone-a', 'demo-vpc']);
    const queried = ok(await monitor('list --sort name:desc --query items[0].name')).stdout;
    expect(queried).toBe('"demo-zone-b"\n');
    const asked = sandbox.requests.length;
    for (const line of [
      'list -o json --sort nam',
      'list -o yaml --columns name',
      'list --query items --columns name',
      'show demo-vpc --columns nme',
      'create w --region-wide --yes --columns nme',
    ]) {
      expect((await monitor(line)).code).toBe(252);
    }
    expect(sandbox.requests.length).toBe(asked);
  });

  test('NDJSON: the items of the document, as they stand there', async () => {
    const { monitor } = await setUp();
    const { items } = await document(await monitor('list -o json'), 'monitor-list');
    const lines = ok(await monitor('list -o ndjson'))
      .stdout.trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(items);
  });

  test('a degraded network is seen at once', async () => {
    const { monitor } = await setUp({ scenario: 'aws-impairment' });
    const { stdout } = ok(await monitor('list'));
    expect(stdout).toMatch(/demo-vpc +ACTIVE +degraded/);
    expect(stdout).toMatch(/^NAME +STATUS +NHI/);
    expect(stdout).toContain('30 d');
  });

  test('several Regions: each item says its own', async () => {
    const { monitor } = await setUp({ regional: false });
    const run = await monitor('list -o json --region ap-northeast-3 --region eu-west-1');
    const { items } = await document(run, 'monitor-list');
    expect([...new Set(items.map((m) => m.region))].sort()).toEqual(['ap-northeast-3', 'eu-west-1']);
  });

  test('no metrics: unknown, which is not healthy, and what to allow', async () => {
    const { monitor } = await setUp({ faults: [denied('cloudwatch:GetMetricData')] });
    const table = await monitor('list');
    expect(table.stdout).toMatch(/demo-vpc +ACTIVE +unknown/);
    expect(table.stderr).toMatch(/^warning: .*unknown.*cloudwatch:GetMetricData/);
    const { items, gaps } = await document(await monitor('list -o json'), 'monitor-list');
    expect(items.map((m) => m.nhi)).toEqual(Array(3).fill({ state: 'unknown', at: null }));
    expect(gaps).toMatchObject([{ code: 'permission', action: 'cloudwatch:GetMetricData' }]);
  });

  test('no EC2: zones are unknown, the rest stands', async () => {
    const { monitor } = await setUp({ faults: [denied('ec2:*')] });
    const { items } = await document(await monitor('list -o json'), 'monitor-list');
    expect(items.map((m) => m.zones)).toEqual([null, null, null]);
  });

  test('no permission for monitors is the answer itself', async () => {
    const { monitor } = await setUp({ faults: [denied('networkflowmonitor:ListMonitors')] });
    const run = await monitor('list -o json');
    expect(run.code).toBe(254);
    expect(jsonError(run)).toMatchObject({ action: 'networkflowmonitor:ListMonitors' });
  });

  test('an empty list says what to do', async () => {
    const { monitor } = await setUp();
    ok(await monitor('delete demo-vpc demo-zone-a demo-zone-b --yes'));
    const { stdout, stderr } = ok(await monitor('list'));
    expect(stdout).toBe('');
    expect(stderr).toMatch(/No monitor in ap-northeast-3.*--per-zone/);
  });

  test('more than a page of them', async () => {
    const { monitor, client } = await setUp();
    const { scopes = [] } = await client.send(new ListScopesCommand({}));
    for (let i = 10; i < 27; i++) {
      await client.send(
        new CreateMonitorCommand({
          monitorName: `m${i}`,
          scopeArn: scopes[0]?.scopeArn,
          localResources: [{ type: 'AWS::EC2::VPC', identifier: `${ARN}:vpc/${VPC}` }],
        }),
      );
    }
    const { stdout } = ok(
      await monitor('list -o csv --columns name,createdAt --sort name:desc --no-headers'),
    );
    expect(stdout.split('\n').slice(0, 2)).toEqual(['m26,2026-11-21T12:03:20Z', 'm25,2026-11-21T12:03:20Z']);
    const full = await monitor('create one-more --region-wide --yes');
    expect(full.code).toBe(252);
    expect(expectError(full)).toMatchObject({
      message: expect.stringMatching(/would make 21: the quota is 20 in an account and Region/),
      hint: expect.stringContaining('--quota'),
    });
    const raised = await monitor('create one-more --region-wide --yes --quota 50');
    expect(raised.code).toBe(254);
    expect(raised.stderr).toMatch(/as many monitors as this account may have.*\nhint: .*Service Quotas/);
  });
});

describe.concurrent('monitor show', () => {
  test('all there is to know, with the traffic of half an hour', async () => {
    const { monitor } = await setUp();
    const it = await document(await monitor('show demo-vpc -o json'), 'monitor');
    expect(it.monitor).toMatchObject({ name: 'demo-vpc', status: 'ACTIVE', nhi: { state: 'healthy' } });
    expect(it.traffic).toMatchObject({ start: '2026-11-21T11:34:00Z', end: '2026-11-21T12:04:00Z' });
    expect(Number((it.traffic as { bytes: number }).bytes)).toBeGreaterThan(1e6);
    const { stdout } = ok(await monitor('show demo-vpc'));
    expect(stdout).toContain('everything that ends in ap-northeast-3');
    expect(stdout).toContain('ap-northeast-3b (apne3-az3)');
    expect(stdout).toContain('arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor/demo-vpc\n');
    expect(stdout).toMatch(/Traffic .* MiB in the last 30 min/);
  });

  test.each([
    ['show demo-vcp', 254, /no monitor 'demo-vcp' in ap-northeast-3/, /'demo-vpc'/],
    ['delete demo-zone-aa --yes', 254, /no monitor 'demo-zone-aa'/, /'demo-zone-a'/],
    ['update demo-zoneb --add-zone apne3-az1 --yes', 254, /'demo-zoneb'/, /'demo-zone-b'/],
    ['tag demo-vpv', 254, /'demo-vpv'/, /'demo-vpc'/],
    ['show a/b', 252, /'a\/b' cannot be a monitor's name/, /derives/],
  ])('monitor %s', async (line, code, message, hint) => {
    const { monitor, changes } = await setUp();
    const run = await monitor(line);
    expect(run.code).toBe(code);
    const said = expectError(run);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
    expect(changes()).toEqual([]);
  });
});

describe.concurrent('monitor create', () => {
  test.each([
    [`--vpc ${VPC} --to-service S3`, `nfm-${VPC}-to-s3`],
    [`--vpc ${ARN}:vpc/${VPC} --to-zone apne3-az3`, `nfm-${VPC}-to-ap-northeast-3b`],
    [`--subnet ${PUBLIC_A}`, `nfm-${PUBLIC_A}`],
    ['--zone apne3-az3 --zone ap-northeast-3a', 'nfm-ap-northeast-3a-ap-northeast-3b'],
    ['--cluster demo', 'nfm-cluster-demo'],
    ['--region-wide --to-region eu-west-1', 'nfm-ap-northeast-3-to-eu-west-1'],
    [`--zone apne3-az1 --to-subnet ${PUBLIC_A} --to-vpc ${VPC}`, `nfm-ap-northeast-3a-to-${PUBLIC_A}-${VPC}`],
  ])('%s is %s; the second time nothing happens', async (line, name) => {
    const { monitor, get, changes } = await setUp();
    const first = await document(await monitor(`create ${line} --yes -o json`), 'monitor-changes');
    expect(first.items).toMatchObject([{ name, change: 'created' }]);
    expect((await get(name)).localResources?.length).toBeGreaterThan(0);
    const second = ok(await monitor(`create ${line} --yes`));
    expect(second.stderr).toBe(`Monitor ${name} does this already. Nothing was changed.\n`);
    expect(second.stdout).toMatch(new RegExp(`unchanged +${name.slice(0, 8)}`));
    expect(changes()).toEqual(['CreateMonitor']);
  });

  test('what the API gets: ARNs, zone names, tags', async () => {
    const { monitor, get } = await setUp();
    ok(
      await monitor(
        `create mine --vpc ${VPC} --zone apne3-az3 --cluster demo --to-zone ap-northeast-3a --to-service DynamoDB --tag team=net --tag a=b=c --yes`,
      ),
    );
    expect(await get('mine')).toMatchObject({
      localResources: [
        { type: 'AWS::EC2::VPC', identifier: `${ARN}:vpc/${VPC}` },
        { type: 'AWS::AvailabilityZone', identifier: 'ap-northeast-3b' },
        { type: 'AWS::EKS::Cluster', identifier: 'arn:aws:eks:ap-northeast-3:123456789012:cluster/demo' },
      ],
      remoteResources: [
        { type: 'AWS::AvailabilityZone', identifier: 'ap-northeast-3a' },
        { type: 'AWS::AWSService', identifier: 'DynamoDB' },
      ],
      tags: { team: 'net', a: 'b=c' },
    });
  });

  test.each([`--vpc ${VPC}`, '--cluster demo'])('%s --per-zone: only what is missing', async (target) => {
    const { monitor, names, changes } = await setUp();
    const dry = ok(await monitor(`create ${target} --per-zone --dry-run`));
    const plan = await document(dry, 'plan');
    expect(plan.items.map((i) => [i.action, i.request.monitorName])).toEqual([
      ['networkflowmonitor:CreateMonitor', `nfm-${VPC}-apne3-az2`],
    ]);
    expect(changes()).toEqual([]);
    const { items } = await document(
      await monitor(`create ${target} --per-zone --yes -o json`),
      'monitor-changes',
    );
    expect(items.map((m) => [m.name, m.change])).toEqual([
      ['demo-vpc', 'unchanged'],
      ['demo-zone-a', 'unchanged'],
      ['demo-zone-b', 'unchanged'],
      [`nfm-${VPC}-apne3-az2`, 'created'],
    ]);
    expect(await names()).toHaveLength(4);
    const again = await document(await monitor(`create ${target} --per-zone --dry-run`), 'plan');
    expect(again.items).toEqual([]);
  });

  test('--per-zone with a name and a remote side are monitors of their own', async () => {
    const { monitor, names } = await setUp();
    ok(await monitor(`create prod --vpc ${VPC} --to-service S3 --per-zone --yes`));
    expect((await names()).filter((n) => n?.startsWith('prod'))).toEqual([
      'prod',
      'prod-apne3-az1',
      'prod-apne3-az2',
      'prod-apne3-az3',
    ]);
  });

  test('without a name, a monitor that watches the same will do; missing tags are set on it', async () => {
    const { monitor, get, names } = await setUp();
    const { items } = await document(
      await monitor(`create --vpc ${VPC} --tag team=net --yes -o json`),
      'monitor-changes',
    );
    expect(items).toMatchObject([{ name: 'demo-vpc', change: 'updated', tags: { team: 'net' } }]);
    expect((await get('demo-vpc')).tags).toEqual({ team: 'net' });
    expect(await names()).toHaveLength(3);
    expect(ok(await monitor(`create --vpc ${VPC} --tag team=net --yes`)).stderr).toContain(
      'Nothing was changed',
    );
  });

  test('--wait ends with ACTIVE', async () => {
    const { monitor } = await setUp({ settleMillis: 700 });
    const { items } = await document(
      await monitor('create w --region-wide --yes --wait -o json'),
      'monitor-changes',
    );
    expect(items).toMatchObject([{ name: 'w', status: 'ACTIVE', change: 'created' }]);
  });

  test('Ctrl-C while waiting: the monitor stays, and that is said', async () => {
    const { run, names } = await setUp({ settleMillis: 60_000 });
    const { code, stdout, stderr } = await run(
      ['monitor', 'create', 'w', '--region-wide', '--yes', '--wait'],
      {
        during: (child) => {
          let seen = '';
          child.stderr?.on('data', (text: string) => {
            seen += text;
            if (seen.includes('Created w') && !child.killed) setTimeout(() => child.kill('SIGINT'), 300);
          });
        },
      },
    );
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toContain('go on by themselves: nfm monitor list');
    expect(await names()).toContain('w');
  });

  test.each([
    ['create --yes', 252, /at least one local/, /--region-wide/],
    ['create x --to-service S3 --yes', 252, /at least one local/, /--vpc/],
    ['create --vpc production --yes', 252, /--vpc.*'production'/, /vpc-0123456789abcdef0/],
    ['create --vpc vpc-0123456789abcdef0 --yes', 254, /VPC vpc-0123456789abcdef0/, /--region/],
    ['create --subnet subnet-0123456789abcdef0 --yes', 254, /subnet-0123456789abcdef0/, /ARN/],
    ['create --cluster prod --yes', 254, /'prod'/, /--region/],
    ['create --zone apne3-az9 --yes', 254, /zone 'apne3-az9'/, /apne3-az/],
    ['create bad/name --region-wide --yes', 252, /'bad\/name'.*1 to 255/, /derives/],
    [
      'create --region-wide --to-vpc arn:aws:eks:ap-northeast-3:123456789012:cluster/demo --yes',
      252,
      /cluster can be a local resource only/,
      /--to-vpc/,
    ],
    [
      `create --vpc arn:aws:ec2:eu-west-1:123456789012:vpc/${VPC} --yes`,
      252,
      /Local resources are in ap-northeast-3/,
      /--region eu-west-1/,
    ],
    [
      `create --region-wide --to-vpc arn:aws:ec2:eu-west-1:123456789012:vpc/${VPC} --yes`,
      252,
      /Another Region can be remote only as a whole/,
      /--to-region eu-west-1/,
    ],
    [
      'create --region-wide --to-region eu-west-1 --to-service S3 --yes',
      252,
      /in one Region; these are in ap-northeast-3 and eu-west-1/,
      /one monitor for each/,
    ],
    ['create --region-wide --to-region eu-west-1 --to-region us-east-1 --yes', 252, /in one Region/, /./],
    ['create --region-wide --to-service SQS --yes', 252, /S3 or DynamoDB, not 'SQS'/, /./],
    [
      `create ${Array.from({ length: 26 }, (_, i) => `--subnet subnet-0000000${10 + i}`).join(' ')} --yes`,
      252,
      /at most 25 local.*cannot be raised; these are 26/,
      /VPC or a zone/,
    ],
    ['create --zone apne3-az1 --per-zone --yes', 252, /--per-zone takes one VPC/, /--vpc/],
    ['create --region-wide --tag team --yes', 252, /KEY=VALUE, not 'team'/, /team=network/],
    ['create --region-wide --tag aws:x=1 --yes', 252, /'aws:x'/, /./],
    [
      `create demo-zone-a --vpc ${VPC} --yes`,
      254,
      /is there and watches other/,
      /monitor update demo-zone-a/,
    ],
    ['update demo-vpc', 252, /not said what to change/, /--add-subnet/],
    [
      `update demo-vpc --remove-vpc ${VPC} --yes`,
      252,
      /at least one local/,
      /--add-subnet.*nfm monitor delete demo-vpc$/,
    ],
    ['tag demo-vpc --tag a=1 --untag a --yes', 252, /'a' is to be set and to be removed/, /./],
  ])('monitor %s', async (line, code, message, hint) => {
    const { monitor, changes } = await setUp();
    const run = await monitor(line);
    expect({ code: run.code, error: run.stderr }).toMatchObject({ code });
    const said = expectError(run);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
    expect(changes()).toEqual([]);
  });

  test('stopped half-way: what is done is said, and the next run goes on', async () => {
    const { monitor, names, sandbox } = await setUp();
    ok(await monitor('delete demo-vpc demo-zone-a demo-zone-b --yes'));
    const broken = await setUp({ faults: [denied('networkflowmonitor:TagResource')] });
    const run = await broken.monitor(`create --vpc ${VPC} --per-zone --tag a=b --yes`);
    expect(run.code).toBe(254);
    expect(run.stderr).toMatch(/hint: Done before that: Create monitor .*The same command goes on/);
    expect(await names()).toEqual([]);
    expect(sandbox.requests.length).toBeGreaterThan(0);
  });

  test('a scope that is missing or not ready is named', async () => {
    const { monitor, run } = await setUp();
    ok(await run(['scope', 'delete', '--with-monitors', '--yes']));
    const refused = await monitor('create --region-wide --yes');
    expect(refused.code).toBe(252);
    expect(expectError(refused)).toMatchObject({
      message: expect.stringContaining('missing'),
      hint: expect.stringContaining('nfm scope create'),
    });
  });
});

describe.concurrent('nobody was asked', () => {
  test.each([
    `create --vpc ${VPC} --to-service S3`,
    'update demo-vpc --add-to-service S3',
    'delete demo-vpc demo-zone-a',
    'tag demo-vpc --tag a=b',
  ])('monitor %s: off a terminal it needs --yes; --dry-run changes nothing', async (line) => {
    const { monitor, changes } = await setUp();
    const run = await monitor(`${line} -o json`);
    expect(run.code).toBe(252);
    expect(jsonError(run)).toMatchObject({
      code: 'needs-yes',
      hint: expect.stringMatching(/--yes.*--dry-run/),
    });
    const plan = await document(await monitor(`${line} --dry-run`), 'plan');
    expect(plan.items.length).toBeGreaterThan(0);
    expect(plan.items.every((i) => i.action.startsWith('networkflowmonitor:'))).toBe(true);
    expect(changes()).toEqual([]);
  });
});

describe.concurrent('monitor update', () => {
  test('adds and removes on both sides, once', async () => {
    const { monitor, get, changes } = await setUp();
    const line = `update demo-zone-a --add-zone apne3-az3 --remove-subnet ${PUBLIC_A} --add-to-service S3 --yes`;
    const { items } = await document(await monitor(`${line} -o json`), 'monitor-changes');
    expect(items).toMatchObject([{ name: 'demo-zone-a', change: 'updated' }]);
    const after = await get('demo-zone-a');
    expect(after.localResources?.map((r) => r.identifier)).toEqual([
      `${ARN}:subnet/subnet-0b7e39d1c5a2f8464`,
      'ap-northeast-3b',
    ]);
    expect(after.remoteResources).toEqual([{ type: 'AWS::AWSService', identifier: 'S3' }]);
    const again = ok(await monitor(line));
    expect(again.stderr).toContain(`--remove-subnet ${PUBLIC_A}: the monitor does not name it.`);
    expect(again.stderr).toContain('Nothing was changed');
    expect(changes()).toEqual(['UpdateMonitor']);
    ok(await monitor('update demo-zone-a --remove-zone apne3-az3 --remove-to-service S3 --yes'));
    expect((await get('demo-zone-a')).localResources).toHaveLength(1);
    expect((await get('demo-zone-a')).remoteResources).toEqual([]);
  });

  test('the rules hold for what would be there then', async () => {
    const { monitor, changes } = await setUp();
    ok(await monitor('update demo-vpc --add-to-service S3 --yes'));
    const run = await monitor('update demo-vpc --add-to-region eu-west-1 --yes');
    expect(run.code).toBe(252);
    expect(expectError(run).message).toContain('in one Region');
    expect(changes()).toEqual(['UpdateMonitor']);
  });
});

describe.concurrent('monitor delete', () => {
  test('names what goes; --wait until it is gone', async () => {
    const { monitor, names } = await setUp({ settleMillis: 600 });
    const run = ok(await monitor('delete demo-zone-a demo-zone-b demo-zone-a --yes --wait'));
    expect(run.stderr).toMatch(/Delete monitor demo-zone-a in ap-northeast-3\n {2}local: +subnet-/);
    expect(run.stdout).toMatch(/deleted +demo-zone-a +GONE/);
    expect(run.stderr).toMatch(/Deletion of demo-zone-b has begun\.\n(.*\n)*Deleted demo-zone-a\.\n/);
    expect(await names()).toEqual(['demo-vpc']);
  });

  test('one that does not exist: none is deleted', async () => {
    const { monitor, names } = await setUp();
    expect((await monitor('delete demo-vpc nope --yes')).code).toBe(254);
    expect(await names()).toHaveLength(3);
  });

  test('one that is going already is no error', async () => {
    const { monitor, changes } = await setUp({ settleMillis: 60_000 });
    const begun = ok(await monitor('delete demo-vpc --yes'));
    expect(begun.stderr).toMatch(/Deletion of demo-vpc has begun\.\n$/);
    const full = await monitor('create one-more --region-wide --yes --quota 3');
    expect(expectError(full).hint).toMatch(/^demo-vpc is being deleted and may count until then: wait/);
    const { items } = await document(await monitor('delete demo-vpc --yes -o json'), 'monitor-changes');
    expect(items).toMatchObject([{ status: 'DELETING', change: 'unchanged' }]);
    expect(changes()).toEqual(['DeleteMonitor']);
    const reborn = await monitor(`create demo-vpc --vpc ${VPC} --yes`);
    expect(reborn.code).toBe(254);
    expect(expectError(reborn).message).toContain('is being deleted');
  });

  test('a refusal of the service is kept, with the action', async () => {
    const { monitor } = await setUp({
      faults: [fault('networkflowmonitor:DeleteMonitor', { code: 'ConflictException', status: 409 })],
    });
    const run = await monitor('delete demo-vpc --yes -o json');
    expect(run.code).toBe(254);
    expect(jsonError(run)).toMatchObject({ action: 'networkflowmonitor:DeleteMonitor' });
  });
});

describe.concurrent('monitor tag', () => {
  test('sets, removes and lists', async () => {
    const { monitor, get, changes } = await setUp();
    const set = await document(await monitor('tag demo-vpc --tag b=2 --tag a=1 --yes -o json'), 'tags');
    expect(set.items).toEqual([
      { key: 'a', value: '1' },
      { key: 'b', value: '2' },
    ]);
    ok(await monitor('tag demo-vpc --tag a=3 --untag b --untag never --yes'));
    expect((await get('demo-vpc')).tags).toEqual({ a: '3' });
    const before = changes().length;
    expect(ok(await monitor('tag demo-vpc --tag a=3 --untag b')).stderr).toContain('Nothing was changed');
    expect(ok(await monitor('tag demo-vpc')).stdout).toMatch(/^KEY +VALUE\na +3\n$/);
    expect(changes()).toHaveLength(before);
  });
});
