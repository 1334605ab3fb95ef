import { Command, CommanderError, Option } from 'commander';
import { EXIT, UsageError } from '../../model/errors.ts';
import { commands } from '../commands/index.ts';
import { TOPICS } from '../help/topics.ts';
import type { Io } from './context.ts';

/** A command as data: what help, completion and the parser read. The handler is loaded when the command runs. */
export interface CommandSpec {
  /** Words of the command, then its arguments: 'sandbox serve [scenario]'. */
  usage: string;
  summary: string;
  /** A paragraph below the summary. */
  details?: string;
  /** Run as printed against the sandbox, by a test. */
  examples: readonly string[];
  options: readonly OptionSpec[];
  run(io: Io, args: readonly string[], options: Options): Promise<number>;
}

export interface OptionSpec {
  flags: string;
  description: string;
  choices?: readonly string[];
  default?: string;
  /** May be given several times; the handler gets an array. */
  repeat?: boolean;
}

/** Options by their camel-cased names. */
export type Options = Readonly<Record<string, string | boolean | string[] | undefined>>;

const HEADER = `Examples:
  $ nfm triage --sandbox             try it without an AWS account
  $ nfm triage --vpc vpc-0123456789abcdef0 --region eu-central-1

Whose network problem is it, AWS's or ours? An investigation tool for Amazon
CloudWatch Network Flow Monitor.`;

const FOOTER = `
Help topics, as in 'nfm help exit-codes':
${TOPICS.map(({ name, summary }) => `  ${name.padEnd(17)} ${summary}\n`).join('')}`;

export async function parse(io: Io): Promise<number> {
  let exitCode: number = EXIT.ok;
  const program = build(io.version, async (spec, args, options) => {
    exitCode = await spec.run(io, args, options);
  });
  quiet(program, io);
  try {
    await program.parseAsync([...io.args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return EXIT.ok;
    throw toUsageError(error);
  }
  return exitCode;
}

/**
 * The text of `nfm --help`: the build writes it to a file, because making it takes longer than starting Node.
 * @public
 */
export function helpText(): string {
  const program = build('', async () => undefined).configureOutput({ getOutHelpWidth: () => 80 });
  return `${program.helpInformation()}${FOOTER}`;
}

type Action = (spec: CommandSpec, args: readonly string[], options: Options) => Promise<void>;

function build(version: string, act: Action): Command {
  const program = new Command('nfm');
  program.description(HEADER).version(version, '-V, --version').helpOption('-h, --help', 'show help');
  program.helpCommand(false).addHelpText('after', FOOTER.trimEnd());
  const groups = new Map<string, Command>([['', program]]);
  for (const spec of commands) {
    const words = wordsOf(spec);
    const parent = groupOf(groups, program, words.slice(0, -1).join(' '));
    const command = parent.command(
      spec.usage
        .split(' ')
        .slice(words.length - 1)
        .join(' '),
    );
    command
      .summary(spec.summary)
      .description(spec.details ? `${spec.summary}\n\n${spec.details}` : spec.summary);
    command.addHelpText('before', examplesText(spec.examples));
    for (const option of spec.options) command.addOption(toOption(option));
    command.action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      await act(spec, self.args, self.opts() as Options);
    });
  }
  return program;
}

/** The words that lead to a command: 'sandbox serve'. */
export function wordsOf({ usage }: CommandSpec): string[] {
  return usage.split(' ').filter((word) => !/^[[<]/.test(word));
}

/** Commands and their groups: 'sandbox', 'sandbox list', … */
export function commandPaths(): string[] {
  const paths = commands.flatMap((spec) =>
    wordsOf(spec).map((_word, i, words) => words.slice(0, i + 1).join(' ')),
  );
  return [...new Set(paths)];
}

function examplesText(examples: readonly string[]): string {
  return `Examples:\n${examples.map((e) => `  $ ${e}\n`).join('')}`;
}

/** What a group of commands is about. */
export const GROUPS: Readonly<Record<string, string>> = {
  monitor: 'monitors: what is watched, by the minute and with a health indicator',
  scope: 'scopes: the accounts and Regions that Network Flow Monitor sees',
  sandbox: 'the embedded AWS: its scenarios, and a server for any AWS client',
};

function groupOf(groups: Map<string, Command>, program: Command, name: string): Command {
  const known = groups.get(name);
  if (known) return known;
  const group = program.command(name).description(GROUPS[name] ?? '');
  const below = commands.filter((spec) => spec.usage.startsWith(`${name} `));
  group.addHelpText('before', examplesText(below.flatMap(({ examples }) => examples.slice(0, 1))));
  groups.set(name, group);
  return group;
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

/** commander prints by itself and ends the process: both are ours to do. */
function quiet(command: Command, io: Io): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => io.stdout.write(text),
    writeErr: (text) => io.stderr.write(text),
    outputError: () => {},
    getOutHelpWidth: () => io.stdout.columns ?? 80,
  });
  for (const child of command.commands) quiet(child, io);
}

/** commander's text is 'error: … (Did you mean …?)': what, then what to do. */
function toUsageError(error: CommanderError): UsageError {
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  if (error.code === 'commander.help')
    return new UsageError('no-command', 'No command is named.', { hint: 'nfm --help' });
  return new UsageError(
    error.code.replace(/^commander\./, '').replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`),
    sentence(what),
    {
      hint: suggestion ? suggestion.replace(/[()]/g, '') : 'See --help.',
    },
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}
