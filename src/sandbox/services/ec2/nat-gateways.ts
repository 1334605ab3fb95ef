import { stableHex } from '../../wire/stable-id.ts';
import type { NatGateway, World } from '../../world.ts';
import { placeOf } from './place.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';
import { nameTag, type Tag } from './tags.ts';

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
  items: (world) => world.natGateways.map((nat) => toItem(nat, world)),
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

function toItem(
  { id, name, subnetId, state, ip, publicIp, eniId, createdAt }: NatGateway,
  world: World,
): NatGatewayItem {
  return {
    natGatewayId: id,
    vpcId: placeOf(world, subnetId).subnet.vpcId,
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
