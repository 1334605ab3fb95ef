import type { Instance } from '../../aws/ec2.ts';
import { guide } from '../agent.ts';
import { check, failed, notApplicable, passed, warned } from '../check.ts';

export const coverage = check({
  id: 'coverage',
  layer: 'coverage',
  title: 'every instance that can publishes',
  source: guide('components'),
  needs: ['scope-exists', 'scope-ready'],
  symptom: true,
  async run(facts) {
    const instances = await facts.instances();
    const never = instances.filter((i) => /windows/i.test(i.platform));
    const able = instances.filter((i) => !never.includes(i));
    if (able.length === 0) return notApplicable('No instance of the target can have an agent.');
    const told = await Promise.all(able.map(async (of) => ({ of, publishes: await facts.publishes(of) })));
    const idsOf = (answer: string) => told.flatMap((t) => (t.publishes === answer ? [t.of] : []));
    const [reporting, silent, unknown] = [idsOf('yes'), idsOf('no'), idsOf('unknown')];
    const evidence = {
      reporting: reporting.map(toId),
      silent: silent.map(toId),
      unknown: unknown.map(toId),
      never: never.map(toId),
    };
    const can = never.length ? `; ${never.length} can never have an agent` : '';
    if (silent.length > 0) {
      const finding = `${silent.length} of ${able.length} instances published nothing in the last hour: ${some(silent)}${can}.`;
      return (await facts.justChanged()) ? warned({ finding, evidence }) : failed({ finding, evidence });
    }
    if (unknown.length > 0) {
      return warned({
        finding: `Of ${unknown.length} of ${able.length} instances it is not known whether they publish: ${some(unknown)}${can}.`,
        evidence,
      });
    }
    return passed(`All ${able.length} instances that can have an agent publish${can}.`, evidence);
  },
});

const toId = ({ id }: Instance) => id;

const SHOWN = 5;

function some(instances: readonly Instance[]): string {
  const words = instances.slice(0, SHOWN).map(({ id, name }) => (name ? `${id} (${name})` : id));
  return [...words, ...(instances.length > SHOWN ? [`${instances.length - SHOWN} more`] : [])].join(', ');
}
