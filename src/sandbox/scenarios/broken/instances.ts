import { instant } from '../../../model/time.ts';
import { MINUTE } from '../../measure/flows.ts';
import { stableUuid } from '../../wire/ids.ts';
import {
  AGENT_PACKAGE,
  AGENT_PACKAGE_VERSION,
  INSTALL_DOCUMENT,
  MANAGE_DOCUMENT,
} from '../../world/agents.ts';
import { LB_ROLE, SSM_POLICY } from '../../world/demo.ts';
import { hosts, role } from '../changes.ts';
import type { Change, Scenario } from '../scenario.ts';

const DAY = 24 * 60 * MINUTE;

/** Commands that succeeded on every instance outside clusters, so many days ago. */
function ran(document: string, parameters: Record<string, string[]>, daysAgo: number): Change {
  return (world, now) => {
    const outside = world.instances.filter(({ cluster }) => cluster === undefined);
    world.commands.push({
      id: stableUuid(`${document}/${daysAgo}`),
      document,
      parameters: structuredClone(parameters),
      requestedAt: instant(now - daysAgo * DAY),
      invocations: outside.map(({ id }) => ({ instanceId: id, status: 'Success', output: 'done' })),
    });
  };
}

const installed = ran(INSTALL_DOCUMENT, { action: ['Install'], name: [AGENT_PACKAGE] }, 3);
const inactive = hosts({ agentPackage: { version: AGENT_PACKAGE_VERSION, activated: false } });

/** The agents of the cluster go on publishing: triage has data, and none of the instance, which may be anything. */
const broken = { verdict: 'inconclusive', recording: 'quiet' } as const;

export const instances: Scenario[] = [
  {
    ...broken,
    name: 'ssm-offline',
    title: 'Systems Manager does not reach the instance, so nobody installed the agent',
    cause: 'ssm-online',
    changes: [
      hosts({ ssm: { ping: 'ConnectionLost', agentVersion: '3.3.3270.0' }, agentPackage: undefined }),
    ],
  },
  {
    ...broken,
    name: 'agent-not-installed',
    title: 'The instance has no agent',
    cause: 'agent-package',
    changes: [hosts({ agentPackage: undefined })],
  },
  {
    ...broken,
    name: 'agent-not-activated',
    title: 'The agent is installed, and was never activated',
    cause: 'agent-activated',
    changes: [inactive, installed],
  },
  {
    ...broken,
    name: 'agent-deactivated',
    title: 'Somebody deactivated the agent',
    cause: 'agent-activated',
    changes: [
      inactive,
      installed,
      ran(MANAGE_DOCUMENT, { Action: ['Activate'] }, 2),
      ran(MANAGE_DOCUMENT, { Action: ['Deactivate'] }, 1),
    ],
  },
  {
    ...broken,
    name: 'kernel-too-old',
    title: "The instance's kernel is older than 5.8",
    cause: 'agent-os',
    changes: [
      hosts({
        os: { platform: 'Linux', name: 'Amazon Linux', version: '2', kernel: '4.14.355-280.651.amzn2' },
      }),
    ],
  },
  {
    ...broken,
    name: 'unsupported-os',
    title: "The agent cannot run on the instance's operating system",
    cause: 'agent-os',
    changes: [
      hosts({
        os: { platform: 'Linux', name: 'SLES', version: '15.5', kernel: '5.14.21-150500.55.116' },
      }),
    ],
  },
  {
    ...broken,
    name: 'no-instance-profile',
    // Systems Manager still reaches it, by its Default Host Management Configuration.
    title: 'The instance has no instance profile: the agent has no credentials',
    cause: 'instance-profile',
    changes: [hosts({ instanceProfile: undefined })],
  },
  {
    ...broken,
    name: 'instance-role-without-permission',
    title: "The instance's role may not publish",
    cause: 'instance-role-permission',
    changes: [role(LB_ROLE, { attached: [SSM_POLICY] })],
  },
  {
    ...broken,
    name: 'metadata-off',
    // Systems Manager's agent needs it as well.
    title: 'The instance metadata service is off: no agent has credentials',
    cause: 'instance-metadata',
    changes: [hosts({ metadata: 'disabled', ssm: { ping: 'ConnectionLost', agentVersion: '3.3.3270.0' } })],
  },
];
