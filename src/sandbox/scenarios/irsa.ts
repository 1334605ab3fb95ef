import { AGENT_NAMESPACE } from '../agents.ts';
import { roleArn } from '../demo/account.ts';
import { AGENT_ROLE } from '../demo/identity.ts';
import { issuerOf, providerArn } from '../oidc.ts';
import { agentAddon, clusters, role } from './changes.ts';
import type { Change } from './scenario.ts';

/** The agent's role by the cluster's identity provider instead of Pod Identity; it trusts this service account. */
export function irsa(serviceAccount: string): Change {
  return (world, now) => {
    for (const { name } of world.clusters) {
      const provider = providerArn(world, name);
      const issuer = issuerOf(world, name);
      world.oidcProviders.push(provider);
      const subject = `system:serviceaccount:${AGENT_NAMESPACE}:${serviceAccount}`;
      const trust = role(AGENT_ROLE, {
        trust: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: provider },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject },
              },
            },
          ],
        },
      });
      trust(world, now);
    }
    clusters({ podIdentityAssociations: [] })(world, now);
    agentAddon({ serviceAccountRoleArn: roleArn(AGENT_ROLE) })(world, now);
  };
}
