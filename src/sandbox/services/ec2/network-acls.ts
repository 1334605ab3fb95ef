import { stableHex } from '../../wire/ids.ts';
import type { XmlRecord } from '../../wire/query.ts';
import { ServiceError } from '../../wire/service.ts';
import { aclsOf } from '../../world/network-acls.ts';
import type { AclEntry, NetworkAcl, World } from '../../world/world.ts';
import { byId, nameTag, type Resource, type Tag } from './describe.ts';

type EntryItem = {
  ruleNumber: number;
  egress: boolean;
  ruleAction: string;
  protocol: string;
  cidrBlock: string;
  portRange: { from: number; to: number } | undefined;
};

type AclItem = {
  networkAclId: string;
  vpcId: string;
  ownerId: string;
  default: boolean;
  associationSet: { networkAclAssociationId: string; networkAclId: string; subnetId: string }[];
  entrySet: EntryItem[];
  tagSet: Tag[];
};

export const networkAcls: Resource<AclItem> = {
  list: 'networkAclSet',
  items: (world) => aclsOf(world).map((acl) => toAcl(acl, world)),
  selectors: [
    byId(
      {
        parameter: 'NetworkAclId',
        prefix: 'acl',
        noun: 'networkAcl',
        notFound: 'InvalidNetworkAclID.NotFound',
        malformed: 'InvalidNetworkAclId.Malformed',
      },
      ({ networkAclId }) => networkAclId,
    ),
  ],
  filters: {
    'network-acl-id': ({ networkAclId }) => networkAclId,
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ ownerId }) => ownerId,
    default: (acl) => acl.default,
    'association.subnet-id': ({ associationSet }) => associationSet.map(({ subnetId }) => subnetId),
  },
  paging: { excludesIds: true },
};

function toAcl({ id, name, vpcId, isDefault, subnetIds, entries }: NetworkAcl, world: World): AclItem {
  return {
    networkAclId: id,
    vpcId,
    ownerId: world.accountId,
    default: isDefault,
    associationSet: subnetIds.map((subnetId) => ({
      networkAclAssociationId: `aclassoc-${stableHex(`${id}/${subnetId}`, 17)}`,
      networkAclId: id,
      subnetId,
    })),
    entrySet: entries.map(toEntry),
    tagSet: nameTag(name),
  };
}

function toEntry({ number, outbound, allows, ports, cidr }: AclEntry): EntryItem {
  return {
    ruleNumber: number,
    egress: outbound,
    ruleAction: allows ? 'allow' : 'deny',
    protocol: ports ? '6' : '-1',
    cidrBlock: cidr,
    portRange: ports && { from: ports[0], to: ports[1] },
  };
}

/** One attribute at a time. https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeVpcAttribute.html */
export function vpcAttribute(parameters: URLSearchParams, { vpcs }: World): XmlRecord {
  const [vpcId, attribute] = [parameters.get('VpcId') ?? '', parameters.get('Attribute') ?? ''];
  const vpc = vpcs.find(({ id }) => id === vpcId);
  if (!vpc) throw new ServiceError('InvalidVpcID.NotFound', `The vpc ID '${vpcId}' does not exist`);
  const off = vpc.dns ?? {};
  const values: Record<string, boolean> = {
    enableDnsSupport: off.support !== false,
    enableDnsHostnames: off.hostnames !== false,
    enableNetworkAddressUsageMetrics: false,
  };
  const value = values[attribute];
  if (value === undefined)
    throw new ServiceError(
      'InvalidParameterValue',
      `Value (${attribute}) for parameter attribute is invalid.`,
    );
  return { vpcId, [attribute]: { value } };
}
