import { TOP_LEVELS, TOP_METRICS } from '../../../model/top-words.ts';
import { CONNECTION, DISPLAY, SANDBOX, TARGET, WINDOW } from '../../core/options.ts';
import type { CommandSpec } from '../../core/parse.ts';

export const top: CommandSpec = {
  usage: 'top',
  summary: 'top contributors of a monitor or of the scope, grouped as asked',
  details:
    `With a target, the monitors that hold it are asked; without one, workload insights of the whole scope,
or monitors where those cannot answer (pods, services, instances, ports, round-trip times). Windows of any
length are queried hour by hour and added up.

Retransmissions and timeouts are counted by the host that sent (side: client opened the connection, server was
connected to). Each query lists 500 rows at most: where one is full, sums are lower bounds and say so.`.replace(
      /(?<!\n)\n(?!\n)/g,
      ' ',
    ),
  examples: [
    'nfm top --sandbox --by pod --by zone',
    'nfm top --sandbox --monitor demo-vpc --metric timeouts --since 3h -o wide',
    "nfm top --sandbox --by pod -o json --query 'items[0].podName'",
  ],
  options: [
    ...TARGET,
    { flags: '--metric <name>', description: 'rank by', choices: TOP_METRICS, default: 'retransmissions' },
    { flags: '--by <level>', description: 'group by (default: flow)', choices: TOP_LEVELS, repeat: true },
    {
      flags: '--category <name>',
      description: 'destination category, such as INTER_AZ (default: all that can have rows)',
      repeat: true,
    },
    { flags: '--limit <number>', description: 'rows to show', default: '20' },
    ...WINDOW.filter(({ flags }) => !flags.startsWith('--baseline')),
    ...SANDBOX,
    ...CONNECTION,
    ...DISPLAY,
  ],
  run: async (...args) => (await import('./top.ts')).top(...args),
};
