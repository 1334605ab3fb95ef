import type { Aws } from '../aws/aws.ts';
import { A_WHILE, recall } from '../aws/memory.ts';
import type { Endpoint, Flow } from '../model/case.ts';
import type { Gaps } from './gaps.ts';

/** Instances whose names are looked up: those that a report could mention. */
const MOST_INSTANCES = 100;

/**
 * The names that a person knows. A row names the pod at its remote end only if both ends run in one cluster;
 * where that pod sends too, its own rows do. Instances have their Name tag in EC2 only.
 */
export async function addNames<F extends Flow>(
  aws: Aws,
  flows: F[],
  gaps: Gaps,
  isShown: (flow: F) => boolean = hasEvents,
): Promise<F[]> {
  const pods = podsByAddress(flows);
  const names = await instanceNames(aws, flows.filter(isShown), gaps);
  const withName = (endpoint: Endpoint): Endpoint => {
    const name = names.get(endpoint.instanceId ?? '');
    return name ? { ...endpoint, instanceName: name } : endpoint;
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

async function instanceNames(aws: Aws, flows: readonly Flow[], gaps: Gaps): Promise<Map<string, string>> {
  const ids = new Set<string>();
  for (const { local, remote } of flows) {
    for (const { instanceId } of [local, remote]) if (instanceId) ids.add(instanceId);
  }
  if (ids.size === 0) return new Map();
  return gaps.tolerate(new Map<string, string>(), 'Instances are shown without their names.', async () => {
    const asked = [...ids].slice(0, MOST_INSTANCES);
    return recall(aws, `names ${[...asked].sort()}`, A_WHILE, async () =>
      (await import('../aws/ec2.ts')).ec2(aws).instanceNames(asked),
    );
  });
}
