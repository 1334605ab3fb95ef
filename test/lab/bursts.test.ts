import { describe, expect, it } from 'vitest';
import { RECORDED } from '../bench/verdict/traffic.ts';
import { type LabInterval, type LabRecording, readRecording, recordingNames } from './recording.ts';

/*
 * How much do a sender's minutes vary, beyond what chance alone makes of so many events? The benchmark's busy traffic
 * is as bursty as this (`traffic.ts`), where the number of events no longer hides it.
 */

interface Minute {
  events: number;
  bytes: number;
}

const recordings = recordingNames().map(readRecording);

/** What some hosts together counted in each interval. */
function minutesOf(intervals: readonly LabInterval[], hosts: readonly string[]): Minute[] {
  return intervals.map(({ pods }) => ({
    events: sum(hosts, (host) => pods[host]?.retransmissions ?? 0),
    bytes: sum(hosts, (host) => pods[host]?.bytes ?? 0),
  }));
}

/** Squared coefficient of variation beyond Poisson's, by moments; null below half an event a minute. */
function variation(minutes: readonly Minute[]): number | null {
  const events = sum(minutes, (m) => m.events);
  if (events < minutes.length / 2) return null;
  const rate = events / sum(minutes, (m) => m.bytes);
  const excess = sum(minutes, (m) => (m.events - rate * m.bytes) ** 2 - rate * m.bytes);
  return excess / sum(minutes, (m) => (rate * m.bytes) ** 2);
}

const SENDERS = ['web', 'worker', 'lb'];

function senders({ pods }: LabRecording, where: (name: string, zone: string | null) => boolean): string[] {
  return Object.entries(pods).flatMap(([name, { role, az }]) =>
    SENDERS.includes(role) && where(name, az) ? [name] : [],
  );
}

const during = ({ intervals }: LabRecording, fault: boolean) =>
  intervals.filter((interval) => (interval.fault !== null) === fault);

const known = (values: (number | null)[]) => values.filter((v) => v !== null).sort((a, b) => a - b);
const at = (values: readonly number[], share: number) => values[Math.floor(share * (values.length - 1))] ?? 0;

describe('how bursty recorded traffic is', () => {
  it('under loss: one sender, hardly', () => {
    const hit = recordings.flatMap((recording) => {
      const { zone, pod } = recording.truth;
      const lossy = senders(recording, (name, az) => (pod ? name === pod : zone !== null && az === zone));
      return lossy.map((host) => variation(minutesOf(during(recording, true), [host])));
    });
    expect(known(hit).length).toBeGreaterThan(30);
    expect(at(known(hit), 1)).toBeLessThan(RECORDED.lossy);
  });

  it('under loss: a whole zone, less', () => {
    const zones = recordings
      .filter(({ truth }) => truth.family === 'zone')
      .map((recording) => {
        const hosts = senders(recording, (_, az) => az === recording.truth.zone);
        return variation(minutesOf(during(recording, true), hosts));
      });
    expect(known(zones)).toHaveLength(6);
    expect(at(known(zones), 1)).toBeLessThan(RECORDED.zone + 0.001);
  });

  it('without a fault: a sender, from not at all to very', () => {
    const quiet = recordings.flatMap((recording) =>
      senders(recording, () => true).map((host) => variation(minutesOf(during(recording, false), [host]))),
    );
    expect(known(quiet).length).toBeGreaterThan(50);
    expect(at(known(quiet), 0.1)).toBeLessThanOrEqual(RECORDED.quiet.least);
    // Three quarters of them: the rest is a busy machine that all of the lab's hosts share.
    expect(at(known(quiet), 0.75)).toBeCloseTo(RECORDED.quiet.most, 0);
  });
});

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
