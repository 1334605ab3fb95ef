import { type Aws, connect } from '../../../aws/aws.ts';
import type { SweptPlace } from '../../../model/sweep.ts';
import type { Reach } from '../../core/reach.ts';
import type { Asked } from './accounts.ts';

/** How many queries an account takes is learned of each; names for completion are kept of what a command line names. */
export function connectTo({ session }: Asked, region: string, signal: AbortSignal): Aws {
  if (!session) throw new Error('an account without a session is not asked');
  return connect({ ...session, signal, concurrency: undefined, onMonitors: undefined }, region);
}

/** What is printed of a place must reach that place. */
export function reachOf(
  reach: Reach,
  { profile, role, region }: Pick<SweptPlace, 'profile' | 'role' | 'region'>,
  externalId: string | undefined,
): Reach {
  return {
    ...reach,
    region: region ?? undefined,
    profile: profile ?? reach.profile,
    role: role ?? undefined,
    externalId: role === null ? undefined : externalId,
  };
}
