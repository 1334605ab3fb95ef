import { DOCUMENT_NAMES, defineCommand, NO_ACTIONS } from '../../core/spec.ts';

export const schema = defineCommand({
  usage: 'schema [command...]',
  summary: 'print the JSON Schema of a document, or of what a command prints',
  details: `Without an argument: the documents, and the commands that print them.

Documents: ${DOCUMENT_NAMES.join(', ')}.`,
  examples: ['nfm schema', 'nfm schema monitor list', 'nfm schema case'],
  options: [],
  actions: NO_ACTIONS,
  documents: [],
});
