import type { Family, Scene } from '../incident.ts';
import { BASELINE } from '../traffic.ts';
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
];
