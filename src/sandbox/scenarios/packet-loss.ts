import type { Scenario } from './scenario.ts';

export const packetLoss: Scenario = {
  name: 'packet-loss',
  title: 'One pod in one zone loses 3 % of its packets; AWS is healthy',
  verdict: 'workload',
  cause: null,
  recording: 'packet-loss-3',
};
