import { describe, expect, test } from 'vitest';
import type { KubeMetadata } from '../../src/aws/kubernetes.ts';
import { readLog } from '../../src/doctor/cluster/logs.ts';
import { isAgent, toDaemonSet, toEvent, toNode, toPod, whyNot } from '../../src/doctor/cluster/objects.ts';
import { keepsAway } from '../../src/doctor/cluster/taints.ts';

const line = (message: string, members: object = {}) =>
  JSON.stringify({ level: 'INFO', message, ...members });
const sending = (cause: string, url = 'https://networkflowmonitorreports.eu-west-1.api.aws/publish') =>
  `Error sending request: reqwest::Error { kind: Request, url: "${url}", source: hyper_util::client::legacy::Error(Connect, ${cause}) }`;
const ok = line('HTTP request complete', { status: 200 });

describe("an agent's log", () => {
  test.each([
    [
      'what it complained of before its last success is over',
      [line('HTTP request complete', { status: 403 }), ok],
      [],
    ],
    ['a silent 403', [ok, line('HTTP request complete', { status: 403 })], ['refused']],
    ['plain text', ['INFO HTTP request complete status=403'], ['refused']],
    ['no credentials', [line('Error getting credentials: none')], ['credentials']],
    ['DNS', [line('Error sending request: dns error: failed to lookup address')], ['dns']],
    ['TLS', [line('Error sending request: invalid peer certificate: UnknownIssuer')], ['tls']],
    // As hyper and reqwest write them: what was tried is in the same line as what stopped it.
    [
      "TLS, in its library's words",
      [line(sending('Custom { kind: InvalidData, error: InvalidCertificate(UnknownIssuer) }'))],
      ['tls'],
    ],
    [
      'a port that is closed',
      [line(sending('ConnectError("tcp connect error", Os { code: 111, kind: ConnectionRefused })'))],
      ['sending'],
    ],
    ['a proxy', [line(sending('"unsuccessful tunnel"'))], ['proxy']],
    [
      'a name that says proxy',
      [line(sending('TimedOut', 'https://tls-proxy.dns.corp/publish'))],
      ['sending'],
    ],
    [
      'the latest is the last',
      [
        line('Error sending request: TimedOut'),
        line('Error getting credentials'),
        line('Error sending request: TimedOut'),
      ],
      ['credentials', 'sending'],
    ],
    ['anything else on the way', [line('Error sending request: TimedOut')], ['sending']],
    ['an old kernel', ['Error: Kernel version at or above 5.8.0 expected, found 5.4.0'], ['kernel']],
    ['a kernel without helpers', ['Error: the BPF_PROG_LOAD syscall failed'], ['bpf']],
    ['cgroup v1', [line('Failed to attach to cgroup'), 'Error: cgroup file not found'], ['cgroup']],
    ['no metadata', [line('IMDSv2 failed, not running in an ec2 instance, exiting')], ['metadata']],
    ['an address', ['Failed to start OpenMetrics server: invalid socket address syntax'], ['address']],
    ['nothing', [''], []],
  ])('%s', (_, lines, kinds) => {
    expect(readLog(lines.join('\n')).complaints.map((c) => c.kind)).toEqual(kinds);
  });

  test("AWS's words after a 403 are kept, and no line is longer than can be read", () => {
    const body = JSON.stringify({
      message:
        'User: arn:x is not authorized to perform: y with an explicit deny in a service control policy',
    });
    const { complaints, lastStatus } = readLog(
      [line('HTTP request complete', { status: 403 }), line('Request body', { body })].join('\n'),
    );
    expect(lastStatus).toBe(403);
    expect(complaints[0]?.line).toMatch(/^User: arn:x .* explicit deny in a service control policy$/);
    const long =
      readLog(`Error sending request: ${'x'.repeat(100_000)} i/o timeout`).complaints[0]?.line ?? '';
    expect(long.length).toBeLessThan(500);
    // What was tried, and what stopped it.
    expect(long).toMatch(/^Error sending request: .* … .*i\/o timeout$/);
  });
});

const spec = (other: object = {}) => ({
  selector: { matchLabels: { name: 'aws-network-flow-monitor-agent' } },
  template: {
    spec: {
      serviceAccountName: 'agent',
      containers: [
        { name: 'sidecar' },
        { name: 'aws-network-flow-monitor-agent', image: 'r/aws-network-sonar-agent:v1' },
      ],
      nodeSelector: { 'kubernetes.io/os': 'linux' },
      ...other,
    },
  },
});
const node = (other: object = {}, taints: object[] = []) =>
  toNode({ metadata: { name: 'n', labels: { 'kubernetes.io/os': 'linux', ...other } }, spec: { taints } });

describe("a cluster's objects", () => {
  test('the agent is known by its name, label or image, whoever installed it', () => {
    const set = toDaemonSet({ metadata: { name: 'nfm', namespace: 'mon' }, spec: spec() });
    expect(isAgent(set)).toBe(true);
    expect(set.container).toBe('aws-network-flow-monitor-agent');
    expect(isAgent(toDaemonSet({ metadata: { name: 'kube-proxy' } }))).toBe(false);
  });

  test('what is not said is not known, and never counted as good', () => {
    expect(toDaemonSet({})).toMatchObject({ desired: null, ready: null });
    expect(toPod({})).toMatchObject({ ready: false, node: null, given: null });
    expect(toNode({ spec: { taints: 'hostile' as unknown as object } })).toMatchObject({
      taints: [],
      ready: false,
    });
    expect(toEvent({})).toMatchObject({ reason: '', message: '' });
    const odd = { name: { a: 1 }, namespace: [5], labels: { 'kubernetes.io/os': {} }, creationTimestamp: {} };
    const metadata = odd as unknown as KubeMetadata;
    expect(toDaemonSet({ metadata })).toMatchObject({ name: '', namespace: '' });
    expect(toPod({ metadata })).toMatchObject({ name: '', createdAt: null });
    expect(toNode({ metadata })).toMatchObject({ name: '', labels: { 'kubernetes.io/os': '' } });
  });

  test.each([
    ['wanted', {}, node(), null],
    ['a node selector', { nodeSelector: { pool: 'a' } }, node(), 'its nodeSelector wants pool=a'],
    [
      'a taint',
      {},
      node({}, [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }]),
      'taint dedicated=db:NoSchedule is not tolerated',
    ],
    [
      'what every DaemonSet tolerates',
      {},
      node({}, [{ key: 'node.kubernetes.io/disk-pressure', effect: 'NoSchedule' }]),
      null,
    ],
    [
      'affinity',
      {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchExpressions: [
                    { key: 'eks.amazonaws.com/compute-type', operator: 'NotIn', values: ['hybrid'] },
                  ],
                },
              ],
            },
          },
        },
      },
      node({ 'eks.amazonaws.com/compute-type': 'hybrid' }),
      'its node affinity wants eks.amazonaws.com/compute-type NotIn hybrid',
    ],
  ])('%s', (_, template, on, why) => {
    expect(whyNot(toDaemonSet({ spec: spec(template) }), on)).toBe(why);
  });

  test('what a pod was given when it was made', () => {
    const pod = (env: object[]) => toPod({ spec: { containers: [{ name: 'agent', env }] } });
    expect(pod([{ name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://x' }]).given).toBe(
      'pod-identity',
    );
    expect(pod([{ name: 'AWS_ROLE_ARN', value: 'arn:r' }])).toMatchObject({
      given: 'irsa',
      roleArn: 'arn:r',
    });
    expect(keepsAway({ key: 'a', value: '', effect: 'PreferNoSchedule' }, [])).toBe(false);
  });
});
