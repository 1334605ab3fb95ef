import type { Case, Monitor, Window } from '../model/case.ts';
import { CASE_SCHEMA } from '../model/schema-names.ts';
import { instant } from '../model/time.ts';
import { zonesOf } from '../network/holdings.ts';
import type { Inventory } from './inventory.ts';
import { peerMonitors } from './target-monitors.ts';
import type { Windows } from './window.ts';

export interface Asking {
  windows: Windows;
  now: number;
  version: string;
  /** The scenario, on a sandbox. */
  sandbox?: string | undefined;
}

/** What is asked about, and by whom it is watched: the Case before there is any evidence in it. */
export function outlineOf(
  { now, version, sandbox, windows }: Asking,
  inventory: Inventory,
  where: { region: string; accountId: string; monitors: Monitor[]; tiles: Window[] },
): Case {
  const { extent, scope, target, topology } = inventory;
  const { region, accountId, monitors, tiles } = where;
  return {
    schema: CASE_SCHEMA,
    collectedAt: instant(now),
    tool: { name: 'nfm', version },
    target: { kind: target.kind, id: target.id ?? scope?.id ?? region, region, accountId },
    window: windows.window,
    baseline: windows.baseline,
    zones: topology.zones,
    targetZones: extent.everything ? null : zonesOf(extent, topology),
    ...(sandbox === undefined ? {} : { sandbox }),
    scope,
    monitors: [...monitors, ...peerMonitors(inventory, monitors)],
    insights: [],
    flowsFrom: null,
    tiles,
    flows: [],
    truncated: false,
    gaps: [],
  };
}
