import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { type CommandSpec, DOCUMENT_NAMES } from '../../src/cli/core/spec.ts';
import { HOME, nfm } from './helpers.ts';

const words = (usage: string) => usage.split(' ').filter((word) => !/^[[<]/.test(word));

/** Says which of its own modules Node has loaded in the end; written at once, or Node would load sockets for it. */
const LOADED = `
  process.on('exit', () => require('fs').writeSync(2, process.moduleLoadList.join()));
  require('./dist/main.cjs').main();
`;

describe.concurrent('help', () => {
  test.each(commands.map((c) => c.usage))('nfm %s --help starts with examples', async (usage) => {
    const { code, stdout, stderr } = await nfm([...words(usage), '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Examples:\n {2}\$ nfm /);
    expect(stdout).toContain(`\nUsage: nfm ${words(usage).join(' ')}`);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('has Node load nothing for connections and processes, which takes longer than all else', () => {
    const { stderr } = spawnSync(process.execPath, ['-e', LOADED, 'nfm', 'zones', '--help'], {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
    expect(stderr).toContain('NativeModule events,');
    expect(stderr).not.toMatch(/NativeModule (child_process|dgram|http|https|tls|net),/);
  });

  test('nfm --help names every command', async () => {
    const { code, stdout, stderr } = await nfm(['--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    for (const name of new Set(commands.map((c) => words(c.usage)[0]))) {
      expect(stdout).toMatch(new RegExp(`^ {2}${name}\\b`, 'm'));
    }
    expect(stdout).toContain('$ nfm triage --sandbox');
  });

  test('every example names options that its command has', () => {
    for (const { examples, options, usage } of commands) {
      const known = options.flatMap((o) => o.flags.match(/(?<![\w-])--?[\w-]+/g) ?? []);
      for (const example of examples) {
        expect(example.startsWith(`nfm ${words(usage).join(' ')}`)).toBe(true);
        for (const flag of example.match(/(?<= )--?[a-z][\w-]*/g) ?? []) expect(known).toContain(flag);
      }
    }
  });

  test('nfm schema: what there is; a command for its document, and what else it prints', async () => {
    const [all, list, create, document] = await Promise.all([
      nfm(['schema']),
      nfm(['schema', 'monitor', 'list']),
      nfm(['schema', 'monitor', 'create']),
      nfm(['schema', 'plan']),
    ]);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout).toMatch(/^ {2}monitor-list +monitor list$/m);
    expect(list).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(list.stdout).properties.schema.const).toBe('nfm.monitor-list/v1');
    expect(JSON.parse(create.stdout).properties.schema.const).toBe('nfm.monitor-changes/v1');
    expect(create.stderr).toMatch(/^note: .*--dry-run.* nfm schema plan\n$/);
    expect(document).toMatchObject({ code: 0, stderr: '' });
  });

  test('every command that prints a document says which', () => {
    const output = (c: CommandSpec) => c.options.find((o) => o.flags.includes('--output'));
    // What others deploy is a template, and no document of nfm's.
    const printing = commands.filter((c) => output(c) && !output(c)?.choices?.includes('terraform'));
    expect(printing.filter((c) => c.documents.length === 0)).toEqual([]);
    const printed = commands.flatMap((c) => c.documents.map(({ name }) => name));
    expect([...printed, 'error']).toEqual(expect.arrayContaining([...DOCUMENT_NAMES]));
  });

  test.each([['--version'], ['-V']])('%s is the version of package.json', async (flag) => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await nfm([flag])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

/** The scripts that V8 ran, from its own coverage: nothing that is loaded can hide from it. */
async function loaded(...args: string[]): Promise<{ files: string[]; bytes: number; text: string }> {
  const folder = mkdtempSync(join(HOME, 'coverage-'));
  const { code } = await nfm(args, { env: { NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' } });
  expect(code).toBe(0);
  const urls = readdirSync(folder).flatMap((file) => {
    const { result } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { result: { url: string }[] };
    return result.map(({ url }) => url).filter((url) => url.startsWith('file:'));
  });
  const texts = urls.map((url) => readFileSync(new URL(url), 'utf8'));
  const text = texts.join('\n');
  return { files: urls, bytes: text.length, text };
}

describe.concurrent('start-up', () => {
  const SDK = /smithy|aws4_request|X-Amz-Content-Sha256/i;

  test.each([[['--version']], [['--help']], [['triage', '--help']], [['sandbox', 'serve', '--help']]])(
    'nfm %j loads no AWS SDK and no sandbox',
    async (args) => {
      const { files, bytes, text } = await loaded(...args);
      expect(files.some((file) => file.includes('/dist/main.'))).toBe(true);
      expect(text).not.toMatch(SDK);
      expect(text).not.toContain('10.77.2.11');
      // Some 3 KB of data a command, and what reads it.
      expect(bytes).toBeLessThan(120_000);
    },
  );

  test('nfm mcp loads no AWS SDK before its first call, and no other command loads that of MCP', async () => {
    const MCP = 'modelcontextprotocol';
    const [mcp, other] = await Promise.all([loaded('mcp'), loaded('sandbox', 'list')]);
    expect(mcp.text).not.toMatch(SDK);
    expect(mcp.text).toContain(MCP);
    expect(other.text).not.toContain(MCP);
  });

  test('and the test would see it', async () => {
    const { text } = await loaded('triage', '--sandbox', 'quiet', '--since', '5m', '--baseline', 'none');
    expect({ sdk: SDK.test(text), sandbox: text.includes('10.77.2.11') }).toEqual({
      sdk: true,
      sandbox: true,
    });
  });
});
