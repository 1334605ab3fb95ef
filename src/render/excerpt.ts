import { isCommandLine, spoken } from '../model/command-line.ts';

/*
 * As much of a document as a model's context can spare, still valid by its schema: lists are cut, and no value is
 * changed. What was left out is said beside it.
 */

/** Longer lists are cut; those that are ranked begin with what counts. */
const MOST_ITEMS = 20;
/** So many words take the place of one item: a list of minutes, of zones. */
const WORDS_FOR_ITEM = 3;
/** Of the document as JSON: some 10,000 tokens, where hosts begin to complain. */
const MOST_BYTES = 32 * 1024;
/** No name that AWS allows is as long; what an API answers can be. */
const LONGEST_TEXT = 4000;

/** What was left out of the lists at one place of a document. */
export interface Left {
  /** 'contributors', 'zones[].minutes.bytes' */
  where: string;
  shown: number;
  of: number;
}

export interface Excerpt<D> {
  document: D;
  left: Left[];
}

/** First of long lists, then of series of minutes where nothing is wrong, then of shorter lists too. */
export function excerptOf<D extends object>(document: D): Excerpt<D> {
  for (let most = MOST_ITEMS; ; most = most >> 1) {
    const cut = new Cut(most);
    const excerpt = cut.of(document) as D;
    cut.dropSeries(sizeOf(excerpt) - MOST_BYTES);
    if (most === 1 || sizeOf(excerpt) <= MOST_BYTES) return { document: excerpt, left: cut.left };
  }
}

/** Only the document's own lists are cut, so that what is counted within their items stays true: for a page of it. */
export function headOf<D extends object>(document: D): D {
  const parts = Object.entries(document).map(([key, part]) => [
    key,
    Array.isArray(part) && !isSeries(part) ? mostUrgent(part, MOST_ITEMS) : part,
  ]);
  return Object.fromEntries(parts);
}

/** Bytes of JSON. */
export function sizeOf(document: unknown): number {
  return Buffer.byteLength(JSON.stringify(spoken(document)) ?? '');
}

type Part = Readonly<Record<string, unknown>>;
type Series = readonly (number | null)[];

interface WithSeries {
  where: string;
  part: Record<string, unknown>;
  names: string[];
  urgency: number;
}

class Cut {
  readonly #most: number;
  readonly #lists = new Map<string, Left>();
  /** Each object that has series, in the order of the document. */
  readonly #withSeries: WithSeries[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  get left(): Left[] {
    return [...this.#lists.values()].filter(({ shown, of }) => shown < of);
  }

  of(value: unknown, where = '', urgency = NOT_URGENT): unknown {
    if (typeof value === 'string') return this.#text(value, where);
    if (typeof value !== 'object' || value === null) return value;
    // A command that lacks a word is another command.
    if (isCommandLine(value) || 'commands' in value) return value;
    if (Array.isArray(value)) return isSeries(value) ? value : this.#list(value, where, urgency);
    return this.#part(value as Part, where, Math.min(urgency, urgencyOf(value)));
  }

  #text(text: string, where: string): string {
    if (text.length <= LONGEST_TEXT) return text;
    this.#count(`characters of ${where}`, LONGEST_TEXT, text.length);
    // Not in the middle of a character.
    return text.slice(0, LONGEST_TEXT).replace(/[\ud800-\udbff]$/, '');
  }

  #list(list: readonly unknown[], where: string, urgency: number): unknown[] {
    const areWords = list.every((item) => typeof item === 'string');
    const kept = mostUrgent(list, areWords ? WORDS_FOR_ITEM * this.#most : this.#most);
    this.#count(where, kept.length, list.length);
    return kept.map((item) => this.of(item, `${where}[]`, urgency));
  }

  #part(part: Part, where: string, urgency: number): Part {
    const under = (key: string) => (where === '' ? key : `${where}.${key}`);
    const copy = Object.fromEntries(
      Object.entries(part).map(([key, value]) => [key, this.of(value, under(key), urgency)]),
    );
    const names = Object.keys(part).filter((key) => isSeries(part[key]));
    for (const name of names) {
      const { length } = part[name] as Series;
      this.#count(under(name), length, length);
    }
    if (names.length > 0) this.#withSeries.push({ where, part: copy, names, urgency });
    return copy;
  }

  /** Until so many bytes less are there: all of one object, as they are read side by side. */
  dropSeries(bytes: number): void {
    let tooMany = bytes;
    const urgentFirst = [...this.#withSeries].sort((a, b) => a.urgency - b.urgency);
    while (tooMany > 0) {
      const last = urgentFirst.pop();
      if (!last) return;
      for (const name of last.names) {
        const series = last.part[name] as Series;
        last.part[name] = [];
        tooMany -= sizeOf(series) - sizeOf([]);
        this.#count(`${last.where}.${name}`, -series.length, 0);
      }
    }
  }

  #count(where: string, shown: number, of: number): void {
    const known = this.#lists.get(where) ?? { where, shown: 0, of: 0 };
    this.#lists.set(where, { where, shown: known.shown + shown, of: known.of + of });
  }
}

/** Values by time, for a chart. */
function isSeries(value: unknown): value is Series {
  return Array.isArray(value) && value.length > 0 && value.every((v) => v === null || typeof v === 'number');
}

/** As many as may be, in their order: those that something is wrong with, then the first. */
function mostUrgent(list: readonly unknown[], most: number): readonly unknown[] {
  if (list.length <= most) return list;
  const ranked = list.map((item, at) => ({ at, urgency: urgencyOf(item) }));
  const kept = ranked.sort((a, b) => a.urgency - b.urgency || a.at - b.at).slice(0, most);
  return kept.sort((a, b) => a.at - b.at).map(({ at }) => list[at]);
}

/** What documents call wrong, the worst first: checks, zones, monitors and their indicator. */
const URGENT: readonly unknown[] = ['fail', 'degraded', 'starved', 'silent', 'unknown', 'warn'];
const NOT_URGENT = URGENT.length;

function urgencyOf(item: unknown): number {
  const { status, state, outlier, nhi, total } = (item ?? {}) as Record<string, unknown>;
  if (outlier === true) return 0;
  const words = [status, state, (nhi as Part | undefined)?.state, (total as Part | undefined)?.nhi];
  const found = words.map((word) => URGENT.indexOf(word)).filter((at) => at >= 0);
  return Math.min(NOT_URGENT, ...found);
}
