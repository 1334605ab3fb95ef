import { kubectl } from '../../model/command-line.ts';
import type { configurationOf } from '../addon.ts';
import { failed, passed, warned } from '../check.ts';
import { logsOf } from '../cluster/in-cluster.ts';
import type { Complaint } from '../cluster/logs.ts';
import { others, shortened } from '../cluster/words.ts';
import { configured, IMAGE } from './agent-daemonset.ts';
import { insideCheck } from './cluster-api.ts';

/*
 * What only the cluster tells of agents that were made: why they end.
 */

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
