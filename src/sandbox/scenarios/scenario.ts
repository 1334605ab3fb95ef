import type { Verdict } from '../../model/report.ts';
import type { RecordingName } from '../recording.ts';

/** A scenario is data: which recording is played on the demo topology, and what AWS itself adds. */
export interface Scenario {
  name: string;
  title: string;
  /** What an investigation should conclude. */
  verdict: Verdict;
  /** The doctor's check that must be found first, or null. */
  cause: string | null;
  recording: RecordingName;
  /** 'zone': the fault hits every pod in the zone of the pod that was recorded with it. */
  spread?: 'zone';
  /** Zones in which AWS's own network is impaired for as long as the recording's fault lasts. */
  awsEvents?: { zoneId: string }[];
}
