import { fromEnv, fromNodeProviderChain } from '@aws-sdk/credential-providers';
import { loadConfig } from '@smithy/core/config';
import { NODE_MAX_ATTEMPT_CONFIG_OPTIONS, NODE_RETRY_MODE_CONFIG_OPTIONS } from '@smithy/core/retry';
import type { AwsCredentialIdentityProvider, Provider } from '@smithy/types';
import { ConfigurationError } from '../model/errors.ts';
import { explain } from './errors.ts';
import { type Limit, limited } from './limit.ts';

export interface ConnectOptions {
  region?: string | undefined;
  profile?: string | undefined;
  endpointUrl?: string | undefined;
  /** Fixed credentials: the sandbox's. */
  credentials?: AwsCredentialIdentityProvider;
  /** Asks the person at the terminal; absent where there is none. */
  mfaCodeProvider?: ((serial: string) => Promise<string>) | undefined;
  env: Readonly<Record<string, string | undefined>>;
  signal: AbortSignal;
  /** Queries of Network Flow Monitor at once: its limits are not published, field code uses 5. */
  concurrency: number;
  version: string;
  onCall?: ((call: Call) => void) | undefined;
}

/** One call that was made, for --debug. */
export interface Call {
  action: string;
  millis: number;
  /** The code of the error that it ended with. */
  error: string | null;
}

/** The configuration that every client is made from. */
export interface ClientConfig {
  region: string;
  credentials: AwsCredentialIdentityProvider;
  endpoint?: string;
  maxAttempts: Provider<number>;
  retryMode: Provider<string>;
  requestHandler: { connectionTimeout: number; requestTimeout: number };
  customUserAgent: [string, string][];
}

/** One account in one Region, as seen with one set of credentials. */
export interface Aws {
  region: string;
  config: ClientConfig;
  signal: AbortSignal;
  queries: Limit;
  onCall(call: Call): void;
}

export async function connect(options: ConnectOptions): Promise<Aws> {
  const region = options.region ?? (await regionOf(options));
  const loader = options.profile === undefined ? {} : { profile: options.profile };
  return {
    region,
    signal: options.signal,
    queries: limited(options.concurrency),
    onCall: options.onCall ?? (() => undefined),
    config: {
      region,
      credentials: options.credentials ?? credentialsOf(options),
      ...(options.endpointUrl === undefined ? {} : { endpoint: options.endpointUrl }),
      // A triage asks some hundred times: with the SDK's 3 attempts, one in ten throttled would leave gaps.
      maxAttempts: loadConfig({ ...NODE_MAX_ATTEMPT_CONFIG_OPTIONS, default: 6 }, loader),
      retryMode: loadConfig({ ...NODE_RETRY_MODE_CONFIG_OPTIONS, default: 'adaptive' }, loader),
      requestHandler: { connectionTimeout: 5_000, requestTimeout: 60_000 },
      customUserAgent: [['nfm', options.version]],
    },
  };
}

async function regionOf({ env, profile }: ConnectOptions): Promise<string> {
  const found = await loadConfig<string | undefined>(
    {
      // The SDK reads AWS_REGION only, the AWS CLI's users set AWS_DEFAULT_REGION.
      environmentVariableSelector: () => env.AWS_REGION || env.AWS_DEFAULT_REGION,
      configFileSelector: (section) => section.region,
      default: undefined,
    },
    { preferredFile: 'credentials', ...(profile === undefined ? {} : { profile }) },
  )();
  if (found) return found;
  throw new ConfigurationError('no-region', 'No AWS Region is set.', {
    hint: "Name one: --region eu-central-1, or set AWS_REGION, or 'aws configure set region'. To try nfm without an account: nfm triage --sandbox",
  });
}

/**
 * As in the AWS CLI: --profile excludes the environment's keys, and those come before AWS_PROFILE
 * (the SDK has it the other way round, with a warning on the console).
 */
function credentialsOf({ env, profile, mfaCodeProvider }: ConnectOptions): AwsCredentialIdentityProvider {
  if (profile === undefined && env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return fromEnv();
  return fromNodeProviderChain({
    ...(profile === undefined ? {} : { profile }),
    ...(mfaCodeProvider === undefined ? {} : { mfaCodeProvider }),
  });
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
    const error = explain(thrown, action, aws.region);
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
