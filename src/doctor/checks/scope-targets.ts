import { nfm } from '../../model/command-line.ts';
import { guide } from '../agent.ts';
import { check, failed, passed } from '../check.ts';

export const scopeTargets = check({
  id: 'scope-targets',
  layer: 'scope',
  title: 'it holds this account and Region',
  source: guide('multi-account'),
  cheap: true,
  needs: ['scope-exists'],
  async run(facts) {
    const [scope, accountId] = await Promise.all([facts.scopeDetails(), facts.accountId()]);
    const targets = scope?.targets ?? [];
    const evidence = { accountId, region: facts.region, targets };
    if (targets.some((t) => t.accountId === accountId && t.region === facts.region)) {
      return passed(`The scope holds account ${accountId} in ${facts.region}.`, evidence);
    }
    const words = targets.map((t) => `${t.accountId} in ${t.region}`).join(', ') || 'nothing';
    const account = targets.some((t) => t.accountId === accountId);
    return failed({
      finding: `The scope holds ${words}, not account ${accountId} in ${facts.region}: what runs here is not measured.`,
      evidence,
      fix: nfm('scope update', {
        region: facts.region,
        ...(account ? { 'add-target-region': facts.region } : { 'add-account': accountId }),
      }),
    });
  },
});
