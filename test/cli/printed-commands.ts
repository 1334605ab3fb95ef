import { execFileSync, spawnSync } from 'node:child_process';

/* Command lines on a page or in a hint, found as a reader finds them, and read as a shell does. */

export const hasJq = spawnSync('jq', ['--version']).status === 0;

export interface Shown {
  /** As it stands there, over several lines. */
  script: string;
  line: number;
}

/**
 * On a page a command stands four columns in or more, and whatever belongs to it further in; in a line that is not folded, at
 * its end, after a colon, or in quotes.
 */
export function printedCommands(text: string): Shown[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at): Shown[] => {
    const [, indent] = /^( {4,})(?:nfm|aws|kubectl) /.exec(line) ?? [];
    if (indent !== undefined) {
      const rest = lines.slice(at + 1);
      const end = rest.findIndex((next) => !next.startsWith(`${indent}  `));
      return [{ script: [line, ...rest.slice(0, end)].join('\n'), line: at }];
    }
    if (/^ /.test(line)) return [];
    const quoted = [...line.matchAll(/'((?:nfm|aws|kubectl) [^']+)'/g)].map(([, script = '']) => script);
    const last = /: ((?:nfm|aws|kubectl) .*)$/.exec(line)?.[1];
    return [...quoted, ...(last ? [last] : [])].map((script) => ({ script, line: at }));
  });
}

/** The words of each, programs in the place of which a function writes them down. */
export function wordsIn(scripts: readonly string[]): string[][] {
  const noted = ['nfm', 'aws', 'kubectl'].map(
    (program) => `${program}() { printf '%s\\0' ${program} "$@"; printf '\\n\\0'; }`,
  );
  const out = execFileSync('/bin/sh', ['-euc', [...noted, ...scripts].join('\n')], {
    encoding: 'utf8',
    env: { PATH: '/nonexistent' },
  });
  return out
    .split('\0\n\0')
    .slice(0, -1)
    .map((call) => call.split('\0'));
}
