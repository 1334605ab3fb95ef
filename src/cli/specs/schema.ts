import type { CommandSpec } from '../program.ts';
import { schemaNames } from '../schema-names.ts';

export const schema: CommandSpec = {
  usage: 'schema <document>',
  summary: 'print the JSON Schema of a document',
  details: `Documents: ${schemaNames.join(', ')}.`,
  examples: ['nfm schema triage', 'nfm schema case'],
  options: [],
  run: async (io, args) => (await import('../schema.ts')).schema(io, args),
};
