import type { ClusterDetails } from '../../aws/eks.ts';
import { refusedBy } from '../../aws/refusals.ts';
import { aws, type CommandLine, kubectl } from '../../model/command-line.ts';
import { type NfmError, RefusedError, UnreachableError } from '../../model/errors.ts';
import { nameIn, ownerOf } from '../../model/ids.ts';
import { many } from '../../model/units.ts';
import { ALL_TOLERATIONS, configurationOf } from '../addon.ts';
import { ADDON } from '../agent.ts';
import { agentRole } from '../agent-role.ts';
import {
  allPublish,
  type Check,
  clusterCheck,
  failed,
  notApplicable,
  type Outcome,
  ofEach,
  passed,
  unknown,
  warned,
} from '../check.ts';
import { type Agents, type InCluster, inCluster, logsOf } from '../cluster/in-cluster.ts';
import { abridged, type Complaint } from '../cluster/logs.ts';
import { type DaemonSet, whyNot } from '../cluster/objects.ts';
import { restartAgents } from '../cluster/restart.ts';
import type { Facts } from '../facts.ts';
import { routeToNat } from '../way-out.ts';

/*
 * What only the cluster tells: its own view of the agent's DaemonSet, their pods, events and logs.
 */

const USER_GUIDE = 'https://docs.aws.amazon.com/eks/latest/userguide';

export const clusterApi = clusterCheck({
  id: 'cluster-api',
  title: 'the cluster lets nfm see its agents',
  source: `${USER_GUIDE}/access-policy-permissions.html`,
  async run(facts, cluster) {
    try {
      const { nodes, agents } = await inCluster(facts, cluster);
      const evidence = { nodes: nodes?.length ?? null, pods: agents?.pods.length ?? 0 };
      return nodes === null
        ? passed(`Cluster ${cluster.name} shows its agents, and not its nodes.`, evidence)
        : passed(`Cluster ${cluster.name} shows its agents and nodes.`, evidence);
    } catch (error) {
      if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
      const nodes = await facts.nodes(cluster);
      if (await allPublish(facts, nodes)) {
        return passed(`${error.message} But every node publishes: so its agents are in order.`, {
          code: error.code,
        });
      }
      return unseen(facts, cluster, error);
    }
  },
});

/** With what lets this identity in: it reads no Secrets, as AmazonEKSAdminViewPolicy would. */
async function unseen(facts: Facts, cluster: ClusterDetails, error: NfmError): Promise<Outcome> {
  const { code, message, action, answer } = error;
  const evidence = { code, action: action ?? null, message, answer: answer ?? null };
  const fix =
    code === 'no-access-entry' || code === 'cluster-denied'
      ? await accessCommands(facts, cluster, code === 'no-access-entry')
      : code === 'cluster-unreachable'
        ? aws('eks describe-cluster', {
            name: cluster.name,
            query: 'cluster.resourcesVpcConfig',
            region: facts.region,
          })
        : null;
  const where =
    code === 'cluster-unreachable'
      ? ' Where its endpoint is private, run nfm inside the VPC; else it may not admit this address.'
      : '';
  return unknown({ finding: `${message}${where}`, evidence, fix });
}

async function accessCommands(
  facts: Facts,
  { name, arn }: ClusterDetails,
  isNew: boolean,
): Promise<CommandLine[]> {
  const { region } = facts;
  const principal = { 'cluster-name': name, 'principal-arn': await principalOf(facts), region };
  const { partition } = ownerOf(arn, region);
  return [
    ...(isNew ? [aws('eks create-access-entry', principal)] : []),
    aws('eks associate-access-policy', {
      ...principal,
      'policy-arn': `arn:${partition}:eks::aws:cluster-access-policy/AmazonEKSViewPolicy`,
      'access-scope': 'type=cluster',
    }),
  ];
}

/** An entry is for the role, not for a session of it; its path is known to IAM alone. */
async function principalOf(facts: Facts): Promise<string> {
  const { arn } = await facts.caller();
  const [, partition, account, role] = /^arn:([\w-]+):sts::(\d+):assumed-role\/([^/]+)\//.exec(arn) ?? [];
  if (role === undefined) return arn;
  const known = await facts.role(role).catch(() => null);
  return known?.arn || `arn:${partition}:iam::${account}:role/${role}`;
}

interface Inside {
  facts: Facts;
  cluster: ClusterDetails;
  seen: InCluster;
  agents: Agents;
}

/** Of a cluster that shows its agents. Where every node publishes all the same, what is found only warns. */
function insideCheck(
  part: Omit<Parameters<typeof clusterCheck>[0], 'run' | 'needs'> & {
    run(inside: Inside): Promise<Outcome>;
  },
): Check<ClusterDetails> {
  return clusterCheck({
    ...part,
    needs: ['cluster-api'],
    async run(facts, cluster) {
      try {
        const seen = await inCluster(facts, cluster);
        const { agents } = seen;
        if (!agents) return notApplicable(`Cluster ${cluster.name} has no DaemonSet of the agent.`);
        const outcome = await part.run({ facts, cluster, seen, agents });
        if (outcome.status !== 'fail') return outcome;
        const proven = await allPublish(facts, await facts.nodes(cluster));
        return proven ? { ...outcome, status: 'warn', follows: [] } : outcome;
      } catch (error) {
        // 'needs' has answered; its nodes publish, or this part of it alone is refused.
        if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
        if (await allPublish(facts, await facts.nodes(cluster)))
          return notApplicable(`Every node of cluster ${cluster.name} publishes.`);
        return unseen(facts, cluster, error);
      }
    },
  });
}

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

function configure(facts: Facts, cluster: string, values: object): CommandLine {
  return aws('eks update-addon', {
    'cluster-name': cluster,
    'addon-name': ADDON,
    'configuration-values': values,
    region: facts.region,
  });
}

/** The same with something of its own beside what is configured; of a chart, what shows where it stands. */
async function configured(
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
            restart(set),
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

const IMAGE =
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

export const agentRuns = insideCheck({
  id: 'agent-runs',
  title: 'agents run, and do not end',
  source: 'https://github.com/aws/network-flow-monitor-agent',
  async run(inside) {
    const { facts, cluster, seen, agents } = inside;
    const { daemonSet: set, pods } = agents;
    const crashing = pods.filter(
      (p) =>
        !p.ready &&
        !IMAGE.test(p.waiting?.reason ?? '') &&
        (p.ended !== null ||
          /CrashLoopBackOff|RunContainerError|CreateContainer/.test(p.waiting?.reason ?? '')),
    );
    const [first] = crashing;
    if (!first) {
      const restarted = pods.filter((p) => p.restarts > 3);
      const evidence = {
        restarts: pods.map((p) => ({ pod: p.name, restarts: p.restarts })).filter((p) => p.restarts > 0),
      };
      if (restarted.length > 0) {
        const [worst] = restarted;
        return warned({
          finding: `${worst?.name} of cluster ${cluster.name} was restarted ${worst?.restarts} times${worst?.ended ? `, the last time for ${worst.ended.reason}` : ''}${others(restarted.length)}.`,
          evidence,
          fix: kubectl(set.namespace, 'describe pod', {}, worst?.name ?? ''),
        });
      }
      return passed(`No agent of cluster ${cluster.name} ends by itself.`, evidence);
    }
    const logs = await logsOf(facts, cluster, 'ended').catch(() => []);
    const said = logs.find(({ pod }) => pod.name === first.name) ?? logs[0];
    const complaint = said?.log.complaints.find((c) => ENDING[c.kind] !== undefined);
    const node = seen.nodes?.find((n) => n.name === first.node);
    const evidence = {
      pods: crashing.map((p) => ({ pod: p.name, node: p.node, restarts: p.restarts, ended: p.ended })),
      said: said?.log.complaints ?? [],
      kernel: node?.kernel ?? null,
    };
    const who = `${first.name} of cluster ${cluster.name}`;
    const more = others(crashing.length);
    if (first.ended?.reason === 'OOMKilled') {
      return failed({
        finding: `${who} is killed for want of memory (OOMKilled)${more}: it uses more than its limit${set.memoryLimit ? `, ${set.memoryLimit}` : ''}.`,
        evidence,
        fix: await configured(inside, ({ resources, ...values }) => {
          const { limits, ...others } = (resources ?? {}) as { limits?: object };
          return {
            ...values,
            resources: { ...others, limits: { ...limits, memory: doubled(set.memoryLimit) } },
          };
        }),
      });
    }
    const ending = complaint && ENDING[complaint.kind];
    if (complaint && ending) {
      return failed({
        finding: `${who} ends again and again${more}: ${shortened(complaint.line)} ${ending.words(node?.kernel ?? '')}`,
        evidence,
        fix: ending.values
          ? await configured(inside, ending.values)
          : kubectl(set.namespace, 'logs', { previous: true }, first.name),
        follows: ending.follows ?? [],
      });
    }
    const why = first.ended
      ? `${first.ended.reason || 'it ended'}${first.ended.exitCode === null ? '' : `, exit code ${first.ended.exitCode}`}. ${shortened(first.ended.message)}`
      : shortened(`${first.waiting?.reason ?? ''} ${first.waiting?.message ?? ''}`);
    return failed({
      finding: `${who} ends again and again${more}: ${why}`.trim(),
      evidence,
      fix: kubectl(set.namespace, 'logs', { previous: true }, first.name),
    });
  },
});

const MIB: Readonly<Record<string, number>> = {
  Ki: 1 / 1024,
  Mi: 1,
  Gi: 1024,
  k: 1e3 / 2 ** 20,
  M: 1e6 / 2 ** 20,
  G: 1e9 / 2 ** 20,
};
/** What the chart gives (values.yaml of the agent's repository). */
const USUAL_LIMIT = 200;

/** Of a quantity of Kubernetes; never less than is usual. */
function doubled(limit: string): string {
  const [, amount, unit] = /^(\d{1,15})(Ki|Mi|Gi|k|M|G)?$/.exec(limit) ?? [];
  const mib = amount === undefined ? USUAL_LIMIT : Number(amount) * (MIB[unit ?? ''] ?? 2 ** -20);
  return `${Math.max(USUAL_LIMIT, Math.ceil(2 * mib))}Mi`;
}

interface Ending {
  words(kernel: string): string;
  values?: (values: NonNullable<ReturnType<typeof configurationOf>>) => object;
  follows?: string[];
}

/** Complaints that an agent ends with. */
const ENDING: Readonly<Partial<Record<Complaint, Ending>>> = {
  kernel: {
    words: (kernel) =>
      `The agent needs kernel 5.8 or newer${kernel ? `, and its node has ${kernel}` : ''}: give the node group a newer AMI (Amazon Linux 2023 has 6.1).`,
  },
  bpf: {
    words: () =>
      "Its kernel lacks what the agent's programs call (known of SLES 15 SP5 and Ubuntu 20.04): give the node group another AMI.",
  },
  cgroup: {
    words: () => 'The agent needs cgroup v2: give the node group a newer AMI (Amazon Linux 2023 has it).',
  },
  metadata: {
    words: () => 'The agent takes its Region from the instance metadata service.',
    follows: ['instance-metadata'],
  },
  address: {
    words: () => 'OPEN_METRICS_ADDRESS must be one that it understands, such as 0.0.0.0.',
    values: (values) => ({ ...values, env: { ...values.env, OPEN_METRICS_ADDRESS: '0.0.0.0' } }),
  },
};

export const agentCredentials = insideCheck({
  id: 'agent-credentials',
  title: 'agents started after they were given their role',
  source: `${USER_GUIDE}/pod-id-how-it-works.html`,
  async run({ facts, cluster, agents: { daemonSet: set, pods } }) {
    const role = await agentRole(facts, cluster);
    if (!role) return notApplicable(`The agents of cluster ${cluster.name} have no role.`);
    const ready = pods.filter((p) => p.ready);
    const since = role.since === null ? Number.NaN : Date.parse(role.since);
    // EKS puts into a pod what leads to its role when it is made, and never later.
    const without = ready.filter(
      (p) =>
        p.given !== role.by &&
        (Date.parse(p.createdAt ?? '') < since || p.given !== null || ready.some((q) => q.given === role.by)),
    );
    const evidence = {
      by: role.by,
      roleArn: role.arn,
      since: role.since,
      without: without.map((p) => p.name),
    };
    if (ready.length === 0) return notApplicable(`No agent of cluster ${cluster.name} is ready.`);
    if (without.length === 0)
      return passed(
        `The agents of cluster ${cluster.name} started after they were given their role.`,
        evidence,
      );
    return failed({
      finding: `Role ${nameIn(role.arn)} was given to the agents of cluster ${cluster.name} after ${without.length} of ${ready.length} had started: they go on without it until they are restarted.`,
      evidence,
      fix: restart(set),
    });
  },
  repair: (facts, clusters) => ofEach(clusters, (cluster) => restartAgents(facts, cluster)),
});

export const podIdentityOnNodes = insideCheck({
  id: 'pod-identity-on-nodes',
  title: 'the Pod Identity Agent runs on every node with an agent',
  source: `${USER_GUIDE}/pod-id-agent-setup.html`,
  async run({ facts, cluster, seen, agents: { pods } }) {
    const { identityAgent } = seen;
    const role = await agentRole(facts, cluster);
    if (!identityAgent || role?.by !== 'pod-identity')
      return notApplicable(`The agents of cluster ${cluster.name} need no pod of the Pod Identity Agent.`);
    const { daemonSet, pods: helpers } = identityAgent;
    const served = new Set(helpers.filter((p) => p.ready).map((p) => p.node));
    const without = [
      ...new Set(pods.flatMap((p) => (p.node !== null && !served.has(p.node) ? [p.node] : []))),
    ];
    const evidence = { desired: daemonSet.desired, ready: daemonSet.ready, without };
    if (without.length === 0)
      return passed(`The Pod Identity Agent runs beside every agent of cluster ${cluster.name}.`, evidence);
    const stopped = helpers.find((p) => p.node !== null && without.includes(p.node));
    const why = stopped
      ? ` ${stopped.name} is ${stopped.waiting?.reason ?? stopped.reason ?? stopped.phase}.`
      : '';
    return failed({
      finding: `The Pod Identity Agent of cluster ${cluster.name} does not run on ${some(without)}: the agent there gets no credentials.${why}`,
      evidence,
      fix: [
        kubectl(daemonSet.namespace, 'get pods -o wide', {
          selector: Object.entries(daemonSet.selector)
            .map((pair) => pair.join('='))
            .join(','),
        }),
        kubectl(daemonSet.namespace, 'describe daemonset', {}, daemonSet.name),
      ],
    });
  },
});

const ROLE_CHECKS = [
  // It may run as an account that has no role.
  'eks-addon-version',
  'pod-identity-agent',
  'pod-identity-association',
  'agent-role-trust',
  'agent-role-permission',
  'agent-credentials',
  'pod-identity-on-nodes',
];
const NETWORK_CHECKS = [
  'endpoint-route',
  'endpoint-security-group',
  'endpoint-network-acl',
  'endpoint-dns',
  'vpc-dns',
];

/** What running agents complain of: in words, and which checks explain it. */
const COMPLAINTS: Readonly<Partial<Record<Complaint, { words: string; follows: string[] }>>> = {
  refused: {
    words: '',
    follows: [...ROLE_CHECKS, 'endpoint-policy'],
  },
  credentials: { words: 'they have no credentials.', follows: ROLE_CHECKS },
  dns: {
    words:
      'they cannot resolve the name that reports go to. Look at CoreDNS and at the DNS settings of the VPC.',
    follows: NETWORK_CHECKS,
  },
  proxy: {
    words: 'the proxy that they are told to use does not let their reports through.',
    follows: NETWORK_CHECKS,
  },
  tls: {
    words:
      'they do not trust the certificate that answers: something on the way inspects TLS, and its authority must be in caCerts of the configuration.',
    follows: NETWORK_CHECKS,
  },
  sending: { words: 'their reports do not get through.', follows: NETWORK_CHECKS },
};

export const agentReports = insideCheck({
  id: 'agent-reports',
  title: "AWS takes the agents' reports",
  source:
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor-troubleshooting.html',
  async run({ facts, cluster, agents: { daemonSet: set, pods } }) {
    if (!pods.some((p) => p.ready)) return notApplicable(`No agent of cluster ${cluster.name} is ready.`);
    const logs = await logsOf(facts, cluster, 'running');
    if (logs.length === 0)
      return unknown({ finding: `Cluster ${cluster.name} has no log of an agent that is ready.` });
    const evidence = {
      read: logs.map(({ pod, log }) => ({
        pod: pod.name,
        lastStatus: log.lastStatus,
        complaints: log.complaints,
      })),
    };
    const complaining = logs.flatMap(({ pod, log }) => {
      const found = log.complaints.findLast((c) => COMPLAINTS[c.kind] !== undefined);
      const kind = found && COMPLAINTS[found.kind];
      return found && kind ? [{ pod, found, ...kind }] : [];
    });
    const [first] = complaining;
    if (!first) {
      const told = logs.filter(({ log }) => log.lastStatus !== null);
      if (told.length === 0) {
        return warned({
          finding: `The agents of cluster ${cluster.name} have not sent a report yet.`,
          evidence,
        });
      }
      const status = told.find(({ log }) => log.lastStatus !== 200)?.log.lastStatus ?? 200;
      const words = `AWS answered the last reports of the agents of cluster ${cluster.name} with ${status}.`;
      return status === 200 ? passed(words, evidence) : warned({ finding: words, evidence });
    }
    const who = `the agents of cluster ${cluster.name} (${first.pod.name}${others(complaining.length)})`;
    const fix = kubectl(set.namespace, 'logs', { tail: '50' }, first.pod.name);
    const { follows } = first;
    if (first.found.kind === 'refused') {
      const finding = `AWS answers the reports of ${who} with 403${await whyRefused(facts, cluster, set, first.found.line)}`;
      return failed({ finding, evidence, fix, follows });
    }
    const proxy = set.env.HTTPS_PROXY ?? set.env.https_proxy;
    const through = first.found.kind === 'proxy' && proxy ? ` It is ${withoutUser(proxy)}.` : '';
    const resolvers = kubectl('kube-system', 'get pods -o wide', { selector: 'k8s-app=kube-dns' });
    return failed({
      finding: `In the logs of ${who}: ${first.words}${through} '${shortened(first.found.line).replace(/\.$/, '')}'.`,
      evidence,
      fix: first.found.kind === 'dns' ? [resolvers, fix] : fix,
      follows,
    });
  },
});

/** In AWS's words where the log has them; else whom it refuses, and what may. */
async function whyRefused(
  facts: Facts,
  cluster: ClusterDetails,
  { serviceAccount }: DaemonSet,
  line: string,
): Promise<string> {
  const role = await agentRole(facts, cluster).catch(() => null);
  const who = role
    ? `role ${nameIn(role.targetArn ?? role.arn)}`
    : `${serviceAccount}, with the role of their nodes`;
  const said = /\b(because no|with an explicit deny) .*$/.exec(line)?.[0].replace(/[.\s]*$/, '');
  if (!said) {
    return `: they may not publish. They act as ${who}: where its own policies allow it, a service control policy, its permissions boundary, or the policy of a VPC endpoint does not.`;
  }
  const { policy } = refusedBy(said);
  const mend = policy === null ? '' : REFUSED_BY[policy];
  return ` '${shortened(said).replace(/\.$/, '')}'. They act as ${who}.${mend ? ` ${mend}` : ''}`;
}

/** Where a policy of the role itself does not help. */
const REFUSED_BY: Readonly<Partial<Record<NonNullable<ReturnType<typeof refusedBy>['policy']>, string>>> = {
  'service control policy':
    'No policy of this account mends that: ask who manages the organization to allow networkflowmonitor:Publish.',
  'resource control policy':
    'No policy of this account mends that: ask who manages the organization to allow networkflowmonitor:Publish.',
  'permissions boundary': 'Its permissions boundary must allow it too.',
  'session policy': 'The policy of its pod identity association must allow it too.',
  'VPC endpoint policy': 'The policy of the interface endpoint must allow it too.',
};

function withoutUser(proxy: string): string {
  return URL.canParse(proxy) ? new URL(proxy).host : 'set in their environment';
}

function restart({ namespace, name }: { namespace: string; name: string }): CommandLine {
  return kubectl(namespace, 'rollout restart', {}, `daemonset/${name}`);
}

const SHOWN = 3;
const LONGEST = 240;

function some(names: readonly string[]): string {
  const more = names.length > SHOWN ? ` and ${names.length - SHOWN} more` : '';
  return `${names.slice(0, SHOWN).join(', ')}${more}`;
}

function others(amount: number): string {
  return amount > 1 ? `, and ${many(amount - 1, 'other', 'others')}` : '';
}

/** Others' words in a sentence: on one line, and with an end. */
function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return abridged(line, LONGEST).replace(/[.:;,]?$/, '.');
}
