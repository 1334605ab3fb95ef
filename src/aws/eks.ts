import {
  CreateAddonCommand,
  type CreateAddonCommandInput,
  CreatePodIdentityAssociationCommand,
  type CreatePodIdentityAssociationCommandInput,
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  DescribeUpdateCommand,
  EKSClient,
  ListUpdatesCommand,
  paginateDescribeAddonVersions,
  paginateListAddons,
  paginateListClusters,
  paginateListFargateProfiles,
  paginateListNodegroups,
  paginateListPodIdentityAssociations,
  UpdateAddonCommand,
  type UpdateAddonCommandInput,
} from '@aws-sdk/client-eks';
import { instant } from '../model/time.ts';
import { stringsOf } from './answers.ts';
import { type Aws, ask } from './aws.ts';
import { type ClusterApi, clusterApi } from './kubernetes.ts';
import { askAll } from './pages.ts';

export interface Cluster {
  name: string;
  arn: string;
  vpcId: string | null;
}

export interface ClusterDetails extends Cluster {
  version: string;
  /** Host and path of its OIDC issuer, for roles of service accounts (IRSA). */
  issuer: string | null;
  /** EKS Auto Mode runs the Pod Identity Agent by itself. */
  autoMode: boolean;
  /** Nodes outside AWS are allowed. */
  hybrid: boolean;
  /** Where its Kubernetes API is; null where EKS does not say. */
  api: ClusterApi | null;
}

export interface Addon {
  name: string;
  version: string;
  status: string;
  issues: { code: string; message: string; resourceIds: string[] }[];
  configuration: string | null;
  /** Its role, where it has one by IRSA. */
  roleArn: string | null;
  /** Its own, where it was given one when it was made. */
  namespace: string | null;
  modifiedAt: string | null;
}

export interface Association {
  id: string;
  namespace: string;
  serviceAccount: string;
}

export interface AssociationDetails {
  roleArn: string;
  /** The agents act as this one, which trusts the other; it may be another account's. */
  targetRoleArn: string | null;
  /** Narrows the role, as JSON. */
  policy: string | null;
  createdAt: string | null;
}

/** What was changed of a cluster, of an add-on or of a node group. */
export interface Update {
  id: string;
  at: string;
  /** `AddonUpdate`, `VersionUpdate`, `ConfigUpdate`, … */
  type: string;
  status: string;
  params: { type: string; value: string }[];
}

type Updated = { addonName?: string; nodegroupName?: string };

export interface Nodegroup {
  name: string;
  windows: boolean;
  taints: { key: string; value: string; effect: string }[];
}

export function eks(aws: Aws) {
  const client = aws.client(EKSClient, 'EKS');
  const describe = async (name: string) => {
    const { cluster } = await ask(aws, 'eks:DescribeCluster', (options) =>
      client.send(new DescribeClusterCommand({ name }), options),
    );
    return cluster;
  };
  return {
    /** Throws `not-found` where EKS does not know the cluster. */
    async cluster(name: string): Promise<Cluster> {
      const cluster = await describe(name);
      return { name, arn: cluster?.arn ?? '', vpcId: cluster?.resourcesVpcConfig?.vpcId ?? null };
    },

    async details(name: string): Promise<ClusterDetails> {
      const cluster = await describe(name);
      return {
        name,
        arn: cluster?.arn ?? '',
        vpcId: cluster?.resourcesVpcConfig?.vpcId ?? null,
        version: cluster?.version ?? '',
        issuer: cluster?.identity?.oidc?.issuer?.replace(/^https:\/\//, '') ?? null,
        autoMode: cluster?.computeConfig?.enabled === true,
        hybrid: (cluster?.remoteNetworkConfig?.remoteNodeNetworks ?? []).length > 0,
        api: clusterApi(name, cluster?.endpoint, cluster?.certificateAuthority?.data),
      };
    },

    names(): Promise<string[]> {
      return askAll(
        aws,
        'eks:ListClusters',
        (options) => paginateListClusters({ client }, {}, options),
        (page) => page.clusters,
      );
    },

    /** Throws `not-found` where the cluster does not have it. */
    async addon(clusterName: string, addonName: string): Promise<Addon> {
      const { addon } = await ask(aws, 'eks:DescribeAddon', (options) =>
        client.send(new DescribeAddonCommand({ clusterName, addonName }), options),
      );
      return {
        name: addonName,
        version: addon?.addonVersion ?? '',
        status: addon?.status ?? 'UNKNOWN',
        issues: (addon?.health?.issues ?? []).map(({ code = '', message = '', resourceIds = [] }) => ({
          code,
          message,
          resourceIds,
        })),
        configuration: addon?.configurationValues || null,
        roleArn: addon?.serviceAccountRoleArn ?? null,
        namespace: addon?.namespaceConfig?.namespace || null,
        modifiedAt: addon?.modifiedAt ? instant(addon.modifiedAt.getTime()) : null,
      };
    },

    /** Versions that suit a Kubernetes version, newest first, as EKS lists them. */
    async addonVersions(addonName: string, kubernetesVersion: string): Promise<string[]> {
      const addons = await askAll(
        aws,
        'eks:DescribeAddonVersions',
        (options) => paginateDescribeAddonVersions({ client }, { addonName, kubernetesVersion }, options),
        (page) => page.addons,
      );
      return addons.flatMap(({ addonVersions = [] }) => addonVersions.flatMap((v) => v.addonVersion ?? []));
    },

    async associations(clusterName: string): Promise<Association[]> {
      const found = await askAll(
        aws,
        'eks:ListPodIdentityAssociations',
        (options) => paginateListPodIdentityAssociations({ client }, { clusterName }, options),
        (page) => page.associations,
      );
      return found.map(({ associationId = '', namespace = '', serviceAccount = '' }) => ({
        id: associationId,
        namespace,
        serviceAccount,
      }));
    },

    /** The list leaves these out. */
    async associationDetails(clusterName: string, associationId: string): Promise<AssociationDetails> {
      const { association } = await ask(aws, 'eks:DescribePodIdentityAssociation', (options) =>
        client.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId }), options),
      );
      return {
        roleArn: association?.roleArn ?? '',
        targetRoleArn: association?.targetRoleArn || null,
        policy: association?.policy || null,
        createdAt: association?.createdAt ? instant(association.createdAt.getTime()) : null,
      };
    },

    async nodegroups(clusterName: string): Promise<Nodegroup[]> {
      const names = await askAll(
        aws,
        'eks:ListNodegroups',
        (options) => paginateListNodegroups({ client }, { clusterName }, options),
        (page) => page.nodegroups,
      );
      return Promise.all(
        names.map(async (name) => {
          const { nodegroup } = await ask(aws, 'eks:DescribeNodegroup', (options) =>
            client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName: name }), options),
          );
          return {
            name,
            windows: (nodegroup?.amiType ?? '').startsWith('WINDOWS'),
            taints: (nodegroup?.taints ?? []).map(({ key = '', value = '', effect = '' }) => ({
              key,
              value,
              effect,
            })),
          };
        }),
      );
    },

    addonNames(clusterName: string): Promise<string[]> {
      return askAll(
        aws,
        'eks:ListAddons',
        (options) => paginateListAddons({ client }, { clusterName }, options),
        (page) => stringsOf(page.addons, 'eks:ListAddons'),
      );
    },

    nodegroupNames(clusterName: string): Promise<string[]> {
      return askAll(
        aws,
        'eks:ListNodegroups',
        (options) => paginateListNodegroups({ client }, { clusterName }, options),
        (page) => stringsOf(page.nodegroups, 'eks:ListNodegroups'),
      );
    },

    async nodegroupModifiedAt(clusterName: string, nodegroupName: string): Promise<string | null> {
      const { nodegroup } = await ask(aws, 'eks:DescribeNodegroup', (options) =>
        client.send(new DescribeNodegroupCommand({ clusterName, nodegroupName }), options),
      );
      return nodegroup?.modifiedAt ? instant(nodegroup.modifiedAt.getTime()) : null;
    },

    /** IDs alone, in no order that EKS promises; `whole` is false where one page does not hold all. */
    async updateIds(name: string, of: Updated = {}): Promise<{ ids: string[]; whole: boolean }> {
      const action = 'eks:ListUpdates';
      const { updateIds, nextToken } = await ask(aws, action, (options) =>
        client.send(new ListUpdatesCommand({ name, ...of }), options),
      );
      return { ids: stringsOf(updateIds, action), whole: !nextToken };
    },

    async update(name: string, updateId: string, of: Updated = {}): Promise<Update | null> {
      const { update } = await ask(aws, 'eks:DescribeUpdate', (options) =>
        client.send(new DescribeUpdateCommand({ name, updateId, ...of }), options),
      );
      if (!update?.createdAt) return null;
      return {
        id: updateId,
        at: instant(update.createdAt.getTime()),
        type: update.type ?? '',
        status: update.status ?? '',
        params: (update.params ?? []).map(({ type = '', value = '' }) => ({ type, value })),
      };
    },

    fargateProfiles(clusterName: string): Promise<string[]> {
      return askAll(
        aws,
        'eks:ListFargateProfiles',
        (options) => paginateListFargateProfiles({ client }, { clusterName }, options),
        (page) => page.fargateProfileNames,
      );
    },

    /** The subnets that its pods are placed in. */
    async fargateProfile(
      clusterName: string,
      fargateProfileName: string,
    ): Promise<{ status: string; subnetIds: string[] }> {
      const { fargateProfile } = await ask(aws, 'eks:DescribeFargateProfile', (options) =>
        client.send(new DescribeFargateProfileCommand({ clusterName, fargateProfileName }), options),
      );
      return { status: fargateProfile?.status ?? 'UNKNOWN', subnetIds: fargateProfile?.subnets ?? [] };
    },

    async createAddon(input: CreateAddonCommandInput): Promise<void> {
      await ask(aws, 'eks:CreateAddon', (options) => client.send(new CreateAddonCommand(input), options));
    },

    async updateAddon(input: UpdateAddonCommandInput): Promise<void> {
      await ask(aws, 'eks:UpdateAddon', (options) => client.send(new UpdateAddonCommand(input), options));
    },

    async createAssociation(input: CreatePodIdentityAssociationCommandInput): Promise<void> {
      await ask(aws, 'eks:CreatePodIdentityAssociation', (options) =>
        client.send(new CreatePodIdentityAssociationCommand(input), options),
      );
    },
  };
}
