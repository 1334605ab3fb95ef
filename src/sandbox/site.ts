import { dispatcher } from './dispatch.ts';
import { type FlowSource, playFlows } from './measure/flows.ts';
import { createPublications } from './measure/publications.ts';
import type { Playable } from './scenarios/scenario.ts';
import { arcZonalShift } from './services/arc-zonal-shift.ts';
import { autoScaling } from './services/auto-scaling.ts';
import { cloudtrail } from './services/cloudtrail.ts';
import { cloudwatch } from './services/cloudwatch.ts';
import { ec2 } from './services/ec2.ts';
import { eks } from './services/eks.ts';
import { health } from './services/health.ts';
import { iam } from './services/iam.ts';
import { createKubernetes } from './services/kubernetes.ts';
import { type Backend, seed } from './services/networkflowmonitor/backend.ts';
import { networkFlowMonitor } from './services/networkflowmonitor.ts';
import { organizations } from './services/organizations.ts';
import { ssm } from './services/ssm.ts';
import { sts } from './services/sts.ts';
import type { Fault, ServiceContext } from './wire/service.ts';
import { denial, faultFinder, paced } from './wire/service.ts';
import { callerOf } from './world/permissions.ts';
import { watchAgents } from './world/publishing.ts';
import type { World } from './world/world.ts';

const NO_FLOWS: FlowSource = { at: () => [], between: () => [], awsEvents: [] };

/** Operations that leave the world as it is. */
const READS = /^(AssumeRole|Describe|Get|List|Lookup|Simulate|StartQuery|StopQuery)/i;

/** What all sites of a sandbox share. */
export interface Common
  extends Pick<Backend, 'queryMillis' | 'queriesAtOnce' | 'settleMillis' | 'now' | 'elapsed'> {
  later: ServiceContext['later'];
  /** Makes what is due, and says of each how long ago it was. */
  catchUp(done: (ago: number) => void): void;
  /** What is done instead of an answer, whatever plays here. */
  fault(service: string, operation: string, world: World): Fault | undefined;
  record(service: string, operation: string): void;
}

/** One account in one Region. */
export interface Site {
  backend: Backend;
  answer(request: Request): Promise<Response>;
  close(): Promise<void>;
}

/** A site on which something plays; without it, one that is empty. The world has the changes of what plays already. */
export function openSite(world: World, playable: Playable | null, common: Common): Site {
  const { now, elapsed, later, queryMillis, queriesAtOnce, settleMillis } = common;
  const publishing = watchAgents(world);
  const lately = playable?.lately;
  if (lately) {
    for (const change of lately.changes) change(world, now());
    publishing.look(now() - lately.minutes * 60_000);
  }
  const flows = playable ? playFlows(world, playable, now(), publishing) : NO_FLOWS;
  const backend: Backend = {
    world,
    flows,
    publications: createPublications(world, flows, now),
    queryMillis,
    queriesAtOnce,
    settleMillis,
    now,
    elapsed,
    scopes: new Map(),
    monitors: new Map(),
    queries: new Map(),
  };
  if (playable) seed(backend);
  const own = faultFinder([
    ...(playable?.denied ?? []).map(denial(world)),
    ...(playable?.forbidden ?? []).map(denial(world, 'with an explicit deny in a service control policy')),
  ]);
  const pace = paced(playable?.callsPerSecond ? { callsPerSecond: playable.callsPerSecond } : {}, elapsed);
  // Who publishes is worked out anew after each answer as soon as somebody changes something: most only read.
  let changing = false;
  const contextOf = (service: string): ServiceContext => ({
    world,
    metrics: backend.publications,
    awsEvents: flows.awsEvents,
    now,
    later,
    kubernetes: (cluster) => kubernetes.endpointOf(world, cluster),
    fault: (operation) => {
      const slowed = pace(service, operation);
      return own(service, operation) ?? (slowed.error ? slowed : common.fault(service, operation, world));
    },
    record: (operation) => {
      changing ||= !READS.test(operation);
      common.record(service, operation);
    },
  });
  const dispatch = dispatcher(
    [
      networkFlowMonitor(backend),
      arcZonalShift,
      autoScaling,
      cloudtrail,
      cloudwatch,
      ec2,
      eks,
      health,
      iam,
      organizations,
      ssm,
      sts,
    ],
    contextOf,
  );
  const meanwhile = async (answer: () => Promise<Response>) => {
    common.catchUp((ago) => publishing.look(now() - ago));
    const response = await answer();
    if (changing) publishing.look(now());
    return response;
  };
  const kubernetes = createKubernetes(
    (answer) => meanwhile(() => answer(contextOf('kubernetes'))),
    callerOf(world),
  );
  return {
    backend,
    answer: (request) => meanwhile(() => dispatch(request)),
    close: () => kubernetes.close(),
  };
}
