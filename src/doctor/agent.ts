import { AGENT_ADDON, AGENT_PACKAGE } from '../model/service.ts';
import { MINUTE } from '../model/time.ts';

/** What the agents of Network Flow Monitor are called and need (user guide: agents-ec2, agents-kubernetes-eks). */

export const ADDON = AGENT_ADDON;
export const POD_IDENTITY_ADDON = 'eks-pod-identity-agent';
export const NAMESPACE = 'amazon-network-flow-monitor';
export const DAEMON_SET = 'aws-network-flow-monitor-agent';
export const SERVICE_ACCOUNT = 'aws-network-flow-monitor-agent-service-account';
/** Of add-on 1.0.0 alone (aws/network-flow-monitor-agent #7, #26). */
export const OLD_SERVICE_ACCOUNT = 'aws-network-flow-monitoring-agent-service-account';
/** What the EKS console names the role that it makes. */
export const USUAL_ROLE = 'AmazonEKSPodIdentityAWSNetworkFlowMonitorAgentRole';
/** Ours, for instances that have none; its instance profile is called the same. */
export const HOST_ROLE = 'NetworkFlowMonitorAgentInstanceRole';

export const PUBLISH = 'networkflowmonitor:Publish';
export const PUBLISH_POLICY = 'arn:aws:iam::aws:policy/CloudWatchNetworkFlowMonitorAgentPublishPolicy';

/** Distributor's package, and the document that installs it. */
export const PACKAGE = 'AmazonCloudWatchNetworkFlowMonitorAgent';
export const INSTALL_DOCUMENT = 'AWS-ConfigureAWSPackage';
export const MANAGE_DOCUMENT = 'AmazonCloudWatch-NetworkFlowMonitorManageAgent';
export const SYSTEM_PACKAGE = AGENT_PACKAGE;

export const SERVICE_ROLES = [
  'AWSServiceRoleForNetworkFlowMonitor',
  'AWSServiceRoleForNetworkFlowMonitor_Topology',
] as const;

/** Agents that one account's Region takes, about (user guide: limits). */
export const MOST_AGENTS = 5000;

/** Until what was made or mended shows: 'wait up to 30 minutes' (observability-best-practices, Network Flow Monitor guide). */
export const WARM_UP = 30 * MINUTE;

/** Pages of the CloudWatch user guide. */
export const guide = (page: string): string =>
  `https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor-${page}.html`;

/** 'v1.1.6-eksbuild.1' → [1, 1, 6] */
function versionOf(text: string): number[] {
  return (/(\d+(\.\d+)*)/.exec(text)?.[1] ?? '').split('.').map(Number);
}

export function isOlder(text: string, than: string): boolean {
  const [a, b] = [versionOf(text), versionOf(than)];
  const at = b.findIndex((part, i) => (a[i] ?? 0) !== part);
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0);
}
