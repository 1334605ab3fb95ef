import { appendFileSync, createReadStream, existsSync, statSync, truncateSync } from 'node:fs';
import { spoken } from '../../../model/command-line.ts';
import { ConfigurationError, UsageError } from '../../../model/errors.ts';
import type { SweptPlace } from '../../../model/sweep.ts';
import { renderJson } from '../../../render/json.ts';

/*
 * The file of --resume and --from: a line for each account and Region that is done, as -o ndjson prints it. A run that ends,
 * however it ends, leaves whole lines and at most a part of one.
 */

export class Journal {
  readonly #path: string;
  readonly #option: string;
  /** What followed the last whole line. */
  #part = '';

  constructor(path: string, option: '--resume' | '--from') {
    this.#path = path;
    this.#option = option;
  }

  /** What was answered; of a place that is there twice, the last. */
  async read(): Promise<SweptPlace[]> {
    const { sweptPlaceSchema } = await import('../../../model/sweep.ts');
    const places = new Map<string, SweptPlace>();
    let number = 0;
    for await (const line of this.#lines()) {
      number++;
      if (line.trim() === '') continue;
      const parsed = sweptPlaceSchema.safeParse(parsedJson(line));
      if (!parsed.success) throw notAJournal(this.#path, number);
      places.set(placeKey(parsed.data), parsed.data);
    }
    return [...places.values()];
  }

  /** Nothing where there is no file yet; a part of a line at the end is cut off. */
  async resumed(): Promise<SweptPlace[]> {
    if (!existsSync(this.#path)) return [];
    const places = await this.read();
    const part = Buffer.byteLength(this.#part);
    if (part > 0) this.#guard(() => truncateSync(this.#path, statSync(this.#path).size - part));
    return places;
  }

  /** At once: what is done must survive whatever ends the run. */
  add(place: SweptPlace): void {
    this.#guard(() => appendFileSync(this.#path, jsonLine(place), { mode: 0o600 }));
  }

  /** Whole ones, piece by piece: the file of a large fleet is longer than a string can be. */
  async *#lines(): AsyncGenerator<string> {
    this.#part = '';
    try {
      for await (const piece of createReadStream(this.#path, 'utf8')) {
        const lines = (this.#part + piece).split('\n');
        this.#part = lines.pop() ?? '';
        yield* lines;
      }
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw this.#unusable(error);
    }
  }

  #unusable(cause: unknown): ConfigurationError {
    const hint =
      this.#option === '--resume'
        ? 'Name a file that can be read and written, or one that is not there yet.'
        : 'Name a file that can be read.';
    return new ConfigurationError(
      'bad-resume-file',
      `The file of ${this.#option} cannot be used: ${(cause as Error).message}.`,
      { hint, cause },
    );
  }
}

/** One account in one Region, however it was reached. */
export function placeKey({
  accountId,
  profile,
  region,
}: Pick<SweptPlace, 'accountId' | 'profile' | 'region'>): string {
  return JSON.stringify([accountId ?? profile, region]);
}

export const SWEPT_HINT = "It takes what 'nfm sweep -o ndjson' prints, and what --resume writes.";

export function jsonLine(document: object): string {
  return renderJson(spoken(document), 0);
}

function parsedJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

function notAJournal(path: string, line: number): UsageError {
  return new UsageError(
    'not-a-sweep',
    `${path} has something else in line ${line} than an account and Region of nfm sweep.`,
    { hint: SWEPT_HINT },
  );
}
