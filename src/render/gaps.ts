import type { ChalkInstance } from 'chalk';
import type { Gap } from '../model/case.ts';
import { item, items, wrap } from './layout.ts';
import { code, list, prose } from './markup.ts';

const INDENT = '  ';

/** What could not be read, what that leaves unknown, and what to do about it. */
export function gapLines(
  gaps: readonly Gap[],
  { width, ink }: { width: number; ink: ChalkInstance },
): string[] {
  if (gaps.length === 0) return [];
  const lines = gaps.flatMap(({ action, code, effect, fix }) => [
    ...item(
      {
        label: '!',
        text: action === null ? code : `${action} (${code})`,
        inkLabel: ink.yellow,
        inkText: ink.yellow,
      },
      width,
      INDENT.length,
    ),
    ...wrap(effect, width - INDENT.length).map((line) => INDENT + line),
    ...(fix === null ? [] : items([{ label: 'fix', text: fix, inkLabel: ink.dim }], width, INDENT)),
  ]);
  return [ink.bold('Could not be read'), ...lines];
}

/** The same in Markdown. */
export function gapList(gaps: readonly Gap[]): string[] {
  if (gaps.length === 0) return [];
  const lines = gaps.map(({ action, code: kind, effect, fix }) => {
    const what = action === null ? prose(kind) : `${code(action)} (${prose(kind)})`;
    return `${what}: ${prose(effect)}${fix === null ? '' : ` **Fix:** ${prose(fix)}`}`;
  });
  return ['### Could not be read', list(lines)];
}
