import type { ChalkInstance } from 'chalk';
import type { Gap } from '../model/case.ts';
import { type Advice, ALL_NEEDED, printed, textOf, toAdvice } from '../model/command-line.ts';
import { item, items, jsonLines, wrap, wrapCommand } from './layout.ts';
import { code, list, prose } from './markup.ts';

const INDENT = '  ';
/** A hundred monitors have a hundred gaps. */
const MOST_EFFECTS = 5;

/** What one fix mends, or what AWS refused in the same words. */
interface Group {
  action: string | null;
  codes: string[];
  effects: string[];
  answer: string | undefined;
  fix: Advice | null;
}

/** What could not be read, what that leaves unknown, and what to do about it. */
export function gapLines(
  gaps: readonly Gap[],
  { width, ink, unicode = true }: { width: number; ink: ChalkInstance; unicode?: boolean },
): string[] {
  if (gaps.length === 0) return [];
  const room = width - INDENT.length;
  const lines = groupedGaps(gaps).flatMap(({ action, codes, effects, answer, fix }) => {
    const what = action === null ? codes.join(', ') : `${action} (${codes.join(', ')})`;
    const aside = (label: string, text: string) => items([{ label, text, inkLabel: ink.dim }], width, INDENT);
    const { text = '', policy, commands = [] } = fix ?? {};
    return [
      ...item({ label: '!', text: what, inkLabel: ink.yellow, inkText: ink.yellow }, width, INDENT.length),
      ...effects.flatMap((effect) => wrap(effect, room)).map((line) => INDENT + line),
      ...(answer === undefined ? [] : aside('AWS', answer)),
      ...(fix === null ? [] : aside('fix', text)),
      ...(policy ? jsonLines(policy, width, INDENT + INDENT) : []),
      ...(policy && commands.length > 0 ? aside('   ', ALL_NEEDED) : []),
      ...commands.flatMap((c) => wrapCommand(c, width, INDENT + INDENT, { ascii: !unicode })),
    ];
  });
  return [ink.bold('What is missing'), ...lines];
}

/** The same in Markdown. */
export function gapList(gaps: readonly Gap[]): string[] {
  if (gaps.length === 0) return [];
  const lines = groupedGaps(gaps).map(({ action, codes, effects, answer, fix }) => {
    const kinds = codes.map(prose).join(', ');
    const what = action === null ? kinds : `${code(action)} (${kinds})`;
    const { text = '', policy, commands = [] } = fix ?? {};
    const how = [
      ...(text ? [prose(text)] : []),
      ...(policy ? [code(JSON.stringify(policy))] : []),
      ...(policy && commands.length > 0 ? [ALL_NEEDED] : []),
      ...commands.map((command) => code(printed(command))),
    ];
    const said = answer === undefined ? '' : ` AWS: ${prose(answer)}`;
    return `${what}: ${effects.map(prose).join(' ')}${said}${how.length === 0 ? '' : ` **Fix:** ${how.join(' ')}`}`;
  });
  return ['### What is missing', list(lines)];
}

/** The same fix, or without one the same refusal, is told once. */
export function groupedGaps(gaps: readonly Gap[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { action, code, effect, answer, fix } of gaps) {
    const advice = fix === null ? null : toAdvice(fix);
    const todo = advice && (advice.commands.map((c) => printed(c)).join('\n') || textOf(advice));
    const key = JSON.stringify([action, answer, todo ?? code]);
    const { codes, effects, fix: known } = groups.get(key) ?? { codes: [], effects: [], fix: null };
    groups.set(key, {
      action,
      codes: [...new Set([...codes, code])],
      effects: [...new Set([...effects, effect])],
      answer,
      fix: known?.text ? known : advice,
    });
  }
  return [...groups.values()].map((group) => {
    const more = group.effects.length - MOST_EFFECTS;
    if (more <= 1) return group;
    return { ...group, effects: [...group.effects.slice(0, MOST_EFFECTS), `${more} more in -o json.`] };
  });
}
