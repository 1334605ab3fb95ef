import { awsEvent, type Family, type Scene } from '../incident.ts';
import { raise } from '../traffic.ts';
import { anchor, CLEAR, from, podsOf, SIZES, sentFrom, sized, touches } from './parts.ts';

/** All that one zone sends is hit; with `both`, what is sent to it is too. */
function zoneWide(scene: Scene, both: boolean, end?: number) {
  const { loads, fleet, size, onset, draw } = scene;
  const { id } = draw.pick(fleet.zones);
  const during = from(onset, end);
  const own = raise(loads, size, sentFrom(id), { during });
  const effect = both ? { ...own, hits: touches(id) } : own;
  return { id, effect, culprits: podsOf(loads, sentFrom(id)) };
}

/** AWS's indicator follows within two minutes. */
function withIndicator(name: string, both: boolean, sizes: readonly number[] = SIZES): Family {
  return {
    name,
    sizes,
    plan: (scene) => {
      const { id, effect, culprits } = zoneWide(scene, both);
      const { size, onset, draw } = scene;
      return {
        effects: [effect],
        awsEvents: [awsEvent(id, onset + draw.whole(0, 2))],
        label: sized(size, {
          verdicts: ['aws-infrastructure'],
          level: 'zone',
          location: { azId: id },
          culprits,
          onset,
        }),
      };
    },
  };
}

function gray(name: string, both: boolean): Family {
  return {
    name,
    sizes: SIZES,
    minZones: 3,
    plan: (scene) => {
      const { id, effect, culprits } = zoneWide(scene, both);
      const { size, onset } = scene;
      return {
        effects: [effect],
        label: sized(size, {
          verdicts: ['inconclusive'],
          suspect: 'aws-infrastructure',
          level: 'zone',
          location: { azId: id },
          culprits,
          onset,
        }),
      };
    },
  };
}

export const ZONE: Family[] = [
  withIndicator('zone', true),
  withIndicator('zone-sender-only', false),
  gray('zone-gray', true),
  gray('zone-gray-sender-only', false),
  {
    // Every flow between zones is hit, none inside one. The sandbox knows AWS events of zones only, so all are marked.
    name: 'cross-zone',
    sizes: SIZES,
    fleet: { peersOutside: 2 },
    plan: ({ loads, fleet, size, onset }) => {
      const crosses = (l: { category: string }) => l.category === 'INTER_AZ';
      return {
        effects: [raise(loads, size, crosses, { during: from(onset) })],
        awsEvents: fleet.zones.map(({ id }) => awsEvent(id, onset)),
        label: sized(size, {
          verdicts: ['aws-infrastructure'],
          suspect: 'aws-infrastructure',
          level: null,
          location: {},
          culprits: podsOf(loads, crosses),
          onset,
        }),
      };
    },
  },
  {
    // One pair of zones, both ways. Naming either zone is half of the truth, so no zone is asked for.
    name: 'zone-pair',
    sizes: CLEAR,
    minZones: 3,
    fleet: { peersOutside: 3 },
    plan: (scene) => {
      const { loads, size, onset } = scene;
      const { local, remote } = anchor(scene, (l) => l.category === 'INTER_AZ');
      const pair = [local.zoneId, remote.zoneId ?? ''];
      const of = (l: (typeof loads)[number]) =>
        l.category === 'INTER_AZ' && pair.includes(l.local.zoneId) && pair.includes(l.remote.zoneId ?? '');
      return {
        effects: [raise(loads, size, of, { during: from(onset) })],
        awsEvents: pair.map((id) => awsEvent(id, onset)),
        label: sized(size, {
          verdicts: ['aws-infrastructure', 'inconclusive', 'no-impairment'],
          level: null,
          location: {},
          culprits: podsOf(loads, of),
          onset,
          answer: 'open',
        }),
      };
    },
  },
  {
    name: 'zone-over',
    sizes: CLEAR,
    plan: (scene) => {
      const onset = 190 + scene.draw.whole(0, 15);
      const end = onset + scene.draw.whole(12, 25);
      const { id, effect, culprits } = zoneWide({ ...scene, onset }, true, end);
      return {
        effects: [effect],
        awsEvents: [awsEvent(id, onset + 1, end)],
        label: sized(scene.size, {
          verdicts: ['aws-infrastructure'],
          level: 'zone',
          location: { azId: id },
          culprits,
          onset,
          end,
        }),
      };
    },
  },
  {
    // It began in the baseline, so the baseline is no measure of health.
    name: 'zone-polluted-baseline',
    sizes: CLEAR,
    plan: (scene) => {
      const onset = scene.draw.whole(90, 150);
      const { id, effect, culprits } = zoneWide({ ...scene, onset }, true);
      return {
        effects: [effect],
        awsEvents: [awsEvent(id, onset + 1)],
        label: sized(scene.size, {
          verdicts: ['aws-infrastructure', 'inconclusive'],
          level: 'zone',
          location: { azId: id },
          culprits,
          onset,
          answer: 'open',
        }),
      };
    },
  },
];
