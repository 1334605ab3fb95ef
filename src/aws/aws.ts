import type { AwsCredentialIdentityProvider, Provider, RetryStrategyV2 } from '@smithy/types';
import { endedBy, type NfmError } from '../model/errors.ts';
import { SECOND } from '../model/time.ts';
import { credentialsOf } from './credentials.ts';
import { type Endpoints, oneEndpoint, readEndpoints, type ServiceId } from './endpoints.ts';
import { explain } from './errors.ts';
import type { Identities, Identity } from './identities.ts';
import type { Memory } from './memory.ts';
import { type Env, NetworkHandler, readCaBundle, readProxies } from './network.ts';
import { type Pace, paced } from './pace.ts';
import { pause, unlessAborted } from './pause.ts';
import { readProfile } from './profile.ts';
import { assertRegion, assertService, defaultRegion } from './regions.ts';
import { RETRIES, type Retries, readRetries, retriesOf } from './retry.ts';

interface Common {
  env: Env;
  signal: AbortSignal;
  /** Queries of Network Flow Monitor at once, at most; absent: as many as it takes. */
  concurrency?: number | undefined;
  /** How long one exchange with AWS may take, from the connection to the last byte, ms. */
  callMillis?: number;
  version: string;
  /** Words of the command that runs, for 'nfm policy COMMAND'. */
  command: string;
  onCall?: ((call: Call) => void) | undefined;
  /** Is told the names whenever the monitors of a Region are listed. */
  onMonitors?: ((region: string, names: readonly string[]) => void) | undefined;
}

export interface SessionOptions extends Common {
  /** The first Region that is named on the command line. */
  region: string | undefined;
  profile: string | undefined;
  endpointUrl: string | undefined;
  /** Also Regions that Network Flow Monitor is not known to run in. */
  anyRegion: boolean;
  /** Asks the person at the terminal; absent where there is none. */
  mfaCodeProvider: ((serial: string) => Promise<string>) | undefined;
  /** Of runs that come one after another: credentials and connections that are open already. */
  identities?: Identities | undefined;
}

/** Who asks, and by which way: one set of credentials and connections for all Regions. */
export interface Session extends Common {
  region: string;
  profile: string | undefined;
  anyRegion: boolean;
  /** Was the Region named on the command line? */
  regionNamed: boolean;
  credentials: AwsCredentialIdentityProvider;
  endpoints: Endpoints;
  requestHandler: NetworkHandler;
  retries: Retries;
}

/** One call that was made, for --debug. */
export interface Call {
  action: string;
  millis: number;
  /** The code of the error that it ended with. */
  error: string | null;
}

/** The configuration that a client is made from. */
export interface ClientConfig {
  region: string;
  profile?: string;
  credentials: AwsCredentialIdentityProvider;
  endpoint?: string;
  ignoreConfiguredEndpointUrls: true;
  useFipsEndpoint: boolean;
  maxAttempts: Provider<number>;
  retryMode?: Provider<string>;
  retryStrategy?: RetryStrategyV2;
  requestHandler: NetworkHandler;
  customUserAgent: [string, string][];
}

/** One account in one Region, as seen with one set of credentials. */
export interface Aws {
  region: string;
  command: string;
  /** One of each service a run: what a client learns of the service's limits holds for all who ask. */
  client<C>(Client: new (config: ClientConfig) => C, service: ServiceId, attempts?: number): C;
  /** The same, which throws what is throttled instead of trying again. */
  impatient<C>(Client: new (config: ClientConfig) => C, service: ServiceId): C;
  /** How often each action was answered. */
  answered: Map<string, number>;
  /** How long the slowest answer took: by the machine, the way to AWS, or AWS. */
  slowest: { millis: number };
  signal: AbortSignal;
  queries: Pace;
  /** Of a run that asks again and again. */
  memory?: Memory;
  /** IDs of queries that were asked to stop. */
  stopped: string[];
  onCall(call: Call): void;
  onMonitors(names: readonly string[]): void;
}

/** Reads configuration and nothing else: no call is made. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { env, profile } = options;
  const section = await readProfile(profile, env);
  const endpoints = await readEndpoints(profile, options.endpointUrl);
  const region = options.region ?? (await defaultRegion(env, section));
  const open = (): Identity => {
    const requestHandler = new NetworkHandler({
      callMillis: options.callMillis,
      proxies: readProxies(env),
      ca: readCaBundle(env.AWS_CA_BUNDLE || section.ca_bundle),
    });
    return { requestHandler, credentials: credentialsOf({ ...options, region, section, requestHandler }) };
  };
  return {
    ...options,
    region,
    regionNamed: options.region !== undefined,
    endpoints,
    retries: await readRetries(profile),
    ...(options.identities?.of(profile, section, open) ?? open()),
  };
}

/** An AWS on loopback: nothing that the user has configured for the real one gets in. */
export function sandboxSession(options: Common & { region: string; endpoint: string }): Session {
  return {
    ...options,
    profile: undefined,
    anyRegion: true,
    regionNamed: false,
    endpoints: oneEndpoint(options.endpoint),
    retries: RETRIES,
    requestHandler: new NetworkHandler({ callMillis: options.callMillis, proxies: readProxies({}) }),
    credentials: async () => ({ accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }),
  };
}

export function connect(session: Session, region = session.region): Aws {
  const { endpoints, profile } = session;
  assertRegion(region, session.regionNamed);
  if (!session.anyRegion && !endpoints.of('NetworkFlowMonitor')) assertService(region, session.regionNamed);
  const loader = profile === undefined ? {} : { profile };
  const shared = {
    region,
    ...loader,
    credentials: session.credentials,
    // endpoints.ts has read them already, those of the right profile.
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: endpoints.fips,
    requestHandler: session.requestHandler,
    customUserAgent: [['nfm', session.version]] as [string, string][],
  } as const;
  const clients = new Map<string, unknown>();
  const clientOf = <C>(
    Client: new (config: ClientConfig) => C,
    service: ServiceId,
    attempts = Number.POSITIVE_INFINITY,
    patient = true,
  ): C => {
    const key = `${service} ${Client.name} ${attempts} ${patient}`;
    const known = clients.get(key) as C | undefined;
    if (known) return known;
    const endpoint = endpoints.of(service);
    const retries = { ...session.retries, attempts: Math.min(attempts, session.retries.attempts) };
    const made = new Client({
      ...shared,
      ...(endpoint === undefined ? {} : { endpoint }),
      ...retriesOf(retries, patient),
    });
    clients.set(key, made);
    return made;
  };
  return {
    region,
    command: session.command,
    signal: session.signal,
    queries: paced(session.concurrency),
    stopped: [],
    onCall: session.onCall ?? (() => undefined),
    onMonitors: (names) => session.onMonitors?.(region, names),
    answered: new Map(),
    slowest: { millis: 0 },
    client: (Client, service, attempts) => clientOf(Client, service, attempts),
    impatient: (Client, service) => clientOf(Client, service, undefined, false),
  };
}

type Work<O> = (options: { abortSignal: AbortSignal }) => Promise<O>;

/** Between tries of what the SDK has given up on. */
const FIRST_PAUSE = SECOND;
const LONGEST_PAUSE = 4 * SECOND;
/** How often a query that is one too many is tried again, although no other got through. */
const QUOTA_TRIES = 4;

/**
 * Makes one call; every failure leaves as an NfmError that names the IAM action. What AWS refuses for being too much
 * is tried again as long as others of its kind get through: it is slow, not lost.
 */
export async function ask<O>(aws: Aws, action: string, call: Work<O>, signal = aws.signal): Promise<O> {
  for (let wait = FIRST_PAUSE, tries = 0; ; wait = Math.min(2 * wait, LONGEST_PAUSE)) {
    const before = aws.answered.get(action);
    try {
      return await once(aws, action, call, signal);
    } catch (thrown) {
      const error = thrown as NfmError;
      // 402 ServiceQuotaExceeded on a query call, declared even on Get and Stop: the SDK does not know it as throttling.
      const tooMany = error.code === 'quota-exceeded' && /Query/.test(action);
      if (!tooMany && error.code !== 'throttled') throw error;
      tries = aws.answered.get(action) === before ? tries + 1 : 0;
      if (tries > (tooMany ? QUOTA_TRIES : 0)) throw error;
      await pause(wait, signal);
    }
  }
}

/** Makes one call, and leaves to the caller what to do about a refusal. */
export async function once<O>(aws: Aws, action: string, call: Work<O>, signal: AbortSignal): Promise<O> {
  const start = performance.now();
  try {
    if (signal.aborted) throw endedBy(signal);
    const answer = await unlessAborted(call({ abortSignal: signal }), signal);
    const millis = performance.now() - start;
    aws.answered.set(action, (aws.answered.get(action) ?? 0) + 1);
    aws.slowest.millis = Math.max(aws.slowest.millis, millis);
    aws.onCall({ action, millis, error: null });
    return answer;
  } catch (thrown) {
    const error = explain(thrown, action, aws);
    aws.onCall({ action, millis: performance.now() - start, error: error.code });
    throw error;
  }
}
