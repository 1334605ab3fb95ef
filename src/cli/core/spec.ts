/*
 * What a command is, as data: parser, help, completion, manual page, policy and schemas are made from it alone.
 */

/** Documents with a published schema; apart from the schemas themselves, because help lists them. */
export const DOCUMENT_NAMES = [
  'triage',
  'triage-list',
  'top',
  'zones',
  'sweep',
  'sweep-place',
  'health',
  'metrics',
  'doctor',
  'doctor-checks',
  'monitor-list',
  'monitor',
  'monitor-changes',
  'scope-list',
  'scope',
  'scope-changes',
  'tags',
  'case',
  'case-summary',
  'error',
  'plan',
  'policy',
  'sandbox-list',
] as const;

export type DocumentName = (typeof DOCUMENT_NAMES)[number];

/** Headings of the help. An option without one is the command's own. */
export const OPTION_GROUPS = {
  target: 'Target',
  time: 'Time',
  output: 'Output',
  connection: 'Connection',
  changes: 'Changes',
} as const;

export interface OptionSpec {
  /** '--since <time>', '-o, --output <format>', '--sandbox [scenario]', '--no-wait', '--yes' */
  readonly flags: string;
  readonly description: string;
  readonly group?: keyof typeof OPTION_GROUPS;
  readonly choices?: readonly string[];
  /** Words that are an answer too, beside those that the placeholder stands for. */
  readonly also?: readonly string[];
  readonly default?: string;
  /** May be given several times. */
  readonly repeat?: true;
}

/** The IAM actions of one command. A test drives each command and holds them to what it really calls. */
export interface Actions {
  readonly reads: readonly string[];
  /** What it can change. */
  readonly writes?: readonly string[];
  /** What AWS checks on the way, without a call of ours: tags that are given with a creation, roles of the service. */
  readonly implied?: readonly string[];
  /** Changing is what it is for, not an option. */
  readonly changes?: true;
}

/** A document that a command prints: the first is its result, the others say when they are printed instead. */
export interface DocumentUse {
  readonly name: DocumentName;
  readonly when?: string;
  /** Goes to a file, never to stdout. */
  readonly toFile?: true;
}

export interface CommandSpec<O extends readonly OptionSpec[] = readonly OptionSpec[]> {
  /** Words of the command, then its arguments: 'sandbox serve [scenario]'. */
  readonly usage: string;
  readonly summary: string;
  /** Paragraphs below the summary; of all commands, where it lists what they have. */
  readonly details?: string | ((commands: readonly CommandSpec[]) => string);
  /** Run as printed against the sandbox, by a test. */
  readonly examples: readonly string[];
  readonly options: O;
  readonly actions: Actions;
  readonly documents: readonly DocumentUse[];
}

/** Keeps the flags as literal types, which is what OptionsOf reads. */
export function defineCommand<const O extends readonly OptionSpec[]>(spec: CommandSpec<O>): CommandSpec<O> {
  return spec;
}

/** Of a command that asks AWS nothing. */
export const NO_ACTIONS: Actions = { reads: [] };

type LongOf<F extends string> = F extends `${string}--${infer Rest}`
  ? Rest extends `${infer Name} ${string}`
    ? Name
    : Rest
  : never;
type Camel<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : S;
type NameOf<F extends string> = LongOf<F> extends `no-${infer Name}` ? Camel<Name> : Camel<LongOf<F>>;
type WordOf<O extends OptionSpec> = O extends { readonly choices: readonly (infer C)[] } ? C : string;
type ValueOf<O extends OptionSpec> = O extends { readonly repeat: true }
  ? readonly WordOf<O>[]
  : O['flags'] extends `${string}<${string}`
    ? O extends { readonly default: string }
      ? WordOf<O>
      : WordOf<O> | undefined
    : O['flags'] extends `${string}[${string}`
      ? string | true | undefined
      : boolean;

/** What a handler gets, by camel-cased names: '--since <time>' is a string, '--yes' a boolean, what repeats a list. */
export type OptionsOf<O extends readonly OptionSpec[]> = {
  readonly [S in O[number] as NameOf<S['flags']>]: ValueOf<S>;
};

/** As the parser gives them: a switch that is not given is false, a list is empty. */
export type AnyOptions = Readonly<Record<string, unknown>>;

/** '--no-wait' is named 'wait'. */
export function nameOf({ flags }: OptionSpec): string {
  const long = /--([\w-]+)/.exec(flags)?.[1] ?? '';
  return long.replace(/^no-/, '').replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** As typed: ['-o', '--output']. */
export function flagsOf({ flags }: OptionSpec): string[] {
  return flags.match(/(?<![\w<[-])--?[\w-]+/g) ?? [];
}

/** Whether an option takes a value: it must, it may, or it is a switch. */
export function valueKind({ flags }: OptionSpec): 'required' | 'optional' | 'none' {
  if (flags.includes('<')) return 'required';
  return flags.includes('[') ? 'optional' : 'none';
}

/** The words that lead to a command: ['sandbox', 'serve']. */
export function wordsOf({ usage }: CommandSpec): string[] {
  return usage.split(' ').filter((word) => !/^[[<]/.test(word));
}

/** 'sandbox serve' */
export function commandName(spec: CommandSpec): string {
  return wordsOf(spec).join(' ');
}

/** Commands and their groups: 'sandbox', 'sandbox list', … */
export function commandPaths(commands: readonly CommandSpec[]): string[] {
  const paths = commands.flatMap((spec) =>
    wordsOf(spec).map((_word, i, words) => words.slice(0, i + 1).join(' ')),
  );
  return [...new Set(paths)];
}

export function detailsOf({ details }: CommandSpec, commands: readonly CommandSpec[]): string | undefined {
  return typeof details === 'function' ? details(commands) : details;
}
