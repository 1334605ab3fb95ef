import type { Aws } from '../aws/aws.ts';
import { ec2, type Instance } from '../aws/ec2.ts';
import { type ClusterDetails, eks } from '../aws/eks.ts';
import type { MonitorRecord } from '../aws/monitors.ts';
import type { Resource, Target } from '../model/case.ts';
import { Questions } from './questions.ts';
import { unknownTarget } from './target.ts';

export interface DoctorTarget {
  kind: Target['kind'];
  id: string | null;
}

/** What the target holds: instances, clusters, and what monitors watch of them. */
export class TargetFacts extends Questions {
  readonly target: DoctorTarget;

  constructor(aws: Aws, target: DoctorTarget) {
    super(aws);
    this.target = target;
  }

  /** Those in the target. */
  instances(): Promise<Instance[]> {
    return this.once('instances', async () => {
      const all = await this.running();
      const { kind, id } = this.target;
      if (kind === 'cluster') return all.filter((i) => i.cluster === id);
      if (kind === 'monitor') {
        const monitor = (await this.monitors()).find((m) => m.name === id);
        if (!monitor) throw await unknownTarget(this);
        return heldBy(all, monitor.local, await this.#zoneWords(monitor.local));
      }
      const inTarget = await this.inTarget();
      const places = kind === 'zone' ? await this.#zoneIds() : new Map<string, string>();
      return all.filter((i) => inTarget({ ...i, azId: places.get(i.subnetId) ?? '' }));
    });
  }

  /** Instances of the target that a monitor's local resources hold. */
  async heldBy({ local }: Pick<MonitorRecord, 'local'>): Promise<Instance[]> {
    const [instances, zones] = await Promise.all([this.instances(), this.#zoneWords(local)]);
    return heldBy(instances, local, zones);
  }

  /** Clusters in the target. */
  clusters(): Promise<ClusterDetails[]> {
    return this.once('clusters', async () => {
      const names = await this.#clusterNames();
      const clusters = await Promise.all(names.map((name) => this.each(() => eks(this.aws).details(name))));
      const { kind, id } = this.target;
      return kind === 'vpc' ? clusters.filter((c) => c.vpcId === id) : clusters;
    });
  }

  /** Its nodes that are instances. */
  async nodes({ name }: ClusterDetails): Promise<Instance[]> {
    return (await this.running()).filter((i) => i.cluster === name);
  }

  imageNames(): Promise<Map<string, string>> {
    return this.once('images', async () => {
      const ids = [...new Set((await this.instances()).flatMap((i) => i.imageId ?? []))];
      return ids.length ? ec2(this.aws).imageNames(ids) : new Map();
    });
  }

  protected async inTarget(): Promise<(place: { subnetId: string; vpcId: string; azId: string }) => boolean> {
    const { kind, id } = this.target;
    switch (kind) {
      case 'scope':
        return () => true;
      case 'vpc':
        return ({ vpcId }) => vpcId === id;
      case 'subnet':
        return ({ subnetId }) => subnetId === id;
      case 'zone': {
        const zone = (await this.zones()).find((z) => z.az === id || z.azId === id);
        if (!zone) throw await unknownTarget(this);
        return ({ azId }) => azId === zone.azId;
      }
      default: {
        const subnets = new Set((await this.instances()).map((i) => i.subnetId));
        return ({ subnetId }) => subnets.has(subnetId);
      }
    }
  }

  async #clusterNames(): Promise<string[]> {
    const { kind, id } = this.target;
    if (kind === 'cluster') return [id ?? ''];
    if (kind === 'scope' || kind === 'vpc') return eks(this.aws).names();
    return [...new Set((await this.instances()).flatMap((i) => i.cluster ?? []))];
  }

  /** Zone by name and by ID, of each subnet; only where a monitor names zones. */
  async #zoneWords(local: readonly Resource[]): Promise<Map<string, string[]>> {
    if (!local.some((r) => r.type === 'AWS::AvailabilityZone')) return new Map();
    const [zones, ids] = await Promise.all([this.zones(), this.#zoneIds()]);
    return new Map(
      [...ids].map(([subnet, azId]) => [subnet, [azId, zones.find((z) => z.azId === azId)?.az ?? azId]]),
    );
  }

  async #zoneIds(): Promise<Map<string, string>> {
    return new Map((await this.subnets()).map((s) => [s.id, s.azId]));
  }
}

function heldBy(
  instances: readonly Instance[],
  local: readonly Resource[],
  zones: ReadonlyMap<string, readonly string[]>,
): Instance[] {
  const holds = ({ type, identifier }: Resource, i: Instance): boolean => {
    const id = identifier.split('/').at(-1) ?? identifier;
    switch (type) {
      case 'AWS::Region':
        return true;
      case 'AWS::EC2::VPC':
        return i.vpcId === id;
      case 'AWS::EC2::Subnet':
        return i.subnetId === id;
      case 'AWS::EKS::Cluster':
        return i.cluster === id;
      case 'AWS::AvailabilityZone':
        return zones.get(i.subnetId)?.includes(identifier) ?? false;
      default:
        return false;
    }
  };
  return instances.filter((i) => local.some((resource) => holds(resource, i)));
}
