import { CONNECTION, DISPLAY, SANDBOX, TARGET, WINDOW } from '../options.ts';
import type { CommandSpec } from '../program.ts';

export const triage: CommandSpec = {
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
    {
      flags: '--exit-code',
      description:
        'exit by verdict: 0 no-impairment, 10 aws-infrastructure, 11 workload, 12 inconclusive, 13 no-data',
    },
    {
      flags: '--fast',
      description: 'judge by the metrics alone, in a second: who is behind it is not asked',
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
    ...SANDBOX,
    ...CONNECTION,
    ...DISPLAY,
  ],
  run: async (...args) => (await import('../triage.ts')).triage(...args),
};
