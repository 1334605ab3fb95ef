import {
  DescribeVpcAttributeCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
  type IpPermission,
  paginateDescribeNatGateways,
  paginateDescribeNetworkAcls,
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
  service: string;
  privateDns: boolean;
  securityGroupIds: string[];
  /** Who may call what through it, as JSON; null where it says nothing of its own: everything. */
  policy: string | null;
}

/** One entry of a network ACL; the first whose number, address and port fit decides. */
export interface AclEntry {
  number: number;
  outbound: boolean;
  allows: boolean;
  /** As IP numbers protocols: 6 is TCP, -1 is all. */
  protocol: string;
  cidr: string;
  fromPort: number;
  toPort: number;
}

export interface NetworkAcl {
  id: string;
  vpcId: string;
  /** Of subnets without one of their own. */
  isDefault: boolean;
  subnetIds: string[];
  entries: AclEntry[];
}

/** What a VPC's own resolver does. */
export interface VpcDns {
  support: boolean;
  hostnames: boolean;
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

    /** Of some services, by interface. */
    async endpoints(...services: string[]): Promise<VpcEndpoint[]> {
      const answer = await ask(aws, 'ec2:DescribeVpcEndpoints', (options) =>
        client.send(
          new DescribeVpcEndpointsCommand({ Filters: [{ Name: 'service-name', Values: services }] }),
          options,
        ),
      );
      return (answer.VpcEndpoints ?? []).map((endpoint) => ({
        id: endpoint.VpcEndpointId ?? '',
        vpcId: endpoint.VpcId ?? '',
        state: endpoint.State ?? '',
        service: endpoint.ServiceName ?? '',
        privateDns: endpoint.PrivateDnsEnabled === true,
        policy: endpoint.PolicyDocument || null,
        securityGroupIds: (endpoint.Groups ?? []).flatMap(({ GroupId }) => GroupId ?? []),
      }));
    },

    async networkAcls(): Promise<NetworkAcl[]> {
      const acls = await askAll(
        aws,
        'ec2:DescribeNetworkAcls',
        (options) => paginateDescribeNetworkAcls({ client }, {}, options),
        (page) => page.NetworkAcls,
      );
      return acls.map(({ NetworkAclId = '', VpcId = '', IsDefault, Associations = [], Entries = [] }) => ({
        id: NetworkAclId,
        vpcId: VpcId,
        isDefault: IsDefault === true,
        subnetIds: Associations.flatMap(({ SubnetId }) => SubnetId ?? []),
        entries: Entries.map((entry) => ({
          number: entry.RuleNumber ?? 0,
          outbound: entry.Egress === true,
          allows: entry.RuleAction === 'allow',
          protocol: entry.Protocol ?? '-1',
          cidr: entry.CidrBlock ?? entry.Ipv6CidrBlock ?? '',
          fromPort: entry.PortRange?.From ?? 0,
          toPort: entry.PortRange?.To ?? 65535,
        })),
      }));
    },

    async vpcDns(vpcId: string): Promise<VpcDns> {
      const read = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
        ask(aws, 'ec2:DescribeVpcAttribute', (options) =>
          client.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute }), options),
        );
      const [support, hostnames] = await Promise.all([read('enableDnsSupport'), read('enableDnsHostnames')]);
      return {
        support: support.EnableDnsSupport?.Value !== false,
        hostnames: hostnames.EnableDnsHostnames?.Value !== false,
      };
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
