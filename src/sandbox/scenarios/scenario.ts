import type { Verdict } from '../../model/report.ts';
import type { RecordingName } from '../measure/recording.ts';
import type { Organization, World } from '../world/world.ts';

/** What the sandbox plays: a recording on the demo topology, what AWS itself adds, and what is broken. */
export interface Playable {
  name: string;
  recording: RecordingName;
  /** What happens from the start of the sandbox on, after quiet; the last part for ever. Absent: the recording's fault has begun, and goes on. */
  course?: readonly Part[];
  /** 'zone': the fault hits every pod in the zone of the pod that was recorded with it; else what passes this gateway, attachment or load balancer, instead of the pod. */
  spread?: 'zone' | { through: string };
  /** Zones in which AWS's own network is impaired for as long as the recording's fault lasts. */
  awsEvents?: { zoneId: string }[];
  /** How the world differs from the healthy one, from long ago on; in this order. */
  changes?: Change[];
  /** What differs since so many minutes before the sandbox was started, after all was well. */
  lately?: { minutes: number; changes: Change[] };
  /** Actions that the caller may not perform, such as `iam:GetRole`. */
  denied?: string[];
  /** Actions that a service control policy denies to everybody in the account. */
  forbidden?: string[];
  /** Calls a second that each service lets through. */
  callsPerSecond?: number;
  /** Further accounts and Regions. Absent: the account is alone, and empty in other Regions. */
  fleet?: Fleet;
}

/** An organization, and what plays in its accounts: by account ID and Region. Where nothing does, nobody ever made anything. */
export interface Fleet {
  organization: Organization;
  plays: Readonly<Record<string, Readonly<Record<string, Playable>>>>;
}

export interface Part {
  /** Of faults only as many as were recorded, round and round. */
  minutes: number;
  /** The recording's fault as it was, or at the pod's twin in the other zone; null: quiet. */
  fault: 'recorded' | 'mirrored' | null;
}

/** A scenario is a playable that tells a story with a known end. */
export interface Scenario extends Playable {
  title: string;
  /** What an investigation should conclude. */
  verdict: Verdict;
  /** The doctor's check that must be found first, or null. */
  cause: string | null;
}

/** Breaks something in a world of the sandbox's own. */
export type Change = (world: World, now: number) => void;
