import { type FlowSums, sumFlows } from '../../src/judge/flow-sums.ts';
import { coverOf } from '../../src/judge/tiles.ts';
import type { Case, Endpoint, Flow, Monitor, Series } from '../../src/model/case.ts';

/** A Case from what each pod did in each minute: zones, monitors and flows are summed from it. */
export interface Pod {
  name: string;
  azId: string;
  instance?: string;
  service?: string;
  remote?: string;
  category?: string;
  /** Bytes and events of minute i; the window starts at minute `baselineMinutes`. Null: nothing was reported. */
  bytes(minute: number): number | null;
  events(minute: number): number;
}

export interface Setup {
  pods: Pod[];
  baselineMinutes?: number;
  windowMinutes?: number;
  /** NHI of a monitor of these zones in a minute; default healthy. */
  nhi?(zones: string[], minute: number): number | null;
  /** Which monitors there are; default one for all zones and one for each. */
  monitors?: 'all' | 'whole' | 'none';
  flows?: boolean;
  gaps?: Case['gaps'];
}

const START = Date.parse('2026-11-21T12:00:00Z');
const at = (minute: number) => new Date(START + minute * 60_000).toISOString().replace('.000Z', 'Z');

export function buildCase(setup: Setup): Case {
  const { pods, baselineMinutes = 180, windowMinutes = 60 } = setup;
  const minutes = baselineMinutes + windowMinutes;
  const zones = [...new Set(pods.map((p) => p.azId))].sort();
  const which = setup.monitors ?? 'all';
  const groups = which === 'none' ? [] : which === 'whole' ? [zones] : [zones, ...zones.map((z) => [z])];

  const series = (covered: string[]): Series => {
    const inside = pods.filter((p) => covered.includes(p.azId));
    const bytes: (number | null)[] = [];
    const retransmissions: (number | null)[] = [];
    for (let m = 0; m < minutes; m++) {
      const sent = inside.map((p) => p.bytes(m)).filter((b) => b !== null);
      bytes.push(sent.length ? sent.reduce((a, b) => a + b, 0) : null);
      const events = inside.reduce((sum, p) => sum + (p.bytes(m) === null ? 0 : p.events(m)), 0);
      retransmissions.push(sent.length ? events : null);
    }
    return {
      start: at(0),
      periodSeconds: 60,
      bytes,
      retransmissions,
      timeouts: retransmissions.map(() => 0),
      rttMicros: bytes.map(() => null),
      nhi: bytes.map((_, m) => (setup.nhi ? setup.nhi(covered, m) : 0)),
    };
  };

  const monitors = groups.map(
    (covered): Monitor => ({
      name: covered.length === zones.length && covered === zones ? 'whole' : `zone-${covered[0]}`,
      arn: `arn:aws:networkflowmonitor:eu-west-1:123456789012:monitor/${covered.join('-')}`,
      status: 'ACTIVE',
      createdAt: '2026-01-01T00:00:00Z',
      local: [],
      remote: [],
      zones: covered,
      coversTarget: covered === zones,
      series: series(covered),
    }),
  );

  const tiles = [
    ...(baselineMinutes ? [{ start: at(0), end: at(baselineMinutes) }] : []),
    { start: at(baselineMinutes), end: at(minutes) },
  ];
  const flows: Flow[] = pods.flatMap((pod) =>
    tiles.map((tile, index): Flow => {
      const from = (Date.parse(tile.start) - START) / 60_000;
      const to = (Date.parse(tile.end) - START) / 60_000;
      const range = Array.from({ length: to - from }, (_, i) => from + i).filter(
        (m) => pod.bytes(m) !== null,
      );
      return {
        tile: index,
        category: pod.category ?? 'INTRA_AZ',
        targetPort: 80,
        local: {
          ip: `10.0.0.${pods.indexOf(pod) + 1}`,
          instanceId: pod.instance ?? `i-${pod.name}`,
          subnetId: `subnet-${pod.azId}`,
          vpcId: 'vpc-1',
          azId: pod.azId,
          podNamespace: 'default',
          podName: pod.name,
          serviceName: pod.service ?? 'web',
        },
        remote: { ip: pod.remote ?? '10.9.0.1' },
        bytes: range.reduce((sum, m) => sum + (pod.bytes(m) ?? 0), 0),
        retransmissions: range.reduce((sum, m) => sum + pod.events(m), 0),
        timeouts: 0,
        rttMicros: null,
      };
    }),
  );

  return {
    schema: 'nfm.case/v1',
    collectedAt: at(minutes + 5),
    tool: { name: 'nfm', version: '0' },
    target: { kind: 'vpc', id: 'vpc-1', region: 'eu-west-1', accountId: '123456789012' },
    window: { start: at(baselineMinutes), end: at(minutes) },
    baseline: baselineMinutes ? { start: at(0), end: at(baselineMinutes) } : null,
    zones: zones.map((azId) => ({ azId, az: `eu-west-1-${azId}` })),
    scope: {
      id: 'scope',
      arn: 'arn:aws:networkflowmonitor:eu-west-1:123456789012:scope/scope',
      status: 'SUCCEEDED',
    },
    monitors,
    insights: [],
    flowsFrom: setup.flows === false ? null : { kind: 'monitor', name: 'whole' },
    tiles,
    flows: setup.flows === false ? [] : flows,
    truncated: false,
    gaps: setup.gaps ?? [],
  };
}

/** Events that recur evenly: `rate` a minute, fractions carried over. */
export function evenly(rate: number): (minute: number) => number {
  return (m) => Math.floor((m + 1) * rate) - Math.floor(m * rate);
}

/** Quiet until a minute, then another rate. */
export function from(minute: number, before: number, after: number, until = Number.POSITIVE_INFINITY) {
  return (m: number) => evenly(m >= minute && m < until ? after : before)(m);
}

/** `count` pods in each zone, each 10 MB and `rate` events a minute. */
export function fleet(zones: string[], count: number, rate = 0.2): Pod[] {
  return zones.flatMap((azId) =>
    Array.from({ length: count }, (_, i) => ({
      name: `${azId}-pod-${i}`,
      azId,
      bytes: () => 10_000_000,
      events: evenly(rate),
    })),
  );
}

/** What one flow did in three hours of baseline and in the hour after them: [before, now]. */
export interface Sent {
  pod: string;
  azId: string;
  instance?: string;
  subnet?: string;
  service?: string;
  remote?: Endpoint;
  bytes?: [number, number];
  events?: [number, number];
  timeouts?: [number, number];
  rttMicros?: [number, number];
}

/** Its flows, with all of the window for the symptom. */
export function sumsOf(data: Case): FlowSums[] {
  return sumFlows(data, coverOf(data, { symptom: data.window, reference: data.baseline }));
}

/** A Case of flows only: no series, one tile on each side. */
export function caseOfFlows(sent: readonly Sent[]): Case {
  const { monitors: _, ...data } = buildCase({ pods: fleet(['az1'], 1) });
  const zones = [...new Set(sent.map(({ azId }) => azId))].sort();
  return {
    ...data,
    monitors: [],
    zones: zones.map((azId) => ({ azId, az: `eu-west-1-${azId}` })),
    flows: sent.flatMap(({ pod, azId, instance, subnet, service, remote, ...counts }) => {
      const { bytes = [3e9, 1e9], events = [9, 3], timeouts = [0, 0], rttMicros } = counts;
      return [0, 1].map(
        (tile): Flow => ({
          tile,
          category: remote?.azId && remote.azId !== azId ? 'INTER_AZ' : 'INTRA_AZ',
          targetPort: 80,
          local: {
            ip: `ip-${pod}`,
            instanceId: instance ?? `i-${pod}`,
            subnetId: subnet ?? `subnet-${azId}`,
            azId,
            podNamespace: 'default',
            podName: pod,
            serviceName: service ?? 'web',
          },
          remote: remote ?? { ip: '10.9.0.1' },
          bytes: bytes[tile] ?? null,
          retransmissions: events[tile] ?? null,
          timeouts: timeouts[tile] ?? null,
          rttMicros: rttMicros?.[tile] ?? null,
        }),
      );
    }),
  };
}
