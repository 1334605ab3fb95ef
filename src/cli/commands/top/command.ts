import { TOP_LEVELS, TOP_METRICS } from '../../../model/words.ts';
import { CASE, CONNECTION, DISPLAY, SAVED_CASE, TARGET, WINDOW } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { ec2Actions, INVENTORY, MONITOR_FLOWS, SCOPE_FLOWS } from '../actions.ts';

export const top = defineCommand({
  usage: 'top',
  summary: 'top contributors of a monitor or of the scope, grouped as asked',
  details:
    'With a target, the monitors that hold it are asked; without one, workload insights of the whole scope, or monitors where those cannot answer (pods, services, instances, ports, round-trip times). Windows of any length are queried hour by hour and added up.\n\nRetransmissions and timeouts are counted by the host that sent (side: client opened the connection, server was connected to). Each query lists 500 rows at most: where one is full, sums are lower bounds and say so.',
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
    ...WINDOW,
    ...CASE,
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: { reads: [...INVENTORY, ...MONITOR_FLOWS, ...SCOPE_FLOWS, ...ec2Actions('DescribeInstances')] },
  documents: [{ name: 'top' }, SAVED_CASE],
});
