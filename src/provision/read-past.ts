import type { Aws } from '../aws/aws.ts';
import { flowMonitor, type MonitorSummary } from '../aws/monitors.ts';
import type { Gaps } from '../collect/gaps.ts';
import { readSeries } from '../collect/metrics.ts';
import type { Window } from '../model/case.ts';
import { advise, nfm } from '../model/command-line.ts';
import { NotFoundError } from '../model/errors.ts';
import { isGoing } from '../network/status.ts';
import { unknownMonitor } from '../network/targets.ts';
import { ALARM_PERIOD, type Watched } from './alarms.ts';

/** The named monitors, or all, that are there to stay. */
export function chosen<M extends { name: string; status: string }>(
  all: readonly M[],
  names: readonly string[],
  region: string,
): M[] {
  const missing = names.find((name) => !all.some((monitor) => monitor.name === name));
  if (missing !== undefined) {
    throw unknownMonitor(
      missing,
      all.map(({ name }) => name),
      region,
    );
  }
  const found = all.filter((m) => (names.length === 0 || names.includes(m.name)) && !isGoing(m));
  if (found.length > 0) return found;
  throw new NotFoundError('no-monitors', `There are no monitors in ${region}, and without one no metrics.`, {
    hint: advise('Write down what a set-up takes:', nfm('export setup', { region })),
  });
}

/** Monitors with their past, as an alarm sees it. */
export async function readWatched(
  aws: Aws,
  { names, window, gaps }: { names: readonly string[]; window: Window; gaps: Gaps },
): Promise<Watched[]> {
  const monitors: MonitorSummary[] = chosen(await flowMonitor(aws).list(), names, aws.region);
  const past = await readSeries(aws, {
    arns: monitors.map(({ arn }) => arn),
    window,
    periodSeconds: ALARM_PERIOD,
    gaps,
    effect: 'What is usual is unknown: only the health indicators have an alarm.',
    only: ['bytes', 'retransmissions'],
  });
  return monitors.map(({ name, arn }) => ({ name, arn, past: past?.get(arn) ?? null }));
}
