import type { Case } from '../../../src/model/case.ts';
import type { Location, Verdict } from '../../../src/model/report.ts';
import type { AwsEvent } from '../../../src/sandbox/world/world.ts';
import type { Asked } from './case-of-reports.ts';
import { type Fleet, type FleetOptions, makeFleet } from './fleet.ts';
import { COLLECT_ALL, type Collection, observeCase } from './observe.ts';
import { type Draw, drawFrom } from './random.ts';
import { type Bursts, type Effect, type Load, load, play, type Tier, TOTAL } from './traffic.ts';
import { minuteAt, START } from './window.ts';

export type Level = 'zone' | 'pod' | 'instance' | 'subnet' | 'service' | 'remote';

/** The truth, and what may be said of it. */
export interface Label {
  /** Verdicts that are right. A blame that is not among them is a wrong blame. */
  verdicts: readonly Verdict[];
  /** Whom an `inconclusive` must suspect first to count as found: observers that disagree still name a suspect. */
  suspect?: 'aws-infrastructure' | 'workload';
  /** The finest place that is to be named. */
  level: Level | null;
  location: Location;
  /** Pods that are behind it: a place that is named and holds none of them is the wrong place. */
  culprits: readonly string[];
  /** Minutes since the baseline's start. */
  onset: number | null;
  end: number | null;
  /** `due`: a judge must answer. `impossible`: nobody could. `open`: either is well. */
  answer: 'due' | 'impossible' | 'open';
  /** The bad place is not what was asked about. */
  beside?: boolean;
}

/** What a family has to work with when it writes an incident down. */
export interface Scene {
  fleet: Fleet;
  loads: readonly Load[];
  size: number;
  /** Minute of the onset: 10 to 50 minutes before the window's end. */
  onset: number;
  draw: Draw;
}

export interface Plan {
  label: Label;
  effects?: Effect[];
  awsEvents?: AwsEvent[];
  /** What is asked about; without it, the whole VPC. */
  target?: Asked;
}

export interface Family {
  name: string;
  sizes: readonly number[];
  fleet?: Partial<FleetOptions>;
  /** Fewest zones that the question makes sense with. */
  minZones?: number;
  collection?: Partial<Collection>;
  /** A part of the target reports nothing. */
  partly?: boolean;
  /** How many of each size and volume, where not as many as of others. */
  repeats?: { main: number; others: number };
  /** Where the question is one of traffic itself; else all of the ordinary ones. */
  tiers?: readonly Tier[];
  plan(scene: Scene): Plan;
}

/** One incident to make and judge. */
export interface Trial {
  family: string;
  size: number;
  tier: Tier;
  bursts: Bursts;
  seed: number;
}

export interface Incident {
  family: string;
  size: number;
  tier: Tier;
  churn: number;
  zones: number;
  seed: number;
  label: Label;
  seen: 'all' | 'a part' | 'no metrics';
  data: Case;
  /** Lists of flows that were asked for. */
  queries: number;
  world: Fleet['world'];
  streams: Fleet['streams'];
}

const CHURN = [0, 0.1, 0.2, 0.3];

export function makeIncident(family: Family, { size, tier, seed, bursts }: Omit<Trial, 'family'>): Incident {
  const draw = drawFrom(seed);
  const zones = family.fleet?.zones ?? draw.whole(family.minZones ?? 2, 6);
  const options: FleetOptions = {
    churn: draw.pick(CHURN),
    unclassified: 0.05,
    peersInside: 1,
    peersOutside: 1,
    vpcs: 1,
    ...family.fleet,
    zones,
  };
  const fleet = makeFleet(options, draw);
  const loads = load(fleet, tier, draw);
  const onset = TOTAL - draw.whole(10, 50);
  const { label, effects = [], awsEvents = [], target } = family.plan({ fleet, loads, size, onset, draw });
  const source = play(loads, effects, awsEvents, { start: START, bursts, tier }, draw);
  const { data, queries } = observeCase(
    fleet.world,
    source,
    { ...COLLECT_ALL, ...family.collection },
    draw,
    target,
  );
  return {
    family: family.name,
    size,
    tier,
    churn: fleet.churn,
    zones,
    seed,
    label,
    seen: family.collection?.metrics === 'denied' ? 'no metrics' : family.partly ? 'a part' : 'all',
    data,
    queries,
    world: fleet.world,
    streams: fleet.streams,
  };
}

/** AWS's own view of a zone from a minute on; its indicator may lag behind what flows feel. */
export function awsEvent(zoneId: string, from: number, to = Number.POSITIVE_INFINITY): AwsEvent {
  return {
    zoneId,
    fromMinute: minuteAt(from),
    toMinute: Number.isFinite(to) ? minuteAt(to) : Number.POSITIVE_INFINITY,
  };
}
