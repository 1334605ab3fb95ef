import type { ChalkInstance } from 'chalk';
import type { Gap } from '../model/case.ts';
import { printed, toAdvice } from '../model/command-line.ts';
import { item, items, wrap, wrapCommand } from './layout.ts';
import { code, list, prose } from './markup.ts';

const INDENT = '  ';

/** What could not be read, what that leaves unknown, and what to do about it. */
export function gapLines(
  gaps: readonly Gap[],
  { width, ink, unicode = true }: { width: number; ink: ChalkInstance; unicode?: boolean },
): string[] {
  if (gaps.length === 0) return [];
  const room = width - INDENT.length;
  const lines = gaps.flatMap(({ action, code, effect, answer, fix }) => {
    const label = action === null ? code : `${action} (${code})`;
    const { text, commands } = toAdvice(fix ?? '');
    const more = [
      ...(answer === undefined ? [] : [{ label: 'AWS', text: answer, inkLabel: ink.dim }]),
      ...(fix === null ? [] : [{ label: 'fix', text, inkLabel: ink.dim }]),
    ];
    return [
      ...item({ label: '!', text: label, inkLabel: ink.yellow, inkText: ink.yellow }, width, INDENT.length),
      ...wrap(effect, room).map((line) => INDENT + line),
      ...items(more, width, INDENT),
      ...commands.flatMap((c) => wrapCommand(c, width, INDENT + INDENT, { ascii: !unicode })),
    ];
  });
  return [ink.bold('Could not be read'), ...lines];
}

/** The same in Markdown. */
export function gapList(gaps: readonly Gap[]): string[] {
  if (gaps.length === 0) return [];
  const lines = gaps.map(({ action, code: kind, effect, answer, fix }) => {
    const what = action === null ? prose(kind) : `${code(action)} (${prose(kind)})`;
    const { text, commands } = toAdvice(fix ?? '');
    const how = [...(text ? [prose(text)] : []), ...commands.map((command) => code(printed(command)))];
    const said = answer === undefined ? '' : ` AWS: ${prose(answer)}`;
    return `${what}: ${prose(effect)}${said}${how.length === 0 ? '' : ` **Fix:** ${how.join(' ')}`}`;
  });
  return ['### Could not be read', list(lines)];
}
