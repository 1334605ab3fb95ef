import { NfmError } from '../../model/errors.ts';
import { check, failed, passed, unknown } from '../check.ts';
import type { Facts } from '../facts.ts';

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
  cheap: true,
  async run(facts) {
    const errors = await Promise.all(Object.values(READS).map((read) => read(facts).then(() => [], asList)));
    // What EC2 refuses on the way is another check's to say.
    const own = errors.flat().filter((e) => /^(networkflowmonitor|cloudwatch):/.test(e.action ?? ''));
    const denied = [...new Set(own.flatMap((e) => (e.code === 'access-denied' ? (e.action ?? []) : [])))];
    if (denied.length > 0) {
      return failed({
        finding: `AWS refuses ${denied.join(', ')}: what they would tell looks like no data.`,
        evidence: { denied },
        fix: 'nfm policy triage doctor',
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
