import { instant } from '../../model/time.ts';
import { faultStart } from '../measure/flows.ts';
import type { RecordingName } from '../measure/recording.ts';
import { stableUuid } from '../wire/ids.ts';
import { AGENT_ADDON, AGENT_NAMESPACE } from '../world/agents.ts';
import {
  AGENT_ROLE,
  LOAD_BALANCER,
  NODE_GROUP,
  PEERING,
  PRIVATE_A,
  PRIVATE_B,
  REGION,
  roleArn,
  TGW,
  TGW_ATTACHMENT,
  VPC,
} from '../world/demo.ts';
import { issuerOf, providerArn } from '../world/permissions.ts';
import type {
  AclEntry,
  Addon,
  Cluster,
  FlowSpec,
  Inside,
  Instance,
  ManagementEvent,
  NatGateway,
  Nodegroup,
  OtherMetric,
  Peer,
  PodIdentityAssociation,
  PolicyDocument,
  Role,
  Rule,
  SecurityGroup,
  StandingMonitor,
  StandingScope,
  Vpc,
  VpcEndpoint,
  World,
} from '../world/world.ts';
import type { Change } from './scenario.ts';

/*
 * What can be different in a world, as data: a scenario is a list of these. Each bears that others came before it,
 * and copies what it sets, for a world may change it.
 */

/** What is to be overwritten; undefined takes away. */
type Other<T> = { [Key in keyof T]?: T[Key] | undefined };

const each =
  <T extends object>(select: (world: World) => T[], other: Other<T>): Change =>
  (world) => {
    for (const item of select(world)) Object.assign(item, structuredClone(other));
  };

export const clusters = (other: Other<Cluster>) => each((world) => world.clusters, other);

export const nodegroups = (other: Other<Nodegroup>) =>
  each((world) => world.clusters.flatMap((cluster) => cluster.nodegroups), other);

export const agentAddon = (other: Other<Addon>) =>
  each(
    (world) => world.clusters.flatMap(({ addons }) => addons.filter(({ name }) => name === AGENT_ADDON)),
    other,
  );

export const associations = (other: Other<PodIdentityAssociation>) =>
  each((world) => world.clusters.flatMap((cluster) => cluster.podIdentityAssociations), other);

export const role = (name: string, other: Other<Role>) =>
  each((world) => world.roles.filter((role) => role.name === name), other);

/** What nobody but the clusters' own API tells. */
export const inside = (other: Other<Inside>) =>
  each((world) => world.clusters.map((cluster) => cluster.inside), other);

/** Nodes of clusters. */
export const nodes = (other: Other<Instance>) =>
  each((world) => world.instances.filter(({ cluster }) => cluster !== undefined), other);

/** Instances outside clusters. */
export const hosts = (other: Other<Instance>) =>
  each((world) => world.instances.filter(({ cluster }) => cluster === undefined), other);

export const natGateways = (other: Other<NatGateway>) => each((world) => world.natGateways, other);

export const vpcs = (other: Other<Vpc>) => each((world) => world.vpcs, other);

/** Of the subnets that nodes are in. */
export const networkAcl =
  (entries: AclEntry[]): Change =>
  (world) => {
    world.networkAcls.push({
      id: 'acl-0e4b7d2a9c6f13580',
      name: 'demo-private',
      vpcId: VPC,
      isDefault: false,
      subnetIds: [PRIVATE_A, PRIVATE_B],
      entries: structuredClone(entries),
    });
  };

export const securityGroup = (wanted: string, other: Other<SecurityGroup>) =>
  each((world) => world.securityGroups.filter(({ id }) => id === wanted), other);

export const scope = (other: Other<StandingScope>) =>
  each((world) => (world.scope ? [world.scope] : []), other);

export const monitors = (other: Other<StandingMonitor>) => each((world) => world.monitors, other);

export const noScope: Change = (world) => {
  world.scope = undefined;
};

export const noMonitors: Change = (world) => {
  world.monitors = [];
};

export const noRoutesOut: Change = (world) => {
  for (const table of world.routeTables)
    table.routes = table.routes.filter(({ target }) => !target.startsWith('nat-'));
  world.natGateways = [];
};

/** Every pod sends to S3, at two addresses, and to DynamoDB; a tenth as much each as the workers do to the database. */
export const sendingOut: Change = (world) => {
  const outside: Peer[] = [
    { name: 's3', kind: 's3', ip: '203.0.113.66' },
    { name: 's3-other', kind: 's3', ip: '203.0.113.67' },
    { name: 'dynamodb', kind: 'dynamodb', ip: '203.0.113.80' },
  ];
  world.peers = [...world.peers.filter(({ kind }) => kind !== 's3'), ...structuredClone(outside)];
  world.flows = [
    ...world.flows.filter(({ remote }) => remote !== 's3'),
    ...fromEveryPod(world, outside, 443),
  ];
};

/** What every pod sends to each of these, a tenth as much as the workers do to the database. */
const fromEveryPod = (world: World, peers: readonly Peer[], targetPort: number): FlowSpec[] =>
  world.pods.flatMap(({ name }, i) =>
    peers.map((peer) => ({
      local: name,
      remote: peer.name,
      targetPort,
      recorded: i % 2 === 0 ? 'worker-a' : 'worker-b',
      bytes: 0.1,
      events: 0.1,
    })),
  );

/** Every pod sends to two hosts of a VPC behind a transit gateway, and to one of a VPC that is peered with. */
export const toOtherVpcs: Change = (world) => {
  const shared = { id: 'vpc-0a8e4c2f6b1d97350', name: 'shared', cidr: '10.78.0.0/16' };
  const partner = { id: 'vpc-0c5d9b3e7f2a18640', name: 'partner', cidr: '10.79.0.0/16' };
  const place = { zoneId: 'apne3-az1' };
  const [sharedSubnet, partnerSubnet] = ['subnet-0d2b8f4a6c9e13570', 'subnet-0f6a1c3e5b7d92480'];
  world.vpcs.push(shared, partner);
  world.subnets.push(
    { ...place, id: sharedSubnet, name: 'shared-a', vpcId: shared.id, cidr: '10.78.1.0/24' },
    { ...place, id: partnerSubnet, name: 'partner-a', vpcId: partner.id, cidr: '10.79.1.0/24' },
  );
  const peers: Peer[] = [
    {
      name: 'orders',
      kind: 'database',
      ip: '10.78.1.20',
      subnetId: sharedSubnet,
      eniId: 'eni-0a2c4e6f8b1d35790',
    },
    {
      name: 'stock',
      kind: 'database',
      ip: '10.78.1.21',
      subnetId: sharedSubnet,
      eniId: 'eni-0b3d5f7a9c2e46810',
    },
    {
      name: 'partner',
      kind: 'database',
      ip: '10.79.1.20',
      subnetId: partnerSubnet,
      eniId: 'eni-0c4e6a8b1d3f57920',
    },
  ];
  world.peers.push(...peers);
  world.transitGatewayAttachments.push({ id: TGW_ATTACHMENT, gatewayId: TGW, vpcId: VPC });
  for (const table of world.routeTables) {
    table.routes.push(
      { destination: shared.cidr, target: TGW },
      { destination: partner.cidr, target: PEERING },
    );
  }
  world.flows.push(...fromEveryPod(world, peers, 5432));
};

/** Every pod sends to an internal load balancer, which has a node in each of two zones. */
export const toLoadBalancer: Change = (world) => {
  const node = { kind: 'load-balancer', loadBalancer: LOAD_BALANCER } as const;
  const peers: Peer[] = [
    { ...node, name: 'alb-a', ip: '10.77.1.40', subnetId: PRIVATE_A, eniId: 'eni-0d5f7b9c2e4a68130' },
    { ...node, name: 'alb-b', ip: '10.77.2.40', subnetId: PRIVATE_B, eniId: 'eni-0e6a8c1d3f5b79240' },
  ];
  world.peers.push(...peers);
  world.flows.push(...fromEveryPod(world, peers, 443));
};

export const withoutAddon =
  (wanted: string): Change =>
  (world) => {
    for (const cluster of world.clusters)
      cluster.addons = cluster.addons.filter(({ name }) => name !== wanted);
  };

export const withoutRole =
  (...names: string[]): Change =>
  (world) => {
    world.roles = world.roles.filter(({ name }) => !names.includes(name));
  };

/** A service control policy of the organization; conditions keep it out of simulations. */
export const withControlPolicy =
  (document: PolicyDocument): Change =>
  (world) => {
    world.controlPolicies.push(structuredClone(document));
  };

export const withGroup =
  (group: SecurityGroup): Change =>
  (world) => {
    world.securityGroups.push(structuredClone(group));
  };

export const withEndpoint =
  (endpoint: VpcEndpoint): Change =>
  (world) => {
    world.vpcEndpoints.push(structuredClone(endpoint));
  };

/* An interface endpoint for what agents publish to, in the subnets of the nodes. */

const ENDPOINT_GROUP = 'sg-0a7e3c9d5b1f46820';

export const endpointGroup = (ingress: Rule[]): SecurityGroup => ({
  id: ENDPOINT_GROUP,
  name: 'demo-endpoints',
  description: 'Interface endpoints',
  vpcId: VPC,
  ingress,
  egress: [],
});

export const fromNodes: Rule = { protocol: 'tcp', port: 443, peer: { groupId: NODE_GROUP } };
export const fromVpc: Rule = { protocol: 'tcp', port: 443, peer: { cidr: '10.77.0.0/16' } };

export const endpoint = (privateDns: boolean): VpcEndpoint => ({
  id: 'vpce-0d4b8f2a6c1e97530',
  name: 'networkflowmonitorreports',
  vpcId: VPC,
  service: `com.amazonaws.${REGION}.networkflowmonitorreports`,
  state: 'available',
  interfaces: [
    { subnetId: PRIVATE_A, eniId: 'eni-0c1f7e4b9a6d23850', ip: '10.77.1.30' },
    { subnetId: PRIVATE_B, eniId: 'eni-0f5a2d8c3e7b14960', ip: '10.77.2.30' },
  ],
  securityGroupIds: [ENDPOINT_GROUP],
  privateDns,
  createdAt: '2026-09-01T02:08:00Z',
});

/** The agent's role by the cluster's identity provider instead of Pod Identity; it trusts this service account. */
export function irsa(serviceAccount: string): Change {
  return (world, now) => {
    for (const { name } of world.clusters) {
      const provider = providerArn(world, name);
      const issuer = issuerOf(world, name);
      world.oidcProviders.push(provider);
      const subject = `system:serviceaccount:${AGENT_NAMESPACE}:${serviceAccount}`;
      const trust = role(AGENT_ROLE, {
        trust: {
          Version: '2012-10-17',
          Statement: [
            {
              Effect: 'Allow',
              Principal: { Federated: provider },
              Action: 'sts:AssumeRoleWithWebIdentity',
              Condition: {
                StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: subject },
              },
            },
          ],
        },
      });
      trust(world, now);
    }
    clusters({ podIdentityAssociations: [] })(world, now);
    agentAddon({ serviceAccountRoleArn: roleArn(AGENT_ROLE) })(world, now);
  };
}

/** Something that was done so many minutes before the fault of the recording began, or after it. */
export const noted =
  (
    minutesBefore: number,
    event: Omit<ManagementEvent, 'at'>,
    recording: RecordingName = 'packet-loss-3',
  ): Change =>
  (world, now) => {
    world.events.push({ ...structuredClone(event), at: beforeFault(recording, now, minutesBefore) });
  };

/** Something that will be done so many minutes after the sandbox has begun. */
export const notedLater =
  (minutes: number, event: Omit<ManagementEvent, 'at'>): Change =>
  (world, now) => {
    world.events.push({ ...structuredClone(event), at: instant(now + minutes * 60_000) });
  };

/** A rule of the nodes' security group. */
export const ruleRevoked: Omit<ManagementEvent, 'at'> = {
  source: 'ec2.amazonaws.com',
  name: 'RevokeSecurityGroupIngress',
  by: { role: 'deployer', session: 'alice' },
  request: {
    groupId: NODE_GROUP,
    ipPermissions: {
      items: [
        { ipProtocol: 'tcp', fromPort: 8080, toPort: 8080, ipRanges: { items: [{ cidrIp: '10.0.0.0/8' }] } },
      ],
    },
  },
};

/** A route of the nodes' subnets. */
export const routeReplaced: Omit<ManagementEvent, 'at'> = {
  source: 'ec2.amazonaws.com',
  name: 'ReplaceRoute',
  by: { user: 'bob' },
  request: {
    routeTableId: 'rtb-0b4f8c3e5a1d97260',
    destinationCidrBlock: '10.78.0.0/16',
    transitGatewayId: 'tgw-0b3e8c5f1a7d92460',
  },
};

/** EKS and CloudTrail both know of it, by the same ID. */
export const addonUpdated =
  (
    addonName: string,
    addonVersion: string,
    minutesBefore: number,
    recording: RecordingName = 'packet-loss-3',
  ): Change =>
  (world, now) => {
    const createdAt = beforeFault(recording, now, minutesBefore);
    const id = stableUuid(`${addonName}${addonVersion}`);
    for (const { name: clusterName, addons, updates } of world.clusters) {
      for (const addon of addons)
        if (addon.name === addonName) Object.assign(addon, { version: addonVersion, modifiedAt: createdAt });
      updates.push({
        id,
        type: 'AddonUpdate',
        status: 'Successful',
        params: [{ type: 'AddonVersion', value: addonVersion }],
        createdAt,
        addon: addonName,
      });
      world.events.push({
        at: createdAt,
        source: 'eks.amazonaws.com',
        name: 'UpdateAddon',
        by: { role: 'deployer', session: 'alice' },
        request: { name: clusterName, addonName, addonVersion },
        response: { update: { id } },
      });
    }
  };

/** The pods of a service are made anew, of another template. */
export const rolledOut =
  (service: string, minutesBefore: number, recording: RecordingName = 'packet-loss-3'): Change =>
  (world, now) => {
    const startedAt = beforeFault(recording, now, minutesBefore);
    for (const pod of world.pods) if (pod.service === service) pod.startedAt = startedAt;
  };

export function beforeFault(recording: RecordingName, now: number, minutes: number): string {
  return instant(faultStart(recording, now) - minutes * 60_000);
}

/** What another service counts in a minute: before the fault of the recording, and since. */
export const counted =
  (
    metric: Pick<OtherMetric, 'namespace' | 'name' | 'dimensions' | 'cumulative'>,
    before: number,
    since: number,
    recording: RecordingName = 'packet-loss-3',
  ): Change =>
  (world, now) => {
    const steps = [
      { from: beforeFault(recording, now, 24 * 60), value: before },
      { from: beforeFault(recording, now, 0), value: since },
    ];
    world.metrics.push({ ...structuredClone(metric), steps });
  };
