import { CASE, CONNECTION, DISPLAY, SAVED_CASE, TARGET, WINDOW } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { INVENTORY, METRICS, SCOPE_SERIES } from '../actions.ts';

export const metrics = defineCommand({
  usage: 'metrics [monitors...]',
  summary: 'bytes, retransmissions, timeouts, round-trip time and indicator over time',
  details:
    'Of the named monitors, or of all that watch the target; where none publishes, of the scope, by zone and kind of destination, from workload insights. What was not reported is a hole, never 0. CSV and text have a row for each period.',
  examples: [
    'nfm metrics --sandbox',
    'nfm metrics demo-zone-b --sandbox aws-impairment --since 3h --period 5m',
    'nfm metrics --sandbox --insights -o csv',
  ],
  options: [
    ...TARGET,
    ...WINDOW,
    {
      flags: '--period <duration>',
      description:
        'step of the series: whole minutes; older than 15 days of 5m, than 63 days of 1h (default: 1m, longer where the window is)',
      group: 'time',
    },
    {
      flags: '--insights',
      description: 'series of workload insights, by zone and kind of destination, instead of monitors',
    },
    ...CASE,
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: { reads: [...INVENTORY, ...METRICS, ...SCOPE_SERIES] },
  documents: [{ name: 'metrics' }, SAVED_CASE],
});
