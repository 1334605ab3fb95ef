import { type RateLimit, type Rule, rateLimit, type Silence, silences } from '../judge/usual.ts';
import type { Series, Window } from '../model/case.ts';
import { nfm, printed } from '../model/command-line.ts';
import { GIB, METRIC_LAG_MINUTES } from '../model/service.ts';
import type {
  CompositeAlarm,
  MetricAlarm,
  MonitorMetric,
  Parameter,
  Reference,
  Stack,
  StackResource,
  Tags,
} from '../model/stack.ts';
import { DAY, MINUTE, SECOND } from '../model/time.ts';
import { bytes, duration, many, rate, span } from '../model/units.ts';
import { named, partOf, wordsOf } from './words.ts';

/** A monitor to be watched. `past` is null where its metrics could not be read. */
export interface Watched {
  name: string;
  arn: string;
  /** Retransmissions and bytes in periods of five minutes. */
  past: Series | null;
}

interface AlarmsOptions {
  region: string;
  /** Where `past` is of. */
  window: Window;
  /** The SNS topic, where it is known already. */
  topic: string | null;
  tags: Tags;
  /** The monitors that were asked for by name; none: all. */
  part: readonly string[];
}

/** Long enough to hold data of a small monitor, and as fine as CloudWatch keeps it for 63 days. */
export const ALARM_PERIOD = 300;
const LAG = (METRIC_LAG_MINUTES * MINUTE) / (ALARM_PERIOD * SECOND);
/** 'M of N with 3' (whitepaper 'Advanced Multi-AZ Resilience Patterns'), behind what may not have come yet. */
const RATE: Rule = { breaching: 3, periods: LAG + 3 };
/**
 * One period is enough where AWS itself says it. It stays on for longer than the rate does: alarms are evaluated one by
 * one, and what ends with AWS's incident would else be told as one that is not AWS's.
 */
const INDICATOR: Rule = { breaching: 1, periods: RATE.periods };
/** PutMetricAlarm: periods below an hour are watched for a day at most. */
const MOST_PERIODS = DAY / (ALARM_PERIOD * SECOND);

const TOPIC: Parameter['id'] = ['alarm', 'topic'];
/** Alarms tell topics of their own Region alone: PutMetricAlarm refuses others ('Invalid region … specified'). */
export const topicPattern = (region: string) => `^arn:aws[a-z-]*:sns:${region}:[0-9]{12}:[A-Za-z0-9_.-]+$`;

/** As many composite alarms as it takes are made of rules this long, of so many alarms (PutCompositeAlarm; CloudWatch's quotas). */
const LONGEST_RULE = 10_240;
const MOST_CHILDREN = 100;

/** An alarm for what each monitor's indicator, rate and silence say, and one composite of each kind, which tells people. */
export function alarmsStack(monitors: readonly Watched[], options: AlarmsOptions): Stack {
  const { region, window, topic } = options;
  const part = partOf(options.part);
  const each = [...monitors].sort(byName).map((monitor) => alarmsOf(monitor, options));
  const of = (kind: 'indicator' | 'rate' | 'silence') => each.flatMap((alarms) => alarms[kind] ?? []);
  const composites = [
    ...composite('aws-degraded', options, {
      description: `AWS's network health indicator is above 0 for a monitor in ${region}: AWS says that its own network is degraded for at least one of its flows.`,
      terms: of('indicator').map((alarm) => ({ alarm })),
      next: printed(nfm('triage', { region })),
    }),
    ...composite('retransmissions', options, {
      description: `A monitor in ${region} resends more than is usual for it, and AWS's indicator of that monitor is not above 0. That AWS says nothing does not make it the workload's.`,
      terms: each.flatMap(({ rate, indicator }) => (rate ? [{ alarm: rate, unless: indicator }] : [])),
      next: printed(nfm('triage', { region })),
    }),
    ...composite('no-data', options, {
      description: `A monitor in ${region} reports nothing, for longer than it ever did before.`,
      terms: of('silence').map((alarm) => ({ alarm })),
      next: printed(nfm('doctor', { region })),
    }),
  ];
  const metricAlarms: StackResource[] = each.flatMap(({ indicator, rate, silence }) => [
    indicator,
    ...(rate ? [rate] : []),
    ...(silence ? [silence] : []),
  ]);
  return {
    name: ['nfm-alarms', ...part].join('-'),
    title: `Alarms for Network Flow Monitor in ${region}: ${many(monitors.length, 'monitor', 'monitors')}`,
    region,
    notes: [
      `The only dimension is MonitorId, the monitor's ARN. The user guide's page on alarms names others, which do not exist: alarms made of them stay in INSUFFICIENT_DATA.`,
      `AWS's page on alarms asks to look back ${METRIC_LAG_MINUTES} minutes, for data may come late: each alarm looks at ${LAG} periods of 5 minutes more than it needs, and the indicator's stays on for longer than the rate's, so that the end of AWS's incident is not told as one of others.`,
      `Indicator: above 0, not 1, for 100 was seen in the field. Missing data is 'missing', because no datapoint is unknown, which is not healthy; the state is INSUFFICIENT_DATA then.`,
      `Retransmissions: events per GiB, from the monitor's own past, ${span(window.start, window.end)}. A period is bad above twice what 99 % of the periods of a usual day stayed at or below (of the days the one in the middle, so that an incident of that past does not count), at least ${RATE.breaching} of ${RATE.periods} periods must be, and a period with few events or bytes is not looked at. Missing data is 'notBreaching': 'missing' would let one bad period before a pause go off by itself ('premature alarm state'). Export again when the traffic has changed for good.`,
      `No data: the metric itself, with missing data as 'breaching', and no FILL(): what is late would always be filled. It waits longer than the longest silence of that past, so that a quiet night does not go off.`,
      `Only the composite alarms send messages, one for an incident instead of one for each monitor that sees it. The topic has to let cloudwatch.amazonaws.com publish, and its key, where it is encrypted, let it use it (kms:Decrypt, kms:GenerateDataKey*): that of AWS, alias/aws/sns, does not.`,
      `Names are fixed: deployed onto the same stack, or with the same state of Terraform, they change what is there. Of alarms that others made by these names, CloudFormation refuses to make another; Terraform writes over them without a word (import them first, by their names).`,
    ],
    lacks: each.flatMap(({ lacks }) => lacks),
    parameters: [
      {
        id: TOPIC,
        description: 'ARN of the SNS topic that is told',
        pattern: topicPattern(region),
        default: topic,
      },
    ],
    resources: [...metricAlarms, ...composites],
  };
}

function byName(a: Watched, b: Watched): number {
  return a.name < b.name ? -1 : 1;
}

interface Alarms {
  indicator: MetricAlarm;
  rate: MetricAlarm | null;
  silence: MetricAlarm | null;
  lacks: string[];
}

function alarmsOf(monitor: Watched, { region, window, tags }: AlarmsOptions): Alarms {
  const { name, arn, past } = monitor;
  const metric = (metricName: string, statistic: string): MonitorMetric => ({
    name: metricName,
    monitorArn: arn,
    statistic,
  });
  const next = (verb: string) => `Next: ${printed(nfm(verb, { monitor: name, region }))}`;
  const common = (kind: string) => ({
    kind: 'metric-alarm' as const,
    id: [...wordsOf(name), ...kind.split('-')],
    name: named('nfm-', name, `-${kind}`),
    periodSeconds: ALARM_PERIOD,
    tags,
  });
  const limit = past && rateLimit(past, RATE);
  const silence = past && silences(past);
  const quiet = silence && silencePeriods(silence);
  const over = span(window.start, window.end);
  return {
    indicator: {
      ...common('indicator'),
      description: `AWS says that its network is degraded for at least one flow of monitor ${name}. ${next('triage')}`,
      watched: metric('HealthIndicator', 'Maximum'),
      evaluationPeriods: INDICATOR.periods,
      datapointsToAlarm: INDICATOR.breaching,
      comparison: 'GreaterThanThreshold',
      threshold: 0,
      missing: 'missing',
    },
    rate: limit && {
      ...common('rate'),
      description: `Monitor ${name} resends more than usual. ${rateWords(limit, over)} ${next('triage')}`,
      watched: {
        expression: `IF(bytes >= ${limit.leastBytes} AND events >= ${limit.leastEvents}, events / bytes * ${GIB}, 0)`,
        label: 'Retransmissions per GiB',
        metrics: { bytes: metric('DataTransferred', 'Sum'), events: metric('Retransmissions', 'Sum') },
      },
      evaluationPeriods: RATE.periods,
      datapointsToAlarm: RATE.breaching,
      comparison: 'GreaterThanThreshold',
      threshold: limit.perGib,
      missing: 'notBreaching',
    },
    silence:
      silence && quiet
        ? {
            ...common('no-data'),
            description: `Monitor ${name} has reported nothing for ${minutes(quiet)}. ${silence.longest === 0 ? 'It was never silent before' : `Its longest silence before was ${minutes(silence.longest)}`} (${over}). ${next('doctor')}`,
            watched: metric('DataTransferred', 'SampleCount'),
            evaluationPeriods: quiet,
            datapointsToAlarm: quiet,
            comparison: 'LessThanThreshold',
            threshold: 1,
            missing: 'breaching',
          }
        : null,
    lacks: lacksOf(monitor, { limit, silence, quiet }, over),
  };
}

function rateWords(limit: RateLimit, over: string): string {
  const fired = limit.wouldHaveFired;
  return `A period is bad above ${rate(limit.perGib)} retransmissions per GiB, with ${limit.leastEvents} of them and ${bytes(limit.leastBytes)} at least; on a usual day 99 % of its periods were at ${rate(limit.usualPerGib)} or below (${over}). In that time it would ${fired === 0 ? 'never have gone off' : `have gone off ${times(fired)}`}.`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

/** Longer than it was ever silent, and than data may be late; null where that is longer than an alarm can wait. */
function silencePeriods({ longest }: Silence): number | null {
  const periods = longest + LAG + 1;
  return periods <= MOST_PERIODS ? periods : null;
}

function lacksOf(
  { name, past }: Watched,
  { limit, silence, quiet }: { limit: RateLimit | null; silence: Silence | null; quiet: number | null },
  over: string,
): string[] {
  if (past === null) {
    return [`${name}: its past could not be read, so that it has an alarm for its indicator alone.`];
  }
  const lacks: string[] = [];
  if (!limit) {
    lacks.push(
      `${name}: no alarm on its rate, for less than a day of traffic is known (${over}). Export again when there is.`,
    );
  } else if (limit.wouldHaveFired > 0) {
    lacks.push(
      `${name}: its alarm on the rate would have gone off ${times(limit.wouldHaveFired)} in that past (${over}). Where that was no incident, but a job of each week, raise its threshold.`,
    );
  }
  if (!silence) {
    lacks.push(
      `${name}: no alarm on missing data, for with less than a day of reports (${over}) nobody knows when there should be any.`,
    );
  } else if (quiet === null) {
    lacks.push(
      `${name}: no alarm on missing data, for it was silent for ${minutes(silence.longest)} at a time (${over}), which is longer than an alarm can wait.`,
    );
  } else if (silence.now >= quiet) {
    lacks.push(
      `${name}: it has been silent for ${minutes(silence.now)} now, so that its alarm on missing data goes off at once.`,
    );
  } else if (silence.longest > LAG) {
    lacks.push(
      `${name}: its alarm on missing data waits ${minutes(quiet)}, for it was silent for ${minutes(silence.longest)} at a time (${over}). Where that was an outage, and no quiet night, leave it out: --since.`,
    );
  }
  return lacks;
}

function minutes(periods: number): string {
  return duration(periods * ALARM_PERIOD * SECOND);
}

/** One alarm of a rule; `unless` that other one is on. */
interface Term {
  alarm: MetricAlarm;
  unless?: MetricAlarm;
}

/** Of as many alarms as there are; several where one rule would be too long. */
function composite(
  kind: string,
  { tags, part: asked }: AlarmsOptions,
  { description, terms, next }: { description: string; terms: readonly Term[]; next: string },
): CompositeAlarm[] {
  const parts = chunks(terms);
  return parts.map((part, i) => {
    const number = parts.length === 1 ? [] : [`${i + 1}`];
    return {
      kind: 'composite-alarm',
      // No alarm of a monitor ends like this, even if it is called 'any'.
      id: [...kind.split('-'), 'of', 'any', ...number],
      name: ['nfm', kind, ...partOf(asked), ...number].join('-'),
      description: `${description} The alarms below it say which. Next: ${next}`,
      rule: part.flatMap((term, at) => [...(at === 0 ? [] : [' OR ']), ...ruleOf(term)]),
      actions: [{ parameter: TOPIC }],
      tags,
    };
  });
}

function ruleOf({ alarm, unless }: Term): (string | Reference)[] {
  const on = ({ id }: MetricAlarm): (string | Reference)[] => ['ALARM("', { of: id, get: 'name' }, '")'];
  return unless ? ['(', ...on(alarm), ' AND NOT ', ...on(unless), ')'] : on(alarm);
}

function chunks(terms: readonly Term[]): Term[][] {
  const parts: Term[][] = [];
  let [length, children] = [0, 0];
  for (const term of terms) {
    const names = [term.alarm.name, ...(term.unless ? [term.unless.name] : [])];
    const own = names.join('').length + ' OR (ALARM("") AND NOT ALARM(""))'.length;
    const last = parts.at(-1);
    if (last && length + own <= LONGEST_RULE && children + names.length <= MOST_CHILDREN) {
      last.push(term);
    } else {
      parts.push([term]);
      [length, children] = [0, 0];
    }
    length += own;
    children += names.length;
  }
  return parts;
}
