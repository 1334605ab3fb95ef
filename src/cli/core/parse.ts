import { Command, CommanderError, Option } from 'commander';
import { closest } from '../../model/closest.ts';
import { EXIT, UsageError } from '../../model/errors.ts';
import type { Handler } from './context.ts';
import type { Io } from './io.ts';
import {
  type AnyOptions,
  type CommandSpec,
  commandName,
  commandPaths,
  detailsOf,
  flagsOf,
  nameOf,
  OPTION_GROUPS,
  type OptionSpec,
  type OptionsOf,
  valueKind,
  wordsOf,
} from './spec.ts';

/** All that nfm can do. */
export interface Program {
  /** Above the commands, with examples. */
  header: string;
  /** Below them. */
  footer: string;
  /** What each group of commands is about. */
  groups: Readonly<Record<string, string>>;
  commands: readonly Bound[];
}

export interface Bound {
  spec: CommandSpec;
  load(): Promise<Handler<readonly OptionSpec[]>>;
}

/** A command and what it does, which is loaded when it runs: --help must load no AWS SDK. */
export function bind<const O extends readonly OptionSpec[]>(
  spec: CommandSpec<O>,
  load: () => Promise<Handler<O>>,
): Bound {
  return {
    spec,
    async load() {
      const handle = await load();
      return (context, options, args) => handle(context, options as OptionsOf<O>, args);
    },
  };
}

/** Runs the command that the arguments name. */
export async function parse(io: Io, program: Program): Promise<number> {
  let exitCode: number = EXIT.ok;
  const line = commandFirst(io.args, program);
  const act: Action = async ({ spec, load }, self) => {
    const commands = program.commands.map((bound) => bound.spec);
    const options = normalized(spec, self.opts());
    const given = new Set(Object.keys(options).filter((name) => self.getOptionValueSource(name) === 'cli'));
    const { Context } = await import('./context.ts');
    const context = new Context({
      io,
      command: spec,
      commands,
      options,
      given,
      run: (other) => parse(other, program),
    });
    const { query, output } = options as { query?: string; output?: string };
    if (query !== undefined) await (await import('./query.ts')).checkQuery(spec, query, output);
    exitCode = await (await load())(context, options as OptionsOf<readonly OptionSpec[]>, self.args);
  };
  const root = build(io.version, program, act, line);
  quiet(root, io);
  try {
    await root.parseAsync(line, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    throw toUsageError(error, helpFor(line, program));
  }
  return exitCode;
}

/**
 * The text of `nfm --help`: the build writes it to a file, because making it takes longer than starting Node.
 * @public
 */
export function helpText(program: Program): string {
  const root = build('', program, async () => undefined).configureOutput({ getOutHelpWidth: () => 80 });
  return `${root.helpInformation()}${program.footer}`;
}

/** A switch that is not given is false, a list empty. */
function normalized({ options }: CommandSpec, given: AnyOptions): AnyOptions {
  return Object.fromEntries(
    options.map((option) => {
      const value = given[nameOf(option)];
      const absent = option.repeat ? [] : valueKind(option) === 'none' ? false : undefined;
      return [nameOf(option), value ?? absent];
    }),
  );
}

/**
 * Options may stand before the command, as for aws and kubectl; commander takes them behind it. Whether the next word
 * is an option's value is the same for all commands; after one that may have a value, the name of a command is none.
 */
function commandFirst(args: readonly string[], { commands }: Program): string[] {
  const all = commands.flatMap(({ spec }) => spec.options);
  const kinds = new Map(all.flatMap((o) => flagsOf(o).map((flag) => [flag, valueKind(o)] as const)));
  const names = commands.map(({ spec }) => commandName(spec));
  const below = (words: readonly string[]) =>
    names
      .map((name) => name.split(' '))
      .filter((own) => own.length > words.length && words.every((word, i) => word === own[i]));
  const words: string[] = [];
  const options: string[] = [];
  let at = 0;
  for (; at < args.length && below(words).length > 0; at++) {
    const arg = args[at] ?? '';
    if (arg === '--') break;
    if (arg === '-V' || arg === '--version') return [arg];
    if (!arg.startsWith('-')) {
      words.push(arg);
      continue;
    }
    options.push(arg);
    const next = args[at + 1];
    const flag = /^(--[^=]+|-\w)/.exec(arg)?.[0] ?? arg;
    // A value may be in the same word: --region=x, -ojson.
    const kind = flag === arg || !kinds.has(flag) ? kinds.get(flag) : 'none';
    if (kind === undefined && !isHelp(arg)) throw unknownOption(flag, [...kinds.keys()]);
    const takesNext =
      kind === 'required' ||
      (kind === 'optional' &&
        next !== undefined &&
        !next.startsWith('-') &&
        !below(words).some((own) => own[words.length] === next));
    if (takesNext && next !== undefined) {
      options.push(next);
      at++;
    }
  }
  if (words.length === 0) return withoutCommand(args);
  // A group alone: its help.
  const given = at === args.length && below(words).length > 0 ? options.filter(isHelp) : options;
  return [...words, ...given, ...args.slice(at)];
}

function isHelp(arg: string): boolean {
  return arg === '-h' || arg === '--help';
}

/** Options alone: help is an answer, the others belong to some command. */
function withoutCommand(args: readonly string[]): string[] {
  if (args.length > 0 && !args.some(isHelp)) throw noCommand();
  return args.filter(isHelp);
}

function unknownOption(flag: string, known: readonly string[]): UsageError {
  const near = closest(flag, known);
  return new UsageError('unknown-option', `Unknown option '${flag}'.`, {
    hint: near ? `Did you mean ${near}?` : 'See --help.',
  });
}

function noCommand(): UsageError {
  return new UsageError('no-command', 'No command is named.', { hint: 'nfm --help' });
}

type Action = (bound: Bound, given: Command) => Promise<void>;

/** The commands that a line of words can mean: one, where it is named, for commander takes 10 ms to make all. */
function build(
  version: string,
  { header, footer, groups, commands }: Program,
  act: Action,
  line: readonly string[] = [],
): Command {
  const named = commands.filter(({ spec }) => wordsOf(spec).every((word, i) => word === line[i]));
  const root = new Command('nfm');
  root.description(header).version(version, '-V, --version').helpOption('-h, --help', 'show help');
  root.helpCommand(false).addHelpText('after', footer.trimEnd());
  const all = commands.map(({ spec }) => spec);
  const parents = new Map<string, Command>([['', root]]);
  const parentOf = (name: string): Command => {
    const known = parents.get(name);
    if (known) return known;
    const group = root.command(name).description(groups[name] ?? '');
    const below = all.filter((spec) => spec.usage.startsWith(`${name} `));
    group.addHelpText('before', examplesText(below.flatMap(({ examples }) => examples.slice(0, 1))));
    parents.set(name, group);
    return group;
  };
  for (const bound of named.length > 0 ? named : commands) {
    const { spec } = bound;
    const words = wordsOf(spec);
    const parent = parentOf(words.slice(0, -1).join(' '));
    const last = spec.usage.split(' ').slice(words.length - 1);
    const command = parent.command(last.join(' '));
    const details = detailsOf(spec, all);
    command.summary(spec.summary).description(details ? `${spec.summary}\n\n${details}` : spec.summary);
    command.addHelpText('before', examplesText(spec.examples));
    for (const option of inGroups(spec.options)) command.addOption(option);
    command.action(() => act(bound, command));
  }
  return root;
}

function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((e) => `  $ ${e}\n`).join('')}`;
}

/** Own options first, then the groups in their order. */
function inGroups(options: readonly OptionSpec[]): Option[] {
  const own = options.filter(({ group }) => group === undefined).map(toOption);
  const grouped = Object.entries(OPTION_GROUPS).flatMap(([name, heading]) =>
    options.filter(({ group }) => group === name).map((option) => toOption(option).helpGroup(`${heading}:`)),
  );
  return [...own, ...grouped];
}

function toOption({ flags, description, choices, default: value, repeat }: OptionSpec): Option {
  const option = new Option(flags, repeat ? `${description} (repeatable)` : description);
  if (choices) option.choices([...choices]);
  if (value !== undefined) option.default(value);
  if (repeat) collect(option);
  return option;
}

/** Keeps commander's check of choices, and gathers what is given. */
function collect(option: Option): void {
  const check = option.parseArg;
  option.argParser((value: string, previous: string[] | undefined) => {
    check?.(value, undefined as never);
    return [...(previous ?? []), value];
  });
}

/** The help is made for a person who reads lines of at most this many columns. */
const WIDEST = 80;

/** commander prints by itself and ends the process: both are ours to do. */
function quiet(command: Command, io: Io): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    outputError: () => {},
    getOutHelpWidth: () => Math.min(io.stdout.columns ?? WIDEST, WIDEST),
  });
  for (const child of command.commands) quiet(child, io);
}

/** commander's text is 'error: … (Did you mean …?)': what, then what to do. */
function toUsageError(error: CommanderError, help: string): UsageError {
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  if (error.code === 'commander.help') return noCommand();
  return new UsageError(
    error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
    sentence(plain(what)),
    {
      hint: suggestion ? suggestion.replace(/[()]/g, '') : `See '${help}'.`,
    },
  );
}

/** "--output takes table, json or csv, not 'xml'." */
function plain(text: string): string {
  const [, flag, value, choices] =
    /^option '.*(--[\w-]+).*' argument '(.*)' is invalid\. Allowed choices are (.*)\.$/.exec(text) ?? [];
  return flag ? `${flag} takes ${choices?.replace(/, (?!.*, )/, ' or ')}, not '${value}'.` : text;
}

/** The help of the command that the line names, as far as it does. */
function helpFor(line: readonly string[], { commands }: Program): string {
  const known = commandPaths(commands.map(({ spec }) => spec));
  const words = line.map((_word, i) => line.slice(0, i + 1).join(' ')).filter((path) => known.includes(path));
  return ['nfm', ...words.slice(-1), '--help'].join(' ');
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}
