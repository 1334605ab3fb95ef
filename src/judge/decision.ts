import type { Confidence, Reason, Verdict } from '../model/report.ts';

export interface Decision {
  verdict: Verdict;
  confidence: Confidence;
  reason: Reason;
  suspects?: ('aws-infrastructure' | 'workload')[];
}
