import {
  appendFileSync,
  closeSync,
  createReadStream,
  fstatSync,
  openSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { spoken } from '../../../model/command-line.ts';
import { ConfigurationError, UsageError } from '../../../model/errors.ts';
import { REPORT_SCHEMA, SWEEP_PLACE_SCHEMA } from '../../../model/schema-names.ts';
import type { SweptPlace } from '../../../model/sweep.ts';
import { renderJson } from '../../../render/json.ts';

/*
 * The file of --resume and --from: a line for each account and Region that is done, as -o ndjson prints it. A run that ends,
 * however it ends, leaves whole lines and at most a part of one.
 */

/** Bytes. The line of an account and Region with all the monitors that AWS allows is far shorter; a device has no end. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** How each line begins. */
const BEGINNINGS = [SWEEP_PLACE_SCHEMA, REPORT_SCHEMA].map((schema) => `{"schema":"${schema}"`);

function isOurs(line: string): boolean {
  return BEGINNINGS.some((own) => line.startsWith(own) || own.startsWith(line));
}

export class Journal {
  readonly #path: string;
  readonly #option: string;
  readonly #onLost: (why: string) => void;
  #lost = false;
  /** What followed the last end of a line. */
  #rest = Buffer.alloc(0);

  /** `onLost` is told once, when the file takes no more. */
  constructor(path: string, option: '--resume' | '--from', onLost: (why: string) => void = () => {}) {
    this.#path = path;
    this.#option = option;
    this.#onLost = onLost;
  }

  /** What was answered; of a place that is there twice, the last, and in that order. What an account was refused as a whole is over where it answers later. */
  async read(): Promise<SweptPlace[]> {
    const { sweptPlaceSchema } = await import('../../../model/sweep.ts');
    const places = new Map<string, SweptPlace>();
    let number = 0;
    for await (const line of this.#lines()) {
      number++;
      if (line.trim() === '') continue;
      const document = parsedJson(line);
      // What was written in part, before something else went on, was not answered.
      if (isReport(document) || (document === null && isOurs(line))) continue;
      const parsed = sweptPlaceSchema.safeParse(document);
      if (!parsed.success) throw notAJournal(this.#path, number);
      const keys = [placeKey(parsed.data), placeKey({ ...parsed.data, region: null })] as const;
      // What a later run did not come to is as it was.
      if (parsed.data.state === 'not-asked' && keys.some((key) => places.has(key))) continue;
      for (const key of keys) places.delete(key);
      places.set(keys[0], parsed.data);
    }
    return [...places.values()];
  }

  /** The same, before it is gone on with: that it cannot be written is known before anything is asked. */
  async resumed(): Promise<SweptPlace[]> {
    this.#guard(() => {
      const file = openSync(this.#path, 'a+', 0o600);
      try {
        if (!fstatSync(file).isFile()) throw new Error('it is no file');
      } finally {
        closeSync(file);
      }
    });
    const places = await this.read();
    const { length } = this.#rest;
    if (length > 0) {
      this.#guard(() => {
        // A whole line lacks its end alone; of a part, the next line must be none.
        if (parsedJson(this.#rest.toString()) !== null) appendFileSync(this.#path, '\n');
        else truncateSync(this.#path, statSync(this.#path).size - length);
      });
    }
    return places;
  }

  /** At once: what is done must survive whatever ends the run. A full disk ends none. */
  add(place: SweptPlace): void {
    if (this.#lost) return;
    try {
      appendFileSync(this.#path, jsonLine(place), { mode: 0o600 });
    } catch (error) {
      this.#lost = true;
      this.#onLost((error as Error).message);
    }
  }

  /** Piece by piece: the file of a large fleet is longer than a string can be. */
  async *#lines(): AsyncGenerator<string> {
    let open: Buffer[] = [];
    let length = 0;
    try {
      for await (const piece of createReadStream(this.#path) as AsyncIterable<Buffer>) {
        let from = 0;
        for (let end = piece.indexOf('\n'); end >= 0; end = piece.indexOf('\n', from)) {
          yield Buffer.concat([...open, piece.subarray(from, end)]).toString();
          [open, length, from] = [[], 0, end + 1];
        }
        open.push(piece.subarray(from));
        length += piece.length - from;
        if (length > LONGEST_LINE) throw new Error('it has a line that does not end');
      }
    } catch (error) {
      throw this.#unusable(error);
    }
    this.#rest = Buffer.concat(open);
    yield this.#rest.toString();
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
        : 'Name a file that can be read, or /dev/stdin.';
    return new ConfigurationError(
      'bad-resume-file',
      `The file of ${this.#option} cannot be used: ${(cause as Error).message}.`,
      { hint, cause },
    );
  }
}

/** -o ndjson with --triage has them, too. */
function isReport(document: unknown): boolean {
  return (document as { schema?: unknown } | null)?.schema === REPORT_SCHEMA;
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
