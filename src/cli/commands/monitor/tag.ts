import type { Aws } from '../../../aws/aws.ts';
import { flowMonitor, tagsOf } from '../../../aws/monitors.ts';
import { checkName, checkTagCount, checkTagKey, parseTags } from '../../../manage/rules.ts';
import { UsageError } from '../../../model/errors.ts';
import type { TagsDocument } from '../../../model/monitor-documents.ts';
import { TAGS_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { unknownMonitor } from '../../../network/targets.ts';
import { tagWords } from '../../../render/monitors.ts';
import { tagColumns } from '../../../render/scopes.ts';
import { carryOut, checkChange, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { monitorTag } from './command.ts';

export interface Tagged {
  /** As messages call it: 'monitor demo-vpc'. */
  title: string;
  name: string;
  arn: string;
}

export type TagOptions = OptionsOf<typeof monitorTag.options>;

export async function tagMonitor(
  context: Context,
  options: TagOptions,
  [name = '']: readonly string[],
): Promise<number> {
  checkName(name);
  checkChange(context, tagColumns);
  return context.connect((aws) =>
    tagResource(context, options, aws, async () => {
      const monitors = await flowMonitor(aws).list();
      const found = monitors.find((m) => m.name === name);
      if (!found) {
        throw unknownMonitor(
          name,
          monitors.map((m) => m.name),
          aws.region,
        );
      }
      return { title: `monitor ${name}`, name, arn: found.arn };
    }),
  );
}

/** Lists the tags of a monitor or scope, after setting and removing what was asked. */
export async function tagResource(
  context: Context,
  options: TagOptions,
  aws: Aws,
  find: () => Promise<Tagged>,
): Promise<number> {
  const set = parseTags(options.tag);
  const gone = options.untag.map(checkTagKey);
  const both = gone.find((key) => key in set);
  if (both) {
    throw new UsageError('tag-and-untag', `'${both}' is to be set and to be removed.`, {
      hint: 'Name it with --tag or with --untag.',
    });
  }
  const resource = await find();
  const before = await tagsOf(aws).list(resource.arn);
  const after = { ...before, ...set };
  for (const key of gone) delete after[key];
  checkTagCount(after);
  const asked = Object.keys(set).length + gone.length > 0;
  const steps = stepsOf(aws, resource, before, set, gone);
  if (asked || context.dryRun) {
    const done = await carryOut(context, {
      steps,
      question: `Change the tags of ${resource.title}?`,
      nothing: `The tags of ${resource.title} are so already.`,
    });
    if (!done) return 0;
  }
  const document: TagsDocument = {
    schema: TAGS_SCHEMA,
    generatedAt: instant(context.now()),
    resource: { name: resource.name, arn: resource.arn },
    change: steps.length ? 'updated' : 'unchanged',
    items: Object.entries(after)
      .map(([key, value]) => ({ key, value }))
      .sort((a, b) => (a.key < b.key ? -1 : 1)),
  };
  await context.print(document, {
    rows: (d) => d.items,
    columns: tagColumns,
    empty: () => `No tags on ${resource.title}.`,
  });
  return 0;
}

function stepsOf(
  aws: Aws,
  { title, arn: resourceArn }: Tagged,
  before: Readonly<Record<string, string>>,
  set: Readonly<Record<string, string>>,
  gone: readonly string[],
): Step[] {
  const tags = Object.fromEntries(Object.entries(set).filter(([key, value]) => before[key] !== value));
  const tagKeys = gone.filter((key) => key in before);
  const steps: Step[] = [];
  if (Object.keys(tags).length) {
    const request = { resourceArn, tags };
    steps.push({
      action: 'networkflowmonitor:TagResource',
      request,
      title: `Tag ${title}: ${tagWords(tags)}`,
      run: () => tagsOf(aws).tag(request),
    });
  }
  if (tagKeys.length) {
    const request = { resourceArn, tagKeys };
    steps.push({
      action: 'networkflowmonitor:UntagResource',
      request,
      title: `Remove tags of ${title}: ${tagKeys.join(', ')}`,
      run: () => tagsOf(aws).untag(request),
    });
  }
  return steps;
}
