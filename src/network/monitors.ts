import type { Aws } from '../aws/aws.ts';
import { flowMonitor, type MonitorRecord } from '../aws/monitors.ts';
import { RefusedError } from '../model/errors.ts';
import type { MonitorItem } from '../model/monitor-documents.ts';
import { unknownMonitor } from './targets.ts';

/** Every monitor of the Region, with all that is told of it. */
export async function allMonitors(aws: Aws): Promise<MonitorRecord[]> {
  const service = flowMonitor(aws);
  const names = await service.names();
  const records = await Promise.all(
    names.map((name) => aws.queries(() => service.record(name).catch(goneMeanwhile))),
  );
  return records.filter((r) => r !== null);
}

/** Deleted between the list and the look: no error, it is just no longer there. */
function goneMeanwhile(error: unknown): null {
  if (error instanceof RefusedError && error.code === 'not-found') return null;
  throw error;
}

/** Throws with the names that there are, and the one that was most likely meant. */
export async function monitorNamed(aws: Aws, name: string): Promise<MonitorRecord> {
  const service = flowMonitor(aws);
  try {
    return await service.record(name);
  } catch (error) {
    if (!(error instanceof RefusedError) || error.code !== 'not-found') throw error;
    throw unknownMonitor(name, await service.names(), aws.region);
  }
}

export function toItem(m: MonitorRecord, region: string): MonitorItem {
  const { name, arn, status, local, remote, createdAt, modifiedAt, tags } = m;
  return { region, name, arn, status, local, remote, createdAt, modifiedAt, tags };
}
