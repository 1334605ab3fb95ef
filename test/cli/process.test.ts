import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { later } from '../later.ts';
import { home } from './aws-stub.ts';
import { account, ENV, HOME, nfmProcess as nfm, PROGRAM, SHORT, shell } from './helpers.ts';

describe('Ctrl-C', () => {
  test('stops the queries that run, says so, and ends with 130', async () => {
    const { run, sandbox } = await account({ queryMillis: 600_000 });
    let interrupted = 0;
    const { code, stdout, stderr } = await run(['triage', ...SHORT], {
      during: (child) => {
        // The eighth query is running: there is something to stop.
        const timer = setInterval(() => {
          if (count(sandbox.requests, 'StartQueryMonitorTopContributors') < 8) return;
          clearInterval(timer);
          interrupted = Date.now();
          child.kill('SIGINT');
        }, 20);
      },
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
    expect(stderr).toMatch(/^error: Interrupted\.\nhint: .*stop.*\n$/);
    expect(Date.now() - interrupted).toBeLessThan(3000);
    expect(count(sandbox.requests, 'StopQueryMonitorTopContributors')).toBe(8);
  });

  test('a query whose start is under way is stopped too, and --debug shows it', async () => {
    const operation = 'StartQueryMonitorTopContributors';
    const slow = { service: 'networkflowmonitor', operation, delayMillis: 700 };
    const { run, sandbox } = await account({ queryMillis: 600_000, faults: [slow] });
    const { code, stderr } = await run(['top', '--monitor', 'demo-vpc', '--debug'], {
      during: (child) => {
        const timer = setInterval(() => {
          if (count(sandbox.requests, operation) < 5) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 20);
      },
    });
    expect(code).toBe(130);
    expect(count(sandbox.requests, operation)).toBe(5);
    expect(count(sandbox.requests, 'StopQueryMonitorTopContributors')).toBe(5);
    expect(stderr.match(/^networkflowmonitor:StopQueryMonitorTopContributors ok \d+ ms$/gm)).toHaveLength(5);
  });

  test('in JSON mode it is JSON', async () => {
    const { run, sandbox } = await account({ queryMillis: 600_000 });
    const { code, stderr } = await run(['triage', ...SHORT, '-o', 'json'], {
      during: (child) => {
        const timer = setInterval(() => {
          if (!sandbox.requests.length) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 20);
      },
    });
    expect(code).toBe(130);
    expect(JSON.parse(stderr).error.code).toBe('interrupted');
  });

  test('a service that hangs cannot hold it', async () => {
    const hang = { service: '*', operation: '*', hang: true } as const;
    const { run, sandbox } = await account({ faults: [hang] });
    const { code } = await run(['triage', ...SHORT], {
      during: (child) => {
        const timer = setInterval(() => {
          if (!sandbox.requests.length) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 20);
      },
    });
    expect(code).toBe(130);
  });
});

describe.concurrent('a signal', () => {
  test.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s stops the queries that run, and ends with %i', async (signal, expected) => {
    const { run, sandbox } = await account({ queryMillis: 600_000 });
    const { code, stdout, stderr } = await run(['triage', ...SHORT], {
      during: (child) => {
        const timer = setInterval(() => {
          if (count(sandbox.requests, 'StartQueryMonitorTopContributors') < 8) return;
          clearInterval(timer);
          child.kill(signal);
        }, 20);
      },
    });
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toMatch(/^error: Interrupted\.\nhint: .*stop.*\n$/);
    expect(count(sandbox.requests, 'StopQueryMonitorTopContributors')).toBe(8);
  });

  test('a credential_process that hangs cannot hold it', async () => {
    const started = join(mkdtempSync(join(HOME, 'started-')), 'started');
    const config = `[default]\nregion = ap-northeast-3\ncredential_process = sh -c "touch ${started}; sleep 600"\n`;
    const { code } = await nfm(['monitor', 'list'], {
      env: home({ '.aws/config': config }),
      during: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(started)) return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 20);
      },
    });
    expect(code).toBe(130);
  });
});

function count(requests: { operation: string }[], operation: string): number {
  return requests.filter((r) => r.operation === operation).length;
}

describe.concurrent('pipes', () => {
  test('| head -1 ends quietly', async () => {
    const { stdout, stderr } = await shell(
      `$NFM schema case | head -1; echo "nfm \${PIPESTATUS[0]}"; $NFM triage --help | head -1; echo "nfm \${PIPESTATUS[0]}"`,
    );
    expect(stderr).toBe('');
    expect(stdout).toBe('{\nnfm 0\nExamples:\nnfm 0\n');
  });

  test('a triage whose reader is gone ends quietly', async () => {
    const { stdout, stderr } = await shell(
      `$NFM triage --sandbox ${SHORT.join(' ')} | true; echo "nfm \${PIPESTATUS[0]}"`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'nfm 0\n', stderr: '' });
  });

  test('an error whose reader is gone keeps quiet', async () => {
    const { stdout } = await shell(`$NFM triag 2>&1 | true; echo done`);
    expect(stdout).toBe('done\n');
  });

  test('a big document gets through a slow pipe whole', async () => {
    const { stdout } = await shell(
      `$NFM triage --sandbox ${SHORT.join(' ')} -o json | (sleep 0.2; cat) | ${process.execPath} -e 'let s="";process.stdin.on("data",d=>s+=d).on("end",()=>console.log(JSON.parse(s).schema))'`,
    );
    expect(stdout).toBe('nfm.triage/v1\n');
  });
});

describe.concurrent('what cannot be written', () => {
  const triage = `$NFM triage --sandbox ${SHORT.join(' ')}`;

  test.each([
    ['a reader of stderr that is gone', `${triage} --debug --exit-code -o json 2> >(exec true)`],
    ['a closed stderr', `${triage} --debug --exit-code -o json 2>&-`],
    ['a full disk behind stderr', `${triage} --debug --exit-code -o json 2>/dev/full`],
  ])('%s costs neither the result nor the code', async (_, line) => {
    const { code, stdout } = await shell(line);
    expect(code).toBe(11);
    expect(JSON.parse(stdout).schema).toBe('nfm.triage/v1');
  });

  test('a reader of stdout that is gone costs neither the code nor what is on stderr', async () => {
    const { stdout, stderr } = await shell(
      `${triage} --debug --exit-code -o json | exec true; echo "nfm \${PIPESTATUS[0]}"`,
    );
    expect(stdout).toBe('nfm 11\n');
    expect(stderr).toContain('cloudwatch:GetMetricData ok');
  });

  test('a closed stdout costs no code', async () => {
    const { code, stderr } = await shell(`${triage} --exit-code >&-`);
    expect({ code, stderr }).toEqual({ code: 11, stderr: '' });
  });

  test.each([['sandbox list'], ['--help'], ['--version'], ['help output'], ['sandbox list -o json']])(
    'nfm %s to a full disk is one line and 255',
    async (args) => {
      const { code, stderr } = await shell(`$NFM ${args} > /dev/full`);
      expect(code).toBe(255);
      expect(stderr).toMatch(/^[^\n]*could not be written: ENOSPC[^\n]*\n$/);
    },
  );
});

describe('nfm sandbox list', () => {
  test('at 80 columns a sentence goes on in the next line, whole', async () => {
    const { stdout } = await nfm(['sandbox', 'list', '--color', 'never'], {
      env: { NFM_FORCE_TTY: '80', LANG: 'C.UTF-8' },
    });
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stdout).not.toContain('…');
    const words = stdout.replace(/\s+/g, ' ');
    expect(words).toContain('One pod in one zone loses 3 % of its packets; AWS is healthy');
  });

  test('as a table and as JSON', async () => {
    const [table, json] = await Promise.all([
      nfm(['sandbox', 'list']),
      nfm(['sandbox', 'list', '-o', 'json']),
    ]);
    const { schema, scenarios } = JSON.parse(json.stdout);
    expect(schema).toBe('nfm.sandbox-list/v1');
    const names = scenarios.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(['packet-loss', 'total-loss', 'quiet', 'aws-impairment']));
    expect(scenarios).toContainEqual({
      name: 'pod-identity-agent-missing',
      title: 'The Pod Identity Agent is not installed: the agents have no credentials',
      verdict: 'inconclusive',
      cause: 'pod-identity-agent',
    });
    // What is broken comes after what is not, in a list of its own.
    const [sound, broken] = table.stdout.split('\n\n').map((list) => list.split('\n').slice(1));
    const inTable = [...(sound ?? []), ...(broken ?? [])].map((line) => line.split(' ')[0]).filter(Boolean);
    expect(inTable).toEqual(names);
    expect(sound?.join()).toContain('aws-infrastructure');
    expect(broken?.[0]).toContain('queries-denied');
    expect([table, json].map((r) => [r.code, r.stderr])).toEqual([
      [0, ''],
      [0, ''],
    ]);
  });
});

/** Starts `nfm sandbox serve` and waits for its first line. */
async function serve(...args: string[]) {
  const [program, ...before] = PROGRAM;
  const child = spawn(program, [...before, 'sandbox', 'serve', ...args], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  later(async () => child.kill('SIGKILL'));
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const [first] = (await once(createInterface(child.stdout), 'line')) as [string];
  return { child, first: JSON.parse(first), stderr: () => stderr };
}

describe('nfm sandbox serve', () => {
  test('first a line of JSON, then what to paste; any client can use it; SIGINT ends it', async () => {
    const { child, first, stderr } = await serve('aws-impairment');
    expect(first).toEqual({
      endpoint: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
      region: 'ap-northeast-3',
      accountId: '123456789012',
      scenario: 'aws-impairment',
      vpcId: 'vpc-0d5c1a7be93f24a60',
    });
    expect((await fetch(first.endpoint)).status).toBe(403);
    // What it prints for a person is what a shell takes.
    const pasted = stderr()
      .split('\n')
      .filter((line) => line.startsWith('export '))
      .join('; ');
    const triage = await shell(
      `${pasted}; $NFM triage ${SHORT.join(' ')} --vpc ${first.vpcId} --query verdict`,
    );
    expect(triage).toEqual({ code: 0, stdout: '"aws-infrastructure"\n', stderr: '' });
    child.kill('SIGINT');
    const [code] = await once(child, 'close');
    expect([0, 130]).toContain(code);
  });

  test('--with-parent ends it with the process that started it', async () => {
    const script = `
      const { spawn } = require('node:child_process');
      spawn(process.argv[1], process.argv.slice(2), { stdio: 'inherit' });`;
    const args = ['-e', script, ...PROGRAM, 'sandbox', 'serve', '--with-parent'];
    const parent = spawn(process.execPath, args, { env: ENV, stdio: ['ignore', 'pipe', 'ignore'] });
    const [first] = (await once(createInterface(parent.stdout), 'line')) as [string];
    const { endpoint } = JSON.parse(first) as { endpoint: string };
    expect((await fetch(endpoint)).status).toBe(403);
    // Its pipe ends when the last that holds it has ended.
    parent.kill('SIGKILL');
    await once(parent.stdout, 'close');
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  test('--port is kept to', async () => {
    const probe = net.createServer();
    await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
    const { port } = probe.address() as AddressInfo;
    await new Promise((resolve) => probe.close(resolve));
    const { child, first } = await serve('--port', String(port));
    expect(first.endpoint).toBe(`http://127.0.0.1:${port}`);
    child.kill('SIGTERM');
    await once(child, 'close');
  });
});
