import { UsageError } from '../../model/errors.ts';
import { awsImpairment } from './aws-impairment.ts';
import { packetLoss } from './packet-loss.ts';
import { quiet } from './quiet.ts';
import type { Scenario } from './scenario.ts';
import { totalLoss } from './total-loss.ts';

/** The first one is the default. */
export const SCENARIOS: readonly Scenario[] = [packetLoss, totalLoss, quiet, awsImpairment];

export function findScenario(name: string): Scenario {
  const found = SCENARIOS.find((scenario) => scenario.name === name);
  if (found) return found;
  const names = SCENARIOS.map((scenario) => scenario.name).join(', ');
  throw new UsageError('unknown-scenario', `Unknown scenario: ${name}`, { hint: `Scenarios: ${names}.` });
}
