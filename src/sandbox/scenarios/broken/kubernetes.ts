import { AGENT_ADDON, OLD_SERVICE_ACCOUNT, POD_IDENTITY_ADDON } from '../../world/agents.ts';
import { AGENT_ROLE, PUBLISH_POLICY, trust } from '../../world/demo.ts';
import type { Taint } from '../../world/world.ts';
import {
  agentAddon,
  associations,
  clusters,
  irsa,
  nodegroups,
  nodes,
  role,
  withoutAddon,
} from '../changes.ts';
import type { Scenario } from '../scenario.ts';

/** The agent outside the cluster goes on publishing: triage has data, and none of the cluster, which may be anything. */
const broken = { verdict: 'inconclusive', recording: 'quiet' } as const;

const TAINT: Taint = { key: 'dedicated', value: 'web', effect: 'NO_SCHEDULE' };

export const kubernetes: Scenario[] = [
  {
    ...broken,
    name: 'cluster-too-old',
    title: 'The cluster is older than the add-on supports',
    cause: 'eks-version',
    changes: [clusters({ version: '1.24' }), withoutAddon(AGENT_ADDON)],
  },
  {
    ...broken,
    name: 'addon-missing',
    title: "The agent's add-on is not installed",
    cause: 'eks-addon-installed',
    changes: [withoutAddon(AGENT_ADDON)],
  },
  {
    ...broken,
    name: 'addon-degraded',
    title: 'The add-on is DEGRADED: its pods do not run',
    cause: 'eks-addon-health',
    changes: [
      agentAddon({
        status: 'DEGRADED',
        issues: [
          {
            code: 'InsufficientNumberOfReplicas',
            message: 'The add-on is unhealthy because it has 0 of 2 desired replicas ready.',
            resourceIds: [],
          },
        ],
      }),
    ],
  },
  {
    ...broken,
    name: 'addon-create-failed',
    title: "The add-on's creation failed: the cluster refuses privileged pods",
    cause: 'eks-addon-health',
    changes: [
      agentAddon({
        status: 'CREATE_FAILED',
        issues: [
          {
            code: 'AdmissionRequestDenied',
            message: 'The admission webhook denied the request: privileged containers are not allowed.',
            resourceIds: [],
          },
        ],
      }),
    ],
  },
  {
    ...broken,
    name: 'old-addon',
    title: 'The add-on is 1.0.0, which runs as a service account that no association is for',
    cause: 'eks-addon-version',
    changes: [agentAddon({ version: 'v1.0.0-eksbuild.1' })],
  },
  {
    ...broken,
    name: 'publishing-off',
    title: "The add-on's configuration switches publishing off",
    cause: 'eks-addon-publishing',
    changes: [agentAddon({ configurationValues: '{"env":{"DISABLE_PUBLISHING":"true"}}' })],
  },
  {
    ...broken,
    name: 'no-tolerations',
    title: 'The nodes are tainted, and the add-on does not tolerate it',
    cause: 'eks-addon-tolerations',
    changes: [
      nodegroups({ taints: [TAINT] }),
      agentAddon({
        configurationValues: '{"tolerations":[{"key":"CriticalAddonsOnly","operator":"Exists"}]}',
      }),
    ],
  },
  {
    ...broken,
    name: 'old-addon-tainted',
    title: 'The nodes are tainted, and an add-on as old as 1.0.2 tolerates nothing',
    cause: 'eks-addon-tolerations',
    changes: [nodegroups({ taints: [TAINT] }), agentAddon({ version: 'v1.0.2-eksbuild.1' })],
  },
  {
    ...broken,
    name: 'pod-identity-agent-missing',
    title: 'The Pod Identity Agent is not installed: the agents have no credentials',
    cause: 'pod-identity-agent',
    changes: [withoutAddon(POD_IDENTITY_ADDON)],
  },
  {
    ...broken,
    name: 'association-missing',
    title: "Nothing gives the agent's service account a role",
    cause: 'pod-identity-association',
    changes: [clusters({ podIdentityAssociations: [] })],
  },
  {
    ...broken,
    name: 'old-service-account',
    title: 'The role is associated with the service account of add-on 1.0.0',
    cause: 'pod-identity-association',
    changes: [associations({ serviceAccount: OLD_SERVICE_ACCOUNT })],
  },
  {
    ...broken,
    name: 'wrong-namespace',
    title: 'The role is associated with a namespace that the agent is not in',
    cause: 'pod-identity-association',
    // As a public repository had it (alphagov/govuk-infrastructure).
    changes: [
      associations({
        namespace: 'amazon-network-flow-monitoring',
        serviceAccount: 'network-flow-monitoring-agent',
      }),
    ],
  },
  {
    ...broken,
    name: 'role-trust',
    title: "The agent's role trusts EC2, not EKS Pod Identity",
    cause: 'agent-role-trust',
    changes: [role(AGENT_ROLE, { trust: trust('ec2.amazonaws.com') })],
  },
  {
    ...broken,
    name: 'irsa-trust',
    title: "The agent's role trusts another service account (IRSA)",
    cause: 'agent-role-trust',
    changes: [irsa(OLD_SERVICE_ACCOUNT)],
  },
  {
    ...broken,
    name: 'role-without-permission',
    title: "The agent's role is associated, and may not publish",
    cause: 'agent-role-permission',
    changes: [role(AGENT_ROLE, { attached: [] })],
  },
  {
    ...broken,
    name: 'role-denied',
    title: "The agent's role has the policy, and another one denies it",
    cause: 'agent-role-permission',
    changes: [
      role(AGENT_ROLE, {
        attached: [PUBLISH_POLICY],
        inline: [
          {
            name: 'no-monitoring',
            document: {
              Version: '2012-10-17',
              Statement: [{ Effect: 'Deny', Action: 'networkflowmonitor:*', Resource: '*' }],
            },
          },
        ],
      }),
    ],
  },
  {
    ...broken,
    name: 'windows-nodes',
    title: 'All nodes run Windows, where no agent can',
    cause: 'node-kinds',
    changes: [
      nodegroups({ amiType: 'WINDOWS_CORE_2022_x86_64' }),
      nodes({
        os: {
          platform: 'Windows',
          name: 'Microsoft Windows Server 2022 Datacenter',
          version: '10.0.20348',
          kernel: '10.0.20348',
        },
      }),
    ],
  },
];
