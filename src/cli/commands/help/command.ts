import type { CommandSpec } from '../../core/parse.ts';
import { TOPICS } from '../../help/topics.ts';

export const help: CommandSpec = {
  usage: 'help [topic...]',
  summary: 'help for a command or on a topic',
  details: `Topics:\n${TOPICS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}`,
  examples: ['nfm help exit-codes', 'nfm help runbooks', 'nfm help sandbox serve'],
  options: [],
  run: async (io, args) => (await import('./help.ts')).help(io, args),
};
