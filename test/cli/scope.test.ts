import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import {
  GetScopeCommand,
  ListMonitorsCommand,
  ListScopesCommand,
  NetworkFlowMonitorClient,
} from '../../src/aws/networkflowmonitor/index.ts';
import type { SandboxOptions } from '../../src/sandbox/server.ts';
import { account, denied, expectError, fault, jsonError, nfm, type Run } from './helpers.ts';

const CHANGING = /^(Create|Update|Delete|Tag|Untag)/;
const SCOPE = 'c8e1f4a2-5b7d-4c39-9a06-2f3d8b1e7c54';

async function setUp(options: Partial<SandboxOptions> = {}) {
  const it = await account({ settleMillis: 0, ...options });
  const client = new NetworkFlowMonitorClient({
    endpoint: it.sandbox.endpoint,
    region: it.sandbox.world.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const scopes = async () => (await client.send(new ListScopesCommand({}))).scopes ?? [];
  const targets = async () => {
    const [only] = await scopes();
    const { targets: found = [] } = await client.send(new GetScopeCommand({ scopeId: only?.scopeId }));
    return found.map((t) => `${t.targetIdentifier?.targetId?.accountId}/${t.region}`).sort();
  };
  const changes = () => it.sandbox.requests.filter((r) => CHANGING.test(r.operation)).map((r) => r.operation);
  const scope = (line: string) => it.run(['scope', ...line.split(' ')]);
  return { ...it, client, scopes, targets, changes, scope };
}

/** The same, without a scope: as in an account that has never used the service. */
async function emptied(options: Partial<SandboxOptions> = {}) {
  const it = await setUp({ ...options, settleMillis: 0 });
  ok(await it.scope('delete --with-monitors --yes'));
  return it;
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

async function document(run: Run, name: string) {
  const schema = await published(name);
  return schema.parse(JSON.parse(ok(run).stdout)) as Record<string, unknown> & {
    items: Record<string, unknown>[];
  };
}

describe.concurrent('scope list and show', () => {
  test('an account is empty where nobody set it up; the sandbox tells Regions apart', async () => {
    const { scope, env } = await setUp();
    const away = { ...env, AWS_REGION: 'eu-west-1' };
    expect((await document(await scope('list -o json'), 'scope-list')).items).toHaveLength(1);
    const there = await nfm(['scope', 'list', '-o', 'json'], { env: away });
    expect((await document(there, 'scope-list')).items).toEqual([]);
    const [monitors, verdict] = await Promise.all([
      nfm(['monitor', 'list', '-o', 'json'], { env: away }),
      nfm(['triage', '--since', '5m', '--baseline', 'none', '-o', 'json'], { env: away }),
    ]);
    expect(JSON.parse(monitors.stdout).items).toEqual([]);
    expect(JSON.parse(verdict.stdout)).toMatchObject({
      verdict: 'no-data',
      target: { region: 'eu-west-1', accountId: '123456789012' },
    });
  });

  test('show: Markdown is no list of one row, wide is the page and the list', async () => {
    const { scope } = await setUp();
    expect((await scope('show -o markdown')).stdout).toMatch(
      /^## Scope c8e1f4a2.*\n\n- \*\*Status:\*\* SUCCEEDED\n/,
    );
    expect((await scope('show -o wide')).stdout).toMatch(
      /^Scope c8e1f4a2[\s\S]*\n\nREGION .* ARN\n[^\n]+\n$/,
    );
  });

  test('list', async () => {
    const { scope } = await setUp({ regional: false });
    const { items } = await document(
      await scope('list -o json --region ap-northeast-3 --region eu-west-1'),
      'scope-list',
    );
    expect(items).toMatchObject([
      {
        region: 'ap-northeast-3',
        id: SCOPE,
        status: 'SUCCEEDED',
        explanation: null,
        targets: [{ accountId: '123456789012', region: 'ap-northeast-3' }],
      },
      { region: 'eu-west-1' },
    ]);
  });

  test.each([
    ['', 0],
    [` ${SCOPE}`, 0],
    [` arn:aws:networkflowmonitor:ap-northeast-3:123456789012:scope/${SCOPE}`, 0],
    [' 00000000-0000-0000-0000-000000000000', 254],
  ])('show%s', async (id, code) => {
    const { scope } = await setUp();
    const run = await scope(`show${id} -o json`);
    expect(run.code).toBe(code);
    if (code === 0) expect((await document(run, 'scope')).scope).toMatchObject({ id: SCOPE });
    else
      expect(jsonError(run)).toMatchObject({ code: 'scope-not-found', hint: expect.stringContaining(SCOPE) });
  });

  test('without a scope: what to do', async () => {
    const { scope } = await emptied();
    const list = ok(await scope('list'));
    expect(list.stdout).toBe('');
    expect(list.stderr).toContain('nfm scope create');
    const shown = await scope('show');
    expect(shown.code).toBe(254);
    expect(expectError(shown).hint).toContain('nfm scope create --region ap-northeast-3');
  });

  test('targets that may not be read leave a gap', async () => {
    const { scope } = await setUp({ faults: [denied('networkflowmonitor:GetScope')] });
    const { items, gaps } = await document(await scope('list -o json'), 'scope-list');
    expect(items).toMatchObject([{ id: SCOPE, targets: [] }]);
    expect(gaps).toMatchObject([{ action: 'networkflowmonitor:GetScope' }]);
  });
});

describe.concurrent('scope create', () => {
  test('this account and Region; waits; the second time nothing happens', async () => {
    const { scope, targets, changes } = await emptied();
    const before = changes().length;
    const plan = await document(await scope('create --dry-run'), 'plan');
    expect(plan.items).toMatchObject([{ action: 'networkflowmonitor:CreateScope' }]);
    expect(changes()).toHaveLength(before);
    const { items } = await document(await scope('create --tag team=net --yes -o json'), 'scope-changes');
    expect(items).toMatchObject([{ change: 'created', status: 'SUCCEEDED', tags: { team: 'net' } }]);
    expect(await targets()).toEqual(['123456789012/ap-northeast-3']);
    const again = ok(await scope('create --yes'));
    expect(again.stderr).toMatch(/has these targets already\. Nothing was changed\.\n$/);
    expect(again.stdout).toContain('unchanged');
    expect(changes()).toHaveLength(before + 1);
  });

  test('says what may hold it up while it waits', async () => {
    const clock = { elapsed: 1_000 };
    const { scope, sandbox } = await setUp({ elapsed: () => clock.elapsed, settleMillis: 1_000 });
    const gone = scope('delete --with-monitors --yes --no-wait');
    const tick = setInterval(() => {
      clock.elapsed += 400;
    }, 200);
    ok(await gone);
    clock.elapsed += 2_000;
    const run = ok(await scope('create --yes'));
    clearInterval(tick);
    expect(run.stderr).toMatch(
      /Waiting until it can be used.*Transit Gateway.*CreateServiceLinkedRole.*Config/,
    );
    expect(run.stdout).toContain('SUCCEEDED');
    const polls = sandbox.requests.filter((r) => r.operation === 'GetScope');
    expect(polls.length).toBeGreaterThan(2);
  });

  test('--no-wait leaves it IN_PROGRESS, and show explains that', async () => {
    const clock = { elapsed: 1_000 };
    const { scope } = await setUp({ elapsed: () => clock.elapsed, settleMillis: 0 });
    ok(await scope('delete --with-monitors --yes'));
    const waiting = await setUp({ settleMillis: 60_000 });
    const update = ok(await waiting.scope('update --add-account 210987654321 --yes --no-wait -o json'));
    expect(JSON.parse(update.stdout).items).toMatchObject([{ status: 'IN_PROGRESS' }]);
    expect(ok(await waiting.scope('show')).stdout).toContain('Transit');
    const refused = await waiting.scope('update --add-account 310987654321 --yes');
    expect(refused.code).toBe(254);
    expect(expectError(refused).message).toContain('IN_PROGRESS');
  });

  test('an organization: every account in every Region', async () => {
    const { scope, targets } = await emptied();
    ok(
      await scope(
        'create --account 111111111111 --account 222222222222 --target-region eu-west-1 --target-region eu-west-2 --yes',
      ),
    );
    expect(await targets()).toEqual([
      '111111111111/eu-west-1',
      '111111111111/eu-west-2',
      '222222222222/eu-west-1',
      '222222222222/eu-west-2',
    ]);
  });

  test('another scope cannot be made: why, and what to do', async () => {
    const { scope, changes } = await setUp();
    const run = await scope('create --account 210987654321 --yes');
    expect(run.code).toBe(254);
    const { message, hint } = expectError(run);
    expect(message).toMatch(/one scope in each Region, a quota that cannot be raised.*123456789012/);
    expect(hint).toContain('nfm scope update --add-account');
    expect(changes()).toEqual([]);
  });

  test("the service's own refusal is explained too", async () => {
    const { scope } = await emptied({
      faults: [
        fault('networkflowmonitor:CreateScope', {
          code: 'ServiceQuotaExceededException',
          status: 402,
          message: 'limit of 1',
        }),
      ],
    });
    const run = await scope('create --yes -o json');
    expect(run.code).toBe(254);
    expect(jsonError(run)).toMatchObject({ code: 'one-scope', action: 'networkflowmonitor:CreateScope' });
  });

  test.each([
    ['create --account 12 --yes', /12 digits, not '12'/, /sts/],
    ['create --target-region Frankfurt --yes', /'Frankfurt'/, /eu-central-1/],
    [
      `create ${Array.from({ length: 101 }, (_, i) => `--account ${100_000_000_000 + i}`).join(' ')} --yes`,
      /at most 100 targets.*101/,
      /./,
    ],
    ['update --yes', /not said what to change/, /--add-account/],
    ['update --remove-account 123456789012 --yes', /at least one target/, /nfm scope delete/],
  ])('scope %s', async (line, message, hint) => {
    const { scope, changes } = await setUp();
    const run = await scope(line);
    expect(run.code).toBe(252);
    const said = expectError(run);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
    expect(changes()).toEqual([]);
  });
});

describe.concurrent('scope update', () => {
  test('accounts and Regions come and go', async () => {
    const { scope, targets, changes } = await setUp();
    ok(await scope('update --add-account 210987654321 --add-target-region eu-west-1 --yes'));
    expect(await targets()).toEqual([
      '123456789012/ap-northeast-3',
      '123456789012/eu-west-1',
      '210987654321/ap-northeast-3',
      '210987654321/eu-west-1',
    ]);
    const again = ok(await scope('update --add-account 210987654321 --yes'));
    expect(again.stderr).toContain('Nothing was changed');
    const { items } = await document(
      await scope('update --remove-target-region eu-west-1 --yes -o json'),
      'scope-changes',
    );
    expect(items).toMatchObject([{ change: 'updated' }]);
    ok(await scope('update --remove-account 210987654321 --yes'));
    expect(await targets()).toEqual(['123456789012/ap-northeast-3']);
    expect(changes()).toEqual(Array(3).fill('UpdateScope'));
  });
});

describe.concurrent('scope delete', () => {
  test('monitors are named first, and deleted only if that is said', async () => {
    const { scope, scopes, client, changes } = await setUp({ settleMillis: 300 });
    const kept = await scope('delete --yes');
    expect(kept.code).toBe(254);
    const { message, hint } = expectError(kept);
    expect(message).toMatch(/has monitors.*demo-vpc, demo-zone-a, demo-zone-b/);
    expect(hint).toContain('--with-monitors');
    expect(changes()).toEqual([]);
    const { items } = await document(await scope('delete --with-monitors --yes -o json'), 'scope-changes');
    expect(items).toMatchObject([{ id: SCOPE, change: 'deleted', status: 'GONE' }]);
    expect((await client.send(new ListMonitorsCommand({}))).monitors).toEqual([]);
    expect(await scopes()).toEqual([]);
  });
});

describe.concurrent('nobody was asked', () => {
  test.each(['update --add-account 210987654321', 'delete --with-monitors', 'tag --tag a=b'])(
    'scope %s: off a terminal it needs --yes; --dry-run changes nothing',
    async (line) => {
      const { scope, changes } = await setUp();
      const run = await scope(`${line} -o json`);
      expect(run.code).toBe(252);
      expect(jsonError(run)).toMatchObject({ code: 'needs-yes' });
      expect((await document(await scope(`${line} --dry-run`), 'plan')).items.length).toBeGreaterThan(0);
      expect(changes()).toEqual([]);
    },
  );
});

test('scope tag', async () => {
  const { scope } = await setUp();
  ok(await scope('tag --tag team=net --yes'));
  expect((await document(await scope('tag -o json'), 'tags')).items).toEqual([{ key: 'team', value: 'net' }]);
  ok(await scope('tag --untag team --yes'));
  expect(ok(await scope('tag')).stderr).toContain('No tags on scope');
});
