import { CONNECTION, DEBUG } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { TOOLS, toolName } from './tools.ts';

export const mcp = defineCommand({
  usage: 'mcp',
  summary: 'the commands that read, as tools for an MCP host, over stdio',
  details: `A server of the Model Context Protocol: the host starts it, speaks on its stdin and reads its stdout, until stdin ends. Tools: ${TOOLS.map(toolName).join(', ')}. None changes AWS, or reads or writes a file. Options hold for each call that does not say otherwise.`,
  examples: ['nfm mcp --sandbox', 'nfm mcp --sandbox aws-impairment --timeout 50s'],
  options: [...CONNECTION, ...DEBUG],
  actions: { reads: [...new Set(TOOLS.flatMap(({ spec }) => spec.actions.reads))] },
  documents: [],
});
