import type { Series, Window } from '../model/case.ts';
import { GIB } from '../model/service.ts';
import type { Bin } from './clumps.ts';

/** Events and the bytes that they happened in: a rate never stands without both. */
export interface Count {
  retransmissions: number;
  timeouts: number;
  bytes: number;
  /** Bins that had a byte datapoint. */
  bins: number;
  /** Bins with at least one retransmission. */
  eventBins: number;
}

export const NOTHING: Count = { retransmissions: 0, timeouts: 0, bytes: 0, bins: 0, eventBins: 0 };

/** Events per GiB; null where no bytes were reported. */
export function perGib(events: number, bytes: number): number | null {
  return bytes > 0 ? (events / bytes) * GIB : null;
}

/** Start of bin i, ms since the epoch. */
export function binStart(series: Series, i: number): number {
  return Date.parse(series.start) + i * series.periodSeconds * 1000;
}

/** Index range [from, to) of the bins that start inside the window. */
export function binsWithin(series: Series, window: Window): [from: number, to: number] {
  const period = series.periodSeconds * 1000;
  const origin = Date.parse(series.start);
  const clamp = (i: number) => Math.min(Math.max(i, 0), series.bytes.length);
  return [
    clamp(Math.ceil((Date.parse(window.start) - origin) / period)),
    clamp(Math.ceil((Date.parse(window.end) - origin) / period)),
  ];
}

/** Sums over a window. Missing counters beside reported bytes count as none: only flows with events are published. */
export function count(series: Series | null, window: Window | null): Count {
  if (!series || !window) return NOTHING;
  const [from, to] = binsWithin(series, window);
  let total = NOTHING;
  for (let i = from; i < to; i++) {
    const bytes = series.bytes[i] ?? null;
    const retransmissions = series.retransmissions[i] ?? 0;
    total = {
      retransmissions: total.retransmissions + retransmissions,
      timeouts: total.timeouts + (series.timeouts[i] ?? 0),
      bytes: total.bytes + (bytes ?? 0),
      bins: total.bins + (bytes === null ? 0 : 1),
      eventBins: total.eventBins + (retransmissions > 0 ? 1 : 0),
    };
  }
  return total;
}

/** Mean of the reported values; null where there is none. */
export function mean(values: readonly (number | null)[]): number | null {
  const known = values.filter((v) => v !== null);
  return known.length ? known.reduce((a, b) => a + b, 0) / known.length : null;
}

/** Bins of a window that had traffic. */
export function exposed(series: Series | null, window: Window | null): Bin[] {
  if (!series || !window) return [];
  const [from, to] = binsWithin(series, window);
  return series.bytes
    .slice(from, to)
    .flatMap((bytes, i) => (bytes ? [{ events: series.retransmissions[from + i] ?? 0, bytes }] : []));
}

/** Logarithm of a rate and its variance. */
export interface LogRate {
  log: number;
  variance: number;
}

/**
 * ln(events per byte + floor), with its variance by the delta method: counts vary by φ times themselves.
 * Half of what comes at once is added to a count, so that no event in little traffic is not taken for certainty.
 */
export function logRate({ retransmissions, bytes }: Count, floor: number, phi: number): LogRate {
  const events = retransmissions + phi / 2;
  const perByte = events / bytes + floor;
  return { log: Math.log(perByte), variance: (phi * events) / (bytes * perByte) ** 2 };
}
