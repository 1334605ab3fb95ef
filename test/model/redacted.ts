import { expect } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { type Case, caseSchema } from '../../src/model/case.ts';
import { flawIn } from '../../src/model/case-flaws.ts';
import { spoken } from '../../src/model/command-line.ts';
import { redactCase } from '../../src/model/redact-case.ts';
import type { Findings } from '../../src/model/report.ts';

/* What a redacted case must be, told apart from how it is made. */

/** Texts under these names are of AWS or of nfm, the same for everybody. */
const EVERYBODYS = new Set(
  `schema kind status code action category counter lost type componentType system instance ebs issues azId zones
  targetZones region version collectedAt start end createdAt impairedSince sandbox at state source`.split(
    /\s+/,
  ),
);
const WORDS = new Set(
  'arn aws nfm monitor scope cluster subnet instance networkflowmonitor natgateway network-interface vpc-endpoint transit-gateway amazonaws com.amazonaws'.split(
    ' ',
  ),
);

/** What CloudWatch calls its metrics, and the shared name of an interface. */
const METRIC = new Set(['namespace', 'name']);

function textsIn(part: unknown, key: string, into: Map<string, boolean>): Map<string, boolean> {
  if (typeof part === 'string') into.set(part, (into.get(part) ?? false) || EVERYBODYS.has(key));
  else if (Array.isArray(part)) for (const item of part) textsIn(item, key, into);
  else if (typeof part === 'object' && part !== null) {
    for (const [name, inner] of Object.entries(part)) {
      // Which resource a name is of, and which check, is everybody's too.
      const shared = (key === 'cause' && name === 'id') || (key === 'metrics' && METRIC.has(name));
      const everybodys = shared ? 'code' : name;
      textsIn(inner, everybodys, into);
    }
  }
  return into;
}

/** What is done is called alike everywhere; what it is done to is not. */
function ownOf(changes: Case['changes']): unknown {
  return changes?.items.map(({ source: _, ...item }) => ({
    ...item,
    what: item.what.replace(/^((rollout, )?\d+ pods? made|[A-Za-z]+)[ ,]*/, ''),
  }));
}

/** Names, addresses and IDs of at least four characters, by themselves and as parts of ARNs and lists. */
export function namesIn(data: Case): string[] {
  const texts = textsIn({ ...data, tool: undefined, changes: ownOf(data.changes) }, '', new Map());
  const everybodys = new Set([...texts].flatMap(([text, shared]) => (shared ? [text] : [])));
  const own = [...texts.keys()].filter((text) => !everybodys.has(text));
  const parts = own.flatMap((text) => [text, ...text.split(/[/:, ]+(?=[\w-])/)]);
  return [...new Set(parts)].filter((text) => text.length >= 4 && !everybodys.has(text) && !WORDS.has(text));
}

/** What the two have in common: all that a verdict is. */
export function answerOf(data: Case) {
  return answerIn(judge(data));
}

function answerIn({ zones, nhi, impairment, contributors, ...found }: Findings) {
  const { verdict, confidence, reason, suspects, onset, end, ongoing } = found;
  return {
    verdict,
    confidence,
    reason,
    suspects,
    onset,
    end,
    ongoing,
    zones: zones.map((zone) => ({ ...zone, az: null })),
    indicators: nhi.map(({ state, degradedMinutes, covers }) => ({ state, degradedMinutes, covers })),
    impairment: impairment && { ...impairment, of: '' },
    contributors: contributors.map(({ retransmissions, timeouts, bytes, share }) => ({
      retransmissions,
      timeouts,
      bytes,
      share,
    })),
    next: found.next.length,
  };
}

/** What is said, with a mark for each name. */
function saidIn({ summary, evidence }: Findings, { zones }: Case, names: readonly string[]): string[] {
  const longestFirst = [...new Set(names)].sort((a, b) => b.length - a.length);
  const name = new RegExp(`(?<!\\w)(${longestFirst.map(escaped).join('|')})(?!\\w)`, 'g');
  return [summary, ...evidence.map(({ statement }) => statement)].map((text) => {
    const byId = zones.reduce(
      (said, { az, azId }) => (az ? said.replaceAll(`${az} (${azId})`, azId).replaceAll(az, azId) : said),
      text,
    );
    // AWS's own sentences are left out.
    const ours = byId.replace(/ AWS writes: ".*"$/, '');
    return ours.replace(name, '#').replaceAll(/#(, #)+/g, '#');
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** What stands for a sentence. */
const LEFT_OUT =
  /^(What [\w:./-]+ leaves unknown is left out\.|The check [\w-]+ fails; what it found is left out\.)$/;

export function expectNothingLeft(original: Case, redacted: unknown): void {
  const texts = [...textsIn(redacted, '', new Map()).keys()].filter((text) => !LEFT_OUT.test(text));
  const left = namesIn(original).filter((name) => {
    const alone = new RegExp(`(?<![\\w.:-])${escaped(name)}(?![\\w.:-])`);
    return texts.some((text) => text.includes(name) && alone.test(text));
  });
  expect(left).toEqual([]);
}

/** Texts of a case and what they became, by the name that they stand under: what stands elsewhere may be called alike. */
function pairsIn(
  original: unknown,
  redacted: unknown,
  key = '',
  into = new Map<string, [string, string][]>(),
): Map<string, [string, string][]> {
  if (typeof original === 'string' && typeof redacted === 'string') {
    const pairs = into.get(key) ?? [];
    pairs.push([original, redacted]);
    into.set(key, pairs);
  } else if (Array.isArray(original) && Array.isArray(redacted)) {
    for (const [i, item] of original.entries()) pairsIn(item, redacted[i], key, into);
  } else if (typeof original === 'object' && typeof redacted === 'object' && original && redacted) {
    for (const [name, inner] of Object.entries(original)) {
      pairsIn(inner, (redacted as Record<string, unknown>)[name], SAYS_NO_NAME.has(name) ? '' : name, into);
    }
  }
  return into;
}

/** Sentences are left out; of what is done, only what it is called is kept. */
const SAYS_NO_NAME = new Set(['effect', 'finding', 'what']);

/** Equal stays equal, and different different. */
export function expectOneToOne(original: Case, redacted: Case): void {
  for (const [key, own] of changesIn(original, redacted)) {
    if (key === '') continue;
    const [there, back] = [new Map(own), new Map(own.map(([a, b]) => [b, a]))];
    expect({ key, unequal: own.filter(([a, b]) => there.get(a) !== b || back.get(b) !== a) }).toEqual({
      key,
      unequal: [],
    });
  }
}

function changesIn(original: Case, redacted: Case): Map<string, [string, string][]> {
  const zones = [...original.zones].sort((a, b) => (a.azId < b.azId ? -1 : 1));
  return pairsIn({ ...original, zones }, redacted);
}

export function expectRedacted(given: Case): void {
  const original = spoken(given) as Case;
  const { data } = redactCase(original);
  expectNothingLeft(original, data);
  expect(caseSchema.parse(data)).toEqual(data);
  expect(flawIn(data, Date.parse(data.collectedAt))).toBe(flawIn(original, Date.parse(data.collectedAt)));
  expect(redactCase(original).data).toEqual(data);
  expectOneToOne(original, data);
  const [before, after] = [judge(original), judge(data)];
  expect(answerIn(after)).toEqual(answerIn(before));
  // A name may be a word as well, on either side.
  const names = [...changesIn(original, data).values()].flat().flatMap(([a, b]) => (a === b ? [] : [a, b]));
  expect(saidIn(after, data, names)).toEqual(saidIn(before, original, names));
}
