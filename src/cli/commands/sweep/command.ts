import { BASELINE, METRIC_DISPLAY, REACHED, TIMEOUT, WINDOW } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { ACCOUNT, flowMonitorActions, METRICS, MONITOR, ZONES } from '../actions.ts';

export const sweep = defineCommand({
  usage: 'sweep',
  summary: 'where is it bad, anywhere? all monitors of many Regions and accounts, the worst first',
  details:
    'By metrics alone, with two calls for each account and Region, and a closer look at what may stand out. A refusal is a line of the list. -o ndjson prints each account and Region as it is done; --resume keeps the same lines in a file.',
  examples: [
    'nfm sweep --sandbox fleet --region all',
    'nfm sweep --sandbox fleet --region all --accounts org --role nfm-read',
    'nfm sweep --sandbox fleet --accounts org --role nfm-read --triage 1',
  ],
  options: [
    {
      flags: '--accounts <ids|org>',
      description: 'accounts, separated by commas, or all of the organization (with --role)',
      repeat: true,
      also: ['org'],
    },
    {
      flags: '--role <name>',
      description: 'the role to assume in each of them; in your own account none is',
    },
    { flags: '--external-id <id>', description: 'what the trust policy of that role asks for' },
    {
      flags: '--profiles <names>',
      description: 'profiles of other accounts, separated by commas',
      repeat: true,
    },
    {
      flags: '--details',
      description: 'zones and timeouts of all monitors, not only of what stands out (a call each)',
    },
    {
      flags: '--triage <number>',
      description: 'then triage so many of the worst, one in each account and Region',
    },
    {
      flags: '--resume <file>',
      description: 'what this file has is not asked again, and what is done is added to it',
    },
    {
      flags: '--from <file>',
      description: 'the ranking of what this file has (-o ndjson, --resume); nobody is asked',
    },
    {
      flags: '--exit-code',
      description:
        'exit by state: 0 all quiet, 10 any indicator degraded, 12 something stands out or was not seen, 13 nothing seen',
    },
    ...WINDOW,
    ...BASELINE,
    ...REACHED,
    ...TIMEOUT,
    {
      flags: '--concurrency <number>',
      description: 'accounts and Regions at once, at most',
      default: '16',
      group: 'connection',
    },
    ...METRIC_DISPLAY,
  ],
  actions: {
    reads: [
      'organizations:ListAccounts',
      'sts:AssumeRole',
      ...ACCOUNT,
      ...flowMonitorActions('ListScopes'),
      ...MONITOR,
      ...METRICS,
      ...ZONES,
    ],
  },
  documents: [{ name: 'sweep' }, { name: 'sweep-place', when: 'with -o ndjson, one a line' }],
});
