import {
  BASELINE,
  CASE,
  CONNECTION,
  METRIC_DISPLAY,
  SAVED_CASE,
  TARGET,
  WINDOW,
} from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { ACCOUNT, INVENTORY, METRICS, SCOPE_SERIES } from '../actions.ts';

export const zones = defineCommand({
  usage: 'zones',
  summary: 'Availability Zones side by side, against their past and their peers',
  details:
    'Events, bytes, events per GiB and round-trip time of each zone, from monitors of one zone each or, without them, from workload insights. No contributor is queried. Windows beyond three days, baseline included, are read in steps of five minutes or more.',
  examples: [
    'nfm zones --sandbox',
    'nfm zones --sandbox aws-impairment --since 30m --baseline 2h',
    'nfm zones --sandbox --since 7d --baseline none -o csv',
  ],
  options: [...TARGET, ...WINDOW, ...BASELINE, ...CASE, ...CONNECTION, ...METRIC_DISPLAY],
  // Whose account it is, the ARN of the scope or of a monitor tells; where there is neither, this is asked.
  actions: { reads: [...ACCOUNT, ...INVENTORY, ...METRICS, ...SCOPE_SERIES] },
  documents: [{ name: 'zones' }, SAVED_CASE],
});
