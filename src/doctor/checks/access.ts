import { hasService } from '../../aws/regions.ts';
import { nfm, textOf } from '../../model/command-line.ts';
import { NfmError } from '../../model/errors.ts';
import { REGIONS } from '../../model/service.ts';
import { guide } from '../agent.ts';
import { check, failed, passed, refusalOf, unknown, warned } from '../check.ts';
import type { Facts } from '../facts.ts';

export const regionSupported = check({
  id: 'region-supported',
  layer: 'access',
  title: 'Network Flow Monitor runs here',
  source: guide('Regions'),
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

/** Each family of queries has actions of its own, so each is asked: what is denied reads like no data (docs/network-flow-monitor.md). */
const READS: Readonly<Record<string, (facts: Facts) => Promise<unknown>>> = {
  scopes: (facts) => facts.scopes(),
  'the scope': (facts) => facts.scopeDetails(),
  monitors: (facts) => facts.monitors(),
  'a query of workload insights': (facts) => facts.mayQuery('insights'),
  'a query of their series': (facts) => facts.mayQuery('series'),
  'a query of a monitor': (facts) => facts.mayQuery('flows'),
  'workload insights': (facts) => facts.published(),
  'flows of monitors': (facts) => facts.senders(),
  metrics: (facts) => facts.datapoints(),
};

export const permissions = check({
  id: 'permissions',
  layer: 'access',
  title: 'nfm may read what is measured',
  source: 'https://docs.aws.amazon.com/service-authorization/latest/reference/list_networkflowmonitor.html',
  async run(facts) {
    const errors = await Promise.all(Object.values(READS).map((read) => read(facts).then(() => [], asList)));
    // What EC2 refuses on the way is another check's to say.
    const own = errors.flat().filter((e) => /^(networkflowmonitor|cloudwatch):/.test(e.action ?? ''));
    const refused = own.filter((e) => e.code === 'access-denied');
    const denied = [...new Set(refused.flatMap((e) => e.action ?? []))];
    if (denied.length > 0) {
      const reasons = refused.map(refusalOf);
      const others = new Set(
        refused.flatMap(({ hint }, i) => (reasons[i]?.fix.length === 0 ? textOf(hint ?? '') : [])),
      );
      return failed({
        finding: [
          `AWS refuses ${denied.join(', ')}: what they would tell looks like no data.`,
          ...others,
        ].join(' '),
        evidence: { denied, answers: [...new Set(refused.flatMap((e) => e.answer ?? []))] },
        fix: reasons.some(({ fix }) => fix.length > 0) ? nfm('policy', {}, 'triage', 'doctor') : null,
      });
    }
    const [other] = own;
    if (other)
      return unknown({ finding: other.message, evidence: { code: other.code, action: other.action } });
    const [insights, flows] = await Promise.all([facts.mayQuery('insights'), facts.mayQuery('flows')]);
    if (insights && flows) {
      return passed('Scopes, monitors, metrics and all three families of queries can be read.');
    }
    return unknown({
      finding: `Scopes and monitors can be read; whether ${insights ? 'monitors' : 'they'} may be queried is not known, as there is ${insights ? 'no monitor' : 'none'} yet.`,
    });
  },
});

function asList(error: unknown): NfmError[] {
  if (error instanceof NfmError) return [error];
  throw error;
}
