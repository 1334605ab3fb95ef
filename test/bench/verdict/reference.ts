import quantile from '@stdlib/stats-base-dists-normal-quantile';
import { makeFleet } from './fleet.ts';
import { drawFrom } from './random.ts';
import { ratio, type Share } from './score.ts';
import { BASELINE, type Bursts, type Load, load, play, raise, type Tier, TOTAL } from './traffic.ts';
import { minuteAt, START } from './window.ts';

/*
 * How hard is this traffic? The estimators that docs/verdict.md reports on ('The simulation'), told when the incident began, on whole
 * zones of these fleets: pooled difference in differences, and the likelihood ratio for the onset. Where they find what
 * they found there, its targets can be asked of a judge here.
 */

interface Cell {
  tier: Tier;
  size: number;
  zones: number;
  bursts: Bursts;
}

interface Found {
  right: boolean;
  exact: boolean;
  close: boolean;
}

/** docs/verdict.md, 'Figures': by zones, in normal traffic and a thirteenth of it; and the onset. */
const PUBLISHED = [
  { tier: 'normal', size: 3, right: { 2: 0.91, 3: 0.97, 6: 0.95 }, onset: { exact: 0.62, close: 0.79 } },
  { tier: 'normal', size: 6, right: { 2: 0.99, 3: 1, 6: 1 }, onset: { exact: 0.79, close: 0.93 } },
  { tier: 'low', size: 3, right: { 2: 0.52, 3: 0.74, 6: 0.78 }, onset: null },
  { tier: 'low', size: 6, right: { 2: 0.88, 3: 0.97, 6: 0.97 }, onset: null },
] as const;

const ZONES = [2, 3, 6] as const;

/** A table of what is published and what is found here. */
export function reference(trials: number, bursts: Bursts): string {
  const lines = PUBLISHED.map(({ tier, size, right, onset }) => {
    const found = ZONES.map((zones) =>
      Array.from({ length: trials }, (_, i) => estimate({ tier, size, zones, bursts }, 70_000_000 + i)),
    );
    const all = found.flat();
    const zones = ZONES.map(
      (k, i) => `k=${k} ${right[k].toFixed(2)} → ${share(found[i] ?? [], (f) => f.right)}`,
    );
    const times = onset
      ? `onset exact ${onset.exact} → ${share(all, (f) => f.exact)}, ±1 ${onset.close} → ${share(all, (f) => f.close)}`
      : '';
    return [`${tier} ×${size}`.padEnd(10), ...zones, times].join('   ').trimEnd();
  });
  return ['Reference estimators, published → here (right zone; onset)', ...lines].join('\n');
}

function share(found: readonly Found[], is: (f: Found) => boolean): string {
  const counted: Share = { hits: found.filter(is).length, of: found.length };
  return (ratio(counted) ?? 0).toFixed(2);
}

/** Events and bytes by minute. */
interface Minutes {
  azId: string;
  events: number[];
  bytes: number[];
}

function estimate({ tier, size, zones, bursts }: Cell, seed: number): Found {
  const draw = drawFrom(seed);
  const fleet = makeFleet(
    { zones, churn: 0, unclassified: 0.05, peersInside: 1, peersOutside: 1, vpcs: 1 },
    draw,
  );
  const loads = load(fleet, tier, draw);
  const onset = TOTAL - draw.whole(10, 50);
  const { id } = draw.pick(fleet.zones);
  const effect = raise(loads, size, ({ local }) => local.zoneId === id, { during: (m) => m >= onset });
  const source = play(loads, [effect], [], { start: START, bursts }, draw);
  const series = fleet.zones.map((zone) => minutesOf(zone.id, loads, source));
  const struck = series.find(({ azId }) => azId === id);
  const at = struck ? likeliestOnset(struck) : null;
  const error = at === null ? Number.POSITIVE_INFINITY : Math.abs(at - onset);
  return { right: outlying(series, onset) === id, exact: error === 0, close: error <= 1 };
}

function minutesOf(azId: string, loads: readonly Load[], source: ReturnType<typeof play>): Minutes {
  const own = new Set(loads.filter((l) => l.local.zoneId === azId).map((l) => l.spec));
  const minutes = Array.from({ length: TOTAL }, (_, m) =>
    source.at(minuteAt(m)).filter((r) => own.has(r.flow)),
  );
  return {
    azId,
    events: minutes.map((reports) => sum(reports.map((r) => r.retransmissions))),
    bytes: minutes.map((reports) => sum(reports.map((r) => r.bytes))),
  };
}

/** The zone whose rate rose the most over its peers', quasi-Poisson, if by a factor of 2 and at p < 0.01 ÷ zones. */
function outlying(zones: readonly Minutes[], onset: number): string | null {
  const critical = quantile(1 - 0.01 / zones.length, 0, 1);
  const phi = dispersion(zones, onset);
  const tested = zones.map((zone) => {
    const peers = zones.filter((z) => z !== zone);
    const [own, theirs] = [risen([zone], onset), risen(peers, onset)];
    const delta = own.log - theirs.log;
    return { azId: zone.azId, delta, z: delta / Math.sqrt(phi * (own.variance + theirs.variance)) };
  });
  const [first] = tested
    .filter(({ delta, z }) => z > critical && delta >= Math.log(2))
    .sort((a, b) => b.z - a.z);
  return first?.azId ?? null;
}

/** Logarithm of the rate since the onset over the baseline's, half an event added to each, and its Poisson variance. */
function risen(zones: readonly Minutes[], onset: number): { log: number; variance: number } {
  const of = (column: 'events' | 'bytes', from: number, to: number) =>
    sum(zones.map((zone) => sum(zone[column].slice(from, to))));
  const [after, before] = [of('events', onset, TOTAL) + 0.5, of('events', 0, BASELINE) + 0.5];
  const bytes = of('bytes', onset, TOTAL) / of('bytes', 0, BASELINE);
  return { log: Math.log(after / before / bytes), variance: 1 / after + 1 / before };
}

/** Of events by zone and minute, against the margins of both. */
function dispersion(zones: readonly Minutes[], onset: number): number {
  const cells = zones.map((zone) => zone.events.slice(onset));
  const totals = cells.map(sum);
  const all = sum(totals);
  let chi = 0;
  for (const minute of Array.from({ length: TOTAL - onset }, (_, m) => m)) {
    const together = sum(cells.map((zone) => zone[minute] ?? 0));
    for (const [z, zone] of cells.entries()) {
      const expected = ((totals[z] ?? 0) * together) / all;
      if (expected > 0) chi += ((zone[minute] ?? 0) - expected) ** 2 / expected;
    }
  }
  return Math.max(1, chi / ((zones.length - 1) * (TOTAL - onset - 1)));
}

/** In the window's sixty minutes, three on each side: where one upward change gains the most Poisson likelihood. */
function likeliestOnset({ events, bytes }: Minutes): number | null {
  const cost = (from: number, to: number) => {
    const [count, exposure] = [sum(events.slice(from, to)), sum(bytes.slice(from, to))];
    return { rate: count / exposure, gain: count > 0 ? count * Math.log(count / exposure) : 0 };
  };
  let best: { at: number; gain: number } | null = null;
  for (let at = BASELINE + 3; at <= TOTAL - 3; at++) {
    const [before, after] = [cost(BASELINE, at), cost(at, TOTAL)];
    const gain = before.gain + after.gain;
    if (after.rate > before.rate && (best === null || gain > best.gain)) best = { at, gain };
  }
  return best?.at ?? null;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
