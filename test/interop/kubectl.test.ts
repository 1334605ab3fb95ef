import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tokenFor } from '../sandbox/cluster.ts';
import { aws } from './aws-cli.ts';
import { cleanEnv, type Env, lacks, run, type ServedSandbox, serveSandbox } from './programs.ts';

/* The sandbox's clusters as the field reports' authors looked at theirs: kubectl, which knows Kubernetes by itself. */

const PATIENT = { timeout: 120_000 };
const NAMESPACE = 'amazon-network-flow-monitor';
const AGENT = 'aws-network-flow-monitor-agent';
const KEYS = { AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' };

const noKubectl = lacks('kubectl', 'help');
const noAws = noKubectl ?? lacks('aws', '--version');
const { env, remove } = noKubectl ? { env: {} as Env, remove: () => undefined } : cleanEnv();
afterAll(remove);

/** What a command that must succeed prints. */
type Kubectl = (...args: string[]) => Promise<string>;

function kubectlOf(config: string, settings: Env): Kubectl {
  return async (...args) => {
    const { exitCode, stdout, stderr } = await run('kubectl', args, { ...settings, KUBECONFIG: config });
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr }, args.join(' ')).toEqual({
      exitCode: 0,
      stderr: '',
    });
    return stdout;
  };
}

/** A kubeconfig with a token in it, as it would be without the AWS CLI. */
async function configured({ endpoint, region, scenario }: ServedSandbox): Promise<string> {
  const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const client = new EKSClient({ region, endpoint, credentials });
  const { cluster } = await client.send(new DescribeClusterCommand({ name: 'demo' }));
  client.destroy();
  const file = join(env.HOME ?? '', `kubeconfig-${scenario}.json`);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'demo',
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'me' } }],
    clusters: [
      {
        name: 'demo',
        cluster: {
          server: cluster?.endpoint,
          'certificate-authority-data': cluster?.certificateAuthority?.data,
        },
      },
    ],
    users: [{ name: 'me', user: { token: await tokenFor() } }],
  };
  writeFileSync(file, JSON.stringify(config));
  return file;
}

/** A table's rows without how old things are. */
function rows(table: string): string[] {
  return table
    .trimEnd()
    .split('\n')
    .map((row) => row.trim().replace(/\s+/g, ' '));
}

describe.skipIf(noKubectl)(noKubectl ?? 'kubectl against nfm sandbox serve', () => {
  let sandbox: ServedSandbox;
  let kubectl: Kubectl;
  beforeAll(async () => {
    sandbox = await serveSandbox(env);
    kubectl = kubectlOf(await configured(sandbox), env);
  }, 60_000);
  afterAll(() => sandbox?.stop());

  it("shows the author's table of daemonsets", PATIENT, async () => {
    const [header, ...sets] = rows(await kubectl('get', 'daemonsets', '-A'));
    expect(header).toBe('NAMESPACE NAME DESIRED CURRENT READY UP-TO-DATE AVAILABLE NODE SELECTOR AGE');
    expect(sets.map((row) => row.replace(/ \w+$/, ''))).toEqual([
      `${NAMESPACE} ${AGENT} 2 2 2 2 2 kubernetes.io/os=linux`,
      'kube-system aws-node 2 2 2 2 2 <none>',
      'kube-system dcgm-server 0 0 0 0 0 kubernetes.io/os=linux',
      'kube-system eks-node-monitoring-agent 2 2 2 2 2 kubernetes.io/os=linux',
      'kube-system eks-pod-identity-agent 2 2 2 2 2 <none>',
      'kube-system kube-proxy 2 2 2 2 2 <none>',
    ]);
  });

  it("shows the author's table of pods", PATIENT, async () => {
    const [header, ...pods] = rows(await kubectl('get', 'pods', '-A', '-o', 'wide'));
    expect(header).toBe('NAMESPACE NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES');
    const node = 'ip-10-77-1-5.ap-northeast-3.compute.internal';
    const words = `\\w+ 10.77.1.5 ${node} <none> <none>`;
    expect(pods).toContainEqual(
      expect.stringMatching(`^${NAMESPACE} ${AGENT}-[a-z0-9]{5} 1/1 Running 0 ${words}$`),
    );
    expect(pods).toContainEqual(
      expect.stringMatching(`^kube-system aws-node-[a-z0-9]{5} 2/2 Running 0 ${words}$`),
    );
    expect(pods).toContainEqual(expect.stringMatching('^default web-a 1/1 Running 0 \\w+ 10.77.1.11 '));
  });

  it('lists nodes, service accounts and namespaces', PATIENT, async () => {
    expect(await kubectl('get', 'nodes', '-o', 'wide')).toMatch(/6\.12\.55-74\.119\.amzn2023 +containerd/);
    const named = await kubectl('get', 'serviceaccounts,namespaces', '-n', NAMESPACE, '-o', 'name');
    expect(named).toContain(`serviceaccount/${AGENT}-service-account`);
    expect(named).toContain(`namespace/${NAMESPACE}`);
  });

  it('describes pods and daemonsets, and shows logs', PATIENT, async () => {
    const pod = await kubectl('describe', 'pod', '-n', NAMESPACE, '-l', `name=${AGENT}`);
    expect(pod).toMatch(/Controlled By: +DaemonSet\/aws-network-flow-monitor-agent/);
    expect(pod).toMatch(/AWS_CONTAINER_CREDENTIALS_FULL_URI: +http:\/\/169\.254\.170\.23/);
    expect(pod).toMatch(/State: +Running/);
    const set = await kubectl('describe', 'daemonset', '-n', NAMESPACE, AGENT);
    expect(set).toMatch(/Pods Status: +2 Running \/ 0 Waiting \/ 0 Succeeded \/ 0 Failed/);
    const log = await kubectl('logs', '-n', NAMESPACE, `daemonset/${AGENT}`, '--tail=1');
    expect(JSON.parse(log)).toMatchObject({ message: 'HTTP request complete', status: 200 });
  });

  it('restarts the agents', PATIENT, async () => {
    const get = () => kubectl('get', 'pods', '-n', NAMESPACE, '-o', 'name');
    const before = await get();
    await kubectl('rollout', 'restart', '-n', NAMESPACE, `daemonset/${AGENT}`);
    expect(rows(await get()).filter((pod) => before.includes(pod))).toEqual([]);
    expect(await kubectl('rollout', 'status', '-n', NAMESPACE, `daemonset/${AGENT}`)).toMatch(
      /successfully rolled out/,
    );
  });
});

describe.skipIf(noKubectl)(noKubectl ?? 'kubectl against a cluster whose agents do not run', () => {
  it.each<[string, RegExp]>([
    ['image-out-of-reach', /ImagePullBackOff[\s\S]*Warning +Failed[\s\S]*Failed to pull image/],
    ['memory-limit', /Last State: +Terminated\s+Reason: +OOMKilled\s+Exit Code: +137/],
    ['nodes-full', /Status: +Pending[\s\S]*FailedScheduling.*Insufficient cpu/],
    ['agents-evicted', /Reason: +Evicted/],
  ])('%s', PATIENT, async (scenario, words) => {
    const sandbox = await serveSandbox(env, scenario);
    try {
      const kubectl = kubectlOf(await configured(sandbox), env);
      expect(await kubectl('describe', 'pod', '-n', NAMESPACE, '-l', `name=${AGENT}`)).toMatch(words);
    } finally {
      await sandbox.stop();
    }
  });
});

describe.skipIf(noAws)(noAws ?? 'kubectl with the AWS CLI', () => {
  it('gets in with what aws eks update-kubeconfig writes', PATIENT, async () => {
    const sandbox = await serveSandbox(env);
    const config = join(env.HOME ?? '', 'kubeconfig-aws');
    const { endpoint, region } = sandbox;
    const settings = {
      ...env,
      ...KEYS,
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
    };
    try {
      const written = await aws(
        ['eks', 'update-kubeconfig', '--name', 'demo', '--kubeconfig', config],
        settings,
      );
      expect(written.stderr).toBe('');
      expect(await kubectlOf(config, settings)('get', 'pods', '-n', NAMESPACE)).toMatch(/1\/1 +Running/);
    } finally {
      await sandbox.stop();
    }
  });
});
