import { defineCommand, NO_ACTIONS } from '../../core/spec.ts';
import { TOPICS } from '../../help/topics.ts';

export const help = defineCommand({
  usage: 'help [topic...]',
  summary: 'help for a command or on a topic',
  details: `Topics:\n${TOPICS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}`).join('\n')}`,
  examples: ['nfm help exit-codes', 'nfm help runbooks', 'nfm help sandbox serve'],
  options: [],
  actions: NO_ACTIONS,
  documents: [],
});
