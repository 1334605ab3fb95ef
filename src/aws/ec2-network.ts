import {
  DescribeVpcEndpointsCommand,
  EC2Client,
  type IpPermission,
  paginateDescribeNatGateways,
  paginateDescribeRouteTables,
  paginateDescribeSecurityGroups,
} from '@aws-sdk/client-ec2';
import { type Aws, ask } from './aws.ts';
import { askAll } from './pages.ts';

export interface Route {
  /** 0.0.0.0/0, ::/0, a CIDR block or a prefix list. */
  destination: string;
  /** nat-…, igw-…, tgw-…, eni-…, or local. */
  target: string;
  blackhole: boolean;
}

export interface RouteTable {
  id: string;
  vpcId: string;
  subnetIds: string[];
  /** Of subnets without a table of their own. */
  main: boolean;
  routes: Route[];
}

export interface VpcEndpoint {
  id: string;
  vpcId: string;
  state: string;
  privateDns: boolean;
  securityGroupIds: string[];
}

/** One rule of a security group; where is a CIDR block, a group or a prefix list. */
export interface Rule {
  protocol: string;
  fromPort: number;
  toPort: number;
  where: string[];
}

export interface SecurityGroup {
  id: string;
  vpcId: string;
  inbound: Rule[];
  outbound: Rule[];
}

/** The ways out of the Region's VPCs: each list whole, because a hundred instances share a few of them. */
export function ec2Network(aws: Aws) {
  const client = aws.client(EC2Client, 'EC2');
  return {
    async routeTables(): Promise<RouteTable[]> {
      const tables = await askAll(
        aws,
        'ec2:DescribeRouteTables',
        (options) => paginateDescribeRouteTables({ client }, {}, options),
        (page) => page.RouteTables,
      );
      return tables.map(({ RouteTableId = '', VpcId = '', Associations = [], Routes = [] }) => ({
        id: RouteTableId,
        vpcId: VpcId,
        subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
        main: Associations.some(({ Main }) => Main),
        routes: Routes.map((route) => ({
          destination:
            route.DestinationCidrBlock ??
            route.DestinationIpv6CidrBlock ??
            route.DestinationPrefixListId ??
            '',
          target:
            route.NatGatewayId ??
            route.EgressOnlyInternetGatewayId ??
            route.TransitGatewayId ??
            route.NetworkInterfaceId ??
            route.VpcPeeringConnectionId ??
            route.LocalGatewayId ??
            route.CarrierGatewayId ??
            route.CoreNetworkArn ??
            route.GatewayId ??
            '',
          blackhole: route.State === 'blackhole',
        })),
      }));
    },

    /** By ID. */
    async natGateways(): Promise<Map<string, { state: string; subnetId: string }>> {
      const gateways = await askAll(
        aws,
        'ec2:DescribeNatGateways',
        (options) => paginateDescribeNatGateways({ client }, {}, options),
        (page) => page.NatGateways,
      );
      return new Map(
        gateways.map(({ NatGatewayId = '', State = '', SubnetId = '' }) => [
          NatGatewayId,
          { state: State, subnetId: SubnetId },
        ]),
      );
    },

    /** Of one service, by interface. */
    async endpoints(service: string): Promise<VpcEndpoint[]> {
      const answer = await ask(aws, 'ec2:DescribeVpcEndpoints', (options) =>
        client.send(
          new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'service-name', Values: [service] }] }),
          options,
        ),
      );
      return (answer.VpcEndpoints ?? []).map((endpoint) => ({
        id: endpoint.VpcEndpointId ?? '',
        vpcId: endpoint.VpcId ?? '',
        state: endpoint.State ?? '',
        privateDns: endpoint.PrivateDnsEnabled === true,
        securityGroupIds: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      }));
    },

    async securityGroups(): Promise<SecurityGroup[]> {
      const groups = await askAll(
        aws,
        'ec2:DescribeSecurityGroups',
        (options) => paginateDescribeSecurityGroups({ client }, {}, options),
        (page) => page.SecurityGroups,
      );
      return groups.map(({ GroupId = '', VpcId = '', IpPermissions = [], IpPermissionsEgress = [] }) => ({
        id: GroupId,
        vpcId: VpcId,
        inbound: IpPermissions.map(toRule),
        outbound: IpPermissionsEgress.map(toRule),
      }));
    },
  };
}

function toRule(permission: IpPermission): Rule {
  return {
    protocol: permission.IpProtocol ?? '-1',
    fromPort: permission.FromPort ?? 0,
    toPort: permission.ToPort ?? 65535,
    where: [
      ...(permission.IpRanges ?? []).flatMap(({ CidrIp }) => CidrIp ?? []),
      ...(permission.Ipv6Ranges ?? []).flatMap(({ CidrIpv6 }) => CidrIpv6 ?? []),
      ...(permission.UserIdGroupPairs ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      ...(permission.PrefixListIds ?? []).flatMap(({ PrefixListId }) => PrefixListId ?? []),
    ],
  };
}
