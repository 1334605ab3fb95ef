/*
 * What a status means. A monitor goes from PENDING to ACTIVE, or to INACTIVE or ERROR, and by DELETING out of sight;
 * a scope from IN_PROGRESS to SUCCEEDED or FAILED, and by DEACTIVATING out of sight.
 */

interface WithStatus {
  status: string;
}

/** A monitor that publishes. */
export function isActive({ status }: WithStatus): boolean {
  return status === 'ACTIVE';
}

/** A monitor that is as good as gone. */
export function isGoing({ status }: WithStatus): boolean {
  return status === 'DELETING';
}

/** A scope whose monitors and queries can be used. */
export function isReady(scope: WithStatus | null): boolean {
  return scope?.status === 'SUCCEEDED';
}

/** An account has one scope in each Region; of several, the one that can be used. */
export function scopeInUse<S extends WithStatus>(scopes: readonly S[]): S | null {
  return scopes.find(isReady) ?? scopes[0] ?? null;
}

/** What a status becomes by itself, and what it is until then; any other will never become it. */
export interface Way {
  to: string;
  by: readonly string[];
}
export const MONITOR_WAY: Way = { to: 'ACTIVE', by: ['PENDING'] };
export const SCOPE_WAY: Way = { to: 'SUCCEEDED', by: ['IN_PROGRESS'] };

/** AWS's reply in hashicorp/terraform-provider-aws #47062; service-linked roles of the user guide (docs/network-flow-monitor.md). */
export const HOLD_UPS =
  'What may hold it up: Transit Gateway attachments that keep being made or deleted; a service control policy or a permission that denies iam:CreateServiceLinkedRole, or AWS Config to the role AWSServiceRoleForNetworkFlowMonitor_Topology.';

/** What a scope's status means, where it is not the one that is wanted. */
export function meaningOf(status: string): string | null {
  switch (status) {
    case 'IN_PROGRESS':
      return `Monitors and queries cannot be used yet. ${HOLD_UPS}`;
    case 'FAILED':
      return `Network Flow Monitor cannot be used here; the service gives no reason. ${HOLD_UPS} Then delete the scope and create it again.`;
    case 'DEACTIVATING':
    case 'DEACTIVATED':
      return 'The scope is being given up; another can be made when it is gone.';
    default:
      return null;
  }
}
