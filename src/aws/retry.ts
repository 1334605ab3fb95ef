import { loadConfig } from '@smithy/core/config';
import { NODE_MAX_ATTEMPT_CONFIG_OPTIONS, NODE_RETRY_MODE_CONFIG_OPTIONS } from '@smithy/core/retry';
import type { RetryStrategyV2, RetryToken } from '@smithy/types';
import { SECOND } from '../model/time.ts';

/** How often a call is tried, and how. */
export interface Retries {
  attempts: number;
  /** Null where the user has set none: then it is ours. */
  mode: string | null;
}

/** A triage asks some hundred times: with the SDK's 3 attempts, one in ten throttled would leave gaps. */
export const RETRIES: Retries = { attempts: 6, mode: null };

/** AWS_MAX_ATTEMPTS and AWS_RETRY_MODE, or the profile's. */
export async function readRetries(profile: string | undefined): Promise<Retries> {
  const loader = profile === undefined ? {} : { profile };
  const { attempts, mode } = RETRIES;
  return {
    attempts: await loadConfig({ ...NODE_MAX_ATTEMPT_CONFIG_OPTIONS, default: attempts }, loader)(),
    mode: await loadConfig<string | null>({ ...NODE_RETRY_MODE_CONFIG_OPTIONS, default: mode }, loader)(),
  };
}

/**
 * What a client is told. The SDK's adaptive mode slows all calls down until one in ten throttled makes a triage ten
 * times longer; its standard mode gives up for all calls once some hundred were throttled.
 * One who is not `patient` keeps the pace himself.
 */
export function retriesOf({ attempts, mode }: Retries, patient = true) {
  const maxAttempts = async () => attempts;
  return mode === null
    ? { maxAttempts, retryStrategy: patience(attempts, patient) }
    : { maxAttempts, retryMode: async () => mode };
}

/** The next call may pass at once; whoever is refused again waits ever longer, which slows the pace for all. */
const FIRST = 0.2 * SECOND;
const FACTOR = 3;
/** What fails without being throttled is tried again sooner, as the SDK does. */
const FIRST_OF_OTHERS = 0.05 * SECOND;
const LONGEST = 20 * SECOND;
/** How much more a service may ask for, as in the SDK. */
const LONGEST_HINT = 5 * SECOND;

function patience(attempts: number, withThrottling: boolean): RetryStrategyV2 {
  const token = (count: number, delay: number): RetryToken => ({
    getRetryCount: () => count,
    getRetryDelay: () => delay,
  });
  return {
    acquireInitialRetryToken: async () => token(0, 0),
    async refreshRetryTokenForRetry(last, { errorType, retryAfterHint }) {
      const tried = last.getRetryCount();
      const passing = (withThrottling && errorType === 'THROTTLING') || errorType === 'TRANSIENT';
      if (!passing || tried + 1 >= attempts) throw new Error('No retry is left.');
      const first = errorType === 'THROTTLING' ? FIRST : FIRST_OF_OTHERS;
      const delay = Math.random() * Math.min(first * FACTOR ** tried, LONGEST);
      const asked = retryAfterHint ? retryAfterHint.getTime() - Date.now() : 0;
      return token(tried + 1, Math.max(delay, Math.min(asked, delay + LONGEST_HINT)));
    },
    recordSuccess: () => undefined,
  };
}
