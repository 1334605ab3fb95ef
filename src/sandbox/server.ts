import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { dispatcher, internalFailure, isLoopback, refuse, regionOf } from './dispatch.ts';
import { type FlowSource, playFlows } from './measure/flows.ts';
import { createPublications, type MonitorMetrics } from './measure/publications.ts';
import { findScenario } from './scenarios/index.ts';
import type { Playable } from './scenarios/scenario.ts';
import { arcZonalShift } from './services/arc-zonal-shift.ts';
import { autoScaling } from './services/auto-scaling.ts';
import { cloudtrail } from './services/cloudtrail.ts';
import { cloudwatch } from './services/cloudwatch.ts';
import { ec2 } from './services/ec2.ts';
import { eks } from './services/eks.ts';
import { health } from './services/health.ts';
import { iam } from './services/iam.ts';
import { closed, createKubernetes } from './services/kubernetes.ts';
import { type Backend, seed } from './services/networkflowmonitor/backend.ts';
import { networkFlowMonitor } from './services/networkflowmonitor.ts';
import { ssm } from './services/ssm.ts';
import { sts } from './services/sts.ts';
import { denial, type Fault, faultFinder, type Pace, paced, type ServiceContext } from './wire/service.ts';
import { callerOf } from './world/permissions.ts';
import { watchAgents } from './world/publishing.ts';
import { DEMO_WORLD, demoWorld, emptyWorld } from './world/topology.ts';
import type { FlowReport, World } from './world/world.ts';

/** What was begun and takes effect later: an add-on that is being created, a command that runs. */
interface Agenda {
  /** Changes the world when a share of the settling time has gone by. */
  later(share: number, change: () => void): void;
  /** Makes every change that is due, in order, and says of each how long ago it was. */
  catchUp(done: (ago: number) => void): void;
}

function createAgenda(settleMillis: number, elapsed: () => number): Agenda {
  let planned: { at: number; change: () => void }[] = [];
  return {
    later(share, change) {
      planned.push({ at: elapsed() + share * settleMillis, change });
    },
    catchUp(done) {
      const now = elapsed();
      const due = planned.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
      planned = planned.filter(({ at }) => at > now);
      for (const { at, change } of due) {
        change();
        done(now - at);
      }
    },
  };
}

export interface SandboxOptions {
  /** A name, or several joined by `+`. */
  scenario: string | Playable;
  /** A free one when absent. */
  port?: number;
  /** The clock of data and timestamps; the machine's when absent. */
  now?: () => number;
  /** The clock of queries' and resources' states; the machine's own monotonic one when absent. */
  elapsed?: () => number;
  /** How long a query runs. Real ones take 3 to 10 s. */
  queryMillis?: number;
  /** How long a scope, monitor, add-on or command takes to change state. Real ones take minutes. */
  settleMillis?: number;
  faults?: Fault[];
  /** The waits and limits of a real service. */
  pace?: Pace;
  /** Queries that may run at once; one more is refused with 402. */
  queriesAtOnce?: number;
  /** False: every Region is the same one, for tests of what several of them answer. */
  regional?: boolean;
}

export interface Sandbox {
  endpoint: string;
  port: number;
  scenario: Playable;
  world: World;
  metrics: MonitorMetrics;
  /** The truth that everything is computed from, start inclusive, end exclusive, landed or not. */
  flowReports(start: number, end: number): FlowReport[];
  /** The latest calls, oldest first. */
  requests: { service: string; operation: string }[];
  close(): Promise<void>;
}

const MAX_REQUESTS_NOTED = 10_000;
/** More than the service has, and what each holds is kept. */
const MAX_REGIONS = 64;
/** That of GetMetricData, the largest of its requests. https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const MAX_BODY = 1024 * 1024;
const NOT_HERE = 'The nfm sandbox answers to the names of this machine only: localhost, 127.0.0.1 and [::1].';
/** Operations that leave the world as it is. */
const READS = /^(AssumeRole|Describe|Get|List|Lookup|Simulate|StartQuery|StopQuery)/i;

const TOO_LARGE = 'The nfm sandbox takes requests of at most 1 MiB.';

const NO_FLOWS: FlowSource = { at: () => [], between: () => [], awsEvents: [] };

/** Where the account has something; in every other Region it is empty. */
export const HOME_REGION = DEMO_WORLD.region;

/** Null where the body is too large. Hono's bodyLimit cannot read what @hono/node-server hands it without a length. */
async function withinLimit(request: Request): Promise<Request | null> {
  const { url, method, headers, body } = request;
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY) return null;
  if (!headers.has('transfer-encoding') || !body) return request;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAX_BODY) return null;
    chunks.push(chunk);
  }
  return new Request(url, { method, headers, body: Buffer.concat(chunks) });
}

/** Starts an AWS on loopback that plays the scenario from this moment on. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const {
    now = Date.now,
    elapsed = () => performance.now(),
    queryMillis = 100,
    queriesAtOnce = Number.POSITIVE_INFINITY,
    settleMillis = 2000,
    regional = true,
  } = options;
  const scenario = typeof options.scenario === 'string' ? findScenario(options.scenario) : options.scenario;
  const backendOf = (world: World, flows: FlowSource): Backend => {
    return {
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
  };
  const world = demoWorld();
  for (const change of scenario.changes ?? []) change(world, now());
  const publishing = watchAgents(world);
  const agenda = createAgenda(settleMillis, elapsed);
  const home = backendOf(world, playFlows(world, scenario, now(), publishing));
  seed(home);
  const { flows, publications } = home;

  const requests: Sandbox['requests'] = [];
  // Who publishes is worked out anew after each answer as soon as somebody changes something: most only read.
  let changing = false;
  const findFault = faultFinder([...(options.faults ?? []), ...(scenario.denied ?? []).map(denial(world))]);
  const pace = paced(options.pace ?? {}, elapsed);
  const contextOf = (service: string, { world, publications: metrics, flows }: Backend): ServiceContext => ({
    world,
    metrics,
    awsEvents: flows.awsEvents,
    now,
    kubernetes: (cluster) => kubernetes.endpointOf(world, cluster),
    later: agenda.later,
    fault: (operation) => findFault(service, operation) ?? pace(service, operation),
    record: (operation) => {
      changing ||= !READS.test(operation);
      requests.push({ service, operation });
      if (requests.length > MAX_REQUESTS_NOTED) requests.shift();
    },
  });
  const dispatcherOf = (backend: Backend) =>
    dispatcher(
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
        ssm,
        sts,
      ],
      (name) => contextOf(name, backend),
    );
  const own = dispatcherOf(home);
  const regions = new Map<string, typeof own>();
  const used = (region: string) => {
    const known = regions.get(region) ?? dispatcherOf(backendOf(emptyWorld(region), NO_FLOWS));
    // The one that nobody has used for longest comes first, and goes first.
    regions.delete(region);
    regions.set(region, known);
    for (const [oldest] of regions) if (regions.size > MAX_REGIONS) regions.delete(oldest);
    return known;
  };
  const meanwhile = async (answer: () => Promise<Response>) => {
    agenda.catchUp((ago) => publishing.look(now() - ago));
    const response = await answer();
    if (changing) publishing.look(now());
    return response;
  };
  const dispatch = (request: Request) => {
    const region = (regional && regionOf(request)) || HOME_REGION;
    const known = region === HOME_REGION ? own : used(region);
    return meanwhile(() => known(request));
  };
  const kubernetes = createKubernetes(
    (answer) => meanwhile(() => answer(contextOf('kubernetes', home))),
    callerOf(world),
  );

  const app = new Hono();
  // A web page may send to loopback by a name of its own (DNS rebinding): its Host is that name.
  app.use(async ({ req }, next) =>
    isLoopback(req.header('host')) ? next() : refuse(req.raw, 'AccessDeniedException', NOT_HERE, 403),
  );
  app.all('*', async ({ req }) => {
    const request = await withinLimit(req.raw);
    return request ? dispatch(request) : refuse(req.raw, 'RequestEntityTooLargeException', TOO_LARGE, 413);
  });
  app.onError((error, c) => internalFailure(c.req.raw, error));
  const server = createAdaptorServer({ fetch: app.fetch, overrideGlobalObjects: false });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    port,
    scenario,
    world,
    metrics: publications,
    flowReports: flows.between,
    requests,
    close: async () => {
      await Promise.all([closed(server), kubernetes.close()]);
    },
  };
}
