import { describe, expect, test, vi } from 'vitest';
import { type TopDocument, topSchema } from '../../src/model/top.ts';
import { TOP_LEVELS, TOP_METRICS } from '../../src/model/words.ts';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { destinationCategory, locate, reachesMonitors } from '../../src/sandbox/world/place.ts';
import { type Account, account, denied, expectError, jsonError, nfm } from './helpers.ts';

const FAST = ['--concurrency', '20'] as const;
/** Where one category shows what is tested: three queries instead of dozens. */
const ONE = ['--category', 'INTER_AZ'] as const;
const DEMO = 'vpc-0d5c1a7be93f24a60';

// Each test runs the binary once to four times, on machines that are busy with other tests.
vi.setConfig({ testTimeout: 120_000 });

/** The document, held to its published schema. */
async function top({ run }: Account, ...args: string[]): Promise<TopDocument> {
  const { code, stdout, stderr } = await run(['top', ...FAST, '-o', 'json', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return topSchema.strict().parse(JSON.parse(stdout));
}

interface Count {
  retransmissions: number;
  timeouts: number;
  bytes: number;
}

/** The sandbox's own reports of the window, added up by a key of the test's. */
function truth(
  { world, flowReports }: Sandbox,
  { start, end }: TopDocument['window'],
  keyOf: (local: ReturnType<typeof locate>, remote: ReturnType<typeof locate>) => string | null,
): Map<string, Count> {
  const sums = new Map<string, Count>();
  for (const { flow, bytes, retransmissions, timeouts } of flowReports(Date.parse(start), Date.parse(end))) {
    const key = keyOf(locate(world, flow.local), locate(world, flow.remote));
    if (key === null) continue;
    const known = sums.get(key) ?? { retransmissions: 0, timeouts: 0, bytes: 0 };
    sums.set(key, {
      retransmissions: known.retransmissions + retransmissions,
      timeouts: known.timeouts + timeouts,
      bytes: known.bytes + bytes,
    });
  }
  return sums;
}

function listed({ items }: TopDocument, keyOf: (item: TopDocument['items'][number]) => string) {
  return new Map(
    items.map((i) => [
      keyOf(i),
      { retransmissions: i.retransmissions, timeouts: i.timeouts, bytes: i.bytes },
    ]),
  );
}

/** Categories that monitors do not carry: flows to the internet are seen by workload insights alone. */
const inMonitors = (local: ReturnType<typeof locate>, remote: ReturnType<typeof locate>) =>
  reachesMonitors(destinationCategory(local, remote));
const total = (counts: Map<string, Count>, key: keyof Count) =>
  [...counts.values()].reduce((sum, count) => sum + count[key], 0);

describe.concurrent('agrees with the flow reports, to the last event and byte', () => {
  const podAndZones = (item: TopDocument['items'][number]) =>
    `${item.podName ?? item.instanceName} ${item.azId} ${item.remote?.azId ?? '-'}`;

  test.each([[[]], [['--monitor', 'demo-vpc']]])('--since 3h --by pod --by zone %j', async (target) => {
    const here = await account();
    const document = await top(here, '--since', '3h', '--by', 'pod', '--by', 'zone', ...target);
    expect(document.window).toEqual({ start: '2026-11-21T08:58:00Z', end: '2026-11-21T11:58:00Z' });
    const expected = truth(here.sandbox, document.window, (local, remote) =>
      inMonitors(local, remote) ? `${local.name} ${local.zone?.id} ${remote.zone?.id ?? '-'}` : null,
    );
    expect(total(expected, 'retransmissions')).toBeGreaterThan(0);
    expect(listed(document, podAndZones)).toEqual(expected);
    expect(document.total).toEqual({
      retransmissions: total(expected, 'retransmissions'),
      timeouts: total(expected, 'timeouts'),
      bytes: total(expected, 'bytes'),
    });
    expect(document.truncated).toBe(false);
    expect(document.gaps.map((g) => g.code)).toEqual(target.length > 0 ? [] : ['monitors-only']);
  });

  test('the whole scope by zone, the internet included', async () => {
    const here = await account();
    const document = await top(here, '--since', '3h', '--by', 'zone');
    expect(document.source?.kind).toBe('workload-insights');
    const expected = truth(
      here.sandbox,
      document.window,
      (local, remote) => `${local.zone?.id} ${remote.zone?.id ?? '-'}`,
    );
    expect(listed(document, (i) => `${i.azId} ${i.remote?.azId ?? '-'}`)).toEqual(expected);
    const monitored = truth(here.sandbox, document.window, (l, r) => (inMonitors(l, r) ? 'all' : null));
    expect(document.total.bytes).toBeGreaterThan(total(monitored, 'bytes'));
  });

  test('90 minutes, a tile and a half', async () => {
    const here = await account();
    const document = await top(here, '--since', '90m', '--monitor', 'demo-vpc', '--by', 'category');
    const expected = truth(here.sandbox, document.window, (local, remote) =>
      inMonitors(local, remote) ? destinationCategory(local, remote) : null,
    );
    expect(listed(document, (i) => i.category ?? '')).toEqual(expected);
    const starts = here.sandbox.requests.filter((r) => r.operation === 'StartQueryMonitorTopContributors');
    // Retransmissions and bytes in two tiles and six categories; timeouts where those show anything.
    expect(starts.length).toBeGreaterThan(2 * 6 * 2);
    expect(starts.length).toBeLessThan(2 * 6 * 3);
  });

  test("a subnet of the VPC that a wider monitor watches, without the VPC's other flows", async () => {
    const here = await account();
    const subnet = here.sandbox.world.subnets.find((s) => s.name === 'demo-public-a');
    const document = await top(here, '--subnet', subnet?.id ?? '', '--by', 'instance');
    const expected = truth(here.sandbox, document.window, (local, remote) =>
      inMonitors(local, remote) && local.subnet?.id === subnet?.id ? 'lb' : null,
    );
    expect(listed(document, (i) => i.instanceName ?? '')).toEqual(expected);
  });
});

describe.concurrent('every level and metric', () => {
  test.each(TOP_LEVELS)('--by %s', async (level) => {
    const document = await top(await account(), '--by', level, '--monitor', 'demo-vpc', ...ONE);
    expect(document.by).toEqual([level]);
    expect(document.items.length).toBeGreaterThan(0);
    expect(document.items.map((i) => i.rank)).toEqual(document.items.map((_, i) => i + 1));
    const shares = document.items.reduce((sum, i) => sum + (i.share ?? 0), 0);
    expect(shares).toBeCloseTo(1, 9);
    const events = document.items.reduce((sum, i) => sum + (i.retransmissions ?? 0), 0);
    expect(events).toBe(document.total.retransmissions);
  });

  test.each(TOP_METRICS)('--metric %s', async (metric) => {
    const document = await top(await account(), '--metric', metric, '--monitor', 'demo-vpc', '--by', 'pod');
    const key = {
      retransmissions: 'retransmissions',
      timeouts: 'timeouts',
      data: 'bytes',
      rtt: 'rttMicros',
    } as const;
    const values = document.items.map((i) => i[key[metric]]);
    expect(values).toEqual([...values].sort((a, b) => (b ?? -1) - (a ?? -1)));
    expect(document.items[0]?.rttMicros === null).toBe(metric !== 'rtt');
    if (metric === 'rtt') expect(document.items[0]?.rttMicros).toBeGreaterThan(0);
  });

  test('the worst pod, for kubectl', async () => {
    const { run } = await account();
    const { stdout } = await run([
      'top',
      ...FAST,
      '--by',
      'pod',
      '-o',
      'json',
      '--query',
      'items[0].podName',
    ]);
    expect(stdout).toBe('"web-b"\n');
  });

  test('both ends of a connection are kept and told apart; path and zone names are there', async () => {
    const { items } = await top(await account(), '--monitor', 'demo-vpc', '--by', 'flow');
    const between = items.filter((i) => i.mirrored && [i.podName, i.remote?.podName].includes('web-b'));
    expect(between.map((i) => [i.podName ?? i.instanceName, i.side, i.targetPort])).toEqual([
      ['web-b', 'server', 0],
      ['lb', 'client', 80],
    ]);
    expect(between[0]?.path?.map((c) => c.componentType)).toEqual([
      'AWS::EC2::NetworkInterface',
      'AWS::EC2::NetworkInterface',
    ]);
    expect(between[0]).toMatchObject({ az: 'ap-northeast-3b', remote: { az: 'ap-northeast-3a' } });
    // Resolved by the row of the other end: AWS names remote pods within one cluster only.
    expect(between[1]?.remote).toMatchObject({ podName: 'web-b', podNamespace: 'default' });
  });

  test('--limit shows fewer and says so; the total stays', async () => {
    const here = await account();
    const whole = await top(here, '--monitor', 'demo-vpc', ...ONE);
    const first = await top(here, '--monitor', 'demo-vpc', '--limit', '2', ...ONE);
    expect(first).toMatchObject({ groups: whole.groups, total: whole.total, items: whole.items.slice(0, 2) });
    const { stdout } = await here.run(['top', ...ONE, '--monitor', 'demo-vpc', '--limit', '2']);
    expect(stdout.replaceAll('\n', ' ')).toContain(`2 of ${whole.groups} rows are shown (--limit).`);
  });

  test('--category asks for nothing else, and passes on what nfm does not know', async () => {
    const here = await account();
    const document = await top(here, '--category', 'inter-az', '--category', 'INTERNET', '--by', 'category');
    expect(document.items.map((i) => i.category)).toEqual(['INTER_AZ', 'INTERNET']);
    const starts = here.sandbox.requests.filter((r) => r.operation.startsWith('StartQuery'));
    expect(starts).toHaveLength(2 * 3);
    const unknown = jsonError(await here.run(['top', '--category', 'MOON', '-o', 'json']));
    expect(unknown.message).toContain("'MOON' at 'destinationCategory'");
    expect(unknown.hint).toMatch(/^Categories: INTRA_AZ, /);
    const near = await here.run(['top', ...ONE, '--category', 'INTERNETS']);
    expect(near.code).toBe(252);
    expect(expectError(near).hint).toBe("Did you mean 'INTERNET'?");
  });

  test('two Regions: items say which, nothing is mixed', async () => {
    const here = await account({ regional: false });
    const one = await top(here, '--by', 'zone', ...ONE);
    const two = await top(
      here,
      '--by',
      'zone',
      '--region',
      'ap-northeast-3',
      '--region',
      'us-east-1',
      ...ONE,
    );
    expect(new Set(two.items.map((i) => i.region))).toEqual(new Set(['ap-northeast-3', 'us-east-1']));
    expect(two.total.bytes).toBe(2 * (one.total.bytes ?? 0));
    expect(two.groups).toBe(2 * one.groups);
  });
});

describe.concurrent('formats', () => {
  const show = async (args: readonly string[], env = {}) => {
    const { run } = await account();
    return run(['top', ...FAST, '--monitor', 'demo-vpc', ...args], { env: { LANG: 'C.UTF-8', ...env } });
  };

  test('table: what it is, the list, the total, within 80 columns', async () => {
    const { stdout, stderr, code } = await show([], { COLUMNS: '80' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^Retransmissions by flow · monitor demo-vpc · 2026-11-21 10:58–11:58 UTC\n\n# +FROM +TO +SIDE/,
    );
    expect(stdout).toMatch(/\n1 +default\/web-b +lb +server +\d+ /);
    expect(stdout).toMatch(/\n\nTotal: \d+ retransmissions and \d+ timeouts in \d+ MiB\.\n/);
    expect(stdout).toContain('Some connections have two rows');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('wide: path and translated addresses, nothing cut', async () => {
    const { stdout, stderr } = await show(['-o', 'wide', ...ONE]);
    expect(stdout).toMatch(/^Retransmissions by flow .*\n\n# .* CATEGORY .* MIRRORED +SNAT +DNAT +PATH\n/);
    // The page is the list: not once more below it.
    expect(stdout.match(/CATEGORY/g)).toHaveLength(1);
    expect(stdout).toContain('eni-0b9c2e5a7d4f18361 → eni-0f7a3c1e9d5b82644');
    expect(stdout).toContain('Some connections have two rows');
    expect(stderr).toBe('');
    const bare = await show(['-o', 'wide', '--sort', 'bytes', ...ONE]);
    expect(bare.stdout).toMatch(/^# .* PATH\n/);
    expect(bare.stderr).toMatch(/^note: Some connections have two rows/);
  });

  test('csv: plain numbers under the names of the fields', async () => {
    const { stdout } = await show(['-o', 'csv', '--by', 'pod', ...ONE]);
    const [head, first] = stdout.split('\n');
    expect(head).toBe(
      'rank,name,podName,podNamespace,instanceId,ip,retransmissions,timeouts,bytes,retransmissionsPerGiB,rttMicros,share',
    );
    expect(first).toMatch(
      /^1,default\/web-b,web-b,default,i-0b82c5e6f1d947a33,10\.77\.2\.11,\d+,\d+,\d+,\d+\.\d+,,0\.\d+$/,
    );
  });

  test('markdown: a heading, a table, the total', async () => {
    const { stdout } = await show(['-o', 'markdown', '--by', 'pod', ...ONE]);
    expect(stdout).toMatch(/^### Retransmissions by pod · monitor demo-vpc · .*\n\n\| # \| Pod \|/);
    expect(stdout).toContain('\n\nTotal: ');
  });

  test('ndjson: an item a line', async () => {
    const { stdout } = await show(['-o', 'ndjson', '--by', 'pod', ...ONE]);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines[0].podName).toBe('web-b');
  });

  test('the schema is published', async () => {
    const { stdout, code } = await nfm(['schema', 'top']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).properties.items).toBeDefined();
  });
});

describe.concurrent('when it cannot', () => {
  test('an unknown metric or level is a usage error', async () => {
    for (const args of [
      ['--metric', 'loss'],
      ['--by', 'node'],
      ['--limit', '0'],
    ]) {
      const run = await nfm(['top', '--sandbox', ...args]);
      expect(run.code).toBe(252);
      expectError(run);
    }
  });

  test('round-trip times of the scope are read from monitors, and it says why', async () => {
    const document = await top(await account(), '--metric', 'rtt', ...ONE);
    expect(document.source).toEqual({ kind: 'monitor', name: 'demo-vpc' });
    expect(document.gaps[0]?.effect).toContain('Workload insights do not know round-trip times');
  });

  test('without monitors, workload insights answer what they know and say what they do not', async () => {
    const here = await account();
    for (const name of ['demo-vpc', 'demo-zone-a', 'demo-zone-b']) await remove(here.sandbox, name);
    const vpc = here.sandbox.world.vpcs[0]?.id ?? '';
    const document = await top(here, '--vpc', vpc, '--by', 'zone', ...ONE);
    expect(document.source?.kind).toBe('workload-insights');
    expect(document.gaps.map((g) => g.code)).toContain('no-monitor');
    for (const [args, what] of [
      [['--metric', 'rtt'], 'round-trip times'],
      [['--by', 'pod'], 'pods'],
    ] as const) {
      const run = await here.run(['top', ...args]);
      expect(run.code).toBe(252);
      expect(expectError(run).message).toContain(`workload insights do not know ${what}`);
    }
  });

  test('many queries are announced to people, not to programs', async () => {
    const { run } = await account();
    const args = ['top', ...FAST, '--monitor', 'demo-vpc', ...ONE, '--since', '68h', '--limit', '1'];
    const [csv, json] = [await run([...args, '-o', 'csv']), await run([...args, '-o', 'json'])];
    expect(csv.stderr).toMatch(/^note: up to 204 queries will run/);
    expect(json.stderr).toBe('');
  });

  test('what is suggested after --sandbox stays on it; older than all data is said without a baseline', async () => {
    const { code, stderr } = await nfm(['top', '--sandbox', 'quiet', '--monitor', 'nope', '--since', '99d']);
    expect(code).toBe(252);
    expect(stderr).toMatch(/kept for 63 days: start after [\dT:Z-]+\.\n$/);
    const none = await nfm(['monitor', 'update', 'demo-vpc', '--remove-vpc', DEMO, '--sandbox', '--yes']);
    expect(expectError(none).hint).toMatch(/: nfm monitor delete demo-vpc --sandbox packet-loss$/);
    const pods = await nfm(['top', '--sandbox', '--by', 'pod', ...ONE]);
    expect(pods.stdout).not.toContain('To do:');
    expect(pods.stdout.replaceAll('\n', ' ')).toContain('--by zone --by category has them.');
  });

  test('an empty list says why, and what to do', async () => {
    const { run } = await account();
    const { code, stdout, stderr } = await run(['top', '--category', 'LOCAL_ZONE']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Retransmissions by flow/);
    expect(stderr).toMatch(/^Workload insights listed no flows in this window: .* Try a longer --since/);
    const json = await run(['top', '--category', 'LOCAL_ZONE', '-o', 'json']);
    expect(topSchema.strict().parse(JSON.parse(json.stdout))).toMatchObject({
      items: [],
      total: { retransmissions: null, timeouts: null, bytes: null },
    });
  });

  test('one refused query is a gap, and sums become lower bounds', async () => {
    const fault = { ...denied('networkflowmonitor:StartQueryMonitorTopContributors'), times: 1 };
    const { run } = await account({ faults: [fault] });
    const json = await run(['top', ...ONE, '--monitor', 'demo-vpc', '--by', 'pod', '-o', 'json']);
    const document = topSchema.strict().parse(JSON.parse(json.stdout));
    expect(document.truncated).toBe(true);
    expect(document.gaps.map((g) => g.code)).toEqual(['permission']);
    expect(document.items.length).toBeGreaterThan(0);
  });

  test('in the table, at least', async () => {
    const fault = { ...denied('networkflowmonitor:StartQueryMonitorTopContributors'), times: 1 };
    const { run } = await account({ faults: [fault] });
    const { stdout } = await run(['top', ...ONE, '--monitor', 'demo-vpc', '--by', 'pod']);
    expect(stdout).toContain('\nTotal: at least ');
    expect(stdout).toContain('\nAt least: a list was cut off');
  });

  test('all refused is an error', async () => {
    const { run } = await account({
      faults: [denied('networkflowmonitor:StartQueryMonitorTopContributors')],
    });
    const refused = await run(['top', ...ONE, '--monitor', 'demo-vpc', '-o', 'json']);
    expect(refused.code).toBe(254);
    expect(jsonError(refused)).toMatchObject({
      code: 'access-denied',
      action: 'networkflowmonitor:StartQueryMonitorTopContributors',
    });
  });

  test('a monitor that is not active yet is not answered for by another one', async () => {
    const here = await account({ settleMillis: 600_000 });
    const { world } = here.sandbox;
    const arn = (service: string, id: string) =>
      `arn:aws:${service}:${world.region}:${world.accountId}:${id}`;
    await call(here.sandbox, 'POST', '/monitors', {
      monitorName: 'new',
      localResources: [{ type: 'AWS::EC2::VPC', identifier: arn('ec2', `vpc/${world.vpcs[0]?.id}`) }],
      scopeArn: arn('networkflowmonitor', 'scope/c8e1f4a2-5b7d-4c39-9a06-2f3d8b1e7c54'),
    });
    const document = await top(here, '--monitor', 'new');
    expect(document).toMatchObject({ source: null, items: [], gaps: [{ code: 'monitor-not-active' }] });
    const { stderr } = await here.run(['top', '--monitor', 'new']);
    expect(stderr).toMatch(/^Nothing could be asked\. Monitor new is PENDING: .* 30 minutes/);
  });

  test('an unknown monitor is named, with those there are', async () => {
    const { run } = await account();
    const missing = await run(['top', '--monitor', 'demo-vpx']);
    expect(missing.code).toBe(254);
    expect(expectError(missing).hint).toBe("Did you mean 'demo-vpc'?");
  });
});

describe('Ctrl-C', () => {
  test.each([
    [['--monitor', 'demo-vpc'], 'MonitorTopContributors'],
    [[], 'WorkloadInsightsTopContributors'],
  ] as const)('stops every query that runs: %j', async (target, family) => {
    const { run, sandbox } = await account({ queryMillis: 600_000 });
    const count = (operation: string) => sandbox.requests.filter((r) => r.operation === operation).length;
    const { code, stdout, stderr } = await run(['top', '--concurrency', '5', ...target], {
      during: (child) => {
        const timer = setInterval(() => {
          if (count(`GetQueryStatus${family}`) < 5) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 20);
      },
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^error: Interrupted\./);
    expect(count(`StopQuery${family}`)).toBe(count(`StartQuery${family}`));
    expect(count(`StopQuery${family}`)).toBe(5);
  });
});

const remove = (sandbox: Sandbox, name: string) => call(sandbox, 'DELETE', `/monitors/${name}`);

async function call({ endpoint }: Sandbox, method: string, path: string, body?: object): Promise<void> {
  const { status } = await fetch(`${endpoint}${path}`, {
    method,
    headers: {
      authorization:
        'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/ap-northeast-3/networkflowmonitor/aws4_request, SignedHeaders=host;x-amz-date, Signature=0000',
      'content-type': 'application/json',
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  expect(status).toBe(200);
}
