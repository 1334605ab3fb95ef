import { describe, expect, it } from 'vitest';
import { findScenario, SCENARIOS } from '../../src/sandbox/scenarios/index.ts';
import { packageSilence } from '../../src/sandbox/world/agents.ts';
import { podSilence } from '../../src/sandbox/world/kubernetes.ts';
import { publishers } from '../../src/sandbox/world/publishing.ts';
import { demoWorld } from '../../src/sandbox/world/topology.ts';
import { NOW } from './client.ts';

/** Why nobody reports the node and the instance outside the cluster; undefined where somebody does. */
function silences(scenario: string): [node: string | undefined, host: string | undefined] {
  const world = demoWorld();
  for (const change of findScenario(scenario).changes ?? []) change(world, NOW);
  const [host, node] = world.instances;
  if (!host || !node) throw new Error('The demo world has no instances.');
  return [podSilence(world, node), packageSilence(world, host)];
}

const PUBLISHES = undefined;

describe('an agent publishes, unless', () => {
  const expected: Record<string, [node: string | undefined, host: string | undefined]> = {
    'cluster-too-old': ['no add-on', PUBLISHES],
    nothing: ['no add-on', 'no package'],
    'addon-missing': ['no add-on', PUBLISHES],
    'addon-degraded': ['add-on DEGRADED', PUBLISHES],
    'addon-create-failed': ['add-on CREATE_FAILED', PUBLISHES],
    // Without an association that fits, the agent has the node's own role.
    'old-addon': ['role may not publish', PUBLISHES],
    'publishing-off': ['publishing switched off', PUBLISHES],
    'no-tolerations': ['taint not tolerated', PUBLISHES],
    'old-addon-tainted': ['taint not tolerated', PUBLISHES],
    'pod-identity-agent-missing': ['no Pod Identity Agent', PUBLISHES],
    'association-missing': ['role may not publish', PUBLISHES],
    'old-service-account': ['role may not publish', PUBLISHES],
    'wrong-namespace': ['role may not publish', PUBLISHES],
    'role-trust': ['role not to be assumed', PUBLISHES],
    'irsa-trust': ['role not to be assumed', PUBLISHES],
    'role-without-permission': ['role may not publish', PUBLISHES],
    'role-denied': ['role may not publish', PUBLISHES],
    'windows-nodes': ['operating system', PUBLISHES],
    'control-policy': ['role may not publish', 'role may not publish'],
    'chart-without-role': ['role may not publish', PUBLISHES],
    'service-account-changed': ['role may not publish', PUBLISHES],
    'role-after-start': ['role may not publish', PUBLISHES],
    'pod-security': ['Pod Security', PUBLISHES],
    'pod-quota': ['quota', PUBLISHES],
    'image-out-of-reach': ['image not pulled', PUBLISHES],
    'node-tainted': ['taint not tolerated', PUBLISHES],
    'node-selector': ['node selector', PUBLISHES],
    'node-kernel-too-old': ['kernel', PUBLISHES],
    'node-cgroup': ['cgroup v1', PUBLISHES],
    'memory-limit': ['out of memory', PUBLISHES],
    'metrics-address': ['metrics address', PUBLISHES],
    'nodes-full': ['insufficient cpu', PUBLISHES],
    'agents-evicted': ['disk pressure', PUBLISHES],
    'pod-identity-agent-down': ['Pod Identity Agent does not run', PUBLISHES],
    'dns-down': ['names do not resolve', PUBLISHES],
    'proxy-refuses': ['the proxy refuses', PUBLISHES],
    'tls-inspected': ['the certificate is not trusted', PUBLISHES],
    'network-acl-closed': ['the network ACL of its subnet stops it', PUBLISHES],
    'vpc-dns-off': ['names do not resolve', 'names do not resolve'],
    'endpoint-policy': ['endpoint policy', 'endpoint policy'],
    'ssm-offline': [PUBLISHES, 'no package'],
    'agent-not-installed': [PUBLISHES, 'no package'],
    'agent-not-activated': [PUBLISHES, 'not activated'],
    'agent-deactivated': [PUBLISHES, 'not activated'],
    'kernel-too-old': [PUBLISHES, 'kernel'],
    'unsupported-os': [PUBLISHES, 'operating system'],
    'no-instance-profile': [PUBLISHES, 'no instance profile'],
    'instance-role-without-permission': [PUBLISHES, 'role may not publish'],
    'metadata-off': [PUBLISHES, 'no instance metadata'],
    'no-route': ['no route to the endpoint', PUBLISHES],
    'security-group-closed': [
      "the endpoint's security groups do not let it in",
      "the endpoint's security groups do not let it in",
    ],
    'egress-closed': ['its security groups let nothing out on 443', PUBLISHES],
    'endpoint-without-dns': ['no route to the endpoint', PUBLISHES],
  };

  it.each(SCENARIOS.map(({ name }) => name))('%s', (name) => {
    expect(silences(name)).toEqual(expected[name] ?? [PUBLISHES, PUBLISHES]);
  });

  it.each<[string, [string | undefined, string | undefined]]>([
    ['addon-missing+agent-not-installed', ['no add-on', 'no package']],
    ['publishing-off+no-route', ['publishing switched off', PUBLISHES]],
    ['addon-missing+publishing-off', ['no add-on', PUBLISHES]],
    ['irsa+pod-identity-agent-missing', [PUBLISHES, PUBLISHES]],
    ['private-endpoint+no-route', [PUBLISHES, PUBLISHES]],
  ])('%s, both at once', (name, silence) => {
    expect(silences(name)).toEqual(silence);
  });
});

describe('an agent', () => {
  it('tolerates what its configuration says, in JSON or YAML', () => {
    const world = demoWorld();
    const [, node] = world.instances;
    const [cluster] = world.clusters;
    const addon = cluster?.addons.find(({ name }) => name === 'aws-network-flow-monitoring-agent');
    const [group] = cluster?.nodegroups ?? [];
    if (!node || !addon || !group) throw new Error('The demo world has no node.');
    group.taints = [{ key: 'dedicated', value: 'web', effect: 'NO_SCHEDULE' }];
    const silenceWith = (configurationValues: string) => {
      addon.configurationValues = configurationValues;
      return podSilence(world, node);
    };
    expect(silenceWith('{}')).toBe(PUBLISHES);
    expect(silenceWith('tolerations: []')).toBe('taint not tolerated');
    expect(silenceWith('tolerations: [{key: dedicated, value: web}]')).toBe(PUBLISHES);
    expect(silenceWith('tolerations: [{key: dedicated, value: db}]')).toBe('taint not tolerated');
    expect(silenceWith('{"tolerations": [{"key": "dedicated", "operator": "Exists"}]}')).toBe(PUBLISHES);
    expect(silenceWith('tolerations: [{operator: Exists, effect: NoExecute}]')).toBe('taint not tolerated');
    expect(silenceWith('env: {DISABLE_PUBLISHING: true}')).toBe('publishing switched off');
    group.taints = [{ key: 'dedicated', value: 'web', effect: 'PREFER_NO_SCHEDULE' }];
    expect(silenceWith('tolerations: []')).toBe(PUBLISHES);
  });

  it('may have the role of its node', () => {
    const world = demoWorld();
    const [cluster] = world.clusters;
    const [, node] = world.instances;
    if (!cluster || !node) throw new Error('The demo world has no node.');
    cluster.podIdentityAssociations = [];
    expect(podSilence(world, node)).toBe('role may not publish');
    const role = world.roles.find(({ name }) => name === 'demo-node');
    role?.attached.push('arn:aws:iam::aws:policy/CloudWatchNetworkFlowMonitorAgentPublishPolicy');
    expect(podSilence(world, node)).toBe(PUBLISHES);
  });

  it('reports twice where it is twice', () => {
    const world = demoWorld();
    for (const change of findScenario('two-agents').changes ?? []) change(world, NOW);
    expect(world.instances.map((instance) => publishers(world, instance))).toEqual([1, 2, 2]);
  });
});
