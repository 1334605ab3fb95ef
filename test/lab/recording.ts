import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Verdict } from '../../src/model/report.ts';
import type { Counters, Interval } from '../../src/sandbox/measure/recording.ts';

/** A recording of lab.py: the format of `../shared/captures`, with the truth and the load balancer's peers added. */
export interface LabRecording {
  truth: Truth;
  pods: Record<string, LabPod>;
  intervals: LabInterval[];
}

export interface Truth {
  family: 'quiet' | 'pod' | 'zone' | 'recovered' | 'db' | 'lb' | 'client';
  /** Letter of the zone with the fault, where a zone or a pod of it has one. */
  zone: string | null;
  pod: string | null;
  loss_percent: number;
  /** By how much what is sent is late besides. */
  delay_ms?: number;
  /** What everyone loses all the time. */
  background_percent: number;
  /** What an investigation should conclude while AWS's health indicator is healthy. */
  verdict: Verdict;
}

export interface LabPod {
  ip: string;
  az: string | null;
  role: 'client' | 'lb' | 'web' | 'worker' | 'db';
  remote: string | null;
}

export interface LabInterval {
  fault: Interval['fault'];
  pods: Record<string, LabCounters>;
}

export interface LabCounters extends Omit<Counters, 'peers'> {
  /** Only where a pod sends to several: the load balancer. The first recordings have no round-trip times of them. */
  peers?: Record<string, Omit<Counters, 'rtt_us'> & Partial<Pick<Counters, 'rtt_us'>>>;
}

const FOLDER = new URL('./recordings/', import.meta.url);

export function recordingNames(): string[] {
  return readdirSync(fileURLToPath(FOLDER))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
    .sort();
}

export function readRecording(name: string): LabRecording {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8'));
}
