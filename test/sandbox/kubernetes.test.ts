import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DescribeAddonCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, it } from 'vitest';
import { account } from './account.ts';
import { MINUTE } from './client.ts';
import { type ClusterClient, clusterClient, type TokenOptions, tokenFor } from './cluster.ts';

const NAMESPACE = 'amazon-network-flow-monitor';
const AGENT = 'aws-network-flow-monitor-agent';
const caller = 'arn:aws:iam::123456789012:user/nfm-sandbox';
const TABLE = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;

async function cluster(scenario = 'quiet') {
  const started = await account({ scenario });
  return { ...started, api: await clusterClient(started.eks) };
}

const names = (list: { items: { metadata: { name: string } }[] }) =>
  list.items.map(({ metadata }) => metadata.name);

describe('who may enter a cluster', () => {
  it('has a certificate that the authority of DescribeCluster signed, and no other', async () => {
    const { api } = await cluster();
    expect((await api.get('/version')).body).toMatchObject({ major: '1', minor: '33+' });
    await expect(fetch(`${api.endpoint}/version`)).rejects.toThrow('fetch failed');
  });

  it.each<[string, TokenOptions]>([
    ['of another cluster', { cluster: 'other' }],
    ['that names no cluster', { unsigned: true }],
    ['of a call that is not GetCallerIdentity', { action: 'AssumeRole' }],
    ['of another service', { service: 'iam' }],
    [
      'signed with a key that is not what it says',
      { keys: { accessKeyId: 'sandbox', secretAccessKey: 'no' } },
    ],
    ['of a quarter of an hour ago', { at: new Date(Date.now() - 15 * MINUTE) }],
    ['of the future', { at: new Date(Date.now() + 5 * MINUTE) }],
  ])('is not let in by a token %s', async (_, options) => {
    const { api } = await cluster();
    expect(await api.get('/api/v1/nodes', { token: await tokenFor(options) })).toMatchObject({
      status: 401,
      body: { kind: 'Status', status: 'Failure', message: 'Unauthorized', reason: 'Unauthorized', code: 401 },
    });
  });

  it.each(['', 'k8s-aws-v1.', 'k8s-aws-v1.aHR0cHM6Ly9leGFtcGxlLmNvbS8', 'nonsense'])(
    "is not let in by '%s'",
    async (token) => {
      const { api } = await cluster();
      expect((await api.get('/api/v1/nodes', { token })).status).toBe(401);
    },
  );

  it('may be anybody whose key the sandbox does not know', async () => {
    const { api } = await cluster();
    const token = await tokenFor({ keys: { accessKeyId: 'AKID', secretAccessKey: 'secret' } });
    expect((await api.get('/api/v1/nodes', { token })).status).toBe(200);
  });

  it('is decided by access entries and their policies', async () => {
    const { api, eks } = await cluster('cluster-closed');
    expect((await api.get(PODS)).status).toBe(401);
    const principal = { clusterName: 'demo', principalArn: caller };
    await eks.send(new CreateAccessEntryCommand(principal));
    expect(await api.get('/api/v1/pods')).toMatchObject({
      status: 403,
      body: {
        reason: 'Forbidden',
        details: { kind: 'pods' },
        message: `pods is forbidden: User "${caller}" cannot list resource "pods" in API group "" at the cluster scope`,
      },
    });
    const name = `aws-network-flow-monitor-agent-p8fmz`;
    expect((await api.get(`${PODS}/${name}/log`)).body.message).toBe(
      `pods "${name}" is forbidden: User "${caller}" cannot get resource "pods/log" in API group "" in the namespace "${NAMESPACE}"`,
    );
    const policy = (policyName: string, ...namespaces: string[]) =>
      eks.send(
        new AssociateAccessPolicyCommand({
          ...principal,
          policyArn: `arn:aws:eks::aws:cluster-access-policy/${policyName}`,
          accessScope: namespaces.length > 0 ? { type: 'namespace', namespaces } : { type: 'cluster' },
        }),
      );
    const statuses = () =>
      Promise.all([PODS, '/api/v1/pods', '/api/v1/nodes'].map(async (path) => (await api.get(path)).status));
    await policy('AmazonEKSViewPolicy', NAMESPACE);
    expect(await statuses()).toEqual([200, 403, 403]);
    await policy('AmazonEKSViewPolicy');
    expect(await statuses()).toEqual([200, 200, 403]);
    await policy('AmazonEKSAdminViewPolicy');
    expect(await statuses()).toEqual([200, 200, 200]);
  });
});

describe('lists', () => {
  it('hold what labels and fields select, in pages', async () => {
    const { api } = await cluster();
    const select = async (query: string) => names((await api.get(`/api/v1/pods?${query}`)).body);
    expect(await select(`labelSelector=name%3D${AGENT}`)).toHaveLength(2);
    expect(await select('labelSelector=app+in+(web,worker),app!%3Dworker')).toEqual(['web-a', 'web-b']);
    expect(await select('labelSelector=!k8s-app,!name')).toHaveLength(4);
    expect(
      await select('fieldSelector=spec.nodeName%3Dip-10-77-1-5.ap-northeast-3.compute.internal'),
    ).toContain('web-a');
    const whole = await select('');
    const first = (await api.get('/api/v1/pods?limit=5')).body;
    expect(first.metadata.remainingItemCount).toBe(whole.length - 5);
    expect([...names(first), ...(await select(`continue=${first.metadata.continue}`))]).toEqual(whole);
  });

  it('are tables for who asks for tables', async () => {
    const { api } = await cluster();
    const { body } = await api.get('/apis/apps/v1/daemonsets', { accept: TABLE });
    expect(body.kind).toBe('Table');
    const columns = body.columnDefinitions.filter(({ priority }: { priority: number }) => priority === 0);
    expect(columns.map(({ name }: { name: string }) => name)).toEqual([
      ...['Name', 'Desired', 'Current', 'Ready', 'Up-to-date', 'Available', 'Node Selector', 'Age'],
    ]);
    expect(body.rows[0].cells.slice(0, 8)).toEqual([AGENT, 2, 2, 2, 2, 2, 'kubernetes.io/os=linux', '81d']);
  });

  it('are not had of what is not there', async () => {
    const { api } = await cluster();
    expect((await api.get('/api/v1/secrets')).body.reason).toBe('NotFound');
    expect((await api.get(`${PODS}/nobody`)).body).toMatchObject({
      code: 404,
      message: 'pods "nobody" not found',
      details: { name: 'nobody', kind: 'pods' },
    });
    expect((await api.patch(`${PODS}/nobody`, {})).status).toBe(404);
  });
});

interface Seen {
  daemonSet: [desired: number, current: number, ready: number];
  /** What kubectl says of each pod of the agent. */
  pods: string[];
  event?: RegExp;
  log?: RegExp;
  addon?: string;
}

/** What kubectl would show of the agent. */
async function seen(api: ClusterClient, namespace = NAMESPACE) {
  const [sets, pods, events] = await Promise.all([
    api.get(`/apis/apps/v1/namespaces/${namespace}/daemonsets/${AGENT}`),
    api.get(`/api/v1/namespaces/${namespace}/pods`, { accept: TABLE }),
    api.get(`/api/v1/namespaces/${namespace}/events`),
  ]);
  const { desiredNumberScheduled, currentNumberScheduled, numberReady } = sets.body.status;
  const rows: { cells: string[] }[] = pods.body.rows;
  const [first] = rows.map(({ cells }) => cells[0]);
  const log = first
    ? await api.get(`/api/v1/namespaces/${namespace}/pods/${first}/log?tailLines=40`)
    : undefined;
  return {
    daemonSet: [desiredNumberScheduled, currentNumberScheduled, numberReady],
    pods: rows.map(({ cells }) => cells[2]),
    events: events.body.items.map((event: { message: string }) => event.message).join('\n'),
    log: log?.text ?? '',
  };
}

describe('what only the cluster tells', () => {
  const WELL: Pick<Seen, 'daemonSet' | 'pods'> = { daemonSet: [2, 2, 2], pods: ['Running', 'Running'] };
  const both = (state: string): Pick<Seen, 'daemonSet' | 'pods' | 'addon'> => ({
    daemonSet: [2, 2, 0],
    pods: [state, state],
    addon: 'DEGRADED',
  });
  const refused = /"HTTP request complete".*"status":403/;
  const expected: Record<string, Seen> = {
    quiet: { ...WELL, log: /"HTTP request complete".*"status":200/ },
    'control-policy': {
      ...WELL,
      log: /networkflowmonitor:Publish with an explicit deny in a service control policy/,
    },
    'service-account-changed': { ...WELL, log: refused },
    'role-after-start': { ...WELL, log: /assumed-role\/demo-node\// },
    'pod-identity-agent-down': { ...WELL, log: /Error getting credentials/ },
    'dns-down': { ...WELL, log: /Error sending request: .*dns error/ },
    'proxy-refuses': { ...WELL, log: /Error sending request: .*unsuccessful tunnel/ },
    'tls-inspected': { ...WELL, log: /Error sending request: .*UnknownIssuer/ },
    proxy: { ...WELL, log: /"HTTP request complete".*"status":200/ },
    'no-route': { ...WELL, log: /Error sending request: .*TimedOut/ },
    'publishing-off': { ...WELL, log: /Flow enrichment completed/ },
    'pod-security': {
      daemonSet: [2, 0, 0],
      pods: [],
      event:
        /Error creating: pods "\S+" is forbidden: violates PodSecurity "baseline:latest": host namespaces/,
      addon: 'DEGRADED',
    },
    'pod-quota': { daemonSet: [2, 0, 0], pods: [], event: /exceeded quota: pods/, addon: 'DEGRADED' },
    'image-out-of-reach': {
      ...both('ImagePullBackOff'),
      event: /Failed to pull image "602401143452\.dkr\.ecr\.ap-northeast-3\S+": .*: i\/o timeout/,
    },
    'node-tainted': { daemonSet: [0, 0, 0], pods: [] },
    'one-node-tainted': { daemonSet: [1, 1, 1], pods: ['Running'], log: /"status":200/ },
    'no-tolerations': { daemonSet: [0, 0, 0], pods: [] },
    'node-selector': { daemonSet: [0, 0, 0], pods: [] },
    'windows-nodes': { daemonSet: [0, 0, 0], pods: [] },
    'node-kernel-too-old': {
      ...both('CrashLoopBackOff'),
      log: /Kernel version at or above 5\.8\.0 expected, found 5\.4\.0/,
    },
    'node-cgroup': { ...both('CrashLoopBackOff'), log: /Failed to attach to cgroup/ },
    'metrics-address': { ...both('CrashLoopBackOff'), log: /Failed to start OpenMetrics server/ },
    'memory-limit': { ...both('CrashLoopBackOff'), event: /Back-off restarting failed container/ },
    'nodes-full': { ...both('Pending'), event: /0\/2 nodes are available: 1 Insufficient cpu/ },
    'agents-evicted': { ...both('Evicted'), event: /The node was low on resource: ephemeral-storage/ },
  };

  it.each(Object.entries(expected))('%s', async (scenario, { event, log, addon = 'ACTIVE', ...table }) => {
    const { api, eks } = await cluster(scenario);
    const found = await seen(api);
    expect(found).toMatchObject(table);
    if (event) expect(found.events).toMatch(event);
    if (log) expect(found.log).toMatch(log);
    const described = await eks.send(
      new DescribeAddonCommand({ clusterName: 'demo', addonName: 'aws-network-flow-monitoring-agent' }),
    );
    expect(described.addon?.status).toBe(addon);
  });

  it.each(['chart-without-role', 'own-namespace'])(
    '%s: the agent is in another namespace',
    async (scenario) => {
      const { api } = await cluster(scenario);
      expect(await seen(api, 'monitoring')).toMatchObject(WELL);
      expect((await api.get(PODS)).body.items).toEqual([]);
    },
  );

  it('memory-limit: the container was killed', async () => {
    const { api } = await cluster('memory-limit');
    const [pod] = (await api.get(PODS)).body.items;
    expect(pod.status.containerStatuses[0].lastState.terminated).toMatchObject({
      reason: 'OOMKilled',
      exitCode: 137,
    });
  });

  it('fargate: its node has no agent, and its pod is there', async () => {
    const { api } = await cluster('fargate');
    expect((await seen(api)).daemonSet).toEqual([2, 2, 2]);
    const { items } = (await api.get('/api/v1/nodes')).body;
    const labels = items.map((node: { metadata: { labels: object } }) => node.metadata.labels);
    expect(labels).toContainEqual(expect.objectContaining({ 'eks.amazonaws.com/compute-type': 'fargate' }));
    expect((await api.get('/api/v1/namespaces/batch/pods')).body.items).toHaveLength(1);
  });
});

describe('agents that are restarted', () => {
  it('have the role that was associated meanwhile, and publish', async () => {
    const { api, clocks } = await cluster('role-after-start');
    const path = `/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets/${AGENT}`;
    expect((await api.patch(path, { spec: { template: { spec: {} } } })).status).toBe(400);
    const before = names((await api.get(PODS)).body);
    const annotations = { 'kubectl.kubernetes.io/restartedAt': '2026-11-21T12:03:20Z' };
    expect((await api.patch(path, { spec: { template: { metadata: { annotations } } } })).status).toBe(200);
    clocks.now += 2 * MINUTE;
    const after = names((await api.get(PODS)).body);
    expect(after.filter((name) => before.includes(name))).toEqual([]);
    expect((await seen(api)).log).toMatch(/"status":200/);
  });
});
