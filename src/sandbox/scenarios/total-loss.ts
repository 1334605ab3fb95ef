import type { Scenario } from './scenario.ts';

export const totalLoss: Scenario = {
  name: 'total-loss',
  title: 'One pod in one zone loses 20 % of its packets and nearly stalls; AWS is healthy',
  verdict: 'workload',
  cause: null,
  recording: 'packet-loss-20',
};
