import type { Instance } from '../../aws/ec2.ts';
import { bytes, many } from '../../model/units.ts';
import { guide, MOST_AGENTS } from '../agent.ts';
import { check, failed, notApplicable, passed, warned } from '../check.ts';

export const dataPublished = check({
  id: 'data-published',
  layer: 'data',
  title: 'something is published',
  source: guide('inside-network-flow-monitor'),
  needs: ['scope-exists', 'scope-ready'],
  symptom: true,
  async run(facts) {
    const [rows, instances] = await Promise.all([facts.published(), facts.instances().catch(() => null)]);
    const subnets = [...new Set((rows ?? []).map((row) => row.subnetId))];
    const evidence = { window: facts.window, rows: rows?.length ?? 0, subnets };
    if (rows && rows.length > 0) {
      const sum = rows.reduce((total, row) => total + (row.bytes ?? 0), 0);
      const where = `${subnets.length} ${subnets.length === 1 ? 'subnet' : 'subnets'}`;
      return passed(
        `Workload insights have ${rows.some((row) => row.bytes === null) ? 'at least ' : ''}${bytes(sum)} of the last hour, from ${where}: agents there work.`,
        evidence,
      );
    }
    if (instances?.length === 0)
      return notApplicable('No instance runs in the target: there is nothing to publish.');
    if (await facts.justChanged()) {
      return warned({
        finding:
          'Nothing has been published yet. What was changed just now shows in workload insights after some 10 minutes, in monitors after 20 to 30.',
        evidence,
      });
    }
    return failed({
      finding:
        'Nothing was published in the last hour, in any destination category: no agent works, or none saw TCP traffic. Connections that were opened before an agent started are not seen.',
      evidence,
    });
  },
});

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
      const finding = `${silent.length} of ${many(able.length, 'instance', 'instances')} published nothing in the last hour: ${some(silent)}${can}.`;
      return (await facts.justChanged()) ? warned({ finding, evidence }) : failed({ finding, evidence });
    }
    if (unknown.length > 0) {
      return warned({
        finding: `Of ${unknown.length} of ${many(able.length, 'instance', 'instances')} it is not known whether they publish: ${some(unknown)}${can}.`,
        evidence,
      });
    }
    const they =
      able.length === 1
        ? 'The one instance that can have an agent publishes'
        : `All ${able.length} instances that can have an agent publish`;
    return passed(`${they}${can}.`, evidence);
  },
});

const toId = ({ id }: Instance) => id;

const SHOWN = 5;

function some(instances: readonly Instance[]): string {
  const words = instances.slice(0, SHOWN).map(({ id, name }) => (name ? `${id} (${name})` : id));
  return [...words, ...(instances.length > SHOWN ? [`${instances.length - SHOWN} more`] : [])].join(', ');
}

export const agentCount = check({
  id: 'agent-count',
  layer: 'coverage',
  title: `agents are ${MOST_AGENTS} at most`,
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html',
  async run(facts) {
    const instances = (await facts.running()).length;
    const evidence = { instances, limit: MOST_AGENTS };
    if (instances <= MOST_AGENTS)
      return passed(`${many(instances, 'instance runs', 'instances run')} in ${facts.region}.`, evidence);
    return warned({
      finding: `${instances} instances run in ${facts.region}: Network Flow Monitor is made for some ${MOST_AGENTS} agents in an account and Region. Ask AWS Support before more than that have one.`,
      evidence,
    });
  },
});
