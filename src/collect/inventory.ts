import type { Aws } from '../aws/aws.ts';
import type { Subnet } from '../aws/ec2.ts';
import { A_WHILE, recall } from '../aws/memory.ts';
import { flowMonitor, type MonitorDetails, type MonitorSummary, type ScopeSummary } from '../aws/monitors.ts';
import type { Zone } from '../model/case.ts';
import { advise, nfm } from '../model/command-line.ts';
import type { Extent, Topology } from '../network/holdings.ts';
import { HOLD_UPS, isReady, SCOPE_WAY, scopeInUse } from '../network/status.ts';
import {
  mustExist,
  notThere,
  type TargetSpec,
  targetExtent,
  unknownMonitor,
  zoneFor,
} from '../network/targets.ts';
import type { Gaps } from './gaps.ts';
import type { Progress } from './progress.ts';

/** What the account has, before any query. */
export interface Inventory {
  /** As the ARNs tell it; null where there is none. */
  accountId: string | null;
  scope: ScopeSummary | null;
  /** Of all monitors; null where they could not be listed. */
  names: string[] | null;
  monitors: MonitorDetails[];
  /** Every monitor was listed and looked at: what is not among them is not there. */
  allMonitors: boolean;
  topology: Topology;
  target: TargetSpec;
  extent: Extent;
}

/** Rounds one and two: where are we, what is there, and what does each monitor watch. `onListed` is told between them. */
export async function takeInventory(
  aws: Aws,
  options: { target: TargetSpec; onProgress(progress: Progress): void },
  gaps: Gaps,
  onListed: (monitors: readonly MonitorSummary[]) => void = () => undefined,
): Promise<Inventory> {
  const { target } = options;
  options.onProgress({ phase: 'Looking up scope, monitors and zones', done: 0, planned: 0 });
  const service = flowMonitor(aws);
  const [scopes, list, zones, subnets, cluster] = await Promise.all([
    gaps.tolerate<ScopeSummary[] | null>(
      null,
      'Whether Network Flow Monitor is enabled here is unknown.',
      () => recall(aws, 'scopes', A_WHILE, service.scopes),
    ),
    gaps.tolerate<MonitorSummary[] | null>(
      null,
      'Which monitors there are is unknown, and so are their metrics and the health indicator.',
      async () => {
        const monitors = await recall(aws, 'monitors', A_WHILE, () => service.list());
        onListed(monitors);
        return monitors;
      },
    ),
    gaps.tolerate<Zone[]>([], 'Zone names are unknown; zone IDs are shown.', async () =>
      recall(aws, 'zones', A_WHILE, async () => (await ec2(aws)).zones()),
    ),
    gaps.tolerate<Subnet[]>([], 'Which zones each monitor lies in is known only from its flows.', () =>
      recall(aws, 'subnets', A_WHILE, () => lookUpSubnets(aws, target)),
    ),
    target.kind === 'cluster' ? lookUpCluster(aws, gaps, target.id ?? '') : null,
  ]);
  const names = list?.map(({ name }) => name) ?? null;
  // Without either list there is nothing to say about anything: the refusal itself is the answer.
  if (scopes === null && names === null && gaps.errors[0]) throw firstOf(gaps);

  if (target.kind === 'monitor' && names && !names.includes(target.id ?? '')) {
    throw unknownMonitor(target.id ?? '', names, aws.region);
  }
  const asked = target.kind === 'monitor' ? target.id : null;
  // One that is being deleted is as good as gone, and may be gone by now.
  const there = list?.filter(({ name, status }) => status !== 'DELETING' || name === asked);
  const details = await lookAt(aws, there?.map(({ name }) => name) ?? (asked ? [asked] : []), gaps);
  const monitors = [...new Map(details.flatMap((m) => (m ? [[m.arn, m] as const] : []))).values()];
  const topology: Topology = {
    zones,
    subnets,
    clusterVpcs: new Map(cluster?.vpcId ? [[cluster.name, cluster.vpcId]] : []),
  };
  const spec =
    target.kind === 'zone' ? { ...target, id: zoneFor(target.id ?? '', zones, aws.region).azId } : target;
  const scope = scopes && scopeInUse(scopes);
  if (scopes) sayScope(scope, aws.region, gaps);
  return {
    accountId: [scope, list?.[0], monitors[0]].map((named) => named?.arn.split(':')[4]).find(Boolean) ?? null,
    scope,
    names,
    monitors,
    allMonitors: names !== null && details.every((m) => m !== null),
    topology,
    target: spec,
    extent: targetExtent(spec, topology, monitors),
  };
}

function lookAt(aws: Aws, names: readonly string[], gaps: Gaps): Promise<(MonitorDetails | null)[]> {
  const service = flowMonitor(aws);
  return Promise.all(
    names.map((name) =>
      gaps.tolerate(null, `What monitor ${name} watches is unknown, so it is left out.`, () =>
        recall(aws, `monitor ${name}`, A_WHILE, () => service.monitor(name)),
      ),
    ),
  );
}

/** Where there is no scope, or none that can be used. */
function sayScope(scope: ScopeSummary | null, region: string, gaps: Gaps): void {
  if (!scope) {
    gaps.add({
      code: 'no-scope',
      action: null,
      effect: `Network Flow Monitor is not enabled in ${region}: nothing is measured.`,
      fix: nfm('scope create', { region }),
    });
  } else if (!isReady(scope)) {
    gaps.add({
      code: 'scope-not-ready',
      action: null,
      effect: `The scope is ${scope.status}: monitors and queries cannot be used.`,
      fix: SCOPE_WAY.by.includes(scope.status)
        ? `Wait for ${SCOPE_WAY.to}. ${HOLD_UPS}`
        : advise(
            `It will not become ${SCOPE_WAY.to} by itself. Delete it, and create it again:`,
            nfm('scope delete', { 'with-monitors': true, region }, scope.id),
            nfm('scope create', { region }),
          ),
    });
  }
}

async function ec2(aws: Aws) {
  return (await import('../aws/ec2.ts')).ec2(aws);
}

async function lookUpSubnets(aws: Aws, target: TargetSpec): Promise<Subnet[]> {
  const client = await ec2(aws);
  const [subnets] = await Promise.all([
    client.subnets(),
    target.kind === 'vpc' && target.id
      ? mustExist(target, aws.region, () => client.vpc(target.id ?? ''))
      : null,
  ]);
  if (target.kind === 'subnet' && !subnets.some((s) => s.id === target.id)) {
    throw notThere(target, aws.region);
  }
  return subnets;
}

function lookUpCluster(aws: Aws, gaps: Gaps, name: string) {
  return gaps.tolerate(null, 'The VPC of the cluster is unknown.', async () => {
    const { eks } = await import('../aws/eks.ts');
    return recall(aws, `cluster ${name}`, A_WHILE, () =>
      mustExist({ kind: 'cluster', id: name }, aws.region, () => eks(aws).cluster(name)),
    );
  });
}

function firstOf(gaps: Gaps): Error {
  const own = gaps.errors.find((e) => e.action?.startsWith('networkflowmonitor:'));
  return own ?? gaps.errors[0] ?? new Error('no error behind the gaps');
}
