import { execFileSync } from 'node:child_process';
import pLimit from 'p-limit';
import { beforeAll, describe, expect, test } from 'vitest';
import { SCENARIOS } from '../../src/sandbox/scenarios/index.ts';
import { account, nfm, type Run } from './helpers.ts';
import { inProcess } from './in-process.ts';
import { hasJq, printedCommands, type Shown, wordsIn } from './printed-commands.ts';

/* Every command that a page or a hint prints, in every scenario there is, is one that a shell and jq read back. */

const COLUMNS = { COLUMNS: '80' };
const SHORT = ['--since', '30m', '--baseline', '1h'];
const scenarios = [
  ...SCENARIOS.map(({ name }) => name),
  // What comes one after another.
  'no-scope+addon-missing+association-missing+agent-not-installed',
  'role-trust+irsa-trust+egress-closed+publishing-off',
];
/** Those of nfm's commands that ask AWS. */
const ASKING = /^(triage|top|zones|health|doctor|monitor|scope)$/;

const COMMAND =
  /\bnfm (triage|top|zones|health|doctor|monitor|scope|policy|sandbox)\b|\baws [a-z0-9]+ [a-z]+-|\bkubectl\b/;

const pages = new Map<string, Run>();
const turn = pLimit(2);

beforeAll(async () => {
  const asked = scenarios.flatMap((name) => [
    ['triage', ...SHORT, '--sandbox', name],
    ['doctor', '--sandbox', name],
  ]);
  await Promise.all(
    asked.map((args) => turn(async () => pages.set(args.join(' '), await inProcess(args, COLUMNS)))),
  );
}, 600_000);

function commandsOf({ stdout, stderr }: Run): Shown[] {
  return printedCommands(`${stdout}\n${stderr}`);
}

/** From an opening brace to the closing one of the same indent. */
const BLOCK = /^( {4,})\{(?:\n(?:\1 .*\n)+\1\}|.*\})$/gm;

function withoutCommands(run: Run): string {
  return commandsOf(run).reduce((text, { script }) => text.replace(script, ''), run.stdout);
}

/** Each command line in its own function, so that all are read in one go and none is run. */
function syntax(scripts: readonly string[]): void {
  const bodies = scripts.map((script, i) => `f${i}() {\n${script}\n}`);
  execFileSync('/bin/sh', ['-n'], { input: bodies.join('\n'), stdio: ['pipe', 'pipe', 'pipe'] });
}

describe('what triage and doctor print at 80 columns', () => {
  test('answers, with nothing but a note beside the page', () => {
    for (const [args, { code, stderr }] of pages) {
      expect({ args, code, stderr: stderr.replace(/^note: .*\n/, '') }).toEqual({
        args,
        code: 0,
        stderr: '',
      });
    }
    expect(pages.size).toBe(2 * scenarios.length);
  });

  test('has a command wherever something is wrong, and no command in the middle of a sentence', () => {
    for (const [args, run] of pages) {
      const commands = commandsOf(run).map(({ script }) => script);
      if (args.startsWith('triage')) expect(commands.length, args).toBeGreaterThan(0);
      expect(withoutCommands(run), args).not.toMatch(COMMAND);
    }
  });

  test('is read by a shell as it stands', () => {
    const scripts = [...pages.values()].flatMap(commandsOf).map(({ script }) => script);
    expect(scripts.length).toBeGreaterThan(150);
    syntax(scripts);
  });

  test('is the words that -o json has, and in quotes nothing is folded', async () => {
    const all = [...pages.values()].flatMap(commandsOf);
    const words = wordsIn(all.map(({ script }) => script));
    for (const [i, list] of words.entries()) {
      for (const word of list) {
        // A line break within a word is one that JSON may have.
        if (word.includes('\n')) expect(() => JSON.parse(word), all[i]?.script).not.toThrow();
        expect(word).not.toBe('');
      }
    }
  });

  test.skipIf(!hasJq)('holds JSON that jq reads: in options, and policies in a block of their own', () => {
    const words = wordsIn([...pages.values()].flatMap(commandsOf).map(({ script }) => script)).flat();
    const options = words.filter((word) => /^[[{]/.test(word));
    const prose = [...pages.values()].map(withoutCommands);
    const blocks = prose.flatMap((text) => [...text.matchAll(BLOCK)].map(([block]) => block));
    expect([options.length > 2, blocks.length > 0]).toEqual([true, true]);
    const types = execFileSync('jq', ['-r', 'type'], {
      input: [...options, ...blocks].join('\n'),
      encoding: 'utf8',
    });
    expect(types.trim().split('\n')).toEqual([...options, ...blocks].map(() => 'object'));
    // Nowhere else on a page does JSON begin.
    for (const text of prose) expect(text.replace(BLOCK, '')).not.toMatch(/\{"|^\s*\{$/m);
  });

  test('reaches the sandbox that was asked, or names the Region', () => {
    for (const [args, run] of pages) {
      const name = args.split(' ').at(-1);
      for (const [program, ...words] of wordsIn(commandsOf(run).map(({ script }) => script))) {
        const line = `${args}: ${program} ${words.join(' ')}`;
        if (program === 'aws') expect(line).toMatch(/ --region ap-northeast-3( |$)/);
        if (program === 'nfm' && ASKING.test(words[0] ?? ''))
          expect([line, words.slice(words.indexOf('--sandbox'))[1]]).toEqual([line, name]);
        if (program === 'kubectl') expect(words.join(' ')).not.toMatch(/--sandbox|--region/);
      }
    }
  });

  test('asks for no second monitor beside one that is not active yet, or any more', () => {
    for (const name of ['monitor-pending', 'monitor-error']) {
      const { stdout } = pages.get(['triage', ...SHORT, '--sandbox', name].join(' ')) ?? { stdout: '' };
      expect(stdout).toContain('monitor-not-active');
      expect(stdout).not.toContain('monitor create');
    }
  });

  test('tells what one fix mends once', () => {
    const { stdout } = pages.get(['triage', ...SHORT, '--sandbox', 'no-monitor'].join(' ')) ?? { stdout: '' };
    expect(stdout).toContain('! no-monitor, no-zone-monitors\n');
    expect(stdout.match(/nfm monitor create/g)).toHaveLength(1);
  });

  test('has the fix of the cause on top, and nothing between the two', () => {
    for (const [args, { stdout }] of pages) {
      const [, cause] = /^CAUSE +(\S+)/.exec(stdout) ?? [];
      if (cause === undefined || !args.startsWith('doctor')) continue;
      const sections = [...stdout.matchAll(/^ *(Fix|Because of it|Also wrong|Not known|Worth knowing)\b/gm)];
      if (stdout.includes('Fix')) expect([args, sections[0]?.[1]]).toEqual([args, 'Fix']);
    }
  });
});

describe('the built program, on its way to a pipe', () => {
  test.each([
    ['triage', ...SHORT, '--sandbox', 'queries-denied'],
    ['doctor', '--sandbox', 'irsa-trust'],
    ['doctor', '--sandbox', 'scope-failed'],
  ])('nfm %j', async (...args) => {
    const [built, here] = [await nfm(args, { env: COLUMNS }), await inProcess(args, COLUMNS)];
    expect(commandsOf(built)).toEqual(commandsOf(here));
    expect(commandsOf(built).length).toBeGreaterThan(0);
  });
});

describe('hints carry how AWS was reached', () => {
  test.each([
    ['top', '--monitor', 'demo-vcp', '--sandbox', 'quiet'],
    ['triage', '--sandbox', 'quiet', '--monitor', 'none-of-them'],
    ['monitor', 'show', 'none-of-them', '--sandbox', 'quiet'],
    ['monitor', 'delete', 'none-of-them', '--sandbox', 'quiet', '--yes'],
    ['monitor', 'create', 'x', '--vpc', 'vpc-0d5c1a7be93f24a60', '--sandbox', 'no-scope', '--yes'],
    ['scope', 'show', '--sandbox', 'no-scope'],
    ['scope', 'delete', 'none-of-them', '--sandbox', 'quiet', '--yes'],
    ['top', '--sandbox', 'no-scope'],
    ['zones', '--sandbox', 'no-scope'],
    ['health', '--sandbox', 'no-monitor'],
    ['monitor', 'list', '--sandbox', 'no-monitor'],
    ['scope', 'list', '--sandbox', 'no-scope'],
  ])('nfm %j', async (...args) => {
    const given = await inProcess(args, COLUMNS);
    const lines = commandsOf(given);
    syntax(lines.map(({ script }) => script));
    for (const [program, ...words] of wordsIn(lines.map(({ script }) => script))) {
      if (program === 'nfm' && ASKING.test(words[0] ?? '')) expect(words).toContain('--sandbox');
    }
    // Of an account, the Region instead.
    const named = args.slice(args.indexOf('--sandbox') + 1)[0] ?? '';
    const { run, env } = await account({ scenario: named });
    const { AWS_REGION = '' } = env;
    const there = args.flatMap((word, i) =>
      word === '--sandbox' ? ['--region', AWS_REGION] : args[i - 1] === '--sandbox' ? [] : [word],
    );
    const regional = commandsOf(await run(there, { env: COLUMNS }));
    expect(regional.length).toBe(lines.length);
    for (const [program, ...words] of wordsIn(regional.map(({ script }) => script))) {
      if (program === 'nfm' && ASKING.test(words[0] ?? ''))
        expect(words.slice(words.indexOf('--region'))[1]).toBe(AWS_REGION);
    }
  });
});
