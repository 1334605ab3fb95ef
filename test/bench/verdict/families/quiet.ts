import type { Family, Scene } from '../incident.ts';
import { BASELINE, raise, TOTAL } from '../traffic.ts';
import { from, NO_SIZE, NOTHING, sentFrom } from './parts.ts';

const all = () => true;

/** A rate on top of the flows' own, in both periods. */
function always({ loads }: Scene, zoneId: string, factor: number) {
  const own = loads.filter((l) => l.local.zoneId === zoneId && l.life !== 'after');
  const events = own.reduce((sum, l) => sum + l.bytes * l.rate, 0);
  const bytes = own.reduce((sum, l) => sum + l.bytes, 0);
  return { hits: sentFrom(zoneId), during: all, loss: ((factor - 1) * events) / bytes };
}

export const QUIET: Family[] = [
  { name: 'quiet', sizes: NO_SIZE, plan: () => ({ label: NOTHING }) },
  {
    // The same fleet with 1.5 to 2.5 times the traffic, and events in proportion.
    name: 'quiet-peak',
    sizes: NO_SIZE,
    plan: ({ draw }) => ({
      label: NOTHING,
      effects: [{ hits: all, during: from(BASELINE + draw.whole(-30, 10)), volume: draw.between(1.5, 2.5) }],
    }),
  },
  {
    // A zone gives traffic to its peers at an equal rate, above the share that counts as a collapse.
    name: 'quiet-shift',
    sizes: NO_SIZE,
    plan: ({ fleet, draw }) => {
      const zone = draw.pick(fleet.zones);
      const during = from(BASELINE + draw.whole(-20, 30));
      return {
        label: NOTHING,
        effects: [
          { hits: sentFrom(zone.id), during, volume: draw.between(0.55, 0.8) },
          { hits: (l) => l.local.zoneId !== zone.id, during, volume: draw.between(1.1, 1.4) },
        ],
      };
    },
  },
  {
    name: 'quiet-noisy-zone',
    sizes: NO_SIZE,
    plan: (scene) => ({
      label: NOTHING,
      effects: [always(scene, scene.draw.pick(scene.fleet.zones).id, scene.draw.between(4, 10))],
    }),
  },
  {
    // Three or four minutes of a zone at several times its rate, anywhere in the window, and over.
    name: 'quiet-burst',
    sizes: NO_SIZE,
    plan: (scene) => {
      const { draw } = scene;
      const start = draw.whole(BASELINE, TOTAL - 8);
      const { id } = draw.pick(scene.fleet.zones);
      const burst = always(scene, id, draw.between(3, 10));
      return {
        label: NOTHING,
        effects: [{ ...burst, during: from(start, start + draw.whole(3, 4)) }],
      };
    },
  },
  {
    // The window ends in it, or right after it. What has four times its rate then is no burst yet: nobody could tell.
    name: 'quiet-burst-end',
    sizes: NO_SIZE,
    plan: (scene) => {
      const { draw } = scene;
      const minutes = draw.whole(3, 4);
      const end = TOTAL - draw.whole(0, 3);
      const burst = always(scene, draw.pick(scene.fleet.zones).id, draw.between(1.5, 3.5));
      return { label: NOTHING, effects: [{ ...burst, during: from(end - minutes, end) }] };
    },
  },
  {
    // A category of flows in which every second five minutes are raised, before the window as in it.
    name: 'quiet-bursty-category',
    sizes: NO_SIZE,
    plan: ({ loads, draw }) => {
      const phase = draw.whole(0, 9);
      const crosses = (l: { category: string }) => l.category === 'INTER_AZ';
      const during = (minute: number) => Math.floor((minute + phase) / 5) % 2 === 0;
      return { label: NOTHING, effects: [raise(loads, draw.between(2, 4), crosses, { during })] };
    },
  },
  {
    // Flows that were not there before, of a part of the pods, with a rate of their own that is no fault.
    name: 'quiet-new-flow',
    sizes: NO_SIZE,
    fleet: { churn: 0.2 },
    plan: ({ loads, draw }) => {
      const isNew = (l: { life: string }) => l.life === 'after';
      return { label: NOTHING, effects: [raise(loads, draw.between(1.2, 2), isNew, { during: all })] };
    },
  },
  {
    // All of it drifts to 1.5 to 2.5 times its rate in the four hours.
    name: 'quiet-drift',
    sizes: NO_SIZE,
    plan: ({ loads, draw }) => {
      const most = draw.between(1.5, 2.5);
      const steps = Array.from({ length: 24 }, (_, i) => i * 10);
      return {
        label: NOTHING,
        effects: steps.map((step) =>
          raise(loads, most ** ((step + 5) / TOTAL), all, { during: from(step, step + 10) }),
        ),
      };
    },
  },
];
