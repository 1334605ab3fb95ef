import { closest } from '../../../model/closest.ts';
import { EXIT, UsageError } from '../../../model/errors.ts';
import { wrap } from '../../../render/layout.ts';
import type { Context } from '../../core/context.ts';
import { type CommandSpec, commandPaths } from '../../core/spec.ts';
import { type Block, TOPICS, type Topic, topicNames } from '../../help/topics.ts';

/** 'nfm help TOPIC', and 'nfm help COMMAND…', which is 'nfm COMMAND… --help'. */
export async function showHelp(
  { io, commands, run }: Context,
  _options: object,
  words: readonly string[],
): Promise<number> {
  const asked = words.join(' ');
  const topic = TOPICS.find(({ name }) => name === asked);
  if (topic) {
    io.stdout.write(topicText(topic, commands, Math.min(io.stdout.columns ?? 80, 100)));
    return EXIT.ok;
  }
  const paths = commandPaths(commands);
  if (asked !== '' && !paths.includes(asked)) {
    const near = closest(asked, [...topicNames, ...paths]);
    throw new UsageError('unknown-topic', `There is no help for '${asked}'.`, {
      hint: near
        ? `Did you mean 'nfm help ${near}'?`
        : `Topics: ${topicNames.join(', ')}; commands: nfm --help.`,
    });
  }
  return run({ ...io, args: [...words, '--help'] });
}

function topicText({ summary, blocks }: Topic, commands: readonly CommandSpec[], width: number): string {
  const title = `${summary.charAt(0).toUpperCase()}${summary.slice(1)}`;
  return `${[title, ...blocks(commands).map((block) => blockText(block, width))].join('\n\n')}\n`;
}

function blockText(block: Block, width: number): string {
  if (typeof block === 'string') return wrap(block, width).join('\n');
  if ('code' in block) return indent(block.code.split('\n'), 2);
  const widest = Math.max(...block.terms.map(([term]) => term.length));
  // A long term stands above its text.
  const beside = widest <= 24;
  return block.terms
    .map(([term, text]) => {
      const at = beside ? widest + 4 : 6;
      const lines = indent(wrap(text, width - at), at);
      return beside
        ? `  ${term.padEnd(widest)}  ${lines.trimStart()}`
        : `${indent(wrap(term, width - 2), 2)}\n${lines}`;
    })
    .join('\n');
}

function indent(lines: readonly string[], by: number): string {
  return lines.map((line) => ' '.repeat(by) + line).join('\n');
}
