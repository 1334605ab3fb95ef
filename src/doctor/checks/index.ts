import type { Check } from '../check.ts';
import { permissions, regionSupported } from './access.ts';
import {
  eksAddonHealth,
  eksAddonInstalled,
  eksAddonPublishing,
  eksAddonTolerations,
  eksAddonVersion,
  eksVersion,
} from './addon.ts';
import { agentAdmitted, agentDaemonSet, agentImage, agentPlaced } from './agent-daemonset.ts';
import { agentCredentials, agentReports, podIdentityOnNodes } from './agent-reports.ts';
import {
  agentRolePermission,
  agentRoleTrust,
  podIdentityAgent,
  podIdentityAssociation,
} from './agent-role.ts';
import { agentRuns } from './agent-runs.ts';
import { clusterApi } from './cluster-api.ts';
import { agentCount, coverage, dataPublished } from './data.ts';
import {
  endpointDns,
  endpointNetworkAcl,
  endpointPolicy,
  endpointRoute,
  endpointSecurityGroup,
  vpcDns,
} from './endpoint.ts';
import { agentActivated, agentOs, agentPackage, ssmOnline } from './host-agent.ts';
import { instanceMetadata, instanceProfile, instanceRolePermission } from './instances.ts';
import { monitorAge, monitorCoverage, monitorMetrics, monitorState, monitorsExist } from './monitors.ts';
import { duplicateAgents, nodeKinds } from './nodes.ts';
import { scopeExists, scopeReady, scopeTargets, serviceLinkedRoles } from './scope.ts';

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
  clusterApi,
  agentDaemonSet,
  agentAdmitted,
  agentPlaced,
  agentImage,
  agentRuns,
  podIdentityAgent,
  podIdentityAssociation,
  agentRoleTrust,
  agentRolePermission,
  agentCredentials,
  podIdentityOnNodes,
  agentReports,
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
  endpointNetworkAcl,
  vpcDns,
  endpointDns,
  endpointPolicy,
  coverage,
  agentCount,
] as readonly Check<unknown>[];
