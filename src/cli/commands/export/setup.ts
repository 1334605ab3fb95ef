import { Gaps } from '../../../collect/gaps.ts';
import { MAX_MONITORS, parseTags } from '../../../manage/rules.ts';
import { UsageError } from '../../../model/errors.ts';
import { FORMS } from '../../../model/ids.ts';
import { readSetup } from '../../../provision/read-setup.ts';
import { setupStack } from '../../../provision/setup.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { positive } from '../../core/values.ts';
import type { exportSetup } from './command.ts';
import { printStack } from './print-stack.ts';

type Options = OptionsOf<typeof exportSetup.options>;

export async function printSetup(context: Context, options: Options): Promise<number> {
  const tags = parseTags(options.tag);
  const hostTag = hostTagOf(options.hostTag);
  const quota = options.quota === undefined ? MAX_MONITORS : positive('--quota', options.quota);
  const vpcIds = options.vpc.map(vpcOf);
  const gaps = new Gaps();
  const stack = await context.withProgress(({ update }) =>
    context.connect(async (aws) => {
      update({ phase: 'Reading what is there', done: 0, planned: 0 });
      const facts = await readSetup(aws, { vpcIds, tags, hostTag, quota, now: context.now(), gaps });
      return setupStack(facts, { tags, hostTag });
    }),
  );
  return printStack(context, options.output, stack, gaps.list);
}

function vpcOf(id: string): string {
  const { pattern, example } = FORMS.vpc;
  if (pattern.test(id)) return id;
  throw new UsageError('malformed-id', `--vpc does not look right: '${id}'.`, {
    hint: `It looks like ${example}.`,
  });
}

function hostTagOf(text: string | undefined): { key: string; value: string } | null {
  const [, key, value] = /^([^=]{1,128})=(.{1,256})$/.exec(text ?? '') ?? [];
  if (key !== undefined && value !== undefined) return { key, value };
  if (text === undefined) return null;
  throw new UsageError('malformed-tag', `--host-tag takes KEY=VALUE, not '${text}'.`, {
    hint: 'For example: --host-tag network-flow-monitor=on',
  });
}
