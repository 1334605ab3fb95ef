import { CONNECTION, DEBUG } from '../../core/options.ts';
import { type CommandSpec, commandName, defineCommand } from '../../core/spec.ts';
import { doctor } from '../doctor/command.ts';
import { health } from '../health/command.ts';
import { metrics } from '../metrics/command.ts';
import { monitorList, monitorShow } from '../monitor/command.ts';
import { top } from '../top/command.ts';
import { triage } from '../triage/command.ts';
import { zones } from '../zones/command.ts';

/** What is a tool, and a tool only reads. */
export const READING: readonly CommandSpec[] = [
  triage,
  zones,
  top,
  health,
  metrics,
  doctor,
  monitorList,
  monitorShow,
];

/** 'monitor_list': as the command is called. */
export function toolName(spec: CommandSpec): string {
  return commandName(spec).replaceAll(' ', '_');
}

export const mcp = defineCommand({
  usage: 'mcp',
  summary: 'the commands that read, as tools for an MCP host, over stdio',
  details: `A server of the Model Context Protocol: the host starts it, speaks on its stdin and reads its stdout, until stdin ends. Tools: ${READING.map(toolName).join(', ')}. None changes AWS, or reads or writes a file. Options hold for each call that does not say otherwise.`,
  examples: ['nfm mcp --sandbox', 'nfm mcp --sandbox aws-impairment --timeout 50s'],
  options: [...CONNECTION, ...DEBUG],
  actions: { reads: [...new Set(READING.flatMap(({ actions }) => actions.reads))] },
  documents: [],
});
