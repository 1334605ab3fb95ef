import { closest } from '../../../model/closest.ts';
import { type CommandLine, nfm } from '../../../model/command-line.ts';
import { UsageError } from '../../../model/errors.ts';
import { type CommandSpec, commandName, nameOf, type OptionSpec, valueKind } from '../../core/spec.ts';
import { READING, toolName } from './command.ts';

/*
 * Commands as tools: what a tool takes is made from the command's own options and arguments, and a call is a command
 * line of nfm again.
 */

export interface Tool {
  name: string;
  spec: CommandSpec;
  title: string;
  /** When to call it, for a model. */
  use: string;
  /** It answers of several Regions in the one document that is its result. */
  severalRegions?: true;
}

const TOLD: Readonly<Record<string, Omit<Tool, 'name' | 'spec'>>> = {
  triage: {
    title: "Whose network problem is it, AWS's or ours?",
    use: 'Start here when connections are slow, time out or fail. Its verdict is aws-infrastructure, workload, inconclusive, no-impairment or no-data (which is not health: call doctor). It takes from seconds to minutes; fast answers from metrics alone.',
  },
  zones: {
    title: 'Availability Zones side by side',
    use: 'Which zone is worse than its past and than its peers. Seconds: it runs few queries.',
    severalRegions: true,
  },
  top: {
    title: 'Top contributors',
    use: 'Who sends to whom, ranked by retransmissions, timeouts, bytes or round-trip time. One query for each hour, category and metric: keep the window short.',
    severalRegions: true,
  },
  health: {
    title: "AWS's network health indicator",
    use: 'Whether AWS reports its own network degraded. A minute without a datapoint is unknown, which is not healthy.',
    severalRegions: true,
  },
  metrics: {
    title: 'Metrics over time',
    use: 'Series for a closer look. A longer period gives fewer values.',
    severalRegions: true,
  },
  doctor: {
    title: 'Why is there no data?',
    use: 'Call it when triage says no-data, or a part is missing. It changes nothing: its fixes are for a person to agree to.',
  },
  monitor_list: {
    title: 'The monitors',
    use: 'Names to use as monitor or monitors in other tools.',
    severalRegions: true,
  },
  monitor_show: { title: 'One monitor', use: 'Its resources, zones, health and traffic.' },
};

export const TOOLS: readonly Tool[] = READING.map((spec) => {
  const name = toolName(spec);
  const told = TOLD[name];
  if (!told) throw new Error(`the tool ${name} lacks its words`);
  return { name, spec, ...told };
});

/**
 * Besides targets and times. An option has to stand here to be a model's to give: others write or read files, change
 * AWS, send signed requests elsewhere or are about a terminal.
 */
const OFFERED: ReadonlySet<string> = new Set([
  'fast',
  'metric',
  'by',
  'category',
  'limit',
  'insights',
  'only',
  'skip',
  'region',
  'profile',
  'timeout',
]);

function optionsOf({ options }: CommandSpec): OptionSpec[] {
  return options.filter((o) => o.group === 'target' || o.group === 'time' || OFFERED.has(nameOf(o)));
}

interface Argument {
  name: string;
  several: boolean;
  required: boolean;
}

/** 'health [monitors...]', 'monitor show <name>' */
function argumentsOf({ usage }: CommandSpec): Argument[] {
  return [...usage.matchAll(/([[<])(\w+)(\.\.\.)?[\]>]/g)].map(([, bracket, name = '', dots]) => ({
    name,
    several: dots !== undefined,
    required: bracket === '<',
  }));
}

type JsonSchema = Readonly<Record<string, unknown>>;

/** Longer than any name or ARN. */
const LONGEST = 2048;
const MOST_WORDS = 100;

/** What a tool takes, as JSON Schema. */
export function inputSchemaOf({ spec, severalRegions }: Tool) {
  const options = optionsOf(spec).map((option): [string, JsonSchema] => {
    const oneRegion = nameOf(option) === 'region' && !severalRegions;
    return [nameOf(option), oneRegion ? { type: 'string', description: 'AWS Region' } : optionSchema(option)];
  });
  const own = argumentsOf(spec).map(({ name, several }): [string, JsonSchema] => [
    name,
    several
      ? { ...listOf({ type: 'string' }), description: `names of ${name}; default: all that watch the target` }
      : { type: 'string', description: `its ${name}` },
  ]);
  const required = argumentsOf(spec).flatMap(({ name, required }) => (required ? [name] : []));
  return {
    type: 'object' as const,
    properties: Object.fromEntries([...own, ...options]),
    ...(required.length > 0 && { required }),
    additionalProperties: false,
  };
}

function optionSchema({ flags, description, choices, default: value, repeat }: OptionSpec): JsonSchema {
  if (valueKind({ flags, description }) === 'none') return { type: 'boolean', description };
  const isNumber = flags.includes('<number>');
  const word = isNumber
    ? { type: 'integer', minimum: 1 }
    : { type: 'string', ...(choices && { enum: choices }) };
  return {
    ...(repeat ? listOf(word) : word),
    description,
    ...(value !== undefined && { default: isNumber ? Number(value) : value }),
  };
}

const listOf = (items: JsonSchema) => ({ type: 'array', items });

/** What holds for all calls that do not say otherwise: options of `nfm mcp` itself, by name. */
export type Defaults = Readonly<Record<string, string | readonly string[] | boolean | undefined>>;

/** The command line that a call means; what its options mean, the command says. */
export function commandLineOf(tool: Tool, given: JsonSchema, defaults: Defaults): CommandLine {
  const { spec } = tool;
  const args = argumentsOf(spec);
  const offered = optionsOf(spec).map(nameOf);
  const known = [...args.map(({ name }) => name), ...offered];
  const said = Object.entries(given).filter(([, value]) => value !== undefined && value !== null);
  for (const [name] of said) if (!known.includes(name)) throw unknownInput(tool, name, known);
  const values = new Map(said);
  const flags = Object.fromEntries(
    optionsOf(spec).map((option) => [nameOf(option), wordOf(tool, option, values.get(nameOf(option)))]),
  );
  const names = args.flatMap(({ name, several, required }) => {
    const words = wordsIn(name, values.get(name), several);
    if (required && words.length === 0) {
      throw new UsageError('missing-input', `${tool.name} needs ${name}.`, {
        hint: `Give ${name} as a string.`,
      });
    }
    return words;
  });
  const rest = Object.fromEntries(Object.entries(defaults).filter(([name]) => flags[name] === undefined));
  const line = { ...flags, ...rest, output: 'json' };
  if (!tool.severalRegions) assertOneRegion(tool, line);
  return nfm(commandName(spec), kebab(line), ...names);
}

function unknownInput(tool: Tool, name: string, known: readonly string[]): UsageError {
  const near = closest(name, known);
  return new UsageError('unknown-input', `${tool.name} does not take '${name.slice(0, 100)}'.`, {
    hint: near ? `Did you mean ${near}?` : `It takes: ${known.join(', ')}.`,
  });
}

type Word = string | readonly string[] | true | undefined;

function wordOf(tool: Tool, option: OptionSpec, value: unknown): Word {
  const name = nameOf(option);
  if (value === undefined) return undefined;
  if (valueKind(option) === 'none') {
    if (typeof value !== 'boolean') throw wrongType(name, 'true or false');
    return value || undefined;
  }
  const several = option.repeat === true && (name !== 'region' || tool.severalRegions === true);
  const words = wordsIn(name, value, several);
  if (words.length === 0) return undefined;
  return several ? words : words[0];
}

/** A word where a list is taken is a list of one; a number is its digits. */
function wordsIn(name: string, value: unknown, several: boolean): string[] {
  if (value === undefined) return [];
  const list: readonly unknown[] = several && Array.isArray(value) ? value : [value];
  if (list.length > MOST_WORDS) throw wrongType(name, `at most ${MOST_WORDS} strings`);
  return list.map((word) => {
    if (typeof word !== 'string' && typeof word !== 'number')
      throw wrongType(name, several ? 'a list of strings' : 'a string');
    if (String(word).length > LONGEST) throw wrongType(name, `at most ${LONGEST} characters`);
    return String(word);
  });
}

function wrongType(name: string, what: string): UsageError {
  return new UsageError('bad-input', `${name} takes ${what}.`, {
    hint: 'Correct it, and call the tool again.',
  });
}

function assertOneRegion(tool: Tool, { region }: Readonly<Record<string, unknown>>): void {
  const regions = [region ?? []].flat() as string[];
  if (regions.length <= 1 && !regions.includes('all')) return;
  throw new UsageError('one-region', `${tool.name} works in one Region at a time.`, {
    hint: `Give region: one of ${regions.includes('all') ? 'those that you use' : regions.join(', ')}.`,
  });
}

/** As options are typed: 'endpointUrl' is --endpoint-url. */
function kebab(flags: Defaults): Readonly<Record<string, Exclude<Defaults[string], false>>> {
  return Object.fromEntries(
    Object.entries(flags).map(([name, value]) => [
      name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`),
      value === false ? undefined : value,
    ]),
  );
}
