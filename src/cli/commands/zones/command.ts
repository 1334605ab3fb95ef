import { CONNECTION, DISPLAY, SANDBOX, TARGET, WINDOW } from '../../core/options.ts';
import type { CommandSpec } from '../../core/parse.ts';

export const zones: CommandSpec = {
  usage: 'zones',
  summary: 'Availability Zones side by side, against their past and their peers',
  details:
    'Events, bytes, events per GiB and round-trip time of each zone, from monitors of one zone each or, without them, from workload insights. No contributor is queried. Windows beyond three days, baseline included, are read in steps of five minutes or more.',
  examples: [
    'nfm zones --sandbox',
    'nfm zones --sandbox aws-impairment --since 30m --baseline 2h',
    'nfm zones --sandbox --since 7d --baseline none -o csv',
  ],
  options: [...TARGET, ...WINDOW, ...SANDBOX, ...CONNECTION, ...DISPLAY],
  run: async (...args) => (await import('./zones.ts')).zones(...args),
};
