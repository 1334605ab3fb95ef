import { CASE, CONNECTION, DISPLAY, SAVED_CASE, TARGET, WINDOW } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { INVENTORY, METRICS } from '../actions.ts';

export const health = defineCommand({
  usage: 'health [monitors...]',
  summary: "AWS's network health indicator, minute by minute",
  details:
    'Of the named monitors, or of all that watch the target. A minute is healthy, degraded, or has no datapoint, which is not healthy.',
  examples: [
    'nfm health --sandbox aws-impairment',
    'nfm health demo-zone-b --sandbox aws-impairment --since 3h',
    'nfm health --sandbox quiet --exit-code',
  ],
  options: [
    ...TARGET,
    ...WINDOW,
    {
      flags: '--exit-code',
      description: 'exit by state: 0 healthy, 10 any monitor degraded, 13 all unknown',
    },
    ...CASE,
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: { reads: [...INVENTORY, ...METRICS] },
  documents: [{ name: 'health' }, SAVED_CASE],
});
