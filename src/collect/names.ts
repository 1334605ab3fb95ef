import { BlockList, isIP } from 'node:net';
import type { Aws } from '../aws/aws.ts';
import type { InstanceDetails, NetworkInterface } from '../aws/ec2.ts';
import { A_WHILE, recall } from '../aws/memory.ts';
import type { Endpoint, Flow } from '../model/case.ts';
import type { Gaps } from './gaps.ts';

/** Instances whose names are looked up: those that a report could mention. */
const MOST_INSTANCES = 100;

/**
 * The names that a person knows, and the network interfaces that AWS Support does. A row names the pod at its remote end
 * only if both ends run in one cluster; where that pod sends too, its own rows do. Of instances EC2 alone has their Name
 * tag, and tells for certain which interface an address is on.
 */
export async function addNames<F extends Flow>(
  aws: Aws,
  flows: F[],
  gaps: Gaps,
  isShown: (flow: F) => boolean = hasEvents,
): Promise<F[]> {
  const pods = podsByAddress(flows);
  const instances = await instancesOf(aws, flows.filter(isShown), gaps);
  const finders = new Map([...instances].map(([id, { interfaces }]) => [id, interfaceFinder(interfaces)]));
  const withName = (endpoint: Endpoint): Endpoint => {
    const { instanceId = '', ip = '' } = endpoint;
    const name = instances.get(instanceId)?.name;
    const eniId = finders.get(instanceId)?.(ip);
    return name || eniId
      ? { ...endpoint, ...(name && { instanceName: name }), ...(eniId && { eniId }) }
      : endpoint;
  };
  return flows.map((flow) => ({
    ...flow,
    local: withName(flow.local),
    remote: withName({ ...flow.remote, ...(flow.remote.podName ? {} : pods.get(address(flow.remote))) }),
  }));
}

function hasEvents({ retransmissions, timeouts }: Flow): boolean {
  return Boolean(retransmissions || timeouts);
}

type PodName = Pick<Endpoint, 'podName' | 'podNamespace' | 'serviceName'>;

/** Null for an address that several pods share, as on the host network. */
function podsByAddress(flows: readonly Flow[]): Map<string, PodName | null> {
  const pods = new Map<string, PodName | null>();
  for (const { local } of flows) {
    if (!local.podName || !local.ip) continue;
    const key = address(local);
    const known = pods.get(key);
    const { podName, podNamespace, serviceName } = local;
    const pod: PodName = {
      podName,
      ...(podNamespace ? { podNamespace } : {}),
      ...(serviceName ? { serviceName } : {}),
    };
    pods.set(key, known === undefined || known?.podName === podName ? pod : null);
  }
  return pods;
}

/** Private addresses are unique within a VPC only. */
function address({ vpcId, ip }: Endpoint): string {
  return `${vpcId} ${ip}`;
}

async function instancesOf(
  aws: Aws,
  flows: readonly Flow[],
  gaps: Gaps,
): Promise<Map<string, InstanceDetails>> {
  const ids = new Set<string>();
  for (const { local, remote } of flows) {
    for (const { instanceId } of [local, remote]) if (instanceId) ids.add(instanceId);
  }
  if (ids.size === 0) return new Map();
  return gaps.tolerate(new Map(), 'Instances are shown without their names.', async () => {
    const asked = [...ids].slice(0, MOST_INSTANCES);
    return recall(aws, `names ${[...asked].sort()}`, A_WHILE, async () =>
      (await import('../aws/ec2.ts')).ec2(aws).instances(asked),
    );
  });
}

/** Which of them an address is on, by itself or in a block. IPv6 has many ways to write one. */
export function interfaceFinder(interfaces: readonly NetworkInterface[]): (ip: string) => string | undefined {
  const known = interfaces.map(({ id, addresses }) => {
    const list = new BlockList();
    for (const address of addresses) {
      const [ip = '', length] = address.split('/');
      const family = familyOf(ip);
      if (family && length) list.addSubnet(ip, Number(length), family);
      else if (family) list.addAddress(ip, family);
    }
    return { id, list };
  });
  const found = new Map<string, string | undefined>();
  return (ip) => {
    const family = familyOf(ip);
    if (family && !found.has(ip)) found.set(ip, known.find(({ list }) => list.check(ip, family))?.id);
    return found.get(ip);
  };
}

function familyOf(ip: string): 'ipv4' | 'ipv6' | null {
  const version = isIP(ip);
  return version === 4 ? 'ipv4' : version === 6 ? 'ipv6' : null;
}
