import { instant } from '../../../model/time.ts';
import { MINUTE } from '../../measure/flows.ts';
import { AGENT_ADDON, AGENT_NAMESPACE, SERVICE_ACCOUNT } from '../../world/agents.ts';
import { PROXY } from '../../world/demo.ts';
import type { Taint } from '../../world/world.ts';
import {
  agentAddon,
  associations,
  endpoint,
  endpointGroup,
  fromVpc,
  inside,
  nodes,
  noRoutesOut,
  withControlPolicy,
  withEndpoint,
  withGroup,
  withoutAddon,
} from '../changes.ts';
import type { Change, Scenario } from '../scenario.ts';

/* What AWS's APIs do not tell, or not why: the cause is in the cluster. The agent outside it goes on publishing. */

const broken = { verdict: 'inconclusive', recording: 'quiet' } as const;

const CHART = {
  namespace: 'monitoring',
  serviceAccount: SERVICE_ACCOUNT,
  version: 'v1.1.6-eksbuild.1',
  createdAt: '2026-09-01T02:40:00Z',
};

const configured = (values: object): Change => agentAddon({ configurationValues: JSON.stringify(values) });

const TAINT: Taint = { key: 'dedicated', value: 'web', effect: 'NO_SCHEDULE' };

const untolerant = configured({ tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] });

/** What asks for most of its node. */
const greedy: Change = (world) => {
  for (const pod of world.pods) pod.requests = { cpu: 830, memory: 256 };
};

/** Systems Manager does not know the nodes, so it tells nothing of their operating system. */
const ownImage = { platform: 'Linux', name: 'Ubuntu', version: '18.04' } as const;
const unmanaged = { ssm: undefined } as const;

export const inCluster: Scenario[] = [
  {
    ...broken,
    name: 'control-policy',
    title: 'A service control policy forbids publishing: the agents run and log 403',
    cause: 'agent-reports',
    changes: [
      withControlPolicy({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Deny', Action: 'networkflowmonitor:*', Resource: '*' }],
      }),
    ],
  },
  {
    ...broken,
    name: 'chart-without-role',
    title: "The agent's chart was installed by hand, in a namespace that no role is given to",
    cause: 'pod-identity-association',
    changes: [withoutAddon(AGENT_ADDON), inside({ chart: CHART })],
  },
  {
    ...broken,
    name: 'service-account-changed',
    title: "Somebody made the agent's DaemonSet run as another service account",
    cause: 'pod-identity-association',
    changes: [inside({ edits: { serviceAccount: 'default' } })],
  },
  {
    ...broken,
    name: 'role-after-start',
    title: 'The role was associated when the agents ran already: they do not have it yet',
    cause: 'agent-credentials',
    changes: [(world, now) => associations({ createdAt: instant(now - 120 * MINUTE) })(world, now)],
  },
  {
    ...broken,
    name: 'pod-security',
    title: "The agent's namespace enforces a Pod Security Standard: no pod is made",
    cause: 'agent-admitted',
    changes: [inside({ podSecurity: { [AGENT_NAMESPACE]: 'baseline' } })],
  },
  {
    ...broken,
    name: 'pod-quota',
    title: "A ResourceQuota of the agent's namespace allows no pods",
    cause: 'agent-admitted',
    changes: [inside({ podQuota: { [AGENT_NAMESPACE]: 0 } })],
  },
  {
    ...broken,
    name: 'image-out-of-reach',
    title: "New nodes without a way out have the endpoint for reports, and none for the agent's image",
    cause: 'agent-image',
    changes: [
      noRoutesOut,
      withGroup(endpointGroup([fromVpc])),
      withEndpoint(endpoint(true)),
      nodes({ pullsImages: true }),
    ],
  },
  {
    ...broken,
    name: 'node-tainted',
    title: 'Nodes were tainted in the cluster, and the add-on does not tolerate it',
    cause: 'agent-daemonset',
    changes: [nodes({ taints: [TAINT] }), untolerant],
  },
  {
    ...broken,
    name: 'one-node-tainted',
    title: 'One node was tainted in the cluster, and has no agent; the other has one',
    cause: 'agent-daemonset',
    changes: [
      (world) => {
        const last = world.instances.findLast(({ cluster }) => cluster !== undefined);
        if (last) last.taints = [{ ...TAINT }];
      },
      untolerant,
    ],
  },
  {
    ...broken,
    name: 'node-selector',
    title: "Somebody gave the agent's DaemonSet a node selector that no node matches",
    cause: 'agent-daemonset',
    changes: [inside({ edits: { nodeSelector: { monitoring: 'enabled' } } })],
  },
  {
    ...broken,
    name: 'node-kernel-too-old',
    title: "Nodes of an image of one's own have a kernel older than 5.8: the agents end at once",
    cause: 'agent-runs',
    changes: [nodes({ ...unmanaged, os: { ...ownImage, kernel: '5.4.0-1103-aws' } })],
  },
  {
    ...broken,
    name: 'node-cgroup',
    title: "Nodes of an image of one's own have cgroup v1 only: the agents end at once",
    cause: 'agent-runs',
    changes: [nodes({ ...unmanaged, os: { ...ownImage, kernel: '5.15.0-1084-aws', cgroups: 'v1' } })],
  },
  {
    ...broken,
    name: 'memory-limit',
    title: 'The add-on is configured with so little memory that the agents are killed',
    cause: 'agent-runs',
    changes: [configured({ resources: { requests: { memory: '16Mi' }, limits: { memory: '32Mi' } } })],
  },
  {
    ...broken,
    name: 'metrics-address',
    title: 'The agents are to offer metrics at an IPv6 address, which ends them',
    cause: 'agent-runs',
    changes: [configured({ env: { OPEN_METRICS: 'on', OPEN_METRICS_ADDRESS: '::1' } })],
  },
  {
    ...broken,
    name: 'nodes-full',
    title: 'Other pods leave the agents no CPU: theirs are pending',
    cause: 'agent-placed',
    changes: [greedy],
  },
  {
    ...broken,
    name: 'agents-evicted',
    title: 'Nodes run out of disk, and evict the agents',
    cause: 'agent-placed',
    changes: [nodes({ pressure: 'disk' })],
  },
  {
    ...broken,
    name: 'pod-identity-agent-down',
    title: 'The Pod Identity Agent is installed, and crashes on nodes without IPv6',
    cause: 'pod-identity-on-nodes',
    changes: [
      (world) => {
        for (const { cluster, os } of world.instances) if (cluster !== undefined) os.ipv6 = 'off';
      },
    ],
  },
  {
    ...broken,
    name: 'dns-down',
    title: 'CoreDNS crashes: the agents cannot resolve where to send',
    cause: 'agent-reports',
    changes: [inside({ dns: 'down' })],
  },
  {
    ...broken,
    name: 'proxy-refuses',
    title: 'The agents are told to use a proxy, which does not let them through',
    cause: 'agent-reports',
    changes: [inside({ proxy: 'refuses' }), configured({ env: { HTTPS_PROXY: PROXY } })],
  },
  {
    ...broken,
    name: 'tls-inspected',
    title: 'A firewall on the way out inspects TLS: the agents do not trust its certificate',
    cause: 'agent-reports',
    changes: [inside({ inspection: 'tls' })],
  },
];
