import { loadConfig } from '@smithy/core/config';
import {
  NODE_MAX_ATTEMPT_CONFIG_OPTIONS,
  NODE_RETRY_MODE_CONFIG_OPTIONS,
  StandardRetryStrategy,
} from '@smithy/core/retry';
import type { RetryStrategyV2 } from '@smithy/types';
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
 * times longer; its standard mode waits up to a second after the first refusal, where the next call may pass at once.
 */
export function retriesOf({ attempts, mode }: Retries) {
  const maxAttempts = async () => attempts;
  if (mode !== null) return { maxAttempts, retryMode: async () => mode };
  const retryStrategy: RetryStrategyV2 = new StandardRetryStrategy({
    maxAttempts: attempts,
    backoff: new Backoff(),
  });
  return { maxAttempts, retryStrategy };
}

const FIRST = 0.2 * SECOND;
const LONGEST = 20 * SECOND;

/** Soon at first, then ever later: in all as patient as the SDK. */
class Backoff {
  #base = FIRST;

  setDelayBase(millis: number): void {
    this.#base = Math.min(millis, FIRST);
  }

  computeNextBackoffDelay(tries: number): number {
    return Math.random() * Math.min(this.#base * 3 ** tries, LONGEST);
  }
}
