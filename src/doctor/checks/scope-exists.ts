import { scopesOf, toTargetResource } from '../../aws/scopes.ts';
import { nfm } from '../../model/command-line.ts';
import { guide } from '../agent.ts';
import { check, failed, passed } from '../check.ts';
import { scopeSettling } from '../settling.ts';

export const scopeExists = check({
  id: 'scope-exists',
  layer: 'scope',
  title: 'Network Flow Monitor is enabled here',
  source: guide('configure-evaluate-flows'),
  cheap: true,
  async run(facts) {
    const scope = await facts.scope();
    if (scope) return passed(`Scope ${scope.id} is there.`, { ...scope });
    return failed({
      finding: `Network Flow Monitor is not enabled in ${facts.region}: there is no scope, so nothing is measured.`,
      fix: nfm('scope create', { region: facts.region }),
    });
  },
  async repair(facts) {
    const accountId = await facts.accountId();
    const request = { targets: [toTargetResource({ accountId, region: facts.region })] };
    return [
      {
        title: `Create the scope of ${facts.region}`,
        details: [`targets: account ${accountId}; it makes two service-linked roles`],
        action: 'networkflowmonitor:CreateScope',
        request,
        run: async () => {
          await scopesOf(facts.aws).create(request);
        },
        settling: scopeSettling(facts),
      },
    ];
  },
});
