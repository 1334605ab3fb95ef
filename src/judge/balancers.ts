import type { Case, Construct } from '../model/case.ts';
import { loadBalancerUrl } from '../model/console.ts';
import { ownerOf } from '../model/ids.ts';
import type { Findings, Location } from '../model/report.ts';
import type { FlowSums } from './flow-sums.ts';

/** Of more, nobody opens the pages. */
const MOST = 5;

/**
 * Load balancers that the report is about, that its events pass, or that somebody changed, in this order, as far as
 * AWS's console has a page of them.
 */
export function loadBalancersIn(
  { scope, monitors, target, changes, sandbox }: Case,
  flows: readonly FlowSums[],
  places: readonly Location[],
): Pick<Findings, 'loadBalancers'> {
  const arn = scope?.arn ?? monitors[0]?.arn;
  if (sandbox !== undefined || !arn) return {};
  const owner = { ...ownerOf(arn, target.region), accountId: target.accountId };
  const carrying = flows
    .filter(({ window }) => window.retransmissions + window.timeouts > 0)
    .sort((a, b) => b.window.retransmissions - a.window.retransmissions);
  const ids = [
    ...places.flatMap(({ component }) =>
      component ? idOf({ componentId: component.id, componentType: component.type }) : [],
    ),
    ...carrying.flatMap(({ flow }) => flow.path?.flatMap(idOf) ?? []),
    ...(changes?.items ?? []).flatMap((change) => change.ids.filter((id) => /^(app|net|gwy)\//.test(id))),
  ];
  const loadBalancers = [...new Set(ids)].slice(0, MOST).flatMap((id) => {
    const consoleUrl = loadBalancerUrl(id, owner);
    return consoleUrl === null ? [] : [{ id, consoleUrl }];
  });
  return loadBalancers.length > 0 ? { loadBalancers } : {};
}

function idOf({ componentId, componentType = '' }: Construct): string[] {
  return componentId && componentType.endsWith('LoadBalancer') ? [componentId] : [];
}
