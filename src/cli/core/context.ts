import type { Aws } from '../../aws/aws.ts';
import type { Progress } from '../../collect/progress.ts';
import type { Gap } from '../../model/case.ts';
import { type Said, textOf } from '../../model/command-line.ts';
import { sanitize } from '../../render/sanitize.ts';
import type { Style } from '../../render/style.ts';
import type { Column } from '../../render/table.ts';
import type { Answers, Deadline } from './connection.ts';
import type { Io } from './io.ts';
import type { CHANGE, CONNECTION, REPORT_DISPLAY } from './options.ts';
import { checkList, isUnicode, print, type Reader, readerOf, styleOf, type View } from './output.ts';
import { type Reach, reaching, reachOf, regionsOf } from './reach.ts';
import type { AnyOptions, CommandSpec, OptionSpec, OptionsOf } from './spec.ts';

/** What the context reads of a command line; a command that lacks an option has its default. */
type Common = Partial<
  OptionsOf<typeof CONNECTION> & OptionsOf<typeof REPORT_DISPLAY> & OptionsOf<typeof CHANGE>
>;

export type Handler<O extends readonly OptionSpec[]> = (
  context: Context,
  options: OptionsOf<O>,
  args: readonly string[],
) => Promise<number>;

export interface ProgressLine {
  update(progress: Progress): void;
  /** What is known already, under the line, until the report takes its place. */
  found(lines: readonly string[]): void;
  stop(): void;
}

const SILENT: ProgressLine = { update: () => undefined, found: () => undefined, stop: () => undefined };

/** What a context is made of. */
interface Run {
  io: Io;
  command: CommandSpec;
  /** All there are. */
  commands: readonly CommandSpec[];
  options: AnyOptions;
  /** Names of the options that stand on the command line. */
  given: ReadonlySet<string>;
  /** Runs another command line of this program; what it throws is its caller's. */
  run(io: Io): Promise<number>;
}

/** One run of one command: the world around it, who reads, and the ways to ask AWS, to print and to say. */
export class Context {
  readonly io: Io;
  readonly commands: Run['commands'];
  readonly given: Run['given'];
  readonly run: Run['run'];
  readonly reader: Reader;
  readonly reach: Reach;
  readonly #command: CommandSpec;
  readonly #options: Common;

  constructor({ io, command, commands, options, given, run }: Run) {
    this.io = io;
    this.commands = commands;
    this.given = given;
    this.run = run;
    this.#command = command;
    this.#options = options;
    this.reader = readerOf(this.#options);
    this.reach = reachOf(this.#options);
  }

  now(): number {
    return this.io.now();
  }

  get dryRun(): boolean {
    return this.#options.dryRun === true;
  }

  /** The Regions that are named, each once; none is the default one. */
  get regions(): string[] {
    return regionsOf(this.#options);
  }

  /** A program reads JSON and at most one line of error. */
  get forProgram(): boolean {
    const { output } = this.#options;
    return output === 'json' || output === 'ndjson';
  }

  /** Rows of plain values: a spreadsheet or a script. */
  get isRows(): boolean {
    const { output } = this.#options;
    return this.reader === 'list' && (output === 'csv' || output === 'text');
  }

  get format(): Common['output'] {
    return this.#options.output;
  }

  /** To a person, on stderr, by the way; a program that has agreed beforehand reads it in the document. */
  say(said: Said): void {
    if (!(this.forProgram && this.#options.yes)) this.tell(said);
  }

  /** On stderr, whoever reads. */
  tell(said: Said): void {
    this.io.stderr.write(`${sanitize(textOf(reaching(said, this.reach)))}\n`);
  }

  /** To a person, on the way to the result. */
  note(text: string): void {
    if (!this.forProgram) this.tell(`note: ${text}`);
  }

  /** On stderr, wherever the document that holds them is not printed whole. */
  warn(gaps: readonly Gap[]): void {
    const { output } = this.#options;
    if (output === 'json' || output === 'yaml') return;
    for (const { effect, fix } of gaps) {
      const advice = fix ? ` ${sanitize(textOf(reaching(fix, this.reach)))}` : '';
      this.io.stderr.write(`warning: ${sanitize(effect)}${advice}\n`);
    }
  }

  /** Writes one document in the format that was asked for. The result is all that stdout ever gets. */
  async print<D extends object, T extends object>(
    document: D,
    view: View<D, T>,
    reach: Reach = this.reach,
  ): Promise<void> {
    await print(this.io, this.#options, document, view, reach);
    // Rows alone would look whole.
    const isRows = this.reader === 'list' || (this.reader === 'items' && 'items' in document);
    if (isRows && 'gaps' in document) this.warn(document.gaps as readonly Gap[]);
  }

  /** Before AWS is asked: what the options for lists name must exist, and have an effect. */
  checkList(columns: readonly Pick<Column<never>, 'key'>[]): void {
    checkList(this.#options, columns);
  }

  /** What stdout can show now. */
  get style(): Style {
    return styleOf(this.io, this.#options);
  }

  /** A document whose list is in the order of --sort already. */
  printSorted<D extends object, T extends object>(document: D, view: View<D, T>): Promise<void> {
    return print(this.io, { ...this.#options, sort: undefined }, document, view, this.reach);
  }

  /** Connects to AWS, or to a sandbox that lives as long as the work does. One Region. */
  async connect<T>(work: (aws: Aws) => Promise<T>, deadline?: Deadline): Promise<T> {
    const { withAws } = await import('./connection.ts');
    return withAws(this.io, this.#options, this.#command, work, deadline);
  }

  /** Asks in every Region that is named, at once; answers come in the order of the Regions. */
  async eachRegion<T>(work: (aws: Aws) => Promise<T>, deadline?: Deadline): Promise<Answers<T>> {
    const { eachRegion } = await import('./connection.ts');
    return eachRegion(this.io, this.#options, this.#command, work, deadline);
  }

  /** Whether the question is answered with yes, here or beforehand. */
  async agree(question: string): Promise<boolean> {
    return this.agreed || /^y(es)?$/i.test((await this.io.ask(`${question} [y/N] `)).trim());
  }

  get agreed(): boolean {
    return this.#options.yes === true;
  }

  get showsProgress(): boolean {
    return this.#options.progress !== false;
  }

  /** One line on stderr while work goes on: on a terminal only, because a log is no place for animation. */
  async progress(): Promise<ProgressLine> {
    const { stderr, env, host } = this.io;
    if (host) return { ...SILENT, update: (progress) => host.onProgress(progress) };
    // A terminal that does not know its width says 0, and ora would clear lines for ever; a dumb one clears none.
    if (!stderr.isTTY || !stderr.columns || env.TERM === 'dumb') return SILENT;
    if (!this.showsProgress || this.#options.debug) return SILENT;
    const [{ default: ora }, { finish }] = await Promise.all([
      import('ora'),
      import('../../render/style.ts'),
    ]);
    const unicode = isUnicode(env);
    const started = performance.now();
    // Ctrl-C stays ours: ora would otherwise swallow key presses to keep its line clean.
    const spinner = ora({
      stream: stderr as NodeJS.WriteStream,
      discardStdin: false,
      ...(!unicode && { spinner: 'line' as const }),
    });
    let stopped = false;
    let known: readonly string[] = [];
    let line = () => '';
    const show = () => {
      // Calls that were under way settle after the end; a spinner started again would keep the process alive.
      if (stopped || line() === '') return;
      spinner.text = finish([line(), ...known].join('\n  '), { unicode });
      if (!spinner.isSpinning) spinner.start();
    };
    // Between two answers of a slow service the seconds go on.
    const clock = setInterval(show, 1000).unref();
    return {
      update({ phase, done, planned, about }) {
        const queries = `${done} of ${about ? 'about ' : ''}${planned} queries`;
        const seconds = () => Math.round((performance.now() - started) / 1000);
        line = () => (planned ? `${phase} · ${queries} · ${seconds()} s` : phase);
        show();
      },
      found(lines) {
        known = lines.map(sanitize);
        show();
      },
      stop() {
        stopped = true;
        clearInterval(clock);
        spinner.stop();
      },
    };
  }

  /** The work with a progress line, which ends with it. */
  async withProgress<T>(work: (progress: ProgressLine) => Promise<T>): Promise<T> {
    const progress = await this.progress();
    try {
      return await work(progress);
    } finally {
      progress.stop();
    }
  }
}
