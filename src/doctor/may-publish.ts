import { nameInArn } from '../aws/iam.ts';
import { aws } from '../model/command-line.ts';
import { PUBLISH, PUBLISH_POLICY } from './agent.ts';
import { failed, type Outcome, passed } from './check.ts';
import type { Facts } from './facts.ts';

/** What IAM would decide, not which policies are attached: permission may come by a wildcard, and be denied elsewhere. */
export async function publishing(facts: Facts, roleArn: string, who: string): Promise<Outcome> {
  const name = nameInArn(roleArn);
  const decision = await facts.mayPublish(roleArn);
  const evidence = { roleArn, action: PUBLISH, decision };
  if (decision === 'allowed') return passed(`Role ${name} may call ${PUBLISH}.`, evidence);
  if (decision === 'explicitDeny') {
    return failed({
      finding: `A policy denies ${PUBLISH} to role ${name} explicitly: reports of ${who} are answered with 403. One more Allow does not help.`,
      evidence,
      fix: aws('iam list-attached-role-policies', { 'role-name': name, region: facts.region }),
    });
  }
  return failed({
    finding: `Role ${name} may not call ${PUBLISH}: reports of ${who} are answered with 403.`,
    evidence,
    fix: aws('iam attach-role-policy', {
      'role-name': name,
      'policy-arn': PUBLISH_POLICY,
      region: facts.region,
    }),
  });
}
