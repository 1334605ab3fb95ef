import type { ClusterDetails } from '../../aws/eks.ts';
import { refusedBy } from '../../aws/refusals.ts';
import { kubectl } from '../../model/command-line.ts';
import { nameIn } from '../../model/ids.ts';
import { agentRole } from '../agent-role.ts';
import { failed, notApplicable, ofEach, passed, unknown, warned } from '../check.ts';
import { logsOf } from '../cluster/in-cluster.ts';
import type { Complaint } from '../cluster/logs.ts';
import type { DaemonSet } from '../cluster/objects.ts';
import { restartAgents } from '../cluster/restart.ts';
import { others, restartLine, shortened, some } from '../cluster/words.ts';
import type { Facts } from '../facts.ts';
import { insideCheck } from './cluster-api.ts';

/*
 * What agents that run say of their credentials and of what AWS answers them.
 */

const USER_GUIDE = 'https://docs.aws.amazon.com/eks/latest/userguide';

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
      fix: restartLine(set),
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
