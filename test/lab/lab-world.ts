import { emptyWorld, LINUX_HOST } from '../../src/sandbox/world/topology.ts';
import type { FlowSpec, Instance, Peer, Pod, Subnet, World } from '../../src/sandbox/world/world.ts';
import type { LabPod, LabRecording } from './recording.ts';

/*
 * The lab's hosts, as they would stand in AWS: web and worker pods on two EKS nodes in each zone, the load balancer
 * an instance with an agent; the database and the client have none.
 */

export const VPC = 'vpc-0a11ab0000000001';
const OTHER_VPC = 'vpc-0a11ab0000000002';

/** Names and IDs are in a different order, as they are in most accounts. */
const ZONE_IDS: Record<string, string> = { a: 'apne3-az1', b: 'apne3-az3', c: 'apne3-az2' };
const REGION = 'ap-northeast-3';

/** Where the client is: outside, which no monitor sees, or in another VPC, which they do (INTER_VPC). */
export type ClientPlace = 'internet' | 'vpc';

export function zoneId(letter: string | null): string {
  return ZONE_IDS[letter ?? ''] ?? '';
}

export function labWorld({ pods }: LabRecording, client: ClientPlace): World {
  const hosts = Object.entries(pods);
  const letters = [...new Set(hosts.flatMap(([, { az }]) => az ?? []))].sort();
  const base = hosts[0]?.[1].ip.split('.').slice(0, 2).join('.');
  const apps = hosts.filter(([, { role }]) => role === 'web' || role === 'worker');
  const subnets: Subnet[] = letters.map((letter, i) => ({
    id: subnetId(letter),
    name: `lab-${letter}`,
    vpcId: VPC,
    zoneId: zoneId(letter),
    cidr: `${base}.${i + 1}.0/24`,
  }));
  return {
    ...emptyWorld(REGION),
    zones: letters.map((letter) => ({ name: `${REGION}${letter}`, id: zoneId(letter) })),
    vpcs: [{ id: VPC, name: 'lab', cidr: `${base}.0.0/16` }],
    subnets: [
      ...subnets,
      { id: 'subnet-other', name: 'other', vpcId: OTHER_VPC, zoneId: zoneId('a'), cidr: '' },
    ],
    instances: [
      ...letters.flatMap((letter, i) =>
        [1, 2].map((n) => instance(nodeOf(letter, n), letter, `${base}.${i + 1}.${n}`)),
      ),
      ...hosts.flatMap(([name, { role, az, ip }]) => (role === 'lb' && az ? [instance(name, az, ip)] : [])),
    ],
    pods: apps.map(
      ([name, { role, az, ip }]): Pod => ({
        name,
        namespace: 'default',
        service: role,
        ip,
        node: `i-${nodeOf(az ?? '', Number(name.at(-1)) % 2 === 0 ? 2 : 1)}`,
      }),
    ),
    peers: hosts.flatMap(([name, { role, az, ip }]): Peer[] => {
      if (role === 'db' && az) return [{ name, kind: 'database', ip, subnetId: subnetId(az) }];
      if (role !== 'client') return [];
      // A peer with a place in a VPC and no agent is what the sandbox calls a database.
      return client === 'vpc'
        ? [{ name, kind: 'database', ip, subnetId: 'subnet-other' }]
        : [{ name, kind: 'internet', ip }];
    }),
    flows: hosts.flatMap(([name, pod]) =>
      flowsOf(
        name,
        pod,
        apps.map(([app]) => app).filter((app) => pods[app]?.role === 'web'),
      ),
    ),
  };
}

/** Who reports is who has an agent: not the database, not the client. */
function flowsOf(name: string, { role, remote }: LabPod, webs: string[]): FlowSpec[] {
  const flow = (to: string, targetPort: number): FlowSpec => ({
    local: name,
    remote: to,
    targetPort,
    recorded: name,
    bytes: 1,
    events: 1,
  });
  switch (role) {
    case 'lb':
      return [flow('client', 0), ...webs.map((web) => flow(web, 80))];
    case 'web':
      return [flow(remote ?? 'lb', 0)];
    case 'worker':
      return [flow(remote ?? 'db', 5432)];
    default:
      return [];
  }
}

function instance(name: string, letter: string, ip: string): Instance {
  return {
    ...LINUX_HOST,
    id: `i-${name}`,
    name,
    subnetId: subnetId(letter),
    ip,
    type: 't3.medium',
    launchedAt: '2026-09-01T02:10:00Z',
    eniId: `eni-${name}`,
    ...(name === 'lb' ? {} : { cluster: 'lab' }),
  };
}

function nodeOf(letter: string, n: number): string {
  return `node-${letter}-${n}`;
}

function subnetId(letter: string): string {
  return `subnet-lab-${letter}`;
}
