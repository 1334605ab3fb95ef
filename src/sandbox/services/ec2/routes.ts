import { stableHex } from '../../wire/ids.ts';
import { arn, subnetPlace } from '../../world/place.ts';
import { isUp } from '../../world/way-out.ts';
import type {
  NatGateway,
  PolicyDocument,
  Route,
  RouteTable,
  Rule,
  SecurityGroup,
  VpcEndpoint,
  World,
} from '../../world/world.ts';
import { byId, nameTag, type Resource, type Tag } from './describe.ts';
import { type Group, groupsOf } from './interfaces.ts';

type Association = {
  routeTableAssociationId: string;
  routeTableId: string;
  subnetId: string | undefined;
  main: boolean;
  associationState: { state: string };
};

type RouteItem = {
  destinationCidrBlock: string;
  gatewayId: string | undefined;
  natGatewayId: string | undefined;
  transitGatewayId: string | undefined;
  vpcPeeringConnectionId: string | undefined;
  state: string;
  origin: string;
};

type RouteTableItem = {
  routeTableId: string;
  vpcId: string;
  ownerId: string;
  routeSet: RouteItem[];
  associationSet: Association[];
  propagatingVgwSet: never[];
  tagSet: Tag[];
};

export const routeTables: Resource<RouteTableItem> = {
  list: 'routeTableSet',
  items: (world) => world.routeTables.map((table) => toTable(table, world)),
  selectors: [
    byId(
      {
        parameter: 'RouteTableId',
        prefix: 'rtb',
        noun: 'routeTable',
        notFound: 'InvalidRouteTableID.NotFound',
        malformed: 'InvalidRouteTableId.Malformed',
      },
      ({ routeTableId }) => routeTableId,
    ),
  ],
  filters: {
    'route-table-id': ({ routeTableId }) => routeTableId,
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ ownerId }) => ownerId,
    'association.subnet-id': ({ associationSet }) => associationSet.flatMap(({ subnetId }) => subnetId ?? []),
    'association.main': ({ associationSet }) => associationSet.map(({ main }) => main),
    'association.route-table-id': ({ associationSet }) =>
      associationSet.map(({ routeTableId }) => routeTableId),
    'route.destination-cidr-block': ({ routeSet }) =>
      routeSet.map(({ destinationCidrBlock }) => destinationCidrBlock),
    'route.nat-gateway-id': ({ routeSet }) => routeSet.flatMap(({ natGatewayId }) => natGatewayId ?? []),
    'route.gateway-id': ({ routeSet }) => routeSet.flatMap(({ gatewayId }) => gatewayId ?? []),
    'route.state': ({ routeSet }) => routeSet.map(({ state }) => state),
  },
  paging: { excludesIds: true },
};

function toTable(table: RouteTable, world: World): RouteTableItem {
  const associate = (subnetId: string | undefined): Association => ({
    routeTableAssociationId: `rtbassoc-${stableHex(`${table.id}/${subnetId}`, 17)}`,
    routeTableId: table.id,
    subnetId,
    main: subnetId === undefined,
    associationState: { state: 'associated' },
  });
  return {
    routeTableId: table.id,
    vpcId: table.vpcId,
    ownerId: world.accountId,
    routeSet: table.routes.map((route) => toRoute(route, world)),
    associationSet: [...(table.main ? [undefined] : []), ...table.subnetIds].map(associate),
    propagatingVgwSet: [],
    tagSet: nameTag(table.name),
  };
}

/** A route to a NAT gateway that is gone stays, as a black hole. */
function toRoute({ destination, target }: Route, { natGateways }: World): RouteItem {
  const isNat = target.startsWith('nat-');
  const leads = !isNat || natGateways.some((nat) => nat.id === target && isUp(nat));
  return {
    destinationCidrBlock: destination,
    gatewayId: isNat || target.startsWith('tgw-') || target.startsWith('pcx-') ? undefined : target,
    natGatewayId: isNat ? target : undefined,
    transitGatewayId: target.startsWith('tgw-') ? target : undefined,
    vpcPeeringConnectionId: target.startsWith('pcx-') ? target : undefined,
    state: leads ? 'active' : 'blackhole',
    origin: target === 'local' ? 'CreateRouteTable' : 'CreateRoute',
  };
}

type NatGatewayItem = {
  natGatewayId: string;
  vpcId: string;
  subnetId: string;
  state: string;
  connectivityType: string;
  createTime: Date;
  natGatewayAddressSet: {
    allocationId: string;
    networkInterfaceId: string;
    privateIp: string;
    publicIp: string;
    isPrimary: boolean;
    status: string;
  }[];
  tagSet: Tag[];
};

export const natGateways: Resource<NatGatewayItem> = {
  list: 'natGatewaySet',
  items: (world) => world.natGateways.map((nat) => toGateway(nat, world)),
  selectors: [
    byId(
      {
        parameter: 'NatGatewayId',
        prefix: 'nat',
        noun: 'NatGateway',
        notFound: 'NatGatewayNotFound',
        malformed: 'NatGatewayMalformed',
      },
      ({ natGatewayId }) => natGatewayId,
    ),
  ],
  filters: {
    'nat-gateway-id': ({ natGatewayId }) => natGatewayId,
    'vpc-id': ({ vpcId }) => vpcId,
    'subnet-id': ({ subnetId }) => subnetId,
    state: ({ state }) => state,
  },
  paging: { excludesIds: false },
};

function toGateway(
  { id, name, subnetId, state, ip, publicIp, eniId, createdAt }: NatGateway,
  world: World,
): NatGatewayItem {
  return {
    natGatewayId: id,
    vpcId: subnetPlace(world, subnetId).subnet.vpcId,
    subnetId,
    state,
    connectivityType: 'public',
    createTime: new Date(createdAt),
    natGatewayAddressSet: [
      {
        allocationId: `eipalloc-${stableHex(id, 17)}`,
        networkInterfaceId: eniId,
        privateIp: ip,
        publicIp,
        isPrimary: true,
        status: 'succeeded',
      },
    ],
    tagSet: nameTag(name),
  };
}

type EndpointItem = {
  vpcEndpointId: string;
  vpcEndpointType: string;
  vpcId: string;
  ownerId: string;
  serviceName: string;
  state: string;
  privateDnsEnabled: boolean;
  requesterManaged: boolean;
  ipAddressType: string;
  subnetIdSet: string[];
  networkInterfaceIdSet: string[];
  routeTableIdSet: never[];
  groupSet: Group[];
  dnsEntrySet: { dnsName: string; hostedZoneId: string }[];
  creationTimestamp: Date;
  policyDocument: string;
  tagSet: Tag[];
};

/** What an endpoint is made with. */
const EVERYTHING = {
  Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }],
};

/** An endpoint's policy names who may. */
function forAnybody({ Statement, ...rest }: PolicyDocument): object {
  return { ...rest, Statement: Statement.map((one) => ({ ...one, Principal: '*' })) };
}

export const vpcEndpoints: Resource<EndpointItem> = {
  list: 'vpcEndpointSet',
  items: (world) => world.vpcEndpoints.map((endpoint) => toEndpoint(endpoint, world)),
  selectors: [
    byId(
      {
        parameter: 'VpcEndpointId',
        prefix: 'vpce',
        noun: 'Vpc Endpoint',
        notFound: 'InvalidVpcEndpointId.NotFound',
        malformed: 'InvalidVpcEndpointId.Malformed',
      },
      ({ vpcEndpointId }) => vpcEndpointId,
    ),
  ],
  filters: {
    'vpc-endpoint-id': ({ vpcEndpointId }) => vpcEndpointId,
    'vpc-endpoint-type': ({ vpcEndpointType }) => vpcEndpointType,
    'vpc-endpoint-state': ({ state }) => state,
    'vpc-id': ({ vpcId }) => vpcId,
    'service-name': ({ serviceName }) => serviceName,
  },
  paging: { excludesIds: false },
};

function toEndpoint(endpoint: VpcEndpoint, world: World): EndpointItem {
  const { id, vpcId, service, interfaces, privateDns } = endpoint;
  const name = service.split('.').at(-1);
  const hostedZoneId = `Z${stableHex(service, 13).toUpperCase()}`;
  const names = [
    `${id}-${stableHex(id, 8)}.${name}.${world.region}.vpce.amazonaws.com`,
    ...(privateDns ? [`${name}.${world.region}.api.aws`] : []),
  ];
  return {
    vpcEndpointId: id,
    vpcEndpointType: 'Interface',
    vpcId,
    ownerId: world.accountId,
    serviceName: service,
    state: endpoint.state,
    privateDnsEnabled: privateDns,
    requesterManaged: false,
    ipAddressType: 'ipv4',
    subnetIdSet: interfaces.map(({ subnetId }) => subnetId),
    networkInterfaceIdSet: interfaces.map(({ eniId }) => eniId),
    routeTableIdSet: [],
    groupSet: groupsOf(endpoint.securityGroupIds, world),
    dnsEntrySet: names.map((dnsName) => ({ dnsName, hostedZoneId })),
    creationTimestamp: new Date(endpoint.createdAt),
    policyDocument: JSON.stringify(endpoint.policy ? forAnybody(endpoint.policy) : EVERYTHING),
    tagSet: nameTag(endpoint.name),
  };
}

type Permission = {
  ipProtocol: string;
  fromPort: number | undefined;
  toPort: number | undefined;
  groups: { groupId: string; userId: string }[];
  ipRanges: { cidrIp: string }[];
  ipv6Ranges: never[];
  prefixListIds: never[];
};

type GroupItem = {
  groupId: string;
  groupName: string;
  groupDescription: string;
  securityGroupArn: string;
  ownerId: string;
  vpcId: string;
  ipPermissions: Permission[];
  ipPermissionsEgress: Permission[];
  tagSet: Tag[];
};

export const securityGroups: Resource<GroupItem> = {
  list: 'securityGroupInfo',
  items: (world) => world.securityGroups.map((group) => toGroup(group, world)),
  selectors: [
    byId(
      {
        parameter: 'GroupId',
        prefix: 'sg',
        noun: 'security group',
        notFound: 'InvalidGroup.NotFound',
        malformed: 'InvalidGroupId.Malformed',
      },
      ({ groupId }) => groupId,
    ),
  ],
  filters: {
    'group-id': ({ groupId }) => groupId,
    'group-name': ({ groupName }) => groupName,
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ ownerId }) => ownerId,
  },
  paging: { excludesIds: true },
};

function toGroup(group: SecurityGroup, world: World): GroupItem {
  return {
    groupId: group.id,
    groupName: group.name,
    groupDescription: group.description,
    securityGroupArn: arn(world, 'ec2', `security-group/${group.id}`),
    ownerId: world.accountId,
    vpcId: group.vpcId,
    ipPermissions: group.ingress.map((rule) => toPermission(rule, world)),
    ipPermissionsEgress: group.egress.map((rule) => toPermission(rule, world)),
    tagSet: nameTag(group.name),
  };
}

function toPermission({ protocol, port, peer }: Rule, { accountId }: World): Permission {
  return {
    ipProtocol: protocol,
    fromPort: port,
    toPort: port,
    groups: 'groupId' in peer ? [{ groupId: peer.groupId, userId: accountId }] : [],
    ipRanges: 'cidr' in peer ? [{ cidrIp: peer.cidr }] : [],
    ipv6Ranges: [],
    prefixListIds: [],
  };
}
