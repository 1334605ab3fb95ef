import { guide } from '../agent.ts';
import { check, failed, passed } from '../check.ts';
import { monitorSettling } from '../settling.ts';
import { quote } from '../shell.ts';

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
        ? `${words}: it publishes nothing until it is ACTIVE, which takes up to half an hour.`
        : `${words}: it publishes nothing, and the service gives no reason.`,
      evidence,
      fix: others.map(({ name, status }) =>
        status === 'PENDING'
          ? `nfm monitor show ${quote(name)} --region ${facts.region}`
          : `nfm monitor delete ${quote(name)} --region ${facts.region}`,
      ),
    });
  },
});
