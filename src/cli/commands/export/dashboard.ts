import { Gaps } from '../../../collect/gaps.ts';
import { dashboardStack } from '../../../provision/dashboard.ts';
import { readShown } from '../../../provision/read-shown.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { exportDashboard } from './command.ts';
import { printStack } from './print-stack.ts';

type Options = OptionsOf<typeof exportDashboard.options>;

export async function printDashboard(
  context: Context,
  { output }: Options,
  names: readonly string[],
): Promise<number> {
  const gaps = new Gaps();
  const stack = await context.withProgress(({ update }) =>
    context.connect(async (aws) => {
      update({ phase: 'Reading monitors', done: 0, planned: 0 });
      const shown = await readShown(aws, names, gaps);
      return dashboardStack(shown, { region: aws.region, asked: names });
    }),
  );
  return printStack(context, output, stack, gaps.list);
}
