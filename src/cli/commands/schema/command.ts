import type { CommandSpec } from '../../core/parse.ts';
import { schemaNames } from '../../core/schemas.ts';

export const schema: CommandSpec = {
  usage: 'schema [command...]',
  summary: 'print the JSON Schema of a document, or of what a command prints',
  details: `Without an argument: the documents, and the commands that print them.

Documents: ${schemaNames.join(', ')}.`,
  examples: ['nfm schema', 'nfm schema monitor list', 'nfm schema case'],
  options: [],
  run: async (io, args) => (await import('./schema.ts')).schema(io, args),
};
