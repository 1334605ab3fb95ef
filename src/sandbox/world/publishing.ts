import { packageSilence } from './agents.ts';
import { podSilence } from './kubernetes.ts';
import type { Instance, World } from './world.ts';

/** How many agents report this instance's flows; a node with the add-on and the package is reported twice. */
export function publishers(world: World, instance: Instance): number {
  return [podSilence, packageSilence].filter((silence) => silence(world, instance) === undefined).length;
}

/** Who published when: a world may change, and what was not reported then is not reported later. */
export interface Publishing {
  /** How many agents reported the instance's flows in this minute, from its start on. */
  agents(instanceId: string, minute: number): number;
  /** Notes who publishes from this time on. */
  look(time: number): void;
}

/** Who publishes when the watch begins has always done so. */
export function watchAgents(world: World): Publishing {
  const history = new Map<string, { from: number; agents: number }[]>();
  const look = (time: number) => {
    for (const instance of world.instances) {
      const states = history.get(instance.id) ?? [];
      const agents = publishers(world, instance);
      if (states.at(-1)?.agents !== agents) states.push({ from: time, agents });
      history.set(instance.id, states);
    }
  };
  look(Number.NEGATIVE_INFINITY);
  return {
    look,
    agents: (instanceId, minute) =>
      history.get(instanceId)?.findLast(({ from }) => from <= minute)?.agents ?? 0,
  };
}
