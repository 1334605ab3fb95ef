import { DESTINATION_CATEGORIES, REGIONS } from '../../model/facts.ts';
import { SCENARIOS } from '../../sandbox/scenarios/index.ts';
import { commands } from '../commands/index.ts';
import { type CommandSpec, GROUPS, type OptionSpec, wordsOf } from '../core/parse.ts';
import { schemaNames } from '../core/schemas.ts';
import { topicNames } from '../help/topics.ts';

/** What the shells complete, read from the commands alone. Only the generator and tests load this. */
export interface Node {
  /** 'sandbox serve'; empty for nfm itself. */
  path: string;
  summary: string;
  children: readonly Node[];
  flags: readonly Flag[];
  /** What its arguments may be; null where it takes none. */
  argument: Source | null;
}

export interface Flag {
  /** As typed: ['-o', '--output']. */
  names: readonly string[];
  description: string;
  repeat: boolean;
  /** Null for a switch. */
  value: { name: string; optional: boolean; source: Source } | null;
}

/** Where values come from: known when the scripts are written, asked of 'nfm __complete', the shell's own, or unknown. */
export type Source =
  | { kind: 'words'; words: readonly string[] }
  | { kind: 'asked'; what: 'monitors' | 'profiles' }
  | { kind: 'files' }
  | { kind: 'unknown' };

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const regions: Source = { kind: 'words', words: REGIONS };
const monitors: Source = { kind: 'asked', what: 'monitors' };

/** By the name of the placeholder, else of its option or of the word before: '<region>', '--profile <name>', 'monitor show <name>'. */
const SOURCES: Readonly<Record<string, Source>> = {
  region: regions,
  profile: { kind: 'asked', what: 'profiles' },
  monitor: monitors,
  monitors,
  category: { kind: 'words', words: DESTINATION_CATEGORIES },
  scenario: { kind: 'words', words: SCENARIOS.map((s) => s.name) },
  shell: { kind: 'words', words: SHELLS },
  // Beside the commands, whose words withPaths adds.
  schema: {
    kind: 'words',
    words: schemaNames.filter((name) => !commands.some((c) => c.usage.split(' ')[0] === name)),
  },
  topic: { kind: 'words', words: topicNames },
  file: { kind: 'files' },
};

const UNKNOWN: Source = { kind: 'unknown' };
const HELP: Flag = { names: ['-h', '--help'], description: 'show help', repeat: false, value: null };
const VERSION: Flag = {
  names: ['-V', '--version'],
  description: 'output the version number',
  repeat: false,
  value: null,
};

export function completionTree(): Node {
  const root = nodeOf('', commands);
  return { ...root, flags: [HELP, VERSION], children: root.children.map((node) => withPaths(node, root)) };
}

export function allNodes(node: Node): Node[] {
  return [node, ...node.children.flatMap(allNodes)];
}

function nodeOf(path: string, below: readonly CommandSpec[]): Node {
  const depth = path === '' ? 0 : path.split(' ').length;
  const own = below.find((spec) => wordsOf(spec).join(' ') === path);
  const names = new Set(below.flatMap((spec) => wordsOf(spec).slice(depth, depth + 1)));
  return {
    path,
    summary: own?.summary ?? GROUPS[path] ?? '',
    children: [...names].map((name) =>
      nodeOf(
        `${path} ${name}`.trim(),
        below.filter((spec) => wordsOf(spec)[depth] === name),
      ),
    ),
    flags: [...(own?.options.map(toFlag) ?? []), HELP],
    argument: own ? argumentOf(own) : null,
  };
}

/** 'help [topic...]', 'policy [command...]' and 'schema [command...]' take the words of a command: the same tree once more, without options. */
function withPaths(node: Node, root: Node): Node {
  const spec = commands.find((s) => s.usage.startsWith(`${node.path} [`));
  if (!spec || !/\[(topic|command)\W/.test(spec.usage)) return node;
  const bare = (at: Node): Node => ({
    path: `${node.path} ${at.path}`,
    summary: at.summary,
    children: at.children.map(bare),
    flags: [],
    argument: null,
  });
  return { ...node, children: root.children.filter((child) => child.path !== node.path).map(bare) };
}

function argumentOf(spec: CommandSpec): Source | null {
  const [, name] = /[[<]([\w-]+)/.exec(spec.usage) ?? [];
  return name ? (SOURCES[name] ?? SOURCES[wordsOf(spec)[0] ?? ''] ?? UNKNOWN) : null;
}

function toFlag({ flags, description, choices, repeat = false }: OptionSpec): Flag {
  const names = flags.match(/(?<![\w<[-])--?[\w-]+/g) ?? [];
  const [, bracket, name = ''] = /([[<])([^\]>]+)/.exec(flags) ?? [];
  const long = names.at(-1)?.slice(2) ?? '';
  const source = choices ? { kind: 'words' as const, words: choices } : (SOURCES[name] ?? SOURCES[long]);
  return {
    names,
    description,
    repeat,
    value: bracket ? { name, optional: bracket === '[', source: withAll(source, description) } : null,
  };
}

/** '--region all' is an answer too, where the option says so. */
function withAll(source: Source | undefined, description: string): Source {
  if (source === regions && description.includes("'all'"))
    return { kind: 'words', words: [...REGIONS, 'all'] };
  return source ?? UNKNOWN;
}
