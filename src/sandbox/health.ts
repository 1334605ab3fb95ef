import { NHI_CATEGORIES } from '../model/facts.ts';
import { destinationCategory } from './categories.ts';
import { locate } from './place.ts';
import type { AwsEvent, FlowReport, World } from './world.ts';

/**
 * The network health indicator of the flows that a monitor measured in one minute: 1 if any of them traversed an
 * impaired part of AWS's network, 0 if none did, undefined if it covers none of them. It knows AWS's side only:
 * the flows' own losses are not looked at.
 */
export function healthIndicator(
  world: World,
  awsEvents: AwsEvent[],
  reports: FlowReport[],
): number | undefined {
  const paths = reports
    .filter((report) => report.bytes > 0)
    .map(({ minute, flow }) => ({ minute, from: locate(world, flow.local), to: locate(world, flow.remote) }))
    .filter(({ from, to }) => NHI_CATEGORIES.includes(destinationCategory(from, to)));
  if (paths.length === 0) return undefined;
  const degraded = paths.some(({ minute, from, to }) =>
    awsEvents.some(
      (event) =>
        event.fromMinute <= minute &&
        minute < event.toMinute &&
        (event.zoneId === from.zone?.id || event.zoneId === to.zone?.id),
    ),
  );
  return degraded ? 1 : 0;
}
