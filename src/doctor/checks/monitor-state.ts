import { nfm } from '../../model/command-line.ts';
import { guide } from '../agent.ts';
import { check, failed, passed } from '../check.ts';
import { monitorCommands } from '../monitor-repair.ts';
import { monitorSettling } from '../settling.ts';

export const monitorState = check({
  id: 'monitor-state',
  layer: 'monitors',
  title: 'monitors are ACTIVE',
  source: guide('components'),
  cheap: true,
  needs: ['monitors-exist'],
  async run(facts) {
    const monitors = await facts.monitors();
    const evidence = {
      monitors: monitors.map(({ name, status, createdAt }) => ({ name, status, createdAt })),
    };
    const others = monitors.filter((m) => m.status !== 'ACTIVE' && m.status !== 'DELETING');
    if (others.length === 0) return passed('All monitors are ACTIVE.', evidence);
    const words = others.map((m) => `${m.name} is ${m.status}`).join(', ');
    const pending = others.every((m) => m.status === 'PENDING');
    const [first] = others;
    return failed({
      ...(pending && first ? { settling: monitorSettling(facts, first.name) } : {}),
      finding: pending
        ? `${words}: nothing is published before it is ACTIVE, which takes up to half an hour.`
        : `${words}: nothing is published, and the service gives no reason.`,
      evidence,
      fix: pending
        ? others.map(({ name }) => nfm('monitor show', { region: facts.region }, name))
        : [
            nfm('monitor delete', { region: facts.region }, ...others.map(({ name }) => name)),
            ...(await monitorCommands(facts)),
          ],
    });
  },
});
