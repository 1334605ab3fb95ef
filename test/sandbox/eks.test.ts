import {
  CreateAddonCommand,
  CreatePodIdentityAssociationCommand,
  DescribeAddonCommand,
  DescribeAddonVersionsCommand,
  DescribeFargateProfileCommand,
  DescribeNodegroupCommand,
  DescribePodIdentityAssociationCommand,
  type EKSClient,
  ListFargateProfilesCommand,
  ListNodegroupsCommand,
  ListPodIdentityAssociationsCommand,
  UpdateAddonCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { account } from './account.ts';
import { NOW } from './client.ts';

const clusterName = 'demo';
const addonName = 'aws-network-flow-monitoring-agent';
const POD_IDENTITY = 'eks-pod-identity-agent';
const NEWEST = 'v1.1.6-eksbuild.1';
const roleArn = 'arn:aws:iam::123456789012:role/demo-node';
const associationId = 'a-2kf0q7x9m4r1d8tzc';

describe('EKS', () => {
  it('describes node groups with their taints', async () => {
    const { eks, sandbox } = await account();
    expect((await eks.send(new ListNodegroupsCommand({ clusterName }))).nodegroups).toEqual(['workers']);
    const [group] = sandbox.world.clusters[0]?.nodegroups ?? [];
    group?.taints.push({ key: 'dedicated', value: 'web', effect: 'NO_EXECUTE' });
    const input = { clusterName, nodegroupName: 'workers' };
    const { nodegroup } = await eks.send(new DescribeNodegroupCommand(input));
    expect(nodegroup).toMatchObject({
      amiType: 'AL2023_x86_64_STANDARD',
      nodeRole: 'arn:aws:iam::123456789012:role/demo-node',
      scalingConfig: { desiredSize: 2 },
      taints: [{ key: 'dedicated', value: 'web', effect: 'NO_EXECUTE' }],
    });
  });

  it('describes Fargate profiles', async () => {
    const { eks } = await account({ scenario: 'fargate' });
    const listed = await eks.send(new ListFargateProfilesCommand({ clusterName }));
    expect(listed.fargateProfileNames).toEqual(['batch']);
    const input = { clusterName, fargateProfileName: 'batch' };
    const { fargateProfile } = await eks.send(new DescribeFargateProfileCommand(input));
    expect(fargateProfile).toMatchObject({ status: 'ACTIVE', selectors: [{ namespace: 'batch' }] });
  });

  it('offers versions that the cluster can have, newest first', async () => {
    const { eks } = await account();
    const versions = async (kubernetesVersion: string) => {
      const input = { addonName, kubernetesVersion };
      const { addons } = await eks.send(new DescribeAddonVersionsCommand(input));
      return addons?.flatMap((addon) => addon.addonVersions?.map((one) => one.addonVersion));
    };
    expect((await versions('1.33'))?.[0]).toBe(NEWEST);
    expect(await versions('1.24')).toEqual([]);
  });

  it('creates an add-on in its time', async () => {
    const { eks, clocks } = await account({ scenario: 'pod-identity-agent-missing' });
    const input = { clusterName, addonName: POD_IDENTITY };
    const status = async () => (await eks.send(new DescribeAddonCommand(input))).addon?.status;
    expect((await eks.send(new CreateAddonCommand(input))).addon).toMatchObject({
      status: 'CREATING',
      createdAt: new Date(NOW),
    });
    clocks.elapsed += 1999;
    expect(await status()).toBe('CREATING');
    clocks.elapsed += 1;
    expect(await status()).toBe('ACTIVE');
  });

  it('updates version and configuration in their time', async () => {
    const { eks, clocks } = await account({ scenario: 'old-addon' });
    const configurationValues = '{"env":{"OPEN_METRICS":"on"}}';
    const changes = { clusterName, addonName, addonVersion: NEWEST, configurationValues };
    const { update } = await eks.send(new UpdateAddonCommand(changes));
    expect(update).toMatchObject({ status: 'InProgress', type: 'AddonUpdate' });
    const addon = async () => (await eks.send(new DescribeAddonCommand({ clusterName, addonName }))).addon;
    expect(await addon()).toMatchObject({ status: 'UPDATING', addonVersion: 'v1.0.0-eksbuild.1' });
    clocks.elapsed += 2000;
    expect(await addon()).toMatchObject({
      status: 'ACTIVE',
      addonVersion: NEWEST,
      configurationValues,
      modifiedAt: new Date(NOW),
    });
  });

  it('mends nothing by an update that is wrong in the cluster', async () => {
    const { eks, clocks } = await account({ scenario: 'addon-degraded' });
    await eks.send(new UpdateAddonCommand({ clusterName, addonName, addonVersion: NEWEST }));
    clocks.elapsed += 2000;
    const { addon } = await eks.send(new DescribeAddonCommand({ clusterName, addonName }));
    expect(addon).toMatchObject({
      status: 'DEGRADED',
      health: { issues: [{ code: 'InsufficientNumberOfReplicas' }] },
    });
  });

  it('associates a role with a service account', async () => {
    const { eks } = await account({ scenario: 'association-missing' });
    const wanted = { clusterName, namespace: 'amazon-network-flow-monitor', serviceAccount: 'sa', roleArn };
    const { association } = await eks.send(new CreatePodIdentityAssociationCommand(wanted));
    expect(association).toMatchObject(wanted);
    const id = association?.associationId;
    const read = async () =>
      (await eks.send(new DescribePodIdentityAssociationCommand({ clusterName, associationId: id })))
        .association;
    expect(await read()).toMatchObject(wanted);
    const other = 'arn:aws:iam::123456789012:role/demo-lb';
    await eks.send(
      new UpdatePodIdentityAssociationCommand({ clusterName, associationId: id, roleArn: other }),
    );
    expect(await read()).toMatchObject({ ...wanted, roleArn: other });
  });

  it('associates with an add-on', async () => {
    const { eks } = await account({ scenario: 'addon-missing+association-missing' });
    const serviceAccount = 'aws-network-flow-monitor-agent-service-account';
    const podIdentityAssociations = [{ serviceAccount, roleArn }];
    await eks.send(new CreateAddonCommand({ clusterName, addonName, podIdentityAssociations }));
    const { associations } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName }));
    expect(associations).toMatchObject([{ namespace: 'amazon-network-flow-monitor', serviceAccount }]);
  });

  const addon = (change: object = {}) => new CreateAddonCommand({ clusterName, addonName, ...change });
  const updated = (change: object) => new UpdateAddonCommand({ clusterName, addonName, ...change });
  const inNamespace = { clusterName, namespace: 'amazon-network-flow-monitor' };
  it.each<[string, string, (eks: EKSClient) => Promise<unknown>]>([
    ['a second add-on', 'ResourceInUseException', (eks) => eks.send(addon())],
    ['an unknown add-on', 'InvalidParameterException', (eks) => eks.send(addon({ addonName: 'x' }))],
    [
      'an unknown version',
      'InvalidParameterException',
      (eks) => eks.send(updated({ addonVersion: 'v9.9.9-eksbuild.1' })),
    ],
    [
      'a configuration that is none',
      'InvalidParameterException',
      (eks) => eks.send(updated({ configurationValues: '{"env":' })),
    ],
    [
      'a role that does not exist',
      'InvalidParameterException',
      (eks) => eks.send(updated({ serviceAccountRoleArn: `${roleArn}-2` })),
    ],
    [
      'the old service account in a new add-on (agent #26)',
      'InvalidParameterException',
      (eks) => {
        const serviceAccount = 'aws-network-flow-monitoring-agent-service-account';
        return eks.send(updated({ podIdentityAssociations: [{ serviceAccount, roleArn }] }));
      },
    ],
    [
      'an update during an update',
      'ResourceInUseException',
      async (eks) => {
        await eks.send(updated({ configurationValues: '{}' }));
        return eks.send(updated({ configurationValues: '{}' }));
      },
    ],
    [
      'a second association of the service account',
      'ResourceInUseException',
      (eks) => {
        const serviceAccount = 'aws-network-flow-monitor-agent-service-account';
        return eks.send(new CreatePodIdentityAssociationCommand({ ...inNamespace, serviceAccount, roleArn }));
      },
    ],
    [
      'an association with no role',
      'InvalidParameterException',
      (eks) => {
        const input = { ...inNamespace, serviceAccount: 'sa', roleArn: `${roleArn}-2` };
        return eks.send(new CreatePodIdentityAssociationCommand(input));
      },
    ],
    [
      'an unknown association',
      'ResourceNotFoundException',
      (eks) =>
        eks.send(
          new DescribePodIdentityAssociationCommand({ clusterName, associationId: `${associationId}x` }),
        ),
    ],
    [
      'an unknown node group',
      'ResourceNotFoundException',
      (eks) => eks.send(new DescribeNodegroupCommand({ clusterName, nodegroupName: 'x' })),
    ],
    [
      'an update of an add-on that is not there',
      'ResourceNotFoundException',
      (eks) => eks.send(updated({ addonName: 'x' })),
    ],
  ])('refuses %s', async (_, name, call) => {
    const { eks } = await account();
    await expect(call(eks)).rejects.toMatchObject({ name });
  });
});
