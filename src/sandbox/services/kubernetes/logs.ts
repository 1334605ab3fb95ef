import {
  type AgentWorkload,
  actingRole,
  agentWorkload,
  type PublishFailure,
  publishFailure,
} from '../../world/kubernetes.ts';
import { publishRefusal } from '../../world/permissions.ts';
import type { Instance } from '../../world/world.ts';
import { type AgentPod, agentPods } from './agent-pods.ts';
import type { View } from './view.ts';

/** Agents report every 30 s (docs/network-flow-monitor.md). */
const PERIOD = 30_000;
/** As many reports as a log still shows: the kubelet turns files over at 10 MiB, which nobody reads. */
const KEPT = 240;

interface Line {
  time: number;
  text: string;
}

/** What the agent's pod has written; undefined for a pod that is not the agent's. */
export function agentLog(view: View, name: string): Line[] | undefined {
  const agent = agentWorkload(view.cluster);
  const pod = agent && agentPods(view, agent).find((pod) => pod.name === name);
  if (!agent || !pod) return undefined;
  switch (pod.fate.state) {
    case 'running':
      return reports(view, agent, pod.node);
    case 'crashing':
      return crash(view, pod);
    default:
      return [];
  }
}

/** The agent writes a JSON object a line, its keys in order (structured-logger). */
function line(
  time: number,
  level: string,
  module: string,
  message: string,
  members: Record<string, unknown> = {},
): Line {
  const name = `network_flow_monitor_agent::${module}`;
  const all = { ...members, level, message, module: name, target: name, timestamp: time };
  const sorted = Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1));
  return { time, text: JSON.stringify(Object.fromEntries(sorted)) };
}

const PUBLISHER = 'reports::publisher_endpoint';

function starting(time: number): Line[] {
  return [
    line(time, 'INFO', 'lib', 'Starting up'),
    line(time + 300, 'INFO', 'lib', 'Dropping unnecessary capabilities after eBPF initialization'),
  ];
}

function reports(view: View, agent: AgentWorkload, node: Instance): Line[] {
  const { world, cluster, now } = view;
  const started = Date.parse(agent.startedAt);
  const failure = publishFailure(world, cluster, agent, node);
  const done = Math.max(0, Math.floor((now - started) / PERIOD));
  const lines = Array.from({ length: Math.min(KEPT, done) }, (_, i) => {
    const time = started + (done - Math.min(KEPT, done) + i + 1) * PERIOD;
    return [
      line(time, 'INFO', 'kubernetes::kubernetes_metadata_collector', 'Flow enrichment completed'),
      ...report(view, agent, node, failure, time + 120),
    ];
  }).flat();
  return done > KEPT ? lines : [...starting(started), ...lines];
}

const connecting = (cause: string) => `hyper_util::client::legacy::Error(Connect, ${cause})`;

/** What is below an error of sending, as its libraries write it. */
const SOURCES: Readonly<Record<string, string>> = {
  'names do not resolve': connecting(
    'ConnectError("dns error", Custom { kind: Uncategorized, error: "failed to lookup address information: Temporary failure in name resolution" })',
  ),
  'the proxy refuses': connecting('"unsuccessful tunnel"'),
  'the certificate is not trusted': connecting(
    'Custom { kind: Other, error: Custom { kind: InvalidData, error: InvalidCertificate(UnknownIssuer) } }',
  ),
};

function report(
  view: View,
  agent: AgentWorkload,
  node: Instance,
  failure: PublishFailure | undefined,
  time: number,
): Line[] {
  const { world, cluster } = view;
  switch (failure?.step) {
    case undefined:
      return [line(time, 'INFO', PUBLISHER, 'HTTP request complete', { status: 200 })];
    case 'off':
      return [];
    case 'credentials': {
      const none = failure.why === 'no instance profile' || failure.why === 'no role';
      const why = none
        ? 'the credential provider was not enabled'
        : 'an error occurred while loading credentials';
      return [line(time, 'ERROR', PUBLISHER, `Error getting credentials: ${why}`)];
    }
    case 'request': {
      const source = SOURCES[failure.why] ?? 'TimedOut';
      const url = `https://networkflowmonitorreports.${world.region}.api.aws/publish`;
      const message = `Error sending request: reqwest::Error { kind: Request, url: "${url}", source: ${source} }`;
      return [line(time + 20_000, 'ERROR', PUBLISHER, message)];
    }
    case 'refused': {
      const role = actingRole(world, cluster, agent, node);
      const endpoint = 'because no VPC endpoint policy allows the networkflowmonitor:Publish action';
      const why = (role && publishRefusal(world, role)) ?? endpoint;
      const session = `arn:aws:sts::${world.accountId}:assumed-role/${role?.name}/${node.id}`;
      const message = `User: ${session} is not authorized to perform: networkflowmonitor:Publish ${why}`;
      return [
        line(time, 'INFO', PUBLISHER, 'HTTP request complete', { status: 403 }),
        line(time, 'WARN', PUBLISHER, 'Request body', { body: JSON.stringify({ message }) }),
      ];
    }
  }
}

/** What the last run wrote before it ended. */
function crash({ now }: View, { node, fate }: AgentPod): Line[] {
  const time = now - 125_000;
  const failed = (text: string) => ({ time: time + 400, text });
  switch (fate.state === 'crashing' ? fate.why : '') {
    case 'kernel':
      // It looks at the kernel before it has a log.
      return [
        failed(`Error: Kernel version at or above 5.8.0 expected, found ${node.os.kernel.split('-')[0]}`),
      ];
    case 'operating system':
      return [...starting(time).slice(0, 1), failed('Error: the BPF_PROG_LOAD syscall failed')];
    case 'cgroup v1':
      return [
        ...starting(time).slice(0, 1),
        line(time + 350, 'ERROR', 'events::event_provider_ebpf', 'Failed to attach to cgroup'),
        failed('Error: cgroup file not found'),
      ];
    case 'no instance metadata':
      return [
        ...starting(time),
        line(
          time + 5000,
          'ERROR',
          'metadata::imds_utils',
          'IMDSv2 failed, not running in an ec2 instance, exiting',
        ),
      ];
    case 'metrics address':
      return [
        ...starting(time),
        failed("thread 'main' panicked at nfm-controller/src/lib.rs:436:13:"),
        failed('Failed to start OpenMetrics server: invalid socket address syntax'),
      ];
    default:
      // Who runs out of memory is killed and says nothing.
      return starting(time);
  }
}

/** The log of another pod of the cluster: of those that crash, as much as tells why. */
export function otherLog({ now }: View, name: string, crashes: boolean): Line[] {
  const time = now - 125_000;
  if (!crashes) return [];
  if (name.startsWith('eks-pod-identity-agent'))
    return [
      {
        time,
        text: `{"level":"fatal","msg":"Unable to start server: listen tcp [fd00:ec2::23]:80: bind: cannot assign requested address","time":"${new Date(time).toISOString()}"}`,
      },
    ];
  return [{ time, text: 'plugin/forward: not an IP address or file: "/etc/resolv.conf.local"' }];
}
