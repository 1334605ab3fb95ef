import type { Measured } from '../aws/other-metrics.ts';
import type { Flow } from '../model/case.ts';

/* What flows with events are sent by, and what they pass: other services have metrics of it. */

const MOST_INSTANCES = 10;
const MOST_COMPONENTS = 5;

const allowances = (...names: string[]) =>
  Object.fromEntries(names.map((name) => [`ethtool_${name}_allowance_exceeded`, 'Maximum' as const]));

/**
 * Of the CloudWatch agent, where it is told to collect them: counters since the driver was set up.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-network-performance-ena.html
 */
const ALLOWANCES = allowances('bw_in', 'bw_out', 'pps', 'conntrack', 'linklocal');

type Kind = Omit<Measured, 'id'>;

/** https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway-cloudwatch.html */
const NAT: Kind = {
  namespace: 'AWS/NATGateway',
  dimension: 'NatGatewayId',
  wanted: {
    ErrorPortAllocation: 'Sum',
    PacketsDropCount: 'Sum',
    PacketsInFromSource: 'Sum',
    PacketsInFromDestination: 'Sum',
  },
};

/** https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-cloudwatch-metrics.html */
const TGW: Kind = {
  namespace: 'AWS/TransitGateway',
  dimension: 'TransitGateway',
  wanted: { PacketDropCountBlackhole: 'Sum', PacketDropCountNoRoute: 'Sum' },
};

const loadBalancer = (namespace: string): Kind => ({
  namespace,
  dimension: 'LoadBalancer',
  wanted: { HealthyHostCount: 'Minimum' },
});

const KINDS: readonly [id: RegExp, kind: Kind][] = [
  [/^nat-/, NAT],
  [/^tgw-attach-/, { ...TGW, dimension: 'TransitGatewayAttachment' }],
  [/^tgw-/, TGW],
  [/^app\//, loadBalancer('AWS/ApplicationELB')],
  [/^net\//, loadBalancer('AWS/NetworkELB')],
];

/** Those with most events first. */
export function measuredIn(flows: readonly Flow[]): Measured[] {
  const instances = new Map<string, number>();
  const components = new Map<string, number>();
  for (const { local, remote, path = [], retransmissions, timeouts } of flows) {
    const events = (retransmissions ?? 0) + (timeouts ?? 0);
    if (events === 0) continue;
    for (const { instanceId: id } of [local, remote]) if (id) add(instances, id, events);
    for (const { componentId: id } of path) if (id) add(components, id, events);
  }
  return [
    ...most(instances, MOST_INSTANCES).map((id) => ({
      namespace: 'CWAgent',
      dimension: 'InstanceId',
      id,
      wanted: ALLOWANCES,
    })),
    ...most(components, MOST_COMPONENTS).flatMap((id) => {
      const kind = KINDS.find(([pattern]) => pattern.test(id))?.[1];
      return kind ? [{ ...kind, id }] : [];
    }),
  ];
}

function add(to: Map<string, number>, id: string, events: number): void {
  to.set(id, (to.get(id) ?? 0) + events);
}

function most(counts: ReadonlyMap<string, number>, amount: number): string[] {
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, amount)
    .map(([id]) => id);
}
