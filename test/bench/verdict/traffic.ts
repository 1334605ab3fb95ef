import { type FlowSource, MINUTE } from '../../../src/sandbox/measure/flows.ts';
import type { AwsEvent, FlowReport } from '../../../src/sandbox/world/world.ts';
import type { Fleet, Stream } from './fleet.ts';
import type { Draw } from './random.ts';

/** Minutes of the baseline and of baseline and window: three hours and one, as `nfm triage` has by default. */
export const BASELINE = 180;
export const TOTAL = 240;

export type Tier = 'scarce' | 'low' | 'normal' | 'high' | 'busy' | 'fleet';

/** One flow as it is without any incident. */
export interface Load extends Stream {
  /** Mean bytes a minute. */
  bytes: number;
  /** Events a byte. */
  rate: number;
  /** How far its rate drifts, in logarithms, from baseline to window. */
  drift: number;
  rttMicros: number;
}

/** What goes wrong with some flows in some minutes; minute 0 is the baseline's first. */
export interface Effect {
  hits(load: Load): boolean;
  during(minute: number): boolean;
  /** Events a byte on top: a lossy place drops the same share of everybody's segments. */
  loss?: number;
  /** Bytes are multiplied by this. */
  volume?: number;
  /** No report at all. */
  mute?: boolean;
}

/**
 * Events an hour in each zone. Normal and its bursts are such that the reference estimators find what
 * docs/verdict.md says of them (`reference.ts`): its targets ask how much better a judge is, and mean nothing in traffic that is harder
 * or easier. Low has a thirteenth of normal, scarce has 5 to 30 events in the whole target. Busy has a
 * thousand to ten thousand events a minute in the whole target, a fleet up to a million.
 */
const EVENTS: Record<Tier, (draw: Draw, zones: number) => number> = {
  scarce: (draw, zones) => draw.logBetween(5, 30) / zones,
  low: (draw) => draw.logBetween(160, 640) / 13,
  normal: (draw) => draw.logBetween(160, 640),
  high: (draw) => draw.logBetween(1600, 6400),
  busy: (draw, zones) => (60 * draw.logBetween(1e3, 1e4)) / zones,
  fleet: (draw, zones) => (60 * draw.logBetween(1e5, 1e6)) / zones,
};

/**
 * Bursts: the shape of the gamma distribution that rates have from minute to minute, by zone (all of its flows feel it)
 * and by flow. `measured`: single pods and workers under loss in test/lab and in the captures have squared coefficients
 * of variation of 0 to 0.04 beyond Poisson's. `heavy` is the same traffic for those who expect worse: a flow's minutes
 * vary by 1 to 4. Published figures, which are of whole zones, fit both (`reference.ts`).
 *
 * With few events a minute, chance hides that what is lost without an incident comes in bursts: in the same recordings
 * with squared coefficients of variation of 0 to 3, in three senders of four (`test/lab/bursts.test.ts`). In busy traffic
 * bursts are all that there is: there it has its own, and zones are anything from as smooth as recorded to as bursty as
 * in the other tiers.
 */
export type Bursts = 'measured' | 'heavy';

/** Squared coefficients of variation of a sender's minutes, beyond Poisson's, as they were recorded. */
export const RECORDED = { quiet: { least: 0, most: 3 }, lossy: 0.04, zone: 0.003 };

function isBusy(tier: Tier | undefined): boolean {
  return tier === 'busy' || tier === 'fleet';
}

/** Shapes of bursts in busy traffic: one of its zones, and one for what each flow loses without an incident. */
function asRecorded(burstiest: number, draw: Draw): { zone: number; flow(): number } {
  const { least, most } = RECORDED.quiet;
  const upTo = draw.between(least, most);
  return {
    zone: draw.logBetween(burstiest, 1 / RECORDED.zone),
    flow: () => 1 / Math.max(1e-3, draw.between(least, upTo)),
  };
}

const BURSTS: Record<Bursts, { zone: number; flow(draw: Draw): number }> = {
  measured: { zone: 4, flow: () => 1 / RECORDED.lossy },
  heavy: { zone: 8, flow: (draw) => draw.between(0.25, 1) },
};

export const SEGMENT_BYTES = 1448;

/** Drift of zones and flows from baseline to window by churn (docs/verdict.md, 'The simulation': .1/.2 at 20 %; .25/.4 at 30 %). */
const DRIFT = [
  { churn: 0, zone: 0, flow: 0 },
  { churn: 0.1, zone: 0.05, flow: 0.1 },
  { churn: 0.2, zone: 0.1, flow: 0.2 },
  { churn: 0.3, zone: 0.25, flow: 0.4 },
];

/** Lognormal bytes, gamma rates by flow and by pod, zones that differ by themselves in both. */
export function load({ streams, zones, churn }: Fleet, tier: Tier, draw: Draw): Load[] {
  const drift = DRIFT.find((d) => d.churn >= churn) ?? { zone: 0.25, flow: 0.4 };
  const byZone = new Map(
    zones.map(({ id }) => [
      id,
      { bytes: draw.lognormal(0.5), rate: draw.lognormal(0.4), drift: draw.normal(drift.zone) },
    ]),
  );
  const pods = new Map<string, number>();
  for (const { local } of streams) if (!pods.has(local.pod)) pods.set(local.pod, draw.gamma(4));
  const raw = streams.map((stream): Load => {
    const zone = byZone.get(stream.local.zoneId) ?? { bytes: 1, rate: 1, drift: 0 };
    return {
      ...stream,
      bytes: zone.bytes * draw.lognormal(0.8),
      rate: zone.rate * (pods.get(stream.local.pod) ?? 1) * draw.gamma(4),
      drift: zone.drift + draw.normal(drift.flow),
      rttMicros:
        stream.remote.zoneId === stream.local.zoneId ? draw.between(250, 600) : draw.between(600, 1500),
    };
  });
  const lossRatio = draw.logBetween(1e-5, 1e-4);
  const before = raw.filter((l) => l.life !== 'after');
  const bytes = total(before, (l) => l.bytes);
  const meanRate = lossRatio / SEGMENT_BYTES;
  const rateFactor = (meanRate * bytes) / total(before, (l) => l.bytes * l.rate);
  const byteFactor = new Map(
    zones.map(({ id }) => {
      const own = before.filter((l) => l.local.zoneId === id);
      return [id, EVENTS[tier](draw, zones.length) / 60 / total(own, (l) => l.bytes * l.rate * rateFactor)];
    }),
  );
  return raw.map((l) => ({
    ...l,
    bytes: l.bytes * (byteFactor.get(l.local.zoneId) ?? 1),
    rate: l.rate * rateFactor,
  }));
}

/**
 * An effect that raises the events of the flows `of` by the factor `size`, all of it on those that it hits: a hot pod
 * that makes its zone ×3 is itself far above ×3, as in docs/verdict.md, 'The simulation'.
 */
export function raise(
  loads: readonly Load[],
  size: number,
  of: Effect['hits'],
  { hits = of, during }: { hits?: Effect['hits']; during: Effect['during'] },
): Effect {
  const now = loads.filter((l) => l.life !== 'before');
  const all = now.filter(of);
  const events = total(all, (l) => l.bytes * l.rate);
  const bytes = total(
    all.filter((l) => hits(l)),
    (l) => l.bytes,
  );
  if (bytes === 0) throw new Error('The effect hits no flow.');
  return { hits, during, loss: ((size - 1) * events) / bytes };
}

/** What all agents report in each minute, and AWS's own impairments. */
export function play(
  loads: readonly Load[],
  effects: readonly Effect[],
  awsEvents: AwsEvent[],
  { start, bursts, tier }: { start: number; bursts: Bursts; tier?: Tier },
  draw: Draw,
): FlowSource {
  const { zone, flow } = BURSTS[bursts];
  const burst = flow(draw);
  const recorded = isBusy(tier) ? asRecorded(zone, draw) : null;
  const background = loads.map(() => recorded?.flow());
  const phase = draw.between(0, 2 * Math.PI);
  const commonRate = Array.from({ length: TOTAL }, () => draw.lognormal(0.1));
  const zoneRates = new Map(
    [...new Set(loads.map((l) => l.local.zoneId))].map((id) => [
      id,
      Array.from({ length: TOTAL }, () => draw.gamma(recorded?.zone ?? zone)),
    ]),
  );
  const struck = loads.map((l) => effects.filter((effect) => effect.hits(l)));
  const minutes: FlowReport[][] = [];
  for (let m = 0; m < TOTAL; m++) {
    const reports: FlowReport[] = [];
    // A share of a day's wave, the same for everybody.
    const day = 1 + 0.25 * Math.sin((2 * Math.PI * m) / 1440 + phase);
    for (const [i, l] of loads.entries()) {
      if (l.life === 'before' ? m >= BASELINE : l.life === 'after' && m < BASELINE) continue;
      const now = struck[i]?.filter((effect) => effect.during(m)) ?? [];
      if (now.some((effect) => effect.mute)) continue;
      const volume = now.reduce((product, effect) => product * (effect.volume ?? 1), 1);
      const bytes = Math.round(l.bytes * day * volume * draw.lognormal(0.3));
      const added = now.reduce((sum, effect) => sum + (effect.loss ?? 0), 0);
      const own = background[i];
      const usual = l.rate * (own ? draw.gamma(own) : 1);
      const rate = usual * (commonRate[m] ?? 1) * Math.exp((l.drift * (m - 90)) / 120) + added;
      const factor = (zoneRates.get(l.local.zoneId)?.[m] ?? 1) * draw.gamma(burst);
      const retransmissions = Math.min(draw.poisson(bytes * rate * factor), bytes / 100);
      reports.push({
        minute: start + m * MINUTE,
        flow: l.spec,
        bytes,
        retransmissions: Math.floor(retransmissions),
        timeouts: retransmissions > 0 ? draw.poisson(0.08 * retransmissions) : 0,
        // Round-trip times are sparse in the field.
        rttMicros: draw.uniform() < 0.3 ? null : l.rttMicros * draw.lognormal(0.2),
      });
    }
    minutes.push(reports);
  }
  // Every monitor's every metric asks for the same stretch: it is put together once.
  const stretches = new Map<string, FlowReport[]>();
  const indexOf = (minute: number) => Math.max(0, Math.ceil((minute - start) / MINUTE));
  const between: FlowSource['between'] = (from, to, of) => {
    const key = `${from} ${to}`;
    const known = stretches.get(key) ?? minutes.slice(indexOf(from), indexOf(to)).flat();
    stretches.set(key, known);
    return of ? known.filter(({ flow }) => of.has(flow)) : known;
  };
  return {
    at: (minute) => minutes[(minute - start) / MINUTE] ?? [],
    between,
    awsEvents,
  };
}

export function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
