import { bytes } from '../../model/units.ts';
import { guide } from '../agent.ts';
import { check, failed, notApplicable, passed, warned } from '../check.ts';

export const dataPublished = check({
  id: 'data-published',
  layer: 'data',
  title: 'something is published',
  source: guide('inside-network-flow-monitor'),
  cheap: true,
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
        `Workload insights have ${bytes(sum)} of the last hour, from ${where}: agents there work.`,
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
