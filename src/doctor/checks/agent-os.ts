import { guide } from '../agent.ts';
import { failed, passed, unknown, warned } from '../check.ts';
import { judgeSystem, systemOf } from '../operating-system.ts';
import { hostCheck } from '../subjects.ts';

export const agentOs = hostCheck({
  id: 'agent-os',
  title: 'the operating system can run the agent',
  source: guide('agents-ec2'),
  async run(facts, instance) {
    const { id } = instance;
    if ((await facts.publishes(instance)) === 'yes')
      return passed(`${id} publishes: its system runs the agent.`, { publishes: true });
    const system = await systemOf(facts, instance);
    const name = [system.name, system.version, system.kernel && `with kernel ${system.kernel}`]
      .filter(Boolean)
      .join(' ');
    const judged = judgeSystem(system);
    const evidence = { ...system };
    switch (judged.verdict) {
      case 'known':
        return passed(`${id} runs ${name}.`, evidence);
      case 'impossible':
        return failed({ finding: `${id} runs ${name}: ${judged.why}`, evidence });
      case 'untested':
        return warned({ finding: `${id} runs ${name}, which AWS has not tested with the agent.`, evidence });
      case 'unknown':
        return unknown({
          finding: `Which system ${id} runs is not known: Systems Manager does not tell.`,
          evidence,
        });
    }
  },
});
