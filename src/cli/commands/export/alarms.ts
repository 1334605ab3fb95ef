import { Gaps } from '../../../collect/gaps.ts';
import { parseTags } from '../../../manage/rules.ts';
import { UsageError } from '../../../model/errors.ts';
import { ALARM_PERIOD, alarmsStack, topicPattern } from '../../../provision/alarms.ts';
import { readWatched } from '../../../provision/read-past.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { windowsOf } from '../../core/values.ts';
import type { exportAlarms } from './command.ts';
import { printStack } from './print-stack.ts';

type Options = OptionsOf<typeof exportAlarms.options>;

export async function printAlarms(
  context: Context,
  options: Options,
  names: readonly string[],
): Promise<number> {
  const tags = parseTags(options.tag);
  const topic = topicOf(options.snsTopic);
  const { window } = windowsOf(
    context,
    { ...options, baseline: 'none' },
    { periodSeconds: ALARM_PERIOD, oldest: 63, mostPoints: MOST_POINTS },
  );
  const gaps = new Gaps();
  const stack = await context.withProgress(({ update }) =>
    context.connect(async (aws) => {
      checkTopic(topic, aws.region);
      update({ phase: 'Reading what is usual', done: 0, planned: 0 });
      const monitors = await readWatched(aws, { names, window, gaps });
      return alarmsStack(monitors, { region: aws.region, window, topic, tags, part: names });
    }),
  );
  return printStack(context, options.output, stack, gaps.list);
}

/** 63 days of five minutes. */
const MOST_POINTS = 63 * 24 * 12;

export function topicOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (new RegExp(topicPattern('[a-z0-9-]+')).test(text)) return text;
  throw new UsageError('malformed-topic', `--sns-topic does not look like the ARN of a topic: '${text}'.`, {
    hint: 'It looks like arn:aws:sns:eu-central-1:123456789012:on-call.',
  });
}

/** Alarms and state machines tell topics of their own Region. */
export function checkTopic(topic: string | null, region: string): void {
  if (topic === null || new RegExp(topicPattern(region)).test(topic)) return;
  throw new UsageError(
    'topic-elsewhere',
    `What is in ${region} tells topics of ${region} alone; this one is elsewhere: '${topic}'.`,
    { hint: `Name a topic of ${region}. Other Regions can subscribe to it.` },
  );
}
