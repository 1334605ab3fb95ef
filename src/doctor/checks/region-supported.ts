import { hasService } from '../../aws/regions.ts';
import { REGIONS } from '../../model/facts.ts';
import { guide } from '../agent.ts';
import { check, failed, passed, warned } from '../check.ts';

export const regionSupported = check({
  id: 'region-supported',
  layer: 'access',
  title: 'Network Flow Monitor runs here',
  source: guide('Regions'),
  cheap: true,
  async run(facts) {
    const { region } = facts;
    if (hasService(region)) return passed(`${region} has Network Flow Monitor.`);
    const answers = await facts.scopes().then(
      () => true,
      () => false,
    );
    if (answers)
      return warned({
        finding: `${region} is not in AWS's list of Regions with Network Flow Monitor, but it answers there.`,
      });
    return failed({
      finding: `${region} is not a Region with Network Flow Monitor, and nothing answers there.`,
      evidence: { regions: REGIONS },
    });
  },
});
