import { NODE_GROUP } from '../../world/demo.ts';
import {
  endpoint,
  endpointGroup,
  fromVpc,
  natGateways,
  networkAcl,
  nodes,
  noRoutesOut,
  securityGroup,
  vpcs,
  withEndpoint,
  withGroup,
} from '../changes.ts';
import type { Scenario } from '../scenario.ts';

/** What is not in the private subnets goes on publishing. */
const broken = { verdict: 'inconclusive', recording: 'quiet' } as const;

export const network: Scenario[] = [
  {
    ...broken,
    name: 'no-route',
    title: 'The NAT gateway is gone: private subnets have no way out',
    cause: 'endpoint-route',
    changes: [
      natGateways({ state: 'deleted' }),
      nodes({ ssm: { ping: 'ConnectionLost', agentVersion: '3.3.3270.0' } }),
    ],
  },
  {
    ...broken,
    name: 'security-group-closed',
    title: "The interface endpoint's security group lets nobody in",
    verdict: 'no-data',
    cause: 'endpoint-security-group',
    changes: [withGroup(endpointGroup([])), withEndpoint(endpoint(true))],
  },
  {
    ...broken,
    name: 'egress-closed',
    title: "The nodes' security group lets no HTTPS out",
    cause: 'endpoint-security-group',
    changes: [securityGroup(NODE_GROUP, { egress: [{ protocol: '-1', peer: { groupId: NODE_GROUP } }] })],
  },
  {
    ...broken,
    name: 'endpoint-without-dns',
    title: "The interface endpoint has no private DNS: the service's name leads elsewhere",
    cause: 'endpoint-dns',
    changes: [noRoutesOut, withGroup(endpointGroup([fromVpc])), withEndpoint(endpoint(false))],
  },
  {
    ...broken,
    name: 'network-acl-closed',
    title: "The network ACL of the nodes' subnets lets no answer in",
    cause: 'endpoint-network-acl',
    changes: [
      networkAcl([
        { number: 100, outbound: true, allows: true, cidr: '0.0.0.0/0' },
        { number: 100, outbound: false, allows: true, cidr: '0.0.0.0/0', ports: [443, 443] },
      ]),
    ],
  },
  {
    ...broken,
    name: 'vpc-dns-off',
    title: 'DNS is switched off in the VPC: nothing finds where to publish',
    verdict: 'no-data',
    cause: 'vpc-dns',
    changes: [vpcs({ dns: { support: false } })],
  },
  {
    ...broken,
    name: 'endpoint-policy',
    title: "The interface endpoint's policy lets nobody publish",
    verdict: 'no-data',
    cause: 'endpoint-policy',
    changes: [
      withGroup(endpointGroup([fromVpc])),
      withEndpoint({
        ...endpoint(true),
        policy: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: 'networkflowmonitor:List*', Resource: '*' }],
        },
      }),
    ],
  },
];
