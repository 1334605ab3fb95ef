import { nfm } from '../../model/command-line.ts';
import { check, failed, passed } from '../check.ts';
import { scopeSettling } from '../settling.ts';

export const scopeReady = check({
  id: 'scope-ready',
  layer: 'scope',
  title: 'the scope can be used',
  // AWS's reply on what holds a scope up.
  source: 'https://github.com/hashicorp/terraform-provider-aws/issues/47062',
  cheap: true,
  needs: ['scope-exists'],
  async run(facts) {
    const scope = await facts.scope();
    const { id = '', status = '' } = scope ?? {};
    const evidence = { status };
    if (status === 'SUCCEEDED') return passed(`Scope ${id} is SUCCEEDED.`, evidence);
    if (status === 'IN_PROGRESS') {
      return failed({
        finding: `Scope ${id} is IN_PROGRESS: monitors and queries cannot be used yet. It takes some minutes; after half an hour, look for Transit Gateway attachments that keep being made or deleted, and for service control policies that deny iam:CreateServiceLinkedRole or AWS Config.`,
        evidence,
        fix: nfm('scope show', { region: facts.region }),
        settling: scopeSettling(facts),
      });
    }
    return failed({
      finding:
        status === 'FAILED'
          ? `Scope ${id} is FAILED: it cannot be used, and the service gives no reason. What is known to do that: Transit Gateway attachments that keep changing, and service control policies that deny iam:CreateServiceLinkedRole or AWS Config.`
          : `Scope ${id} is ${status}: Network Flow Monitor was given up here, and measures nothing.`,
      evidence,
      fix: [
        nfm('scope delete', { 'with-monitors': true, region: facts.region }, id),
        nfm('scope create', { region: facts.region }),
      ],
    });
  },
});
