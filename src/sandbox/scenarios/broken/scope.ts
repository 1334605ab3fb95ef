import { AGENT_ADDON, POD_IDENTITY_ADDON } from '../../world/agents.ts';
import { AGENT_ROLE, LB_ROLE, TOPOLOGY_ROLE } from '../../world/demo.ts';
import {
  clusters,
  hosts,
  noMonitors,
  noScope,
  scope as standing,
  withoutAddon,
  withoutRole,
} from '../changes.ts';
import type { Scenario } from '../scenario.ts';

const broken = { verdict: 'no-data', recording: 'quiet' } as const;

/** Without a scope that SUCCEEDED nobody can have made a monitor. */
export const scope: Scenario[] = [
  {
    ...broken,
    name: 'no-scope',
    title: 'Network Flow Monitor was never set up in this Region',
    cause: 'scope-exists',
    changes: [noScope, noMonitors, withoutRole('AWSServiceRoleForNetworkFlowMonitor', TOPOLOGY_ROLE)],
  },
  {
    ...broken,
    name: 'nothing',
    title: 'An account in which nothing was set up: no scope, add-ons, roles, agents or monitors',
    cause: 'scope-exists',
    changes: [
      noScope,
      noMonitors,
      withoutRole('AWSServiceRoleForNetworkFlowMonitor', TOPOLOGY_ROLE, AGENT_ROLE, LB_ROLE),
      withoutAddon(AGENT_ADDON),
      withoutAddon(POD_IDENTITY_ADDON),
      clusters({ podIdentityAssociations: [] }),
      hosts({ agentPackage: undefined, instanceProfile: undefined }),
    ],
  },
  {
    ...broken,
    name: 'scope-pending',
    title: 'The scope has been IN_PROGRESS for an hour',
    cause: 'scope-ready',
    changes: [standing({ stuck: 'IN_PROGRESS', ageMinutes: 60 }), noMonitors],
  },
  {
    ...broken,
    name: 'scope-failed',
    title: 'The scope FAILED',
    cause: 'scope-ready',
    changes: [standing({ stuck: 'FAILED', ageMinutes: 60 }), noMonitors],
  },
  {
    ...broken,
    name: 'scope-deactivated',
    title: 'The scope was DEACTIVATED',
    cause: 'scope-ready',
    changes: [standing({ stuck: 'DEACTIVATED' }), noMonitors],
  },
  {
    ...broken,
    name: 'scope-of-another-account',
    title: 'The scope holds another account only',
    cause: 'scope-targets',
    changes: [standing({ accountId: '210987654321' }), noMonitors],
  },
  {
    ...broken,
    name: 'service-linked-role-missing',
    title: 'The scope FAILED, for want of a service-linked role',
    cause: 'service-linked-roles',
    changes: [standing({ stuck: 'FAILED', ageMinutes: 60 }), noMonitors, withoutRole(TOPOLOGY_ROLE)],
  },
];
