import { MOST_AGENTS } from '../agent.ts';
import { check, passed, warned } from '../check.ts';

export const agentCount = check({
  id: 'agent-count',
  layer: 'coverage',
  title: `agents are ${MOST_AGENTS} at most`,
  source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html',
  async run(facts) {
    const instances = (await facts.running()).length;
    const evidence = { instances, limit: MOST_AGENTS };
    if (instances <= MOST_AGENTS) return passed(`${instances} instances run in ${facts.region}.`, evidence);
    return warned({
      finding: `${instances} instances run in ${facts.region}: Network Flow Monitor is made for some ${MOST_AGENTS} agents in an account and Region. Ask AWS Support before more than that have one.`,
      evidence,
    });
  },
});
