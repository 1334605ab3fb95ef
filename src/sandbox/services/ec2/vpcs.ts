import { stableHex } from '../../wire/stable-id.ts';
import type { Vpc, World } from '../../world.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';
import { nameTag, type Tag } from './tags.ts';

type VpcItem = {
  vpcId: string;
  ownerId: string;
  state: string;
  cidrBlock: string;
  cidrBlockAssociationSet: { cidrBlock: string; associationId: string; cidrBlockState: { state: string } }[];
  dhcpOptionsId: string;
  instanceTenancy: string;
  isDefault: boolean;
  tagSet: Tag[];
};

export const vpcs: Resource<VpcItem> = {
  list: 'vpcSet',
  items: (world) => world.vpcs.map((vpc) => toItem(vpc, world)),
  selectors: [
    byId(
      {
        parameter: 'VpcId',
        prefix: 'vpc',
        noun: 'vpc',
        notFound: 'InvalidVpcID.NotFound',
        malformed: 'InvalidVpcID.Malformed',
      },
      ({ vpcId }) => vpcId,
    ),
  ],
  filters: {
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ ownerId }) => ownerId,
    state: ({ state }) => state,
    cidr: ({ cidrBlock }) => cidrBlock,
    'cidr-block-association.cidr-block': ({ cidrBlock }) => cidrBlock,
    'is-default': ({ isDefault }) => isDefault,
  },
  paging: { excludesIds: false },
};

function toItem({ id, name, cidr }: Vpc, { accountId, region }: World): VpcItem {
  return {
    vpcId: id,
    ownerId: accountId,
    state: 'available',
    cidrBlock: cidr,
    cidrBlockAssociationSet: [
      {
        cidrBlock: cidr,
        associationId: `vpc-cidr-assoc-${stableHex(id, 17)}`,
        cidrBlockState: { state: 'associated' },
      },
    ],
    dhcpOptionsId: `dopt-${stableHex(region, 17)}`,
    instanceTenancy: 'default',
    isDefault: false,
    tagSet: nameTag(name),
  };
}
