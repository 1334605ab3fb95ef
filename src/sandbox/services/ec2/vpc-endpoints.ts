import { stableHex } from '../../wire/stable-id.ts';
import type { VpcEndpoint, World } from '../../world.ts';
import { type Group, groupsOf } from './interfaces.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';
import { nameTag, type Tag } from './tags.ts';

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
  tagSet: Tag[];
};

export const vpcEndpoints: Resource<EndpointItem> = {
  list: 'vpcEndpointSet',
  items: (world) => world.vpcEndpoints.map((endpoint) => toItem(endpoint, world)),
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

function toItem(endpoint: VpcEndpoint, world: World): EndpointItem {
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
    tagSet: nameTag(endpoint.name),
  };
}
