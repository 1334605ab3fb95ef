import type { Progress } from '../collect/progress.ts';
import { sanitize } from '../render/sanitize.ts';
import type { Io } from './io.ts';
import type { Options } from './program.ts';

export interface ProgressLine {
  update(progress: Progress): void;
  /** What is known already, above the line, until the report takes its place. */
  found(lines: readonly string[]): void;
  stop(): void;
}

const SILENT: ProgressLine = { update: () => undefined, found: () => undefined, stop: () => undefined };

/** One line on stderr while work goes on: on a terminal only, because a log is no place for animation. */
export async function progressLine(io: Io, options: Options): Promise<ProgressLine> {
  // A terminal that does not know its width says 0, and ora would clear lines for ever.
  if (!io.stderr.isTTY || !io.stderr.columns || options.progress === false || options.debug) return SILENT;
  const { default: ora } = await import('ora');
  const started = performance.now();
  // Ctrl-C stays ours: ora would otherwise swallow key presses to keep its line clean.
  const spinner = ora({ stream: io.stderr as NodeJS.WriteStream, discardStdin: false });
  let stopped = false;
  let known: readonly string[] = [];
  let line = '';
  const show = () => {
    // Calls that were under way settle after the end; a spinner started again would keep the process alive.
    if (stopped) return;
    spinner.text = [line, ...known].join('\n  ');
    if (!spinner.isSpinning) spinner.start();
  };
  return {
    update({ phase, done, planned, about }) {
      const seconds = Math.round((performance.now() - started) / 1000);
      const queries = `${done} of ${about ? 'about ' : ''}${planned} queries`;
      line = planned ? `${phase} · ${queries} · ${seconds} s` : phase;
      show();
    },
    found(lines) {
      known = lines.map(sanitize);
      line = 'Looking for who carries it';
      show();
    },
    stop() {
      stopped = true;
      spinner.stop();
    },
  };
}
