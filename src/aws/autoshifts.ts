import type { Witnesses } from '../model/case.ts';
import { instantOf, structuresOf } from './answers.ts';
import { type Aws, ask } from './aws.ts';
import { SignedClient } from './signed.ts';

type Autoshift = NonNullable<Witnesses['autoshifts']>[number];

const ACTION = 'arc-zonal-shift:ListAutoshifts';

/** Zones that AWS moved traffic away from by itself, the latest first: one page is far more than there ever were. */
export async function autoshifts(aws: Aws): Promise<Autoshift[]> {
  const client = aws.client(SignedClient, 'ARC Zonal Shift');
  const call = { action: ACTION, service: 'arc-zonal-shift', path: '/autoshifts' };
  const answer = await ask(aws, ACTION, ({ abortSignal }) => client.call(call, abortSignal));
  const { items } = (answer ?? {}) as { items?: Record<string, unknown>[] };
  return structuresOf(items, ACTION, true).flatMap(({ awayFrom, status, startTime, endTime }) => {
    const start = instantOf(startTime);
    if (typeof awayFrom !== 'string' || typeof status !== 'string' || start === null) return [];
    return [{ azId: awayFrom, status, start, end: instantOf(endTime) }];
  });
}
