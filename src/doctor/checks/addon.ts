import { aws, kubectl } from '../../model/command-line.ts';
import { many } from '../../model/units.ts';
import {
  ALL_TOLERATIONS,
  configurationOf,
  createAddon,
  keptAway,
  newestVersion,
  publishingOff,
  runsAsNobody,
  tolerationsOf,
  updateAddon,
  withPublishing,
} from '../addon.ts';
import { ADDON, guide, isOlder, NAMESPACE, OLD_SERVICE_ACCOUNT } from '../agent.ts';
import { placeOf, seenIn } from '../agent-role.ts';
import { allPublish, clusterCheck, failed, notApplicable, passed, unknown, warned } from '../check.ts';
import { addonSettling, isSettling } from '../settling.ts';

const OLDEST = '1.25';

export const eksVersion = clusterCheck({
  id: 'eks-version',
  title: `Kubernetes is ${OLDEST} or newer`,
  source: guide('agents-kubernetes-eks'),
  async run(facts, { name, version }) {
    if (!isOlder(version, OLDEST)) return passed(`Cluster ${name} runs Kubernetes ${version}.`, { version });
    return failed({
      finding: `Cluster ${name} runs Kubernetes ${version}; the agent needs ${OLDEST}.`,
      evidence: { version },
      fix: aws('eks update-cluster-version', { name, 'kubernetes-version': OLDEST, region: facts.region }),
    });
  },
});

export const eksAddonInstalled = clusterCheck({
  id: 'eks-addon-installed',
  title: "the agent's add-on is installed",
  source: guide('agents-kubernetes-eks'),
  // It cannot be installed in an older one.
  needs: ['eks-version'],
  async run(facts, cluster) {
    const [addon, nodes, seen] = await Promise.all([
      facts.addon(cluster, ADDON),
      facts.nodes(cluster),
      seenIn(facts, cluster),
    ]);
    const { name } = cluster;
    if (addon)
      return passed(`${ADDON} ${addon.version} is installed in cluster ${name}.`, {
        version: addon.version,
        namespace: addon.namespace ?? NAMESPACE,
      });
    const own = seen?.agents?.daemonSet;
    if (own) {
      return passed(
        `Cluster ${name} has agents without the add-on: DaemonSet ${own.name} in ${own.namespace}.`,
        { addon: null, daemonSet: own.name, namespace: own.namespace, image: own.image },
      );
    }
    if (nodes.length === 0) return notApplicable(`Cluster ${name} has no node that is an EC2 instance.`);
    // Self-managed, where the cluster does not let itself be asked.
    if (await allPublish(facts, nodes)) {
      return passed(`Cluster ${name} has agents without the add-on: its nodes publish.`, { addon: null });
    }
    return failed({
      finding: `${ADDON} is not installed in cluster ${name}: its ${many(nodes.length, 'node has', 'nodes have')} no agent.`,
      evidence: { nodes: nodes.map((n) => n.id) },
      fix: aws('eks create-addon', { 'cluster-name': name, 'addon-name': ADDON, region: facts.region }),
    });
  },
  repair: async (facts, clusters) => clusters.map((cluster) => createAddon(facts, cluster, ADDON)),
});

const ISSUES: Readonly<Record<string, string>> = {
  InsufficientNumberOfReplicas:
    'Pods of the agent do not run: look for resources, images that cannot be pulled, and policies that forbid privileged pods.',
  AdmissionRequestDenied: 'A policy of the cluster refuses the pods: exempt the namespace NAMESPACE.',
  ConfigurationConflict: 'Something in the cluster was changed by hand.',
  AccessDenied: 'EKS may not change the cluster.',
  AddonPermissionFailure: 'The role of the add-on lacks a permission.',
};

function issueWords(code: string, namespace: string): string {
  return (ISSUES[code] ?? '').replace('NAMESPACE', namespace);
}

export const eksAddonHealth = clusterCheck({
  id: 'eks-addon-health',
  title: "the agent's add-on is healthy",
  source: 'https://docs.aws.amazon.com/eks/latest/APIReference/API_AddonIssue.html',
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const addon = await facts.addon(cluster, ADDON);
    if (!addon) return notApplicable(`Cluster ${cluster.name} has no add-on.`);
    const { status, issues } = addon;
    const evidence = { status, issues };
    const { namespace, daemonSet } = await placeOf(facts, cluster);
    if (isSettling(addon)) {
      return warned({
        finding: `${ADDON} of cluster ${cluster.name} is ${status}: it goes on by itself.`,
        evidence,
        settling: addonSettling(facts, cluster.name, ADDON),
      });
    }
    if (status === 'ACTIVE' && issues.length === 0) {
      return passed(`${ADDON} of cluster ${cluster.name} is ACTIVE, without issues.`, evidence);
    }
    const said = issues.map(({ code, message }) =>
      `${code}: ${message.replace(/\.?$/, '.')} ${issueWords(code, namespace)}`.trim(),
    );
    const words = `${ADDON} of cluster ${cluster.name} is ${status}. ${said.join(' ')}`.trim();
    const fix = [
      kubectl(namespace, 'describe daemonset', {}, daemonSet),
      kubectl(namespace, 'get pods -o wide'),
    ];
    // Nodes of warm pools keep a DaemonSet from its count (aws/containers-roadmap #2799).
    if (status === 'DEGRADED' && (await allPublish(facts, await facts.nodes(cluster)))) {
      return warned({ finding: `${words} But every node publishes.`, evidence });
    }
    return failed({
      finding: words,
      evidence,
      fix,
      follows: [
        'eks-addon-tolerations',
        'agent-daemonset',
        'agent-admitted',
        'agent-placed',
        'agent-image',
        'agent-runs',
      ],
    });
  },
});

export const eksAddonVersion = clusterCheck({
  id: 'eks-addon-version',
  title: 'its version has no known faults',
  source: 'https://github.com/aws/network-flow-monitor-agent/issues/26',
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const addon = await facts.addon(cluster, ADDON);
    if (!addon) return notApplicable(`Cluster ${cluster.name} has no add-on.`);
    const { version } = addon;
    const evidence = { version };
    if (!isOlder(version, '1.1.0')) return passed(`Cluster ${cluster.name} has ${version}.`, evidence);
    const newest = await newestVersion(facts, cluster);
    const fix = aws('eks update-addon', {
      'cluster-name': cluster.name,
      'addon-name': ADDON,
      ...(newest ? { 'addon-version': newest } : {}),
      region: facts.region,
    });
    if (await runsAsNobody(facts, cluster, addon)) {
      return failed({
        finding: `Cluster ${cluster.name} has ${version}, which runs as ${OLD_SERVICE_ACCOUNT}: no association fits that.`,
        evidence,
        fix,
      });
    }
    return warned({
      finding: `Cluster ${cluster.name} has ${version}: versions before 1.1.0 have no tolerations or no metrics of interfaces.`,
      evidence,
      fix,
    });
  },
  repair: async (facts, clusters) => (await Promise.all(clusters.map((c) => updateAddon(facts, c)))).flat(),
});

export const eksAddonPublishing = clusterCheck({
  id: 'eks-addon-publishing',
  title: 'publishing is not switched off',
  source: 'https://github.com/aws/network-flow-monitor-agent',
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const { name } = cluster;
    const [addon, seen] = await Promise.all([facts.addon(cluster, ADDON), seenIn(facts, cluster)]);
    const set = seen?.agents?.daemonSet;
    // What the pods are given counts, whoever wrote it: a chart, or a hand.
    const given = set ? publishingOff({ env: set.env }) : [];
    if (set && given.length > 0 && !(addon && publishingOff(configurationOf(addon) ?? {}).length > 0)) {
      return failed({
        finding: `${given.join(', ')} is set in DaemonSet ${set.name} of cluster ${name}: its agents run, and publish nothing.`,
        evidence: { env: given, namespace: set.namespace },
        fix: kubectl(set.namespace, 'set env', {}, `daemonset/${set.name}`, `${given[0]}-`),
      });
    }
    if (!addon) {
      return set
        ? passed(`DaemonSet ${set.name} of cluster ${name} lets its agents publish.`)
        : notApplicable(`Cluster ${name} has no add-on.`);
    }
    const values = configurationOf(addon);
    const evidence = { configurationValues: addon.configuration };
    if (!values)
      return unknown({
        finding: `The configuration of ${ADDON} in cluster ${name} is neither JSON nor YAML.`,
        evidence,
      });
    const off = publishingOff(values);
    if (off.length === 0)
      return passed(`The configuration of ${ADDON} in cluster ${name} lets it publish.`, evidence);
    return failed({
      finding: `${off.join(', ')} is set in the configuration of ${ADDON} in cluster ${name}: its agents run, and publish nothing.`,
      evidence,
      fix: aws('eks update-addon', {
        'cluster-name': name,
        'addon-name': ADDON,
        'configuration-values': withPublishing(values),
        region: facts.region,
      }),
    });
  },
  repair: async (facts, clusters) => (await Promise.all(clusters.map((c) => updateAddon(facts, c)))).flat(),
});

export const eksAddonTolerations = clusterCheck({
  id: 'eks-addon-tolerations',
  title: 'agents tolerate the taints of their nodes',
  source: 'https://github.com/aws/network-flow-monitor-agent/issues/7',
  needs: ['eks-addon-installed'],
  async run(facts, cluster) {
    const [addon, groups] = await Promise.all([facts.addon(cluster, ADDON), facts.nodegroups(cluster)]);
    if (!addon) return notApplicable(`Cluster ${cluster.name} has no add-on.`);
    const avoided = await keptAway(facts, cluster, addon);
    const evidence = {
      tolerations: tolerationsOf(addon),
      taints: Object.fromEntries(groups.map((g) => [g.name, g.taints])),
    };
    if (avoided.length === 0) {
      return passed(`Nothing keeps agents off the managed nodes of cluster ${cluster.name}.`, evidence);
    }
    const values = configurationOf(addon);
    const words = avoided.map(
      (g) => `${g.name} (${g.taints.map((t) => `${t.key}=${t.value}:${t.effect}`).join(', ')})`,
    );
    return failed({
      finding: `Taints keep the agents of cluster ${cluster.name} off the nodes of ${words.join(', ')}: ${ADDON} ${addon.version} does not tolerate them.`,
      evidence,
      // An update replaces all of it: what is not understood is not overwritten.
      fix:
        values &&
        aws('eks update-addon', {
          'cluster-name': cluster.name,
          'addon-name': ADDON,
          'configuration-values': { ...values, tolerations: ALL_TOLERATIONS },
          region: facts.region,
        }),
    });
  },
  repair: async (facts, clusters) => (await Promise.all(clusters.map((c) => updateAddon(facts, c)))).flat(),
});
