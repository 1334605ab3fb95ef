import type { ClusterDetails } from '../../aws/eks.ts';
import { aws, type CommandLine, kubectl } from '../../model/command-line.ts';
import { RefusedError, UnreachableError } from '../../model/errors.ts';
import { many } from '../../model/units.ts';
import { ALL_TOLERATIONS, configurationOf } from '../addon.ts';
import { ADDON } from '../agent.ts';
import { allPublish, clusterCheck, failed, notApplicable, passed, unknown, warned } from '../check.ts';
import { type InCluster, inCluster } from '../cluster/in-cluster.ts';
import { type DaemonSet, whyNot } from '../cluster/objects.ts';
import { others, restartLine, shortened, some } from '../cluster/words.ts';
import type { Facts } from '../facts.ts';
import { routeToNat } from '../way-out.ts';
import { type Inside, insideCheck } from './cluster-api.ts';

/*
 * What only the cluster tells of the agent's DaemonSet: whether there is one, and what keeps its pods from being made.
 */

const USER_GUIDE = 'https://docs.aws.amazon.com/eks/latest/userguide';

const DAEMON_SETS = 'https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/';

export const agentDaemonSet = clusterCheck({
  id: 'agent-daemonset',
  title: 'the DaemonSet wants an agent on every node that can have one',
  source: DAEMON_SETS,
  needs: ['cluster-api', 'eks-addon-installed'],
  async run(facts, cluster) {
    const { name } = cluster;
    const [addon, instances] = await Promise.all([facts.addon(cluster, ADDON), facts.nodes(cluster)]);
    const proven = () => allPublish(facts, instances);
    let seen: InCluster;
    try {
      seen = await inCluster(facts, cluster);
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
      return notApplicable(`Every node of cluster ${name} publishes.`);
    }
    const reinstall =
      addon &&
      aws('eks update-addon', {
        'cluster-name': name,
        'addon-name': ADDON,
        'resolve-conflicts': 'OVERWRITE',
        region: facts.region,
      });
    if (!seen.agents) {
      const [elsewhere] = seen.others;
      if (elsewhere) {
        return warned({
          finding: `The agents of cluster ${name} are in ${elsewhere.namespace}, and its add-on is in ${addon?.namespace}: they are not the add-on's.`,
          evidence: { daemonSet: elsewhere.name, namespace: elsewhere.namespace },
        });
      }
      if (addon?.status !== 'ACTIVE') return notApplicable(`Cluster ${name} has no DaemonSet of the agent.`);
      return failed({
        finding: `${ADDON} of cluster ${name} is ACTIVE, and the cluster has no DaemonSet of the agent: somebody deleted it.`,
        evidence: { addon: addon.version },
        fix: reinstall,
      });
    }
    const { daemonSet: set, pods } = seen.agents;
    const { desired, current, ready, updated } = set;
    const able = (seen.nodes ?? []).filter((n) => n.os === 'linux' && !n.fargate && !n.hybrid);
    const kept = able.flatMap((node) => {
      const why = whyNot(set, node);
      return why === null ? [] : [{ node: node.name, why }];
    });
    const evidence = {
      namespace: set.namespace,
      daemonSet: set.name,
      desired,
      current,
      ready,
      updated,
      nodes: seen.nodes?.length ?? null,
      withoutAgent: kept,
      others: (seen.nodes ?? []).filter((n) => !able.includes(n)).map((n) => n.name),
    };
    if (seen.nodes !== null && able.length === 0)
      return notApplicable(`No node of cluster ${name} can have an agent.`);
    if (kept.length > 0 || (desired === 0 && instances.length > 0)) {
      const reasons = [...new Set(kept.map(({ why }) => why))];
      const which = kept.length === able.length ? 'any node' : some(kept.map(({ node }) => node));
      const selected = Object.entries(set.nodeSelector).flatMap(([key, value]) =>
        able.some((n) => n.labels[key] !== value) ? [key] : [],
      );
      const found = {
        finding: `DaemonSet ${set.name} of cluster ${name} wants no agent on ${which}: ${reasons.join('; ') || 'its selector matches none'}.`,
        evidence,
        fix:
          selected.length > 0
            ? unselect(facts, cluster, addon, set, selected)
            : reasons.some((why) => why.startsWith('taint'))
              ? tolerate(facts, cluster, addon, set)
              : (reinstall ?? kubectl(set.namespace, 'get daemonset -o yaml', {}, set.name)),
        follows: ['eks-addon-tolerations'],
      };
      return (await proven()) ? warned(found) : failed(found);
    }
    if (desired === null)
      return unknown({ finding: `DaemonSet ${set.name} of cluster ${name} has no status yet.`, evidence });
    if (updated !== null && updated < desired && pods.length > 0) {
      return warned({
        finding: `DaemonSet ${set.name} of cluster ${name} is being rolled out: ${updated} of ${many(desired, 'agent is', 'agents are')} up to date.`,
        evidence,
      });
    }
    return passed(
      `DaemonSet ${set.name} of cluster ${name}: ${desired} desired, ${current ?? '?'} current, ${ready ?? '?'} ready.`,
      evidence,
    );
  },
});

type MaybeAddon = Awaited<ReturnType<Facts['addon']>>;

/** Where the add-on's configuration is understood, there; else in the DaemonSet, where it holds until that is replaced. */
function tolerate(facts: Facts, cluster: ClusterDetails, addon: MaybeAddon, set: DaemonSet): CommandLine {
  const values = addon && configurationOf(addon);
  return values
    ? configure(facts, cluster.name, { ...values, tolerations: ALL_TOLERATIONS })
    : patch(set, { tolerations: ALL_TOLERATIONS });
}

/** What the add-on was not given it does not take away again: it was put into the DaemonSet by hand. */
function unselect(
  facts: Facts,
  cluster: ClusterDetails,
  addon: MaybeAddon,
  set: DaemonSet,
  keys: readonly string[],
): CommandLine {
  const values = addon && configurationOf(addon);
  const given = (values?.nodeSelector ?? {}) as Record<string, unknown>;
  if (!values || !keys.some((key) => key in given))
    return patch(set, { nodeSelector: Object.fromEntries(keys.map((key) => [key, null])) });
  const nodeSelector = Object.fromEntries(Object.entries(given).filter(([key]) => !keys.includes(key)));
  return configure(facts, cluster.name, { ...values, nodeSelector });
}

function patch({ namespace, name }: DaemonSet, spec: object): CommandLine {
  return kubectl(namespace, 'patch daemonset', { patch: { spec: { template: { spec } } } }, name);
}

export function configure(facts: Facts, cluster: string, values: object): CommandLine {
  return aws('eks update-addon', {
    'cluster-name': cluster,
    'addon-name': ADDON,
    'configuration-values': values,
    region: facts.region,
  });
}

/** The same with something of its own beside what is configured; of a chart, what shows where it stands. */
export async function configured(
  { facts, cluster, agents: { daemonSet } }: Inside,
  change: (values: NonNullable<ReturnType<typeof configurationOf>>) => object,
): Promise<CommandLine> {
  const addon = await facts.addon(cluster, ADDON);
  const values = addon && configurationOf(addon);
  return values
    ? configure(facts, cluster.name, change(values))
    : kubectl(daemonSet.namespace, 'get daemonset -o yaml', {}, daemonSet.name);
}

export const agentAdmitted = insideCheck({
  id: 'agent-admitted',
  title: "the cluster lets the agents' pods in",
  source: 'https://kubernetes.io/docs/concepts/security/pod-security-admission/',
  async run({ cluster, agents: { daemonSet: set, pods, events } }) {
    const { desired, current } = set;
    const missing = (desired ?? 0) - (current ?? 0);
    const refused = events.filter((e) => e.about === `DaemonSet/${set.name}` && e.reason === 'FailedCreate');
    const [last] = refused.slice(-1);
    const evidence = { desired, current, events: refused.slice(-3).map((e) => e.message) };
    if (missing <= 0 || pods.length >= (desired ?? 0))
      return passed(`Cluster ${cluster.name} made all pods that DaemonSet ${set.name} wants.`, evidence);
    if (!last) {
      return warned({
        finding: `DaemonSet ${set.name} of cluster ${cluster.name} lacks ${missing} of ${desired} pods, and no event says why.`,
        evidence,
        fix: kubectl(set.namespace, 'describe daemonset', {}, set.name),
      });
    }
    const isStandard = /PodSecurity/.test(last.message);
    const [, quota] = /exceeded quota: ([a-z0-9][a-z0-9.-]*),/.exec(last.message) ?? [];
    const isHook = /admission webhook/.test(last.message);
    return failed({
      finding: `Cluster ${cluster.name} refuses ${missing} of ${desired} pods of the agent: ${shortened(last.message)}`,
      evidence,
      fix: isStandard
        ? [
            kubectl(
              null,
              'label namespace',
              { overwrite: true },
              set.namespace,
              'pod-security.kubernetes.io/enforce=privileged',
            ),
            restartLine(set),
          ]
        : quota !== undefined
          ? kubectl(set.namespace, 'describe resourcequota', {}, quota)
          : [
              kubectl(set.namespace, 'describe daemonset', {}, set.name),
              ...(isHook
                ? [kubectl(null, 'get validatingwebhookconfigurations,mutatingwebhookconfigurations')]
                : []),
            ],
    });
  },
});

export const agentPlaced = insideCheck({
  id: 'agent-placed',
  title: 'nodes have room for the agents',
  source: 'https://kubernetes.io/docs/concepts/scheduling-eviction/',
  async run(inside) {
    const { cluster, agents } = inside;
    const { daemonSet: set, pods } = agents;
    const pending = pods.filter((pod) => pod.phase === 'Pending' && pod.node === null);
    const running = new Set(pods.filter((p) => p.ready).map((p) => p.node));
    const evicted = pods.filter((p) => p.reason === 'Evicted' && !running.has(p.node));
    const [first] = [...pending, ...evicted];
    const evidence = {
      pending: pending.map((p) => ({ pod: p.name, why: p.unschedulable })),
      evicted: evicted.map((p) => ({ pod: p.name, node: p.node, why: p.message })),
    };
    if (!first)
      return passed(`No agent of cluster ${cluster.name} waits for a node, or was evicted.`, evidence);
    const why = first.unschedulable ?? first.message ?? 'the scheduler has not said why yet';
    const what = evicted.includes(first) ? `was evicted from ${first.node}` : 'finds no node';
    return failed({
      finding: `${first.name} of cluster ${cluster.name} ${what}${others(pending.length + evicted.length)}: ${shortened(why)}`,
      evidence,
      fix: [
        kubectl(set.namespace, 'describe pod', {}, first.name),
        await configured(inside, (values) => ({ ...values, priorityClassName: 'system-node-critical' })),
      ],
    });
  },
});

export const IMAGE =
  /^(ErrImagePull|ImagePullBackOff|InvalidImageName|ErrImageNeverPull|RegistryUnavailable|ImageInspectError)$/;
const NO_WAY =
  /i\/o timeout|dial tcp|context deadline|no such host|connection refused|TLS handshake timeout/i;

export const agentImage = insideCheck({
  id: 'agent-image',
  title: "nodes can pull the agent's image",
  source: `${USER_GUIDE}/private-clusters.html`,
  async run({ facts, cluster, agents: { daemonSet: set, pods, events } }) {
    const waiting = pods.filter((pod) => IMAGE.test(pod.waiting?.reason ?? ''));
    const [first] = waiting;
    if (!first)
      return passed(`No agent of cluster ${cluster.name} waits for its image.`, { image: set.image });
    const said = events
      .filter((e) => e.about === `Pod/${first.name}` && /pull/i.test(e.message))
      .map((e) => e.message)
      .sort((a, b) => b.length - a.length)[0];
    const why = said ?? first.waiting?.message ?? '';
    const evidence = { image: set.image, pods: waiting.map((p) => p.name), said: why };
    return failed({
      finding: `${first.name} of cluster ${cluster.name} cannot pull its image (${first.waiting?.reason})${others(waiting.length)}: ${shortened(why)}${NO_WAY.test(why) ? ' Its node reaches no registry: a NAT gateway, or endpoints for ecr.api, ecr.dkr and s3, are missing.' : ''}`,
      evidence,
      fix: [
        kubectl(set.namespace, 'describe pod', {}, first.name),
        ...(NO_WAY.test(why) ? await registryCommands(facts, cluster) : []),
      ],
    });
  },
});

/** A route to a NAT gateway that is there; else endpoints for the registry, in the subnets of the nodes, one a zone. */
async function registryCommands(facts: Facts, cluster: ClusterDetails): Promise<CommandLine[]> {
  const [nodes, subnets, tables] = await Promise.all([
    facts.nodes(cluster),
    facts.subnets(),
    facts.routeTables(),
  ]);
  const ids = new Set(nodes.map((n) => n.subnetId));
  const zones = new Map(subnets.filter((s) => ids.has(s.id)).map((s) => [s.azId, s.id]));
  const groups = [...new Set(nodes.flatMap((n) => n.securityGroupIds))].sort();
  const vpcId = cluster.vpcId ?? nodes[0]?.vpcId ?? '';
  const { region } = facts;
  const [node] = nodes;
  const nat = node ? await routeToNat(facts, node) : null;
  if (nat) return [nat.fix];
  const routes = tables.filter((t) => t.vpcId === vpcId && (t.main || t.subnetIds.some((id) => ids.has(id))));
  return [
    ...['ecr.api', 'ecr.dkr'].map((service) =>
      aws('ec2 create-vpc-endpoint', {
        'vpc-id': vpcId,
        'vpc-endpoint-type': 'Interface',
        'service-name': `com.amazonaws.${region}.${service}`,
        'subnet-ids': [...zones.values()],
        'security-group-ids': groups,
        'private-dns-enabled': true,
        region,
      }),
    ),
    aws('ec2 create-vpc-endpoint', {
      'vpc-id': vpcId,
      'service-name': `com.amazonaws.${region}.s3`,
      'route-table-ids': routes.map((t) => t.id),
      region,
    }),
  ];
}
