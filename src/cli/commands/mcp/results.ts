import { randomUUID } from 'node:crypto';

export interface Kept {
  uri: string;
  /** The command line that it answers. */
  title: string;
  text: string;
  bytes: number;
}

const MOST_RESULTS = 20;
const MOST_BYTES = 64 * 1024 * 1024;

/** Whole documents of results that were cut, for as long as there is room: the oldest goes first. */
export class Results {
  #kept: Kept[] = [];

  /** Null where it is too large to be kept. */
  keep(title: string, document: unknown): Kept | null {
    const text = JSON.stringify(document);
    const bytes = Buffer.byteLength(text);
    if (bytes > MOST_BYTES) return null;
    const kept = { uri: `nfm://result/${randomUUID()}`, title, text, bytes };
    this.#kept.push(kept);
    const total = () => this.#kept.reduce((sum, result) => sum + result.bytes, 0);
    while (this.#kept.length > MOST_RESULTS || total() > MOST_BYTES) this.#kept.shift();
    return kept;
  }

  read(uri: string): Kept | undefined {
    return this.#kept.find((result) => result.uri === uri);
  }

  get list(): readonly Kept[] {
    return this.#kept;
  }
}

export const GONE = `It is not kept (any more): the last ${MOST_RESULTS} results that were cut are. Call the tool again.`;
