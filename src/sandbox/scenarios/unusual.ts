import { AGENT_ADDON, AGENT_NAMESPACE, AGENT_PACKAGE_VERSION, SERVICE_ACCOUNT } from '../world/agents.ts';
import { AGENT_ROLE, NODE_ROLE, PRIVATE_C, PROXY, PUBLISH_POLICY, REGION, roleArn } from '../world/demo.ts';
import {
  agentAddon,
  associations,
  clusters,
  endpoint,
  endpointGroup,
  fromNodes,
  fromVpc,
  inside,
  irsa,
  nodes,
  noRoutesOut,
  role,
  withEndpoint,
  withGroup,
  withoutAddon,
} from './changes.ts';
import type { Scenario } from './scenario.ts';

const sound = { verdict: 'no-impairment', cause: null, recording: 'quiet' } as const;

/** Not as in the handbook, and nothing is wrong with it. */
export const unusual: Scenario[] = [
  {
    ...sound,
    name: 'irsa',
    title: 'Nothing is wrong; the agents have their role by IRSA',
    changes: [irsa(SERVICE_ACCOUNT)],
  },
  {
    ...sound,
    name: 'inline-policy',
    title: 'Nothing is wrong; an inline policy with a wildcard lets the agents publish',
    changes: [
      role(AGENT_ROLE, {
        attached: [],
        inline: [
          {
            name: 'monitoring',
            document: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Allow', Action: 'networkflowmonitor:*', Resource: '*' }],
            },
          },
        ],
      }),
    ],
  },
  {
    ...sound,
    name: 'private-endpoint',
    title: 'Nothing is wrong; the nodes publish through an interface endpoint',
    changes: [noRoutesOut, withGroup(endpointGroup([fromNodes, fromVpc])), withEndpoint(endpoint(true))],
  },
  {
    ...sound,
    name: 'api-endpoint-policy',
    title: 'Nothing is wrong; the endpoint for queries has the policy that is for agents',
    changes: [
      withGroup(endpointGroup([fromNodes, fromVpc])),
      withEndpoint({
        ...endpoint(true),
        service: `com.amazonaws.${REGION}.networkflowmonitor`,
        policy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'networkflowmonitor:Publish', Resource: '*' }],
        },
      }),
    ],
  },
  {
    ...sound,
    name: 'proxy',
    title: 'Nothing is wrong; the nodes have no way out, and the agents publish through a proxy',
    changes: [
      noRoutesOut,
      inside({ proxy: 'passes' }),
      agentAddon({ configurationValues: JSON.stringify({ env: { HTTPS_PROXY: PROXY } }) }),
    ],
  },
  {
    ...sound,
    name: 'own-namespace',
    title: 'Nothing is wrong; the add-on is in a namespace of its own',
    changes: [agentAddon({ namespace: 'monitoring' }), associations({ namespace: 'monitoring' })],
  },
  {
    ...sound,
    name: 'chart',
    title: "Nothing is wrong; the agent's chart was installed by hand instead of the add-on",
    changes: [
      irsa(SERVICE_ACCOUNT),
      withoutAddon(AGENT_ADDON),
      inside({
        chart: {
          namespace: AGENT_NAMESPACE,
          serviceAccount: SERVICE_ACCOUNT,
          version: 'v1.1.6-eksbuild.1',
          roleArn: roleArn(AGENT_ROLE),
          createdAt: '2026-09-01T02:40:00Z',
        },
      }),
    ],
  },
  {
    ...sound,
    // What they send is a part of the question.
    verdict: 'inconclusive',
    name: 'fargate',
    title: 'Nothing is wrong; some pods run on Fargate, where no agent can',
    changes: [
      clusters({
        fargateProfiles: [
          {
            name: 'batch',
            status: 'ACTIVE',
            subnetIds: [PRIVATE_C],
            roleArn: roleArn(NODE_ROLE),
            namespaces: ['batch'],
            createdAt: '2026-09-01T02:45:00Z',
          },
        ],
      }),
    ],
  },
  {
    ...sound,
    name: 'two-agents',
    title: 'Nothing is wrong but the counts: the nodes have the add-on and the package, and report twice',
    changes: [
      role(NODE_ROLE, { attached: [PUBLISH_POLICY] }),
      nodes({ agentPackage: { version: AGENT_PACKAGE_VERSION, activated: true } }),
    ],
  },
  {
    ...sound,
    name: 'cluster-closed',
    title: 'Nothing is wrong; the caller has no access entry in the cluster',
    changes: [clusters({ accessEntries: [] })],
  },
  {
    ...sound,
    name: 'iam-denied',
    title: 'Nothing is wrong; the caller may not read IAM',
    denied: ['GetRole', 'GetInstanceProfile', 'ListAttachedRolePolicies', 'SimulatePrincipalPolicy'].map(
      (action) => `iam:${action}`,
    ),
  },
];
