import { CHECKS } from '../../doctor/checks/index.ts';
import { DESTINATION_CATEGORIES, REGIONS } from '../../model/service.ts';
import { LAYERS } from '../../model/words.ts';
import { SCENARIOS } from '../../sandbox/scenarios/index.ts';
import type { Program } from '../core/parse.ts';
import {
  type CommandSpec,
  commandName,
  DOCUMENT_NAMES,
  flagsOf,
  type OptionSpec,
  valueKind,
  wordsOf,
} from '../core/spec.ts';
import { topicNames } from '../help/topics.ts';
import { columnKeys } from './columns.ts';

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
  | { kind: 'words'; words: readonly string[]; joined?: Separator }
  | { kind: 'asked'; what: 'monitors' | 'profiles' }
  | { kind: 'files' }
  | { kind: 'unknown' };

/** Between several words in one: 'packet-loss+no-monitor', 'az,bytes'. */
export type Separator = '+' | ',';

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
  check: { kind: 'words', words: [...LAYERS, ...CHECKS.map((check) => check.id)], joined: ',' },
  scenario: { kind: 'words', words: SCENARIOS.map((s) => s.name), joined: '+' },
  shell: { kind: 'words', words: SHELLS },
  schema: { kind: 'words', words: DOCUMENT_NAMES },
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

export function completionTree({ commands, groups }: Program): Node {
  const specs = commands.map(({ spec }) => spec);
  const root = nodeOf('', specs, groups);
  const children = root.children.map((node) => withPaths(node, root, specs));
  return { ...root, flags: [HELP, VERSION], children };
}

export function allNodes(node: Node): Node[] {
  return [node, ...node.children.flatMap(allNodes)];
}

function nodeOf(path: string, below: readonly CommandSpec[], groups: Program['groups']): Node {
  const depth = path === '' ? 0 : path.split(' ').length;
  const own = below.find((spec) => wordsOf(spec).join(' ') === path);
  const names = new Set(below.flatMap((spec) => wordsOf(spec).slice(depth, depth + 1)));
  return {
    path,
    summary: own?.summary ?? groups[path] ?? '',
    children: [...names].map((name) =>
      nodeOf(
        `${path} ${name}`.trim(),
        below.filter((spec) => wordsOf(spec)[depth] === name),
        groups,
      ),
    ),
    flags: [...(own?.options.map((option) => toFlag(option, own)) ?? []), HELP],
    argument: own ? argumentOf(own) : null,
  };
}

/** 'help [topic...]', 'policy [command...]' and 'schema [command...]' take the words of a command: the same tree once more, without options. */
function withPaths(node: Node, root: Node, commands: readonly CommandSpec[]): Node {
  const spec = commands.find((s) => commandName(s) === node.path);
  if (!spec || !/\[(topic|command)\W/.test(spec.usage)) return node;
  const bare = (at: Node): Node => ({
    path: `${node.path} ${at.path}`,
    summary: at.summary,
    children: at.children.map(bare),
    flags: [],
    argument: null,
  });
  const children = root.children.filter((child) => child.path !== node.path).map(bare);
  const named = new Set(root.children.map((child) => child.path));
  const { argument } = node;
  // What is a command too is there already.
  const others = argument?.kind === 'words' ? argument.words.filter((word) => !named.has(word)) : [];
  return { ...node, children, argument: argument && { kind: 'words', words: others } };
}

function argumentOf(spec: CommandSpec): Source | null {
  const [, name] = /[[<]([\w-]+)/.exec(spec.usage) ?? [];
  return name ? (SOURCES[name] ?? SOURCES[wordsOf(spec)[0] ?? ''] ?? UNKNOWN) : null;
}

function toFlag(option: OptionSpec, spec: CommandSpec): Flag {
  const { flags, description, choices, repeat = false } = option;
  const names = flagsOf(option);
  const [, name = ''] = /[[<]([^\]>]+)/.exec(flags) ?? [];
  const long = names.at(-1)?.slice(2) ?? '';
  const source: Source = choices
    ? { kind: 'words', words: choices }
    : (columnSource(long, spec) ?? SOURCES[name] ?? SOURCES[long] ?? UNKNOWN);
  const kind = valueKind(option);
  return {
    names,
    description,
    repeat,
    value: kind === 'none' ? null : { name, optional: kind === 'optional', source: withAlso(source, option) },
  };
}

/** Which columns there are depends on the command. */
function columnSource(long: string, spec: CommandSpec): Source | undefined {
  if (long !== 'columns' && long !== 'sort') return undefined;
  const words = columnKeys(spec);
  if (words.length === 0) return undefined;
  return { kind: 'words', words, ...(long === 'columns' && { joined: ',' }) };
}

/** '--region all' is an answer too. */
function withAlso(source: Source, { also = [] }: OptionSpec): Source {
  return source.kind === 'words' ? { ...source, words: [...source.words, ...also] } : source;
}
