import type { Aws } from '../aws/aws.ts';
import { ec2, type Instance } from '../aws/ec2.ts';
import type { ClusterDetails } from '../aws/eks.ts';
import { ssm } from '../aws/ssm.ts';
import type { Gaps } from '../collect/gaps.ts';
import { ADDON, POD_IDENTITY_ADDON } from '../doctor/agent.ts';
import { agentRole, associationsOf, fitRole, placeOf, seenIn } from '../doctor/agent-role.ts';
import { Facts } from '../doctor/facts.ts';
import { lookups } from '../manage/resources.ts';
import { planMonitors, wantedMonitors } from '../manage/wanted.ts';
import { NotFoundError } from '../model/errors.ts';
import { nameIn, type Owner, ownerOf } from '../model/ids.ts';
import type { Tags } from '../model/stack.ts';
import { isGoing } from '../network/status.ts';
import { type HostFact, isOurs, type RoleFact, type SetupFacts } from './setup.ts';

interface SetupRequest {
  /** Empty: those in which instances run. */
  vpcIds: readonly string[];
  tags: Tags;
  hostTag: { key: string; value: string } | null;
  quota: number;
  now: number;
  gaps: Gaps;
}

/** Without scope, monitors and instances nothing can be said; what EKS and IAM refuse leaves out what depends on it. */
export async function readSetup(aws: Aws, request: SetupRequest): Promise<SetupFacts> {
  const { gaps, now } = request;
  const facts = new Facts(aws, { target: { kind: 'scope', id: null }, now });
  const [caller, scope, running] = await Promise.all([facts.caller(), facts.scopeDetails(), facts.running()]);
  const owner: Owner = { ...ownerOf(caller.arn, aws.region), accountId: caller.accountId };
  const vpcIds = [
    ...new Set(request.vpcIds.length > 0 ? request.vpcIds : running.map((i) => i.vpcId)),
  ].sort();
  if (vpcIds.length === 0) {
    throw new NotFoundError('no-vpc', `No instance runs in ${aws.region}: which VPC is meant is not known.`, {
      hint: 'Name it: --vpc vpc-…',
    });
  }
  const all = request.vpcIds.length === 0;
  const monitors = await monitorsOf(aws, facts, owner, { ...request, vpcIds, all });
  const { hostTag } = request;
  const tagged = hostTag && (await ec2(aws).tagged(hostTag.key, hostTag.value));
  const inVpcs = running.filter(({ id, vpcId }) => vpcIds.includes(vpcId) && (tagged?.has(id) ?? true));
  const clusters = await gaps.tolerate([], 'Clusters could not be read: what is for EKS is left out.', () =>
    facts.clusters(),
  );
  const own = clusters.filter(({ vpcId }) => vpcIds.includes(vpcId ?? ''));
  const [clusterFacts, hosts, associations] = await Promise.all([
    Promise.all(own.sort(byName).map((cluster) => clusterOf(facts, cluster, owner, gaps))),
    hostsOf(facts, inVpcs, gaps),
    gaps.tolerate(
      [],
      'Associations could not be read: those of agents are written as if none was there.',
      () => ssm(aws).associations(),
    ),
  ]);
  return {
    owner,
    vpcIds,
    scope,
    monitors,
    clusters: clusterFacts.filter((cluster) => cluster !== null),
    hosts,
    taggedNodes: tagged ? inVpcs.flatMap(({ id, cluster }) => (cluster === null ? [] : id)) : [],
    associations: associations.filter(isOurs).sort(byName),
  };
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** Those that the VPCs want, there or not; where no VPC is named, all others that are there too. */
async function monitorsOf(
  aws: Aws,
  facts: Facts,
  owner: Owner,
  { vpcIds, tags, quota, all }: Pick<SetupRequest, 'vpcIds' | 'tags' | 'quota'> & { all: boolean },
): Promise<SetupFacts['monitors']> {
  const look = lookups(aws);
  const [monitors, wanted] = await Promise.all([
    facts.monitors(),
    Promise.all(
      vpcIds.map((value) =>
        wantedMonitors(
          { name: undefined, local: [{ kind: 'vpc', value, option: '--vpc' }], remote: [], perZone: true },
          owner,
          look,
        ),
      ),
    ),
  ]);
  const there = monitors.filter((monitor) => !isGoing(monitor));
  const plan = planMonitors(wanted.flat(), {
    scopeArn: '',
    monitors: there,
    tags,
    quota,
    region: aws.region,
  });
  const present = all ? there : plan.present;
  const known = new Map([...present].map((monitor) => [monitor.name, monitor]));
  return [
    ...[...known.values()].map(({ name, local, remote, tags: own }) => ({
      name,
      local,
      remote,
      there: { tags: own },
    })),
    ...wanted
      .flat()
      .filter(({ name }) => plan.create.some(({ monitorName }) => monitorName === name))
      .map(({ name, local, remote }) => ({ name, local, remote, there: null })),
  ].sort(byName);
}

async function clusterOf(
  facts: Facts,
  cluster: ClusterDetails,
  owner: Owner,
  gaps: Gaps,
): Promise<SetupFacts['clusters'][number] | null> {
  const effect = `Cluster ${cluster.name} could not be read: it is left out.`;
  return gaps.tolerate(null, effect, async () => {
    const [addon, identity, { right }, place, role, seen] = await Promise.all([
      facts.addon(cluster, ADDON),
      facts.addon(cluster, POD_IDENTITY_ADDON),
      associationsOf(facts, cluster),
      placeOf(facts, cluster),
      agentRole(facts, cluster),
      seenIn(facts, cluster),
    ]);
    const fit = right
      ? null
      : await gaps.tolerate(null, 'Roles could not be read: a new one is made for agents in clusters.', () =>
          fitRole(facts, cluster),
        );
    // That of another account is that account's.
    const acts = role?.targetArn ?? role?.arn ?? null;
    const isOwn = acts !== null && ownerOf(acts, owner.region).accountId === owner.accountId;
    const effect =
      'Whether the roles of agents in clusters may publish is unknown: nothing is added to them.';
    return {
      name: cluster.name,
      version: cluster.version,
      agents: addon ? 'addon' : seen?.agents?.daemonSet ? 'chart' : 'missing',
      podIdentity: identity ? 'addon' : cluster.autoMode ? 'built-in' : 'missing',
      namespace: place.namespace,
      serviceAccount: place.serviceAccount,
      daemonSet: place.daemonSet,
      association: right && role ? { id: right.id, roleArn: role.arn } : null,
      irsa: role?.by === 'irsa',
      fitRole: fit,
      role: isOwn
        ? await gaps.tolerate<RoleFact>({ roleName: nameIn(acts), publishes: null }, effect, async () => ({
            roleName: nameIn(acts),
            publishes: await facts.mayPublish(acts),
          }))
        : null,
    };
  });
}

/** Nodes have the add-on, and Windows has no agent. */
async function hostsOf(facts: Facts, instances: readonly Instance[], gaps: Gaps): Promise<HostFact[]> {
  const hosts = instances.filter(({ cluster, platform }) => cluster === null && !/windows/i.test(platform));
  if (hosts.length === 0) return [];
  const effect = 'Which instances Systems Manager reaches is unknown.';
  const managed = await gaps.tolerate(null, effect, () => facts.managed());
  return Promise.all(
    hosts.map(async ({ id, profileArn }) => {
      const managedNow = managed && managed.get(id)?.pingStatus === 'Online';
      if (profileArn === null) return { id, roleName: null, publishes: null, managed: managedNow };
      const effect = `Whether the roles of instances may publish is unknown: nothing is added to them.`;
      // As long as nobody tells its role, the name of its profile stands for it.
      const unknown = { id, roleName: nameIn(profileArn), publishes: null, managed: managedNow };
      return gaps.tolerate<HostFact>(unknown, effect, async () => {
        const arn = await facts.profileRole(profileArn);
        if (arn === null) return { ...unknown, roleName: null };
        return { ...unknown, roleName: nameIn(arn), publishes: await facts.mayPublish(arn) };
      });
    }),
  );
}
