import type { Case, Endpoint } from '../model/case.ts';
import type { Contributor } from '../model/report.ts';
import type { FlowSums } from './flow-sums.ts';
import { perGib } from './rates.ts';

/** How many contributors a report lists: enough to see who is not among them. */
const LISTED = 10;

/** The flows of the window with the most retransmissions, tiles merged. */
export function contributorsOf(data: Case, flows: readonly FlowSums[]): Contributor[] {
  const events = flows.reduce((sum, f) => sum + f.window.retransmissions, 0);
  return flows
    .filter(({ window }) => window.retransmissions > 0 || window.timeouts > 0)
    .sort(byEvents)
    .slice(0, LISTED)
    .map(({ flow, window: { retransmissions, timeouts, bytes: listed, unlisted } }) => {
      const bytes = unlisted.length > 0 ? null : listed;
      return {
        ...withZoneName(data, flow.local),
        category: flow.category,
        targetPort: flow.targetPort,
        remote: withZoneName(data, flow.remote),
        retransmissions,
        timeouts,
        bytes,
        retransmissionsPerGiB: bytes === null ? null : perGib(retransmissions, bytes),
        share: events > 0 ? retransmissions / events : 0,
      };
    });
}

function byEvents(a: FlowSums, b: FlowSums): number {
  const [x, y] = [a.window, b.window];
  return y.retransmissions - x.retransmissions || y.timeouts - x.timeouts || (a.key < b.key ? -1 : 1);
}

function withZoneName(data: Case, endpoint: Endpoint): Endpoint & { az?: string } {
  const az = data.zones.find((z) => z.azId === endpoint.azId)?.az;
  return az ? { ...endpoint, az } : endpoint;
}
