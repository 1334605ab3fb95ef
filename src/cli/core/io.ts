import type { Identities } from '../../aws/identities.ts';
import type { Progress } from '../../collect/progress.ts';

/** A stream to write to, and what is known of the terminal behind it. */
export interface Output {
  /** `done` when it is out, or can never be. */
  write(text: string, done?: (error?: Error | null) => void): unknown;
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
  on?(event: 'resize', listener: () => void): unknown;
  off?(event: 'resize', listener: () => void): unknown;
}

/** A program that runs commands within itself, one after another, for readers of its own. */
export interface Host {
  /** Instead of stdout: the result as it is, and how it, or an excerpt of it, reads in Markdown. */
  take(document: object, inMarkdown: (document: object) => Promise<string>): Promise<void>;
  /** Instead of a line on a terminal. */
  onProgress(progress: Progress): void;
  /** Kept from one run to the next. */
  identities: Identities;
}

/** Everything that a command knows of the world around the process; tests and main.ts make it. */
export interface Io {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  /** The text of a file that comes with nfm, by its path in the package; a single executable has it inside. */
  shipped(file: string): string;
  stdout: Output;
  stderr: Output;
  /** What is piped in; opened when it is read. */
  stdin(): AsyncIterable<Uint8Array>;
  /** There is a person who can be asked. */
  interactive: boolean;
  /** Aborted by a signal that ends the run; its name is the reason. */
  signal: AbortSignal;
  /** What started this process still runs. */
  hasParent(): boolean;
  now(): number;
  /** Until so long has passed, ms, or the signal ends it. A clock that is fixed for a test is put forward instead. */
  wait(millis: number): Promise<void>;
  ask(question: string): Promise<string>;
  /** When all is out that was written: what went wrong with it. A reader that went away is no error. */
  written(): Promise<NodeJS.ErrnoException | null>;
  /** Where a program runs the command instead of a person. */
  host?: Host;
}
