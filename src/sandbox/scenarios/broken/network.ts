import { NODE_GROUP } from '../../world/demo.ts';
import {
  endpoint,
  endpointGroup,
  fromVpc,
  natGateways,
  nodes,
  noRoutesOut,
  securityGroup,
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
];
