import { expect } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { type Case, caseSchema } from '../../src/model/case.ts';
import { flawIn } from '../../src/model/case-flaws.ts';
import { spoken } from '../../src/model/command-line.ts';
import { redactCase } from '../../src/model/redact-case.ts';

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
    what: item.what.replace(/^[A-Za-z]+[ ,]*/, ''),
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
  const { verdict, confidence, reason, suspects, onset, end, ongoing, zones, nhi, impairment, contributors } =
    judge(data);
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
  };
}

export function expectNothingLeft(original: Case, redacted: unknown): void {
  const texts = [...textsIn(redacted, '', new Map()).keys()];
  const left = namesIn(original).filter((name) => {
    const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const alone = new RegExp(`(?<![\\w.:-])${escaped}(?![\\w.:-])`);
    return texts.some((text) => text.includes(name) && alone.test(text));
  });
  expect(left).toEqual([]);
}

export function expectRedacted(given: Case): void {
  const original = spoken(given) as Case;
  const { data } = redactCase(original);
  expectNothingLeft(original, data);
  expect(caseSchema.parse(data)).toEqual(data);
  expect(flawIn(data, Date.parse(data.collectedAt))).toBe(flawIn(original, Date.parse(data.collectedAt)));
  expect(answerOf(data)).toEqual(answerOf(original));
  expect(redactCase(original).data).toEqual(data);
}
