import { LOAD_BALANCER, NAT, REGION, TGW, TGW_ATTACHMENT } from '../world/demo.ts';
import { NODE_B } from '../world/topology.ts';
import type { HealthEvent } from '../world/world.ts';
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

type Listed = Omit<HealthEvent, 'startedAt' | 'endedAt' | 'category'>;

/** What AWS Health lists, from so many minutes before the fault began, or after it; until so many before it. */
const listed =
  (from: number, event: Listed, to?: number): Change =>
  (world, now) => {
    const at = (minutes: number) => beforeFault('packet-loss-3', now, minutes);
    world.supportPlan = 'business';
    world.healthEvents.push({
      ...structuredClone(event),
      category: 'issue',
      startedAt: at(from),
      ...(to === undefined ? {} : { endedAt: at(to) }),
    });
  };

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
  told(
    awsImpairment,
    'health-issue',
    "AWS's network in zone b is impaired; AWS Health lists an issue of EC2 there",
    listed(-5, {
      service: 'EC2',
      code: 'AWS_EC2_OPERATIONAL_ISSUE',
      region: REGION,
      words:
        'We are investigating connectivity issues affecting some instances in a single Availability Zone (APNE3-AZ3) in the AP-NORTHEAST-3 Region.\n\nWe continue to investigate connectivity issues affecting some instances in a single Availability Zone (APNE3-AZ3) in the AP-NORTHEAST-3 Region. Other Availability Zones are not affected.',
    }),
  ),
  told(
    packetLoss,
    'health-unrelated',
    'One pod loses packets; AWS Health lists an issue in another zone, and one of another instance',
    listed(20, {
      service: 'EC2',
      code: 'AWS_EC2_OPERATIONAL_ISSUE',
      region: REGION,
      az: `${REGION}a`,
      words: 'We are investigating increased launch failures in a single Availability Zone.',
    }),
    listed(8, {
      service: 'EC2',
      code: 'AWS_EC2_INSTANCE_STORE_DRIVE_PERFORMANCE_DEGRADED',
      region: REGION,
      affects: ['i-0123456789abcdef0'],
      words: 'One or more of the instance store drives of your instance are degraded.',
    }),
    // Of no network, of another Region, and over before this began.
    listed(3, {
      service: 'LAMBDA',
      code: 'AWS_LAMBDA_OPERATIONAL_ISSUE',
      region: REGION,
      words: 'We are investigating increased errors.',
    }),
    listed(3, {
      service: 'EC2',
      code: 'AWS_EC2_OPERATIONAL_ISSUE',
      region: 'eu-central-1',
      words: 'We are investigating increased errors.',
    }),
    listed(
      90,
      {
        service: 'VPC',
        code: 'AWS_VPC_OPERATIONAL_ISSUE',
        region: REGION,
        words: 'The issue has been resolved.',
      },
      30,
    ),
  ),
];
