import type { Witnesses } from '../model/case.ts';
import { instantOf, structuresOf } from './answers.ts';
import { type Aws, ask, type ClientConfig } from './aws.ts';
import { sendSigned } from './signed.ts';

type Autoshift = NonNullable<Witnesses['autoshifts']>[number];

const SERVICE = 'arc-zonal-shift';
const ACTION = 'arc-zonal-shift:ListAutoshifts';

/** The registry has no client of this service. */
class ArcZonalShift {
  readonly #config: ClientConfig;

  constructor(config: ClientConfig) {
    this.#config = config;
  }

  get(path: string, abortSignal: AbortSignal): Promise<unknown> {
    const { region } = this.#config;
    const call = { action: ACTION, service: SERVICE, region, method: 'GET', path } as const;
    return sendSigned(this.#config, call, abortSignal);
  }
}

/** Zones that AWS moved traffic away from by itself, the latest first: one page is far more than there ever were. */
export async function autoshifts(aws: Aws): Promise<Autoshift[]> {
  const client = aws.client(ArcZonalShift, 'ARC Zonal Shift');
  const answer = await ask(aws, ACTION, ({ abortSignal }) => client.get('/autoshifts', abortSignal));
  const { items } = (answer ?? {}) as { items?: Record<string, unknown>[] };
  return structuresOf(items, ACTION, true).flatMap(({ awayFrom, status, startTime, endTime }) => {
    const start = instantOf(startTime);
    if (typeof awayFrom !== 'string' || typeof status !== 'string' || start === null) return [];
    return [{ azId: awayFrom, status, start, end: instantOf(endTime) }];
  });
}
