import { execFileSync, spawn } from 'node:child_process';
import pLimit from 'p-limit';
import { describe, expect, it } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { wordsOf } from '../../src/cli/core/spec.ts';
import { nfm } from '../cli/helpers.ts';
import { workplace } from './bin.ts';

const { home, env } = workplace();

/** Two at a time: each has a sandbox in it. */
const turn = pLimit(2);
const runs = commands.flatMap((spec) =>
  spec.examples.map((line) => ({
    line,
    serves: wordsOf(spec).join(' ') === 'sandbox serve',
    // Until its stdin ends, which is at once.
    answers: wordsOf(spec).join(' ') === 'mcp',
    // What changes something says on stderr what, and stdout may have nothing to say.
    changes: spec.options.some(({ flags }) => flags === '--yes') && wordsOf(spec).length > 1,
  })),
);
/** What examples read. */
const made = turn(() => run('nfm triage --sandbox --save-case incident.json', false));
const results = new Map(
  runs.map(({ line, serves }) => [line, made.then(() => turn(() => run(line, serves)))]),
);

interface Result {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** What is only words runs warm; what reads or writes files here, has a pipe or serves, as a process of its own. */
function run(line: string, serves: boolean): Promise<Result> {
  if (serves || /[|<>]|\.json/.test(line)) return runProcess(line, serves);
  const [, ...words] = execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], { encoding: 'utf8' })
    .split('\0')
    .slice(0, -1);
  const { LANG, NFM_NOW } = env;
  return nfm(words, { env: { LANG, NFM_NOW } });
}

/** What serves is ended by Ctrl-C, once it has said where. */
function runProcess(line: string, serves: boolean): Promise<Result> {
  return new Promise((resolve, reject) => {
    // exec: the signal must reach nfm, not the shell around it.
    const child = spawn('bash', ['-c', serves ? `exec ${line}` : line], {
      cwd: home,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (serves && stdout.includes('\n')) child.kill('SIGINT');
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

describe('every example of every command runs as printed', () => {
  it.each(runs)('$line', { timeout: 90_000 }, async ({ line, serves, answers, changes }) => {
    const result = await results.get(line);
    if (serves) {
      expect(JSON.parse(result?.stdout.split('\n')[0] ?? '')).toHaveProperty('endpoint');
      expect(result?.code).toBe(0);
      return;
    }
    const unexpected = result?.stderr.split('\n').filter((said) => !said.startsWith('note: '));
    if (changes) expect(result?.stderr).not.toMatch(/^(error|warning|hint):/m);
    else expect(unexpected).toEqual(['']);
    expect(result?.code).toBe(0);
    // What goes into a file is not here.
    if (!/ > | redact .*--save-case /.test(line) && !changes && !answers) expect(result?.stdout).not.toBe('');
  });
});
