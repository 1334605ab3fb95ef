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
    .map(({ flow, window }) => {
      const { counted, unlisted } = window;
      const bytes = unlisted.length > 0 || counted.retransmissions === 0 ? null : window.bytes;
      const retransmissions = counted.retransmissions > 0 ? window.retransmissions : null;
      return {
        ...withZoneName(data, flow.local),
        category: flow.category,
        targetPort: flow.targetPort,
        remote: withZoneName(data, flow.remote),
        retransmissions,
        timeouts: counted.timeouts > 0 ? window.timeouts : null,
        bytes,
        retransmissionsPerGiB:
          bytes === null || retransmissions === null ? null : perGib(retransmissions, bytes),
        share: retransmissions === null ? null : events > 0 ? retransmissions / events : 0,
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
