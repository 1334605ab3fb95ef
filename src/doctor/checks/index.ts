import type { Check } from '../check.ts';
import { agentActivated } from './agent-activated.ts';
import { agentCount } from './agent-count.ts';
import { agentOs } from './agent-os.ts';
import { agentPackage } from './agent-package.ts';
import { agentRolePermission } from './agent-role-permission.ts';
import { agentRoleTrust } from './agent-role-trust.ts';
import { coverage } from './coverage.ts';
import { dataPublished } from './data-published.ts';
import { duplicateAgents } from './duplicate-agents.ts';
import { eksAddonHealth } from './eks-addon-health.ts';
import { eksAddonInstalled } from './eks-addon-installed.ts';
import { eksAddonPublishing } from './eks-addon-publishing.ts';
import { eksAddonTolerations } from './eks-addon-tolerations.ts';
import { eksAddonVersion } from './eks-addon-version.ts';
import { eksVersion } from './eks-version.ts';
import { endpointDns } from './endpoint-dns.ts';
import { endpointRoute } from './endpoint-route.ts';
import { endpointSecurityGroup } from './endpoint-security-group.ts';
import { instanceMetadata } from './instance-metadata.ts';
import { instanceProfile } from './instance-profile.ts';
import { instanceRolePermission } from './instance-role-permission.ts';
import { monitorAge } from './monitor-age.ts';
import { monitorCoverage } from './monitor-coverage.ts';
import { monitorMetrics } from './monitor-metrics.ts';
import { monitorState } from './monitor-state.ts';
import { monitorsExist } from './monitors-exist.ts';
import { nodeKinds } from './node-kinds.ts';
import { permissions } from './permissions.ts';
import { podIdentityAgent } from './pod-identity-agent.ts';
import { podIdentityAssociation } from './pod-identity-association.ts';
import { regionSupported } from './region-supported.ts';
import { scopeExists } from './scope-exists.ts';
import { scopeReady } from './scope-ready.ts';
import { scopeTargets } from './scope-targets.ts';
import { serviceLinkedRoles } from './service-linked-roles.ts';
import { ssmOnline } from './ssm-online.ts';

/** In the order of diagnosis: the first that fails and is no symptom is the cause. */
export const CHECKS = [
  regionSupported,
  permissions,
  scopeExists,
  // A role that is missing explains a scope that failed.
  serviceLinkedRoles,
  scopeReady,
  scopeTargets,
  dataPublished,
  monitorsExist,
  monitorState,
  monitorAge,
  monitorCoverage,
  monitorMetrics,
  eksVersion,
  eksAddonInstalled,
  eksAddonHealth,
  eksAddonVersion,
  eksAddonPublishing,
  eksAddonTolerations,
  podIdentityAgent,
  podIdentityAssociation,
  agentRoleTrust,
  agentRolePermission,
  nodeKinds,
  duplicateAgents,
  instanceMetadata,
  instanceProfile,
  ssmOnline,
  agentOs,
  agentPackage,
  agentActivated,
  instanceRolePermission,
  endpointRoute,
  endpointSecurityGroup,
  endpointDns,
  coverage,
  agentCount,
] as readonly Check<unknown>[];
