import { arn } from '../../place.ts';
import type { Rule, SecurityGroup, World } from '../../world.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';
import { nameTag, type Tag } from './tags.ts';

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
  items: (world) => world.securityGroups.map((group) => toItem(group, world)),
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

function toItem(group: SecurityGroup, world: World): GroupItem {
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
