import type { Aws } from '../aws/aws.ts';
import type { MetricColumn, MonitorSeries } from '../aws/cloudwatch.ts';
import type { Memory } from '../aws/memory.ts';
import type { Series, Window } from '../model/case.ts';
import { advise, nfm } from '../model/command-line.ts';
import { HOUR, instant, MINUTE, SECOND } from '../model/time.ts';
import type { Gaps } from './gaps.ts';

export interface MetricsRequest {
  arns: readonly string[];
  window: Window;
  periodSeconds: number;
  gaps: Gaps;
  /** What a refusal of the whole call leaves unknown. */
  effect: string;
  only?: readonly MetricColumn[];
}

/** An answer that is on its way: it is asked for before it is known whose metrics matter. */
export type SeriesAsked = Promise<MonitorSeries>;

export function askSeries(
  aws: Aws,
  { arns, window, periodSeconds, only }: Pick<MetricsRequest, 'arns' | 'window' | 'periodSeconds' | 'only'>,
): SeriesAsked {
  const asked = aws.memory
    ? seriesSince(aws, aws.memory, { arns, window, periodSeconds })
    : import('../aws/cloudwatch.ts').then(({ monitorSeries }) =>
        monitorSeries(aws, arns, window, periodSeconds, only),
      );
  // Whoever reads it is told; nobody may.
  asked.catch(() => undefined);
  return asked;
}

/** What lands late has landed after so long. */
const LATE = 10 * MINUTE;
/** Holes that are older are not asked for again. */
const HOLES = HOUR;

type Kept = ReadonlyMap<string, Series>;

/** The newest minutes of each, put to those that are known: they have settled. */
async function seriesSince(
  aws: Aws,
  memory: Memory,
  { arns, window, periodSeconds }: Pick<MetricsRequest, 'arns' | 'window' | 'periodSeconds'>,
): Promise<MonitorSeries> {
  const { monitorSeries } = await import('../aws/cloudwatch.ts');
  const before: Kept = memory.noted('series') ?? new Map();
  const known = arns.filter((arn) => holds(before.get(arn), window, periodSeconds));
  const from = Math.min(Date.parse(window.end), ...known.map((arn) => firstOpen(before.get(arn), window)));
  const rest = { start: instant(Math.max(from, Date.parse(window.start))), end: window.end };
  const unknown = arns.filter((arn) => !known.includes(arn));
  const answers = await Promise.all([
    ...(known.length > 0 ? [monitorSeries(aws, known, rest, periodSeconds)] : []),
    ...(unknown.length > 0 ? [monitorSeries(aws, unknown, window, periodSeconds)] : []),
  ]);
  const lost = answers.flatMap((answer) => answer.lost);
  const series = new Map(
    answers.flatMap((answer) =>
      [...answer.series].map(([arn, own]) => [arn, continued(before.get(arn), own, window)] as const),
    ),
  );
  // What was lost is asked for whole the next time.
  memory.note<Kept>('series', new Map([...series].filter(([arn]) => !lost.some((l) => l.arn === arn))));
  return { series, lost };
}

/** It reaches from the start of the window into it. */
function holds(series: Series | undefined, { start, end }: Window, periodSeconds: number): boolean {
  if (!series || series.periodSeconds !== periodSeconds) return false;
  return series.start <= start && endOf(series) > Date.parse(start) && endOf(series) <= Date.parse(end);
}

function endOf({ start, periodSeconds, bytes }: Series): number {
  return Date.parse(start) + bytes.length * periodSeconds * SECOND;
}

/** From where on it may still change: the newest minutes, and holes that are not old. */
function firstOpen(series: Series | undefined, { end }: Window): number {
  if (!series) return Number.POSITIVE_INFINITY;
  const [first, step] = [Date.parse(series.start), series.periodSeconds * SECOND];
  const oldest = Math.max(first, Date.parse(end) - HOLES);
  const hole = series.bytes.findIndex((value, bin) => value === null && first + bin * step >= oldest);
  return Math.min(endOf(series) - LATE, hole < 0 ? Number.POSITIVE_INFINITY : first + hole * step);
}

/** What is new in the place of what was there. */
function continued(before: Series | undefined, own: Series, window: Window): Series {
  if (!before || own.start <= window.start) return own;
  const step = own.periodSeconds * SECOND;
  const bin = (at: string) => (Date.parse(at) - Date.parse(before.start)) / step;
  const [from, to] = [bin(window.start), bin(own.start)];
  const joined = (column: MetricColumn) => [...before[column].slice(from, to), ...own[column]];
  return {
    ...own,
    start: window.start,
    bytes: joined('bytes'),
    retransmissions: joined('retransmissions'),
    timeouts: joined('timeouts'),
    rttMicros: joined('rttMicros'),
    nhi: joined('nhi'),
  };
}

/** The metrics of monitors by ARN; null where the call was refused. What is lost inside an answer is one gap. */
export async function readSeries(
  aws: Aws,
  { arns, gaps, effect, ...request }: MetricsRequest,
  asked?: SeriesAsked,
): Promise<Map<string, Series> | null> {
  if (arns.length === 0) return new Map();
  return gaps.tolerate(null, effect, async () => {
    const { lostWords } = await import('../aws/cloudwatch.ts');
    const answer = await (asked ?? askSeries(aws, { arns, ...request }));
    const lost = answer.lost.filter(({ arn }) => arns.includes(arn));
    if (lost.length > 0) {
      gaps.add({
        code: 'metrics-lost',
        action: 'cloudwatch:GetMetricData',
        effect: `${lostWords(lost)}: what it left out is unknown, not 0.`,
        fix: lost.some(({ status }) => status === 'Forbidden')
          ? advise('Let this identity read these metrics:', nfm('policy', {}, ...aws.command.split(' ')))
          : 'Run the command again; CloudWatch was asked twice.',
      });
    }
    return answer.series;
  });
}
