import type { Instance } from '../aws/ec2.ts';
import { RefusedError } from '../model/errors.ts';
import { type Outcome, passed } from './check.ts';
import type { Facts } from './facts.ts';

/** What publishes has all that it takes to publish, whether AWS tells us of each part or not. */
export async function allPublish(facts: Facts, instances: readonly Instance[]): Promise<boolean> {
  const told = await Promise.all(instances.map((i) => facts.publishes(i)));
  return told.length > 0 && told.every((answer) => answer === 'yes');
}

/** The work's outcome; where AWS refuses to tell, what the data prove. */
export async function orProven(
  facts: Facts,
  instances: () => Promise<readonly Instance[]>,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const proven = await instances()
      .then((list) => allPublish(facts, list))
      .catch(() => false);
    if (!proven) throw error;
    return passed(`AWS refused ${error.action}, but the agents publish: so it is in order.`, {
      refused: error.action,
    });
  }
}
