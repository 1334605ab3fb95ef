import fc from 'fast-check';
import type { Case } from '../../src/model/case.ts';
import { type Draw, drawFrom } from '../bench/verdict/random.ts';
import { buildCase, type Pod } from './build.ts';

/** A fleet and what goes wrong in it; everything else follows from the seed. */
export interface Scene {
  zones: number;
  /** Pods in each zone; every second one is of the same service. */
  pods: number;
  /** Events a minute of a pod, without the fault. */
  rate: number;
  fault: 'none' | 'pod' | 'zone' | 'service';
  /** Events that the fault adds in its place, as a multiple of those that are there. */
  size: number;
  /** Minute of the onset; the window has those from 180 to 239. */
  onset: number;
  /** The first minute after it; without one it goes on. */
  end?: number;
  /** What AWS says of the fault's zone from the onset on. */
  nhi: 'healthy' | 'degraded' | 'unknown';
  seed: number;
}

const MINUTES = 240;

export const scenes = fc.record<Scene>({
  zones: fc.integer({ min: 2, max: 4 }),
  pods: fc.integer({ min: 2, max: 5 }),
  rate: fc.constantFrom(0.05, 0.2, 0.5, 2),
  fault: fc.constantFrom('none', 'pod', 'pod', 'zone', 'zone', 'service'),
  size: fc.constantFrom(1, 2, 3, 6, 20),
  onset: fc.integer({ min: 185, max: 230 }),
  nhi: fc.constantFrom('healthy', 'healthy', 'healthy', 'degraded', 'degraded', 'unknown'),
  seed: fc.integer({ min: 1, max: 1_000_000 }),
});

/** Scenes far from every threshold: nothing is wrong, or much, and there are others to compare with. */
export const clearScenes = scenes.map((scene) => ({
  ...scene,
  pods: Math.max(scene.pods, 3),
  rate: Math.max(scene.rate, 0.2),
  size: Math.max(scene.size, 6),
  onset: Math.min(scene.onset, 220),
}));

/** The same draws whatever the fault is: `worse` multiplies what it adds, `quietZone` is one zone more without it. */
export function play(scene: Scene, { worse = 1, quietZone = false } = {}): Case {
  const zones = Array.from({ length: scene.zones }, (_, z) => `az${z + 1}`);
  const pods = zones.flatMap((azId, z) =>
    Array.from({ length: scene.pods }, (_, i) =>
      podOf(scene, azId, i, worse, drawFrom(scene.seed + 100 * z + i)),
    ),
  );
  const calm: Scene = { ...scene, fault: 'none' };
  const added = Array.from({ length: quietZone ? scene.pods : 0 }, (_, i) =>
    podOf(calm, 'az9', i, 1, drawFrom(scene.seed + 900 + i)),
  );
  const struck = scene.fault === 'zone' || scene.fault === 'pod' ? [FAULTY] : zones;
  const degraded = (covered: string[], minute: number) =>
    minute >= scene.onset && covered.some((zone) => struck.includes(zone)) ? 1 : 0;
  return buildCase({
    pods: [...pods, ...added],
    nhi: (covered, minute) => {
      if (scene.nhi === 'unknown') return null;
      return scene.nhi === 'degraded' && scene.fault !== 'none' ? degraded(covered, minute) : 0;
    },
  });
}

const FAULTY = 'az2';

function podOf(
  { rate, fault, size, onset, end = MINUTES, pods }: Scene,
  azId: string,
  i: number,
  worse: number,
  draw: Draw,
) {
  const service = i % 2 === 0 ? 'web' : 'api';
  const hit =
    (fault === 'zone' && azId === FAULTY) ||
    (fault === 'pod' && azId === FAULTY && i === 0) ||
    (fault === 'service' && service === 'api');
  // One pod that makes its zone so much worse is itself far worse.
  const more = hit ? rate * size * worse * (fault === 'pod' ? pods : 1) : 0;
  const traffic = draw.lognormal(0.5);
  const noise = draw.gamma(4);
  const remote = `10.9.0.${draw.whole(1, 3)}`;
  const share = Array.from({ length: MINUTES }, () => traffic * draw.lognormal(0.3));
  const events = share.map((part) => draw.poisson(rate * noise * part));
  const lost = share.map((part, m) => (m >= onset && m < end ? draw.poisson(more * part) : 0));
  return {
    name: `${azId}-pod-${i}`,
    azId,
    service,
    remote,
    bytes: (m) => Math.round(10_000_000 * (share[m] ?? 0)),
    events: (m) => (events[m] ?? 0) + (lost[m] ?? 0),
  } satisfies Pod;
}
