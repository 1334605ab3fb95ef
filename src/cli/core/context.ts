import type { Progress } from '../../collect/progress.ts';
import type { Options } from './parse.ts';

/** A stream to write to, and what is known of the terminal behind it. */
export interface Output {
  write(text: string): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** Everything that a command knows of the world around the process; tests and main.ts make it. */
export interface Io {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  stdout: Output;
  stderr: Output;
  /** There is a person who can be asked. */
  interactive: boolean;
  /** Aborted by a signal that ends the run; its name is the reason. */
  signal: AbortSignal;
  /** What started this process still runs. */
  hasParent(): boolean;
  now(): number;
  ask(question: string): Promise<string>;
  /** When all is out that was written: what went wrong with it. A reader that went away is no error. */
  written(): Promise<NodeJS.ErrnoException | null>;
}

export interface ProgressLine {
  update(progress: Progress): void;
  stop(): void;
}

const SILENT: ProgressLine = { update: () => undefined, stop: () => undefined };

/** One line on stderr while work goes on: on a terminal only, because a log is no place for animation. */
export async function progressLine(io: Io, options: Options): Promise<ProgressLine> {
  // A terminal that does not know its width says 0, and ora would clear lines for ever.
  if (!io.stderr.isTTY || !io.stderr.columns || options.progress === false || options.debug) return SILENT;
  const { default: ora } = await import('ora');
  const started = performance.now();
  // Ctrl-C stays ours: ora would otherwise swallow key presses to keep its line clean.
  const spinner = ora({ stream: io.stderr as NodeJS.WriteStream, discardStdin: false });
  let stopped = false;
  return {
    update({ phase, done, planned }) {
      // Calls that were under way settle after the end; a spinner started again would keep the process alive.
      if (stopped) return;
      const seconds = Math.round((performance.now() - started) / 1000);
      spinner.text = planned ? `${phase} · ${done}/${planned} queries · ${seconds} s` : phase;
      if (!spinner.isSpinning) spinner.start();
    },
    stop() {
      stopped = true;
      spinner.stop();
    },
  };
}
