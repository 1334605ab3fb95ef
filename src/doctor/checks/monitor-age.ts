import { duration } from '../../model/units.ts';
import { WARM_UP } from '../agent.ts';
import { check, passed, warned } from '../check.ts';

export const monitorAge = check({
  id: 'monitor-age',
  layer: 'monitors',
  title: 'monitors are old enough to have data',
  source: 'https://aws-observability.github.io/observability-best-practices/',
  cheap: true,
  needs: ['monitors-exist'],
  async run(facts) {
    const aged = (await facts.monitors()).flatMap(({ name, createdAt }) =>
      createdAt ? [{ name, createdAt, age: facts.now - Date.parse(createdAt) }] : [],
    );
    const young = aged.filter((m) => m.age < WARM_UP);
    const evidence = { monitors: aged.map(({ name, createdAt }) => ({ name, createdAt })) };
    if (young.length === 0) return passed('All monitors were made more than 30 minutes ago.', evidence);
    const words = young.map((m) => `${m.name} is ${duration(m.age)} old`).join(', ');
    return warned({
      finding: `${words}: a monitor may take 30 minutes to its first datapoint, and knows nothing of the time before it was made.`,
      evidence,
    });
  },
});
