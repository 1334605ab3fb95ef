import { CONNECTION, DISPLAY, SANDBOX, TARGET, WINDOW } from './options.ts';
import type { CommandSpec } from './program.ts';
import { schemaNames } from './schema-names.ts';

/** Every command. Handlers are imported when they run: --help must load no AWS SDK. */
export const commands: readonly CommandSpec[] = [
  {
    usage: 'triage',
    summary: 'whose problem is it, where, since when and why',
    examples: [
      'nfm triage --sandbox',
      'nfm triage --sandbox aws-impairment -o json',
      'nfm triage --sandbox --since 30m --baseline 2h -o markdown',
    ],
    options: [
      ...TARGET,
      ...WINDOW,
      ...SANDBOX,
      ...CONNECTION,
      ...DISPLAY,
      {
        flags: '--exit-code',
        description:
          'exit by verdict: 0 no-impairment, 10 aws-infrastructure, 11 workload, 12 inconclusive, 13 no-data',
      },
      {
        flags: '--create-monitors',
        description: 'first create the monitors that are missing for the target and its zones',
      },
      { flags: '--dry-run', description: 'with --create-monitors: print the requests and change nothing' },
      { flags: '--yes', description: 'do not ask before monitors are created' },
      { flags: '--case <file>', description: 'judge a case file instead of asking AWS' },
      {
        flags: '--save-case <file>',
        description: 'also write what was collected, for later or for a colleague',
      },
    ],
    run: async (...args) => (await import('./triage.ts')).triage(...args),
  },
  {
    usage: 'sandbox list',
    summary: 'the scenarios of the sandbox',
    examples: ['nfm sandbox list', 'nfm sandbox list -o json'],
    options: DISPLAY,
    run: async (...args) => (await import('./sandbox.ts')).list(...args),
  },
  {
    usage: 'sandbox serve [scenario]',
    summary: 'serve a scenario to any AWS client, on loopback, until Ctrl-C',
    examples: ['nfm sandbox serve', 'nfm sandbox serve total-loss --port 4599'],
    options: [
      { flags: '--port <number>', description: 'port to listen on (default: a free one)' },
      { flags: '--debug', description: 'print each request on stderr' },
    ],
    run: async (...args) => (await import('./sandbox.ts')).serve(...args),
  },
  {
    usage: 'schema <document>',
    summary: `print the JSON Schema of a document: ${schemaNames.join(', ')}`,
    examples: ['nfm schema triage', 'nfm schema case'],
    options: [],
    run: async (io, args) => (await import('./schema.ts')).schema(io, args),
  },
];
