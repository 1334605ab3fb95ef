import { LOAD_BALANCER, NAT, TGW_ATTACHMENT } from '../world/demo.ts';
import {
  notedLater,
  routeReplaced,
  ruleRevoked,
  sendingOut,
  toLoadBalancer,
  toOtherVpcs,
} from './changes.ts';
import type { Scenario } from './scenario.ts';

export const quiet: Scenario = {
  name: 'quiet',
  title: 'Nothing is wrong',
  verdict: 'no-impairment',
  cause: null,
  recording: 'quiet',
};

export const packetLoss: Scenario = {
  name: 'packet-loss',
  title: 'One pod in one zone loses 3 % of its packets; AWS is healthy',
  verdict: 'workload',
  cause: null,
  recording: 'packet-loss-3',
};

export const totalLoss: Scenario = {
  name: 'total-loss',
  title: 'One pod in one zone loses 20 % of its packets and nearly stalls; AWS is healthy',
  verdict: 'workload',
  cause: null,
  recording: 'packet-loss-20',
};

/** The condition of the second field report, `netem delay 100ms loss 20%`, on a pod instead of a host. */
export const delayAndLoss: Scenario = {
  name: 'delay-and-loss',
  title: 'One pod in one zone sends 100 ms late and loses 20 % of its packets; AWS is healthy',
  verdict: 'workload',
  cause: null,
  recording: 'pod-20-100ms',
};

export const awsImpairment: Scenario = {
  name: 'aws-impairment',
  title: "AWS's network in zone b loses packets of every pod there; the health indicator says so",
  verdict: 'aws-infrastructure',
  cause: null,
  recording: 'packet-loss-3',
  spread: 'zone',
  awsEvents: [{ zoneId: 'apne3-az3' }],
};

/** Seen by who watches for an hour and a half. */
export const moving: Scenario = {
  name: 'moving',
  title: 'Later one pod loses 3 % of its packets, then its twin in the other zone, then none does',
  verdict: 'no-impairment',
  cause: null,
  recording: 'packet-loss-3',
  course: [
    { minutes: 5, fault: null },
    { minutes: 30, fault: 'recorded' },
    { minutes: 30, fault: 'mirrored' },
    { minutes: 1, fault: null },
  ],
  // Near in time, and no reason.
  changes: [notedLater(1, ruleRevoked), notedLater(32, routeReplaced)],
};

export const natGateway: Scenario = {
  name: 'nat-gateway',
  title: 'What passes the NAT gateway loses 3 % of its packets, whoever sends it; AWS is healthy',
  verdict: 'inconclusive',
  cause: null,
  recording: 'packet-loss-3',
  spread: { through: NAT },
  changes: [sendingOut],
};

export const transitGateway: Scenario = {
  name: 'transit-gateway',
  title: 'What passes the transit gateway loses 3 % of its packets, whoever sends it; AWS is healthy',
  verdict: 'inconclusive',
  cause: null,
  recording: 'packet-loss-3',
  spread: { through: TGW_ATTACHMENT },
  changes: [toOtherVpcs],
};

export const loadBalancer: Scenario = {
  name: 'load-balancer',
  title: 'What is sent to an internal load balancer loses 3 % of its packets; AWS is healthy',
  verdict: 'inconclusive',
  cause: null,
  recording: 'packet-loss-3',
  spread: { through: LOAD_BALANCER },
  changes: [toLoadBalancer],
};
