/* Markdown, in which untrusted text is text. */

export function list(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

/** A column's header; over numbers it stands right. */
export type Head = string | { numbers: string };

/** Cells are Markdown already. */
export function table(head: readonly Head[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    line(head.map((name) => (typeof name === 'string' ? name : name.numbers))),
    line(head.map((name) => (typeof name === 'string' ? '---' : '---:'))),
    ...rows.map(line),
  ].join('\n');
}

/** Text in which no character is markup, nor the start of a list. */
export function prose(text: string): string {
  return text
    .replace(/[\\`*_{}[\]<>#|~&$]/g, '\\$&')
    .replace(/^[+-]/, '\\$&')
    .replace(/^(\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** A name as code: shown as it is, and no tracker takes it for a mention or a link. */
export function code(text: string): string {
  // Inside a table, GitHub splits cells before it looks for code.
  if (text.includes('|')) return prose(text);
  const fence = '`'.repeat(longestRun(text) + 1);
  const room = text.startsWith('`') || text.endsWith('`') ? ' ' : '';
  return `${fence}${room}${text}${room}${fence}`;
}

export function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
