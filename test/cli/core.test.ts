import { describe, expect, test } from 'vitest';
import { carryOut } from '../../src/cli/core/change.ts';
import { Context } from '../../src/cli/core/context.ts';
import type { Io } from '../../src/cli/core/io.ts';
import { report } from '../../src/cli/core/report-error.ts';
import { defineCommand, NO_ACTIONS, type OptionsOf } from '../../src/cli/core/spec.ts';
import { windowsOf } from '../../src/cli/core/values.ts';
import type { NfmError } from '../../src/model/errors.ts';

const spec = defineCommand({
  usage: 'try <name>',
  summary: 'try it',
  examples: [],
  options: [
    { flags: '--since <time>', description: '', default: '1h' },
    { flags: '--profile <name>', description: '' },
    { flags: '--sandbox [scenario]', description: '' },
    { flags: '--no-wait', description: '' },
    { flags: '--dry-run', description: '' },
    { flags: '--add-account <id>', description: '', repeat: true },
    { flags: '-o, --output <format>', description: '', choices: ['table', 'json'], default: 'table' },
  ],
  actions: NO_ACTIONS,
  documents: [],
});

describe('options are typed by their flags', () => {
  test('a typo of a name, or another type, does not compile', () => {
    const options: OptionsOf<typeof spec.options> = {
      since: '1h',
      profile: undefined,
      sandbox: true,
      wait: false,
      dryRun: false,
      addAccount: ['123456789012'],
      output: 'json',
    };
    // @ts-expect-error no such option
    expect(options.addAcount).toBeUndefined();
    // @ts-expect-error a switch is no text
    const text: string = options.dryRun;
    // @ts-expect-error it may be absent
    const name: string = options.profile;
    // @ts-expect-error not one of the choices
    const format: 'yaml' = options.output;
    expect([text, name, format]).toEqual([false, undefined, 'json']);
  });
});

function contextWith(answer: string, options: Record<string, unknown> = {}) {
  const written = { stdout: '', stderr: '', asked: '' };
  const io: Io = {
    args: [],
    env: {},
    version: '0',
    shipped: () => '',
    stdout: {
      write: (text, done) => {
        written.stdout += text;
        done?.();
      },
    },
    stderr: { write: (text) => (written.stderr += text) },
    stdin: async function* () {},
    interactive: true,
    signal: new AbortController().signal,
    hasParent: () => true,
    now: () => Date.parse('2026-11-21T12:03:20Z'),
    wait: async () => undefined,
    ask: async (question) => {
      written.asked += question;
      return answer;
    },
    written: async () => null,
  };
  return {
    context: new Context({
      io,
      command: spec,
      commands: [spec],
      options,
      given: new Set(),
      run: async () => 0,
    }),
    io,
    written,
  };
}

describe('a change', () => {
  const change = (done: string[]) => ({
    steps: [{ action: 'a:B', request: {}, title: 'Do it', run: async () => done.push('done') }],
    question: 'Do this?',
    nothing: '',
  });

  test('that is declined is not made, and is neither success nor a wrong command line', async () => {
    const done: string[] = [];
    const { context, io, written } = contextWith('n');
    const error: NfmError = await carryOut(context, change(done)).then(
      () => expect.unreachable(),
      (thrown) => thrown,
    );
    expect(report(io, error)).toBe(255);
    expect(done).toEqual([]);
    expect(written).toEqual({
      stdout: '',
      stderr: 'Do it\nNothing was changed.\n',
      asked: 'Do this? [y/N] ',
    });
  });

  test.each([
    ['y', {}],
    ['', { yes: true }],
  ])('is made after %j with %j', async (answer, options) => {
    const done: string[] = [];
    expect(await carryOut(contextWith(answer, options).context, change(done))).toBe(true);
    expect(done).toEqual(['done']);
  });

  test('with --dry-run is printed', async () => {
    const done: string[] = [];
    const { context, written } = contextWith('y', { dryRun: true });
    expect(await carryOut(context, change(done))).toBe(false);
    expect(done).toEqual([]);
    expect(JSON.parse(written.stdout).items).toEqual([{ action: 'a:B', request: {} }]);
  });
});

describe('the window', () => {
  const NOW = Date.parse('2026-11-21T12:03:20Z');
  function windowOf(since: string, until: string) {
    const notes: string[] = [];
    const options = { since, until, baseline: 'none' };
    const { window } = windowsOf({ now: () => NOW, note: (text) => notes.push(text) }, options);
    return { window: `${window.start.slice(11, 16)} ${window.end.slice(11, 16)}`, notes };
  }

  test.each([
    ['2h', '1h', '10:03 11:03'],
    ['2h ago', '1h ago', '10:03 11:03'],
    ['2h ago', '1h', '10:03 11:03'],
    ['45m', '11:30', '10:45 11:30'],
    ['11:00', '11:30', '11:00 11:30'],
    ['11:00Z', '2026-11-21T11:30:00Z', '11:00 11:30'],
    ['23:30', '00:15', '23:30 00:15'],
  ])('--since %j --until %j', (since, until, expected) => {
    expect(windowOf(since, until)).toEqual({ window: expected, notes: [] });
  });

  test('an end that has not settled is moved, and that is said', () => {
    const { window, notes } = windowOf('30m', '12:03');
    expect(window).toBe('11:28 11:58');
    expect(notes).toEqual([expect.stringContaining('2026-11-21T11:58:00Z')]);
    expect(windowOf('30m', 'now').notes).toEqual([]);
  });
});
