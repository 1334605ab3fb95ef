import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';
import { spoken } from '../../../model/command-line.ts';
import { ConfigurationError, UsageError } from '../../../model/errors.ts';
import type { SweptPlace } from '../../../model/sweep.ts';
import { renderJson } from '../../../render/json.ts';

/*
 * The file of --resume: a line for each account and Region that is done, as -o ndjson prints it. A run that ends, however it
 * ends, leaves whole lines and at most a part of one.
 */

/** Longer than any sweep's. */
const LARGEST = 256 * 1024 * 1024;

export class Journal {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** What was answered; of a place that is there twice, the last. A part of a line at the end is cut off. */
  async read(): Promise<SweptPlace[]> {
    if (!existsSync(this.#path)) return [];
    const text = this.#text();
    const end = text.lastIndexOf('\n') + 1;
    if (end < text.length) this.#guard(() => truncateSync(this.#path, Buffer.byteLength(text.slice(0, end))));
    const { sweptPlaceSchema } = await import('../../../model/sweep.ts');
    const places = new Map<string, SweptPlace>();
    for (const [i, line] of text.slice(0, end).split('\n').entries()) {
      if (line.trim() === '') continue;
      const parsed = sweptPlaceSchema.safeParse(parsedJson(line));
      if (!parsed.success) throw notAJournal(this.#path, i + 1);
      places.set(placeKey(parsed.data), parsed.data);
    }
    return [...places.values()];
  }

  /** At once: what is done must survive whatever ends the run. */
  add(place: SweptPlace): void {
    this.#guard(() => appendFileSync(this.#path, jsonLine(place), { mode: 0o600 }));
  }

  #text(): string {
    return this.#guard(() => {
      const bytes = readFileSync(this.#path);
      if (bytes.length > LARGEST) throw new Error('it is too large');
      return bytes.toString('utf8');
    });
  }

  #guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw new ConfigurationError(
        'bad-resume-file',
        `The file of --resume cannot be used: ${(error as Error).message}.`,
        { hint: 'Name a file that can be read and written, or one that is not there yet.', cause: error },
      );
    }
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
    {
      hint: "It takes what 'nfm sweep -o ndjson' prints, and what --resume writes.",
    },
  );
}
