import { BASELINE, LIMITS, METRIC_DISPLAY, REACHED, WINDOW } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { ACCOUNT, flowMonitorActions, METRICS, MONITOR, ZONES } from '../actions.ts';

export const sweep = defineCommand({
  usage: 'sweep',
  summary: 'where is it bad, anywhere? every monitor of many Regions and accounts, the worst first',
  details:
    'By metrics alone, two calls for each account and Region; what may stand out is looked at by the minute. A refusal is a line of the list, and no end. Of -o ndjson there is a line as soon as an account and Region is done, in any order. With --resume FILE such lines are kept, and what is in it is not asked again. After Ctrl-C, what is known by then is printed.',
  examples: [
    'nfm sweep --sandbox fleet --region all',
    'nfm sweep --sandbox fleet --region all --accounts org --role nfm-read',
    'nfm sweep --sandbox fleet --accounts 111122223333,222233334444 --role nfm-read --region eu-central-1 -o csv',
  ],
  options: [
    {
      flags: '--accounts <ids|org>',
      description: 'accounts, separated by commas, or all of the organization; --role says how',
      also: ['org'],
    },
    {
      flags: '--role <name>',
      description: 'the role to assume in each of them; in your own account none is',
    },
    { flags: '--external-id <id>', description: 'what the trust policy of that role asks for' },
    {
      flags: '--profiles <names>',
      description: 'an account each: profiles of the shared AWS configuration, separated by commas',
    },
    {
      flags: '--details',
      description: 'zones and timeouts of every monitor, not only of what stands out (a call for each)',
    },
    {
      flags: '--triage <number>',
      description: 'then triage so many of the worst, one in each account and Region',
    },
    {
      flags: '--resume <file>',
      description: 'go on where a sweep ended: what the file has is not asked again, the rest is added to it',
    },
    {
      flags: '--exit-code',
      description:
        'exit by state: 0 all quiet, 10 any indicator degraded, 12 something stands out or was not seen, 13 nothing seen',
    },
    ...WINDOW,
    ...BASELINE,
    ...REACHED,
    ...LIMITS,
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
