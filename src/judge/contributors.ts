import type { Case, Endpoint } from '../model/case.ts';
import type { Contributor } from '../model/report.ts';
import { phaseOf } from './members.ts';
import { perGib } from './rates.ts';

/** How many contributors a report lists: enough to see who is not among them. */
const LISTED = 10;

/** The flows of the window with the most retransmissions, tiles merged. */
export function contributorsOf(data: Case): Contributor[] {
  const flows = new Map<string, Omit<Contributor, 'share' | 'retransmissionsPerGiB'>>();
  let events = 0;
  for (const flow of data.flows) {
    if (phaseOf(data, flow.tile) !== 'window') continue;
    events += flow.retransmissions ?? 0;
    const key = JSON.stringify([flow.category, flow.targetPort, flow.local, flow.remote]);
    const known = flows.get(key);
    const bytes =
      known === undefined
        ? flow.bytes
        : known.bytes === null || flow.bytes === null
          ? null
          : known.bytes + flow.bytes;
    flows.set(key, {
      ...withZoneName(data, flow.local),
      category: flow.category,
      targetPort: flow.targetPort,
      remote: withZoneName(data, flow.remote),
      retransmissions: (known?.retransmissions ?? 0) + (flow.retransmissions ?? 0),
      timeouts: (known?.timeouts ?? 0) + (flow.timeouts ?? 0),
      bytes,
    });
  }
  return [...flows.entries()]
    .filter(([, c]) => c.retransmissions > 0 || c.timeouts > 0)
    .sort(
      ([ka, a], [kb, b]) =>
        b.retransmissions - a.retransmissions || b.timeouts - a.timeouts || (ka < kb ? -1 : 1),
    )
    .slice(0, LISTED)
    .map(([, c]) => ({
      ...c,
      retransmissionsPerGiB: c.bytes === null ? null : perGib(c.retransmissions, c.bytes),
      share: events > 0 ? c.retransmissions / events : 0,
    }));
}

function withZoneName(data: Case, endpoint: Endpoint): Endpoint & { az?: string } {
  const az = data.zones.find((z) => z.azId === endpoint.azId)?.az;
  return az ? { ...endpoint, az } : endpoint;
}
