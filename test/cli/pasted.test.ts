import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { Case } from '../../src/model/case.ts';
import { findScenario } from '../../src/sandbox/scenarios/index.ts';
import type { Change } from '../../src/sandbox/scenarios/scenario.ts';
import { account, denied, fault, HOME, nfm, SHORT } from './helpers.ts';

/* Every command that nfm prints is pasted into a shell, with names in it that somebody chose to run something. */

/** '>pwned' makes a file without any program. */
const NAMES: Readonly<Record<string, string>> = {
  semicolon: 'x; >pwned',
  substitution: '$(>pwned)',
  backticks: '`>pwned`',
  'single quotes': "x'; >pwned; echo 'y",
  'double quotes': 'x"; >pwned; echo "y',
  newline: 'x\n>pwned\ny',
  'escape sequences': 'x\u001b]0;owned\u0007\u001b[2J;>pwned',
  'right-to-left': 'x\u202e;>pwned #\u200b',
  'leading dash': '-rf',
  'long option': '--kubeconfig=pwned',
  redirect: '>pwned',
  background: 'x & >pwned',
  history: 'x!!; >pwned',
  glob: '* ~ {a,b} [c]',
  backslash: 'x\\',
  comment: '#x',
  spaces: '  x  ',
  long: `x; >pwned; ${'y '.repeat(80)}z`,
};
const names = Object.keys(NAMES);
/** Those that take the most to write down. */
const HARD = ['long', 'newline', 'right-to-left', 'leading dash'];

const ROOM = mkdtempSync(join(HOME, 'pasted-'));
const STUBS = join(ROOM, 'bin');

beforeAll(() => {
  mkdirSync(STUBS);
  // Each notes its words, and nothing else is in PATH.
  const stub = '#!/bin/sh\nprintf "%s\\0" "$0" "$@" >> "$LOG"\nprintf "\\n\\0" >> "$LOG"\n';
  for (const program of ['nfm', 'aws', 'kubectl']) {
    writeFileSync(join(STUBS, program), stub);
    chmodSync(join(STUBS, program), 0o755);
  }
});

let pastes = 0;

/** The command lines that ran, as words. Anything else that ran, or failed to, fails the test. */
async function paste(script: string): Promise<string[][]> {
  const cwd = join(ROOM, `paste-${pastes++}`);
  const log = `${cwd}.log`;
  mkdirSync(cwd);
  writeFileSync(log, '');
  const env = { PATH: STUBS, LOG: log, HOME: cwd };
  const seen = await new Promise<string>((resolve) => {
    execFile('/bin/sh', ['-c', script], { cwd, env }, (error, out, err) =>
      resolve(error ? `${error.message}${err}` : out + err),
    );
  });
  expect(seen, script).toBe('');
  expect(readdirSync(cwd), script).toEqual([]);
  const text = readFileSync(log, 'utf8');
  rmSync(cwd, { recursive: true });
  rmSync(log);
  const calls = text.split('\0\n\0').slice(0, -1);
  return calls
    .map((call) => call.split('\0'))
    .map(([program = '', ...words]) => [basename(program), ...words]);
}

/** What nfm itself writes into commands, or a name as one word, or after '=' where it looks like an option. */
function expectWhole(calls: readonly string[][], name: string): void {
  for (const words of calls) {
    for (const word of words) {
      const ours = /^-{0,2}[\w:/.,=@%+-]*$|^\{"/.test(word) && !/pwned/.test(word);
      expect(ours || word === name || (/^--[a-z-]+=/.test(word) && word.endsWith(`=${name}`)), word).toBe(
        true,
      );
    }
  }
}

/** A command stands at the end of an advice. */
function commandOf(said: string | null): string[] {
  const [, command] = /(?:^|: )((?:nfm|aws|kubectl) [\s\S]*)$/.exec(said ?? '') ?? [];
  return command?.split('\n') ?? [];
}

/** Commands on a page for a terminal: four columns in, going on where a line ends in a backslash. */
function commandsOn(page: string): string[] {
  return page.match(/^ {4,}(?:nfm|aws|kubectl) (?:[^\n]*\\\n)*[^\n]*$/gm) ?? [];
}

function blockIn(markdown: string): string {
  return /^(`{3,})sh\n([\s\S]*?)\n\1$/m.exec(markdown)?.[2] ?? '';
}

describe('a case of whose names none is harmless', () => {
  let recorded: Case;

  beforeAll(async () => {
    const path = join(ROOM, 'recorded.json');
    await nfm(['triage', '--sandbox', ...SHORT, '--save-case', path]);
    recorded = JSON.parse(readFileSync(path, 'utf8'));
  });

  /** A name in every field that can carry one. */
  function doctored(name: string, ongoing: boolean): string {
    const { sandbox: _, ...data } = structuredClone(recorded);
    const rename = <T extends object>(of: T, fields: readonly string[]) => {
      for (const field of fields) if (field in of) Object.assign(of, { [field]: name });
    };
    rename(data.target, ['id', 'region']);
    data.target.kind = 'monitor';
    for (const monitor of data.monitors) rename(monitor, ['name', 'arn', 'status']);
    for (const { local, remote } of data.flows) {
      const fields = ['instanceName', 'serviceName', 'vpcId', 'region'];
      rename(local, local.podName === 'web-b' ? [...fields, 'podName', 'podNamespace'] : fields);
      rename(remote, remote.podName === 'web-b' ? [...fields, 'podName', 'podNamespace'] : fields);
    }
    data.coverage = { running: 4, silent: [{ instanceId: name, instanceName: name }] };
    const command = { program: 'nfm', words: ['monitor', 'create', '--vpc', name, '--per-zone'] };
    data.gaps = [
      { code: name, action: name, effect: name, answer: name, fix: name },
      {
        code: 'made',
        action: null,
        effect: name,
        fix: '',
        said: { text: 'Make some:', commands: [command] },
      },
    ];
    // Without a monitor to ask, what comes next are other commands.
    if (!ongoing)
      Object.assign(data, { monitors: [], flowsFrom: null, target: { ...data.target, kind: 'scope' } });
    const path = join(ROOM, 'case.json');
    writeFileSync(path, JSON.stringify(data));
    return path;
  }

  test.each(names)('%s: in JSON, to be pasted', async (kind) => {
    const name = NAMES[kind] ?? '';
    for (const ongoing of HARD.includes(kind) ? [true, false] : [true]) {
      const { code, stdout, stderr } = await nfm(['triage', '--case', doctored(name, ongoing), '-o', 'json']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const { next, gaps } = JSON.parse(stdout) as { next: { command: string }[]; gaps: { fix: string }[] };
      const calls = await paste(next.map(({ command }) => command).join('\n'));
      expect(calls).toHaveLength(next.length);
      expectWhole(calls, name);
      if (ongoing) {
        const dashed = name.startsWith('-');
        expect(calls[0]).toEqual([
          'kubectl',
          ...(dashed ? [`--namespace=${name}`] : ['-n', name]),
          ...['describe', 'pod', ...(dashed ? ['--'] : []), name],
        ]);
      }
      const made = await paste(commandOf(gaps[1]?.fix ?? '').join('\n'));
      expect(made).toEqual([['nfm', 'monitor', 'create', '--vpc', name, '--per-zone', ...placed(name)]]);
    }
  });

  const placed = (name: string) => (name.startsWith('-') ? [`--region=${name}`] : ['--region', name]);

  test.each(HARD)('%s: in every format', async (kind) => {
    const name = NAMES[kind] ?? '';
    const path = doctored(name, true);
    const as = async (...args: string[]) => (await nfm(['triage', '--case', path, ...args])).stdout;
    const [json, yaml, page, ascii, markdown, csv] = await Promise.all([
      as('-o', 'json'),
      as('-o', 'yaml'),
      nfm(['triage', '--case', path], { env: { LANG: 'en_US.UTF-8' } }).then((run) => run.stdout),
      as(),
      as('-o', 'markdown'),
      as('-o', 'csv'),
    ]);
    for (const text of [json, yaml, page, ascii, markdown, csv]) expect(text).not.toMatch(/[^\P{C}\n]/u);
    const { generatedAt: _, ...document } = JSON.parse(json);
    expect(parse(yaml)).toMatchObject(document);
    const expected = await paste(document.next.map(({ command }: { command: string }) => command).join('\n'));
    expect(await paste(blockIn(markdown))).toEqual(expected);
    for (const text of [page, ascii]) {
      const calls = (await Promise.all(commandsOn(text).map(paste))).flat();
      expect(calls).toEqual(expect.arrayContaining(expected));
      expectWhole(calls, name);
    }
  });
});

describe('an account of whose names none is harmless', () => {
  const renamed =
    (name: string): Change =>
    (world) => {
      for (const cluster of world.clusters) cluster.name = name;
      for (const instance of world.instances) if (instance.cluster) instance.cluster = name;
      for (const monitor of world.monitors) monitor.name = name;
    };

  test.each(['single quotes', 'newline', 'leading dash'])(
    '%s: what doctor says mends it',
    { timeout: 60_000 },
    async (kind) => {
      const name = NAMES[kind] ?? '';
      const scenario = findScenario('monitor-error+addon-missing+association-missing+no-tolerations');
      const changes = [...(scenario.changes ?? []), renamed(name)];
      const { run } = await account({ scenario: { ...scenario, changes } });
      const [json, page, markdown] = await Promise.all(
        ['json', 'table', 'markdown'].map((format) => run(['doctor', '-o', format])),
      );
      const { checks } = JSON.parse(json?.stdout ?? '') as {
        checks: { status: string; fix: string | null }[];
      };
      const fixes = checks.flatMap(({ status, fix }) => (status === 'fail' && fix ? fix.split('\n') : []));
      const calls = await paste(fixes.join('\n'));
      expect(calls).toHaveLength(fixes.length);
      expectWhole(calls, name);
      expect(
        calls.flat().filter((word) => word === name || word.endsWith(`=${name}`)).length,
      ).toBeGreaterThan(1);
      expect(await paste(blockIn(markdown?.stdout ?? ''))).toEqual(calls);
      const shown = (await Promise.all(commandsOn(page?.stdout ?? '').map(paste))).flat();
      expect(shown.length).toBeGreaterThan(1);
      expect(calls).toEqual(expect.arrayContaining(shown));
    },
  );

  test('what AWS says is text, whatever it looks like', async () => {
    const message = `not authorized: nfm x; >pwned because no identity-based policy allows it`;
    const { run } = await account({
      faults: [
        fault('networkflowmonitor:ListMonitors', { code: 'AccessDeniedException', status: 403, message }),
      ],
    });
    const { stderr } = await run(['monitor', 'list', '--region', 'ap-northeast-3', '--profile', '$(>pwned)']);
    // There is no such profile; its name is only shown.
    expect(stderr).toContain("There is no profile '$(>pwned)'");
    const list = await run(['monitor', 'list']);
    const [, hint = ''] = /^hint: (.*)$/m.exec(list.stderr) ?? [];
    expect(await paste(commandOf(hint).join('\n'))).toEqual([['nfm', 'policy', 'monitor', 'list']]);
  });

  test('what asks the same AWS says how it is reached', async () => {
    const { run, sandbox } = await account({ faults: [denied('networkflowmonitor:ListMonitors')] });
    const endpoint = sandbox.endpoint.replace('//', '//user:password@');
    const { stdout } = await run(['triage', ...SHORT, '--endpoint-url', sandbox.endpoint, '-o', 'json']);
    const { next } = JSON.parse(stdout) as { next: { command: string }[] };
    for (const { command } of next.filter(({ command }) => command.startsWith('nfm '))) {
      expect(command).toContain(' --region ap-northeast-3 ');
      expect(command).toMatch(new RegExp(` --endpoint-url ${sandbox.endpoint}$`));
    }
    const secret = await run(['scope', 'show', 'no-such', '--endpoint-url', endpoint]);
    expect(secret.stderr).not.toContain('password');
  });
});
