import { loadConfig } from '@smithy/core/config';
import { NODE_MAX_ATTEMPT_CONFIG_OPTIONS, NODE_RETRY_MODE_CONFIG_OPTIONS } from '@smithy/core/retry';
import type { AwsCredentialIdentityProvider, Provider } from '@smithy/types';
import { credentialsOf } from './credentials.ts';
import { type Endpoints, oneEndpoint, readEndpoints, type ServiceId } from './endpoints.ts';
import { explain } from './errors.ts';
import { type Limit, limited } from './limit.ts';
import { type Env, NetworkHandler, readCaBundle, readProxies } from './network.ts';
import { readProfile } from './profile.ts';
import { assertService, defaultRegion } from './regions.ts';

interface Common {
  env: Env;
  signal: AbortSignal;
  /** Queries of Network Flow Monitor at once: its limits are not published, field code uses 5. */
  concurrency: number;
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
  retryMode: Provider<string>;
  requestHandler: NetworkHandler;
  customUserAgent: [string, string][];
}

/** One account in one Region, as seen with one set of credentials. */
export interface Aws {
  region: string;
  command: string;
  config(service: ServiceId): ClientConfig;
  signal: AbortSignal;
  queries: Limit;
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
  const requestHandler = new NetworkHandler({
    proxies: readProxies(env),
    ca: readCaBundle(env.AWS_CA_BUNDLE || section.ca_bundle),
  });
  const region = options.region ?? (await defaultRegion(env, section));
  const credentials = credentialsOf({ ...options, region, section, requestHandler });
  return {
    ...options,
    region,
    regionNamed: options.region !== undefined,
    endpoints,
    requestHandler,
    credentials,
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
    requestHandler: new NetworkHandler({ proxies: readProxies({}) }),
    credentials: async () => ({ accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }),
  };
}

export function connect(session: Session, region = session.region): Aws {
  const { endpoints, profile } = session;
  if (!session.anyRegion && !endpoints.of('NetworkFlowMonitor')) assertService(region, session.regionNamed);
  const loader = profile === undefined ? {} : { profile };
  const shared = {
    region,
    ...loader,
    credentials: session.credentials,
    // endpoints.ts has read them already, those of the right profile.
    ignoreConfiguredEndpointUrls: true,
    useFipsEndpoint: endpoints.fips,
    // A triage asks some hundred times: with the SDK's 3 attempts, one in ten throttled would leave gaps.
    maxAttempts: loadConfig({ ...NODE_MAX_ATTEMPT_CONFIG_OPTIONS, default: 6 }, loader),
    retryMode: loadConfig({ ...NODE_RETRY_MODE_CONFIG_OPTIONS, default: 'adaptive' }, loader),
    requestHandler: session.requestHandler,
    customUserAgent: [['nfm', session.version]] as [string, string][],
  } as const;
  return {
    region,
    command: session.command,
    signal: session.signal,
    queries: limited(session.concurrency),
    stopped: [],
    onCall: session.onCall ?? (() => undefined),
    onMonitors: (names) => session.onMonitors?.(region, names),
    config(service) {
      const endpoint = endpoints.of(service);
      return { ...shared, ...(endpoint === undefined ? {} : { endpoint }) };
    },
  };
}

/** Makes one call; every failure leaves as an NfmError that names the IAM action. */
export async function ask<O>(
  aws: Aws,
  action: string,
  call: (options: { abortSignal: AbortSignal }) => Promise<O>,
): Promise<O> {
  const start = performance.now();
  try {
    const answer = await call({ abortSignal: aws.signal });
    aws.onCall({ action, millis: performance.now() - start, error: null });
    return answer;
  } catch (thrown) {
    const error = explain(thrown, action, aws);
    aws.onCall({ action, millis: performance.now() - start, error: error.code });
    throw error;
  }
}

/** The same for a paginator: all pages, in one list. */
export function askAll<P, T>(
  aws: Aws,
  action: string,
  pages: (options: { abortSignal: AbortSignal }) => AsyncIterable<P>,
  itemsOf: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  return ask(aws, action, async (options) => {
    const items: T[] = [];
    for await (const page of pages(options)) items.push(...(itemsOf(page) ?? []));
    return items;
  });
}
