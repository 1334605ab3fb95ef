import { addonUpdated, noted, rolledOut, routeReplaced, ruleRevoked } from './changes.ts';
import { packetLoss } from './recorded.ts';
import type { Change, Scenario } from './scenario.ts';

/* What somebody changed near the time when one pod began to lose packets: none of it is why. */

const after = (name: string, title: string, ...changes: Change[]): Scenario => ({
  ...packetLoss,
  name,
  title: `One pod loses packets; ${title}`,
  changes,
});

export const changed: Scenario[] = [
  after(
    'group-changed',
    "a rule of its nodes' security group was revoked 3 minutes before",
    noted(3, ruleRevoked),
  ),
  after('route-changed', 'a route of its subnet was replaced 10 minutes before', noted(10, routeReplaced)),
  after('rollout', 'its Deployment was rolled out 2 minutes before', rolledOut('web', 2)),
  after(
    'addon-updated',
    'the VPC CNI add-on was updated 4 minutes before',
    addonUpdated('vpc-cni', 'v1.20.1-eksbuild.1', 4),
  ),
  after(
    'unrelated-change',
    'a security group of another VPC was changed a minute before',
    (world) => {
      const vpc = { id: 'vpc-0a8e4c2f6b1d97350', name: 'shared', cidr: '10.78.0.0/16' };
      world.vpcs.push(vpc);
      world.securityGroups.push({
        id: 'sg-0c7e1a5d9b3f82640',
        name: 'shared',
        description: 'Another team',
        vpcId: vpc.id,
        ingress: [],
        egress: [],
      });
    },
    noted(1, { ...ruleRevoked, request: { ...ruleRevoked.request, groupId: 'sg-0c7e1a5d9b3f82640' } }),
  ),
  after(
    'later-change',
    "a rule of its nodes' security group was revoked 3 minutes after",
    noted(-3, ruleRevoked),
  ),
];
