import type { Confidence, Reason, Verdict } from '../model/report.ts';

type Party = 'aws-infrastructure' | 'workload';

/** A suspect stands only where nothing is decided: blame is more than suspicion, and health has nobody to suspect. */
export type Decision =
  | { verdict: Exclude<Verdict, 'inconclusive'>; confidence: Confidence; reason: Reason }
  | { verdict: 'inconclusive'; confidence: 'low'; reason: Reason; suspects: Party[] };

/** The likelier suspect first. */
export function inconclusive(reason: Reason, suspects: readonly [Party, ...Party[]]): Decision {
  return { verdict: 'inconclusive', confidence: 'low', reason, suspects: [...suspects] };
}
