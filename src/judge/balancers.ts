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
  { places, told = [] }: { places: readonly Location[]; told?: Findings['changes'] | undefined },
): Pick<Findings, 'loadBalancers'> {
  const arn = scope?.arn ?? monitors[0]?.arn;
  if (sandbox !== undefined || !arn) return {};
  const owner = { ...ownerOf(arn, target.region), accountId: target.accountId };
  const carrying = flows
    .filter(({ window }) => window.retransmissions + window.timeouts > 0)
    .sort((a, b) => b.window.retransmissions - a.window.retransmissions);
  const components = [
    ...places.flatMap(({ component }) => component ?? []),
    ...carrying.flatMap(({ flow }) => flow.path?.map(componentOf) ?? []),
    ...(changes?.items ?? [])
      .filter(({ where }) => told.some((change) => change.where === where))
      .flatMap(({ ids }) => ids.map((id) => ({ type: '', id }))),
  ];
  const urls = components.map(({ type, id }) => [id, loadBalancerUrl({ type, id }, owner)] as const);
  const loadBalancers = [...new Map(urls)].flatMap(([id, consoleUrl]) =>
    consoleUrl === null ? [] : [{ id, consoleUrl }],
  );
  return loadBalancers.length > 0 ? { loadBalancers: loadBalancers.slice(0, MOST) } : {};
}

function componentOf({ componentId = '', componentType = '' }: Construct) {
  return { type: componentType, id: componentId };
}
