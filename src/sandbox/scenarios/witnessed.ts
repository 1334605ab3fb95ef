import { LOAD_BALANCER, NAT, TGW, TGW_ATTACHMENT } from '../world/demo.ts';
import { NODE_B } from '../world/topology.ts';
import { beforeFault, counted } from './changes.ts';
import { awsImpairment, loadBalancer, natGateway, packetLoss, transitGateway } from './recorded.ts';
import type { Change, Scenario } from './scenario.ts';

/* What other services notice of an impairment: none of it changes what is concluded. */

const told = (base: Scenario, name: string, title: string, ...changes: Change[]): Scenario => ({
  ...base,
  name,
  title,
  changes: [...(base.changes ?? []), ...changes],
});

/** The CloudWatch agent adds dimensions of its own. */
const allowance = (name: string) => ({
  namespace: 'CWAgent',
  name: `ethtool_${name}_allowance_exceeded`,
  dimensions: { InstanceId: NODE_B, driver: 'ena', interface: 'ens5' },
  cumulative: true as const,
});

const nat = (name: string) => ({ namespace: 'AWS/NATGateway', name, dimensions: { NatGatewayId: NAT } });

const transit = (name: string) => ({
  namespace: 'AWS/TransitGateway',
  name,
  dimensions: { TransitGateway: TGW, TransitGatewayAttachment: TGW_ATTACHMENT },
});

const healthyHosts = (zone: string) => ({
  namespace: 'AWS/ApplicationELB',
  name: 'HealthyHostCount',
  dimensions: {
    AvailabilityZone: `ap-northeast-3${zone}`,
    LoadBalancer: LOAD_BALANCER,
    TargetGroup: 'targetgroup/demo-internal/73e2d6bc24d8a067',
  },
});

export const witnessed: Scenario[] = [
  told(
    packetLoss,
    'allowance-exceeded',
    'One pod loses packets; its node is over its outbound bandwidth allowance (ENA)',
    counted(allowance('bw_out'), 0, 400),
    counted(allowance('pps'), 0, 0),
  ),
  told(
    natGateway,
    'nat-ports',
    'What passes the NAT gateway loses 3 %; the gateway runs out of ports',
    counted(nat('ErrorPortAllocation'), 0, 30),
    counted(nat('PacketsDropCount'), 0, 0),
    counted(nat('PacketsInFromSource'), 9000, 9000),
  ),
  told(
    natGateway,
    'nat-drops',
    'What passes the NAT gateway loses 3 %; the gateway drops packets',
    counted(nat('ErrorPortAllocation'), 0, 0),
    counted(nat('PacketsDropCount'), 0, 120),
    counted(nat('PacketsInFromSource'), 9000, 9000),
  ),
  told(
    transitGateway,
    'transit-blackhole',
    'What passes the transit gateway loses 3 %; a route of it is a black hole',
    counted(transit('PacketDropCountBlackhole'), 0, 50),
    counted(transit('PacketDropCountNoRoute'), 0, 0),
  ),
  told(
    loadBalancer,
    'balancer-zone',
    'What is sent to a load balancer loses 3 %; no target of it is healthy in zone b',
    counted(healthyHosts('a'), 2, 2),
    counted(healthyHosts('b'), 2, 0),
  ),
  told(
    awsImpairment,
    'autoshift',
    "AWS's network in zone b is impaired; AWS moved traffic away from it (ARC)",
    (world, now) => {
      const startedAt = beforeFault('packet-loss-3', now, -6);
      world.autoshifts.push({ awayFrom: 'apne3-az3', status: 'ACTIVE', startedAt });
    },
  ),
];
