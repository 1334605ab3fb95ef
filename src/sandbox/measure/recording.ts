import packetLoss3 from './recordings/packet-loss-3.json' with { type: 'json' };
import packetLoss20 from './recordings/packet-loss-20.json' with { type: 'json' };
import podLate from './recordings/pod-20-100ms.json' with { type: 'json' };
import quiet from './recordings/quiet.json' with { type: 'json' };

/** What one host's kernel counted in one interval. */
export interface Counters {
  bytes: number;
  retransmissions: number;
  timeouts: number;
  rtt_us: number | null;
  /** Where it was counted by peer, as of a load balancer. */
  peers?: Record<string, Counters>;
}

/** One captured interval; it stands for one minute. `fault` is the truth, never an input of a verdict. */
export interface Interval {
  fault: { where: string; loss_percent: number; delay_ms?: number } | null;
  pods: Record<string, Counters>;
}

interface Recording {
  intervals: Interval[];
}

export type RecordingName = 'packet-loss-3' | 'packet-loss-20' | 'pod-20-100ms' | 'quiet';

/** Real packets, counted by the kernel of each host of a small network in which one pod loses some of its own. */
export const RECORDINGS: Record<RecordingName, Recording> = {
  'packet-loss-3': packetLoss3,
  'packet-loss-20': packetLoss20,
  'pod-20-100ms': podLate,
  quiet,
};
