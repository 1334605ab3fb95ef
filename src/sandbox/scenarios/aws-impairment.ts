import type { Scenario } from './scenario.ts';

export const awsImpairment: Scenario = {
  name: 'aws-impairment',
  title: "AWS's network in zone b loses packets of every pod there; the health indicator says so",
  verdict: 'aws-infrastructure',
  cause: null,
  recording: 'packet-loss-3',
  spread: 'zone',
  awsEvents: [{ zoneId: 'apne3-az3' }],
};
