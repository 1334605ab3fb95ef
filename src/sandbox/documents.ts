/* Systems Manager's names around the agent (facts §5.2). The package and its inventory entry differ. */

export const INSTALL_DOCUMENT = 'AWS-ConfigureAWSPackage';
export const MANAGE_DOCUMENT = 'AmazonCloudWatch-NetworkFlowMonitorManageAgent';
export const AGENT_PACKAGE = 'AmazonCloudWatchNetworkFlowMonitorAgent';
export const AGENT_APPLICATION = 'network-flow-monitor-agent';
export const AGENT_PACKAGE_VERSION = '0.1.6';
