import { guide } from '../agent.ts';
import { check, failed, notApplicable, passed, warned } from '../check.ts';
import { createMonitors, monitorCommands } from '../monitor-repair.ts';

export const monitorCoverage = check({
  id: 'monitor-coverage',
  layer: 'monitors',
  title: 'monitors watch the target',
  source: guide('configure-evaluate-flows'),
  cheap: true,
  needs: ['monitors-exist'],
  async run(facts) {
    const [monitors, instances] = await Promise.all([facts.monitors(), facts.instances()]);
    if (instances.length === 0)
      return notApplicable('No instance runs in the target: there is nothing to watch.');
    const held = await Promise.all(monitors.map((m) => facts.heldBy(m)));
    const watched = new Set(held.flat().map((i) => i.id));
    const missed = instances.filter((i) => !watched.has(i.id));
    const evidence = {
      instances: instances.length,
      unwatched: missed.map((i) => i.id),
      monitors: monitors.map(({ name, local }) => ({ name, local })),
    };
    if (missed.length === 0)
      return passed(`Monitors watch all ${instances.length} instances of the target.`, evidence);
    const found = { evidence, fix: await monitorCommands(facts) };
    const names = monitors.map((m) => m.name).join(', ');
    if (watched.size === 0) {
      return failed({
        ...found,
        finding: `No monitor watches the target: ${names} ${monitors.length === 1 ? 'watches' : 'watch'} other resources.`,
      });
    }
    return warned({
      ...found,
      finding: `${missed.length} of ${instances.length} instances are watched by no monitor: ${missed.map((i) => i.id).join(', ')}.`,
    });
  },
  repair: (facts) => createMonitors(facts),
});
