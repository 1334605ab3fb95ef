import {
  appendFileSync,
  closeSync,
  fstatSync,
  openSync,
  readFileSync,
  type Stats,
  truncateSync,
} from 'node:fs';
import { spoken } from '../../../model/command-line.ts';
import { ConfigurationError, UsageError } from '../../../model/errors.ts';
import { REPORT_SCHEMA, SWEEP_PLACE_SCHEMA } from '../../../model/schema-names.ts';
import type { SweptPlace } from '../../../model/sweep.ts';
import { renderJson } from '../../../render/json.ts';

/*
 * The file of --resume: a line for each account and Region that is done, as -o ndjson prints it. A run that ends, however it
 * ends, leaves whole lines and at most a part of one.
 */

/** Longer than any sweep's. */
const LARGEST = 256 * 1024 * 1024;

/** How each line begins. */
const BEGINNINGS = [SWEEP_PLACE_SCHEMA, REPORT_SCHEMA].map((schema) => `{"schema":"${schema}"`);

function isOurs(line: string): boolean {
  return BEGINNINGS.some((own) => line.startsWith(own) || own.startsWith(line));
}

export class Journal {
  readonly #path: string;
  readonly #onLost: (why: string) => void;
  #lost = false;

  /** `onLost` is told once, when the file takes no more. */
  constructor(path: string, onLost: (why: string) => void) {
    this.#path = path;
    this.#onLost = onLost;
  }

  /** What was answered; of a place that is there twice, the last, and in that order. A part of a line at the end is cut off. */
  async read(): Promise<SweptPlace[]> {
    const bytes = this.#bytes();
    const end = bytes.lastIndexOf('\n') + 1;
    const { sweptPlaceSchema } = await import('../../../model/sweep.ts');
    const places = new Map<string, SweptPlace>();
    const lines = bytes.toString('utf8', 0, end).split('\n');
    for (const [i, line] of lines.entries()) {
      const document = parsedJson(line);
      // What was written in part, before something else went on, was not answered.
      const isPart = document === null && isOurs(line);
      if (line.trim() === '' || isReport(document) || isPart) continue;
      const parsed = sweptPlaceSchema.safeParse(document);
      if (!parsed.success) throw notAJournal(this.#path, i + 1);
      places.delete(placeKey(parsed.data));
      places.set(placeKey(parsed.data), parsed.data);
    }
    const rest = bytes.toString('utf8', end);
    if (rest !== '') {
      // Of a file that is none of ours, nothing is cut off.
      if (!isOurs(rest)) throw notAJournal(this.#path, lines.length);
      this.#guard(() => truncateSync(this.#path, end));
    }
    return [...places.values()];
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

  /** Made if it is not there: that it cannot be written is known before anything is asked. */
  #bytes(): Buffer {
    return this.#guard(() => {
      const file = openSync(this.#path, 'a+', 0o600);
      try {
        const { size } = checkedFile(fstatSync(file));
        return size === 0 ? Buffer.alloc(0) : readFileSync(file);
      } finally {
        closeSync(file);
      }
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

/** A device may have no end. */
function checkedFile(stats: Stats): Stats {
  if (!stats.isFile()) throw new Error('it is no file');
  if (stats.size > LARGEST) throw new Error('it is too large');
  return stats;
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
