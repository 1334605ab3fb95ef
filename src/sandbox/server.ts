import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { createAdaptorServer } from '@hono/node-server';
import { Hono } from 'hono';
import { accountOf, internalFailure, isLoopback, refuse, regionOf } from './dispatch.ts';
import type { MonitorMetrics } from './measure/publications.ts';
import { findScenario } from './scenarios/index.ts';
import type { Playable } from './scenarios/scenario.ts';
import { closed } from './services/kubernetes.ts';
import { type Common, openSite, type Site } from './site.ts';
import { type Fault, faultFinder, type Pace, paced } from './wire/service.ts';
import { elsewhere, worldElsewhere } from './world/elsewhere.ts';
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
const TOO_LARGE = 'The nfm sandbox takes requests of at most 1 MiB.';

/** Where the account has something; in every other Region it is empty. */
export const HOME_REGION = DEMO_WORLD.region;

/** Null where the body is too large. Hono's bodyLimit cannot read what @hono/node-server hands it without a length. */
async function withinLimit(request: Request): Promise<Request | null> {
  const { url, method, headers } = request;
  if (Number(headers.get('content-length') ?? 0) > MAX_BODY) return null;
  // Not asked for before: what is to be a web stream is read the slow way.
  if (!headers.has('transfer-encoding') || !request.body) return request;
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body) {
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
  const agenda = createAgenda(settleMillis, elapsed);
  const requests: Sandbox['requests'] = [];
  const findFault = faultFinder(options.faults ?? []);
  const pace = paced(options.pace ?? {}, elapsed);
  const common: Common = {
    ...{ now, elapsed, queryMillis, queriesAtOnce, settleMillis },
    later: agenda.later,
    catchUp: agenda.catchUp,
    fault: (service, operation, world) => findFault(service, operation, world) ?? pace(service, operation),
    record: (service, operation) => {
      requests.push({ service, operation });
      if (requests.length > MAX_REQUESTS_NOTED) requests.shift();
    },
  };
  const home = openSite(worldOf(scenario, now()), scenario, common);
  const { world, flows, publications } = home.backend;
  const sites = sitesOf(scenario, home, common);
  const dispatch = (request: Request) => {
    const accountId = accountOf(request) ?? world.accountId;
    const region = (regional && regionOf(request)) || sites.firstRegionOf(accountId);
    return sites.at(accountId, region).answer(request);
  };

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
      await Promise.all([closed(server), sites.close()]);
    },
  };
}

/** The demo's world with what differs from it. */
function worldOf({ changes = [], fleet }: Playable, now: number): World {
  const world = demoWorld();
  for (const change of changes) change(world, now);
  if (fleet) world.organization = structuredClone(fleet.organization);
  return world;
}

/** Every account in every Region: opened when it is first asked; one where nothing plays may be forgotten. */
function sitesOf({ fleet }: Playable, home: Site, common: Common) {
  const { world } = home.backend;
  const playing = new Map([[`${world.accountId} ${world.region}`, home]]);
  const empty = new Map<string, Site>();
  const open = (accountId: string, region: string): Site | null => {
    const playable = fleet?.plays[accountId]?.[region];
    if (!fleet || !playable) return null;
    const place = { accountId, region, role: fleet.organization.role };
    const own = worldElsewhere(worldOf({ ...playable, fleet }, common.now()), place);
    const { awsEvents } = playable;
    return openSite(
      own,
      { ...playable, ...(awsEvents && { awsEvents: elsewhere(awsEvents, accountId, region) }) },
      common,
    );
  };
  const at = (accountId: string, region: string): Site => {
    const key = `${accountId} ${region}`;
    const known = playing.get(key) ?? open(accountId, region);
    if (known) {
      playing.set(key, known);
      return known;
    }
    const organization = fleet && { organization: structuredClone(fleet.organization) };
    const used =
      empty.get(key) ?? openSite({ ...emptyWorld(region, accountId), ...organization }, null, common);
    // The one that nobody has used for longest comes first, and goes first.
    empty.delete(key);
    empty.set(key, used);
    for (const [oldest] of empty) if (empty.size > MAX_REGIONS) empty.delete(oldest);
    return used;
  };
  return {
    at,
    /** Where what is global is asked. */
    firstRegionOf: (accountId: string) => Object.keys(fleet?.plays[accountId] ?? {})[0] ?? HOME_REGION,
    close: () => Promise.all([...playing.values(), ...empty.values()].map((site) => site.close())),
  };
}
