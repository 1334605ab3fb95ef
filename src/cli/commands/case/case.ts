import { caseSummary } from '../../../judge/case-summary.ts';
import { KEPT, redactCase } from '../../../model/redact-case.ts';
import { instant } from '../../../model/time.ts';
import { many } from '../../../model/units.ts';
import { casePartColumns, renderCase, renderCaseMarkdown } from '../../../render/case.ts';
import { caseOf, caseText, readCase, refuseSameFile } from '../../core/case-file.ts';
import type { Context } from '../../core/context.ts';
import { writeParts } from '../../core/output.ts';
import { reachOfCase } from '../../core/reach.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { caseRedact } from './command.ts';

export async function showCase(
  context: Context,
  _options: object,
  [file = '']: readonly string[],
): Promise<number> {
  context.checkList(casePartColumns);
  const data = await readCase(context.io, file);
  const document = caseSummary(data, instant(context.now()));
  await context.print(
    document,
    {
      rows: (d) => d.items,
      columns: casePartColumns,
      table: renderCase,
      tableIsList: true,
      markdown: renderCaseMarkdown,
    },
    reachOfCase(context.reach, data),
  );
  return 0;
}

export async function printRedacted(
  context: Context,
  { saveCase }: OptionsOf<typeof caseRedact.options>,
  [file = '']: readonly string[],
): Promise<number> {
  if (saveCase !== undefined) refuseSameFile(file, saveCase);
  let said: string[] = [];
  const redacted = async () => {
    const { data, replaced, leftOut } = redactCase(await readCase(context.io, file));
    const kinds = [...replaced].map(([kind, texts]) => `${kind} (${texts})`);
    said = [
      `kept: ${KEPT.join('; ')}.`,
      `replaced: ${kinds.join(', ') || 'nothing'}; left out: ${many(leftOut, 'sentence or fix', 'sentences and fixes')}.`,
    ];
    return data;
  };
  const data = await caseOf(context, { case: undefined, saveCase }, redacted);
  if (saveCase === undefined)
    await writeParts(context.io.stdout, caseText(data, reachOfCase(context.reach, data), context.io));
  for (const line of said) context.note(line);
  return 0;
}
