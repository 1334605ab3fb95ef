import type { ChalkInstance } from 'chalk';
import { items } from './layout.ts';
import { finish, inkFor, layoutWidth, type Style } from './style.ts';

/* The page of a command, for a person: blocks of lines, an empty line between two. */

export interface Page {
  width: number;
  ink: ChalkInstance;
  unicode: boolean;
}

export function pageOf(style: Style): Page {
  return { width: layoutWidth(style), ink: inkFor(style), unicode: style.unicode };
}

/** What the numbers cannot tell. */
export function noteLines(notes: readonly string[], { width, ink }: Page): string[] {
  return items(
    notes.map((text) => ({ label: 'Note', text, inkLabel: ink.dim })),
    width,
  );
}

export function finishPage(blocks: readonly (readonly string[])[], style: Style): string {
  const text = blocks.filter((block) => block.length > 0).map((block) => block.join('\n'));
  return finish(`${text.join('\n\n')}\n`, style);
}
