import { guide } from '../agent.ts';
import { check, failed, passed } from '../check.ts';
import { createMonitors, monitorCommands } from '../monitor-repair.ts';

export const monitorsExist = check({
  id: 'monitors-exist',
  layer: 'monitors',
  title: 'there are monitors',
  source: guide('configure-evaluate-flows'),
  cheap: true,
  needs: ['scope-exists'],
  async run(facts) {
    const monitors = await facts.monitors();
    const evidence = { monitors: monitors.map(({ name, status }) => ({ name, status })) };
    if (monitors.length > 0) return passed(`${monitors.map((m) => m.name).join(', ')}.`, evidence);
    return failed({
      finding:
        'There is no monitor: only what workload insights tell is known, without pods, round-trip times, metrics by the minute and the health indicator of AWS.',
      evidence,
      fix: await monitorCommands(facts),
    });
  },
  repair: (facts) => createMonitors(facts),
});
