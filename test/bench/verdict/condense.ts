import { destinationCategory, locate } from '../../../src/sandbox/world/place.ts';
import type { FlowReport, FlowSpec, World } from '../../../src/sandbox/world/world.ts';

/**
 * One report a minute for all flows between two zones in one category, in place of one for each flow. Sums of bytes
 * and events, and the health indicator, which asks for zones and categories only, come out the same from a tenth of
 * the reports; averages, such as the round-trip time, do not and need them all.
 */
export function condense(world: World, reports: readonly FlowReport[]): FlowReport[] {
  const kinds = new Map<FlowSpec, string>();
  const merged: FlowReport[] = [];
  let minute = Number.NaN;
  let now = new Map<string, FlowReport>();
  for (const report of reports) {
    if (report.minute !== minute) {
      minute = report.minute;
      now = new Map();
    }
    const kind = kinds.get(report.flow) ?? kindOf(world, report.flow);
    kinds.set(report.flow, kind);
    const known = now.get(kind);
    if (known) {
      known.bytes += report.bytes;
      known.retransmissions += report.retransmissions;
      known.timeouts += report.timeouts;
    } else {
      const first = { ...report };
      now.set(kind, first);
      merged.push(first);
    }
  }
  return merged;
}

function kindOf(world: World, flow: FlowSpec): string {
  const from = locate(world, flow.local);
  const to = locate(world, flow.remote);
  return `${destinationCategory(from, to)} ${from.zone?.id} ${to.zone?.id}`;
}
