import { closest } from '../../model/closest.ts';
import { UsageError } from '../../model/errors.ts';
import { access } from './broken/access.ts';
import { inCluster } from './broken/in-cluster.ts';
import { instances } from './broken/instances.ts';
import { kubernetes } from './broken/kubernetes.ts';
import { monitors } from './broken/monitors.ts';
import { network } from './broken/network.ts';
import { scope } from './broken/scope.ts';
import { changed } from './changed.ts';
import { fleet } from './fleet.ts';
import {
  awsImpairment,
  delayAndLoss,
  loadBalancer,
  moving,
  natGateway,
  packetLoss,
  quiet,
  totalLoss,
  transitGateway,
} from './recorded.ts';
import type { Playable, Scenario } from './scenario.ts';
import { unusual } from './unusual.ts';
import { witnessed } from './witnessed.ts';

/** First those with data, the default at the head; then what is broken, in the order in which it is looked for. */
export const SCENARIOS: readonly Scenario[] = [
  packetLoss,
  totalLoss,
  delayAndLoss,
  quiet,
  awsImpairment,
  natGateway,
  transitGateway,
  loadBalancer,
  moving,
  fleet,
  ...changed,
  ...witnessed,
  ...unusual,
  ...access,
  ...scope,
  ...monitors,
  ...kubernetes,
  ...inCluster,
  ...instances,
  ...network,
];

/** A scenario by its name, or several joined by `+`: what each of them breaks is broken at once. */
export function findScenario(name: string): Playable {
  const [first, ...others] = name.split('+').map(findOne);
  if (!first) throw unknown(name);
  return others.reduce<Playable>(joined, first);
}

/** The network of the first that is not quiet, with the changes of both. */
function joined(one: Playable, other: Playable): Playable {
  const heard = one.recording === 'quiet' ? other : one;
  return {
    ...heard,
    name: `${one.name}+${other.name}`,
    changes: [...(one.changes ?? []), ...(other.changes ?? [])],
    denied: [...(one.denied ?? []), ...(other.denied ?? [])],
    ...(one.fleet || other.fleet ? { fleet: one.fleet ?? other.fleet } : {}),
  };
}

function findOne(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (!found) throw unknown(name);
  return found;
}

function unknown(name: string): UsageError {
  const near = closest(
    name,
    SCENARIOS.map((scenario) => scenario.name),
  );
  const guess = near ? `Did you mean '${near}'? ` : '';
  return new UsageError('unknown-scenario', `Unknown scenario: ${name}`, {
    hint: `${guess}'nfm sandbox list' shows them all.`,
  });
}
