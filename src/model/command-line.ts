import { isUnprintable } from './unprintable.ts';

/*
 * What nfm tells a person to type. Names in it are written by others, so a command line stays a value, program and
 * words, until it is printed; there each word is quoted once, for a POSIX shell.
 */

export interface CommandLine {
  program: string;
  words: string[];
}

/** What to do, a statement for whoever manages the policy, and the commands that do it. */
export interface Advice {
  text: string;
  policy?: object | undefined;
  commands: CommandLine[];
}

/** Between a statement and the command that prints the whole policy. */
export const ALL_NEEDED = 'All that this command needs:';

export type Said = string | CommandLine | Advice;

export type Value = string | readonly string[] | true | object;
type Flags = Readonly<Record<string, Value | null | undefined>>;

/** nfm('monitor show', { region }, name): the command, its options, and names that stand by themselves. */
export function nfm(verb: string, flags: Flags = {}, ...names: readonly string[]): CommandLine {
  return commandLine('nfm', verb, flags, names);
}

/** aws('eks create-addon', { 'cluster-name': 'demo' }) */
export function aws(verb: string, flags: Flags = {}, ...names: readonly string[]): CommandLine {
  return commandLine('aws', verb, flags, names);
}

export function kubectl(
  namespace: string | null,
  verb: string,
  flags: Flags = {},
  ...names: readonly string[]
): CommandLine {
  const { program, words } = commandLine('kubectl', verb, flags, names);
  const place =
    namespace === null ? [] : namespace.startsWith('-') ? [`--namespace=${namespace}`] : ['-n', namespace];
  return { program, words: [...place, ...words] };
}

function commandLine(program: string, verb: string, flags: Flags, names: readonly string[]): CommandLine {
  const options = Object.entries(flags).flatMap(([name, value]) =>
    // nfm takes a list by naming the option again, the AWS CLI as words.
    program === 'nfm' && Array.isArray(value) ? value.flatMap((v) => flagged(name, v)) : flagged(name, value),
  );
  // Behind '--' a name is no option, whatever it starts with.
  const rest = names.some((name) => name.startsWith('-'))
    ? [...options, '--', ...names]
    : [...names, ...options];
  return { program, words: [...verb.split(' '), ...rest] };
}

/** Words of one option; of a value that looks like an option, one word. */
export function flagged(name: string, value: Value | null | undefined): string[] {
  if (value === null || value === undefined) return [];
  if (value === true) return [`--${name}`];
  const values = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [JSON.stringify(value)];
  if (values.length === 1 && values[0].startsWith('-')) return [`--${name}=${values[0]}`];
  return [`--${name}`, ...values];
}

export function advise(text: string, ...commands: readonly CommandLine[]): Advice {
  return { text, commands: [...commands] };
}

/** The same advice after another sentence. */
export function after(text: string, said: Said | null | undefined): Advice {
  const rest = toAdvice(said ?? '');
  return { ...rest, text: `${text} ${rest.text}`.trim() };
}

export function toAdvice(said: Said): Advice {
  if (typeof said === 'string') return { text: said, commands: [] };
  return isCommandLine(said) ? { text: '', commands: [said] } : said;
}

export function isCommandLine(value: unknown): value is CommandLine {
  return typeof value === 'object' && value !== null && 'program' in value && 'words' in value;
}

function isAdvice(value: unknown): value is Advice {
  return typeof value === 'object' && value !== null && 'text' in value && 'commands' in value;
}

/** Which characters can be printed as they are. */
export interface Charset {
  ascii?: boolean;
}

export function printed({ program, words }: CommandLine, charset: Charset = {}): string {
  return [program, ...words].map((word) => quote(word, charset)).join(' ');
}

/** As text; commands after each other run one after another, and the first that fails ends it. */
export function textOf(said: Said, between = ' && '): string {
  const { text, policy, commands } = toAdvice(said);
  const statement = policy && [JSON.stringify(policy), ...(commands.length > 0 ? [ALL_NEEDED] : [])];
  return [text, ...(statement ?? []), commands.map((c) => printed(c)).join(between)]
    .filter(Boolean)
    .join(' ');
}

const SAFE = /^[\w:/.,=@%+-]+$/;

/** A word as a POSIX shell reads it back. */
export function quote(word: string, { ascii = false }: Charset = {}): string {
  if (SAFE.test(word)) return word;
  const hidden = (c: string) => isUnprintable(c) || (ascii && c > '\x7f');
  if (![...word].some(hidden)) return `'${word.replaceAll("'", `'\\''`)}'`;
  // By their bytes: a terminal must not obey them, nor a reader be misled. printf is built into every shell.
  const bytes = [...word].map((c) =>
    hidden(c) || /['"\\%`$!-]/.test(c)
      ? [...Buffer.from(c)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')
      : c,
  );
  return `"$(printf '${bytes.join('')}')"`;
}

/** A copy of plain data in which each command line went through `change`. */
export function mapCommands<T>(data: T, change: (command: CommandLine) => CommandLine): T {
  return mapParts(data, (part) => (isCommandLine(part) ? change(part) : undefined)) as T;
}

/** A copy of plain data in which whatever holds command lines is text: what documents for programs hold. */
export function spoken(data: unknown): unknown {
  return mapParts(data, (part) => (isCommandLine(part) || isAdvice(part) ? textOf(part, '\n') : undefined));
}

/** Undefined where the part is to be looked into. */
function mapParts(data: unknown, replace: (part: object) => unknown): unknown {
  if (typeof data !== 'object' || data === null) return data;
  const replaced = replace(data);
  if (replaced !== undefined) return replaced;
  if (Array.isArray(data)) return data.map((part) => mapParts(part, replace));
  return Object.fromEntries(Object.entries(data).map(([key, part]) => [key, mapParts(part, replace)]));
}
