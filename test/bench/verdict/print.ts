import { BASELINES } from './baselines.ts';
import type { Outcome } from './outcome.ts';
import {
  clearly,
  dueOf,
  goals,
  headline,
  incidentsOf,
  ratio,
  reached,
  type Score,
  type Share,
  score,
  shareOf,
  type Target,
  VOLUMES,
  wilson,
} from './score.ts';

const percent = (value: number | null) => (value === null ? '–' : (100 * value).toFixed(value < 0.1 ? 1 : 0));

function show(share: Share): string {
  return percent(ratio(share));
}

function interval(share: Share): string {
  const { low, high } = wilson(share);
  return `${show(share)} [${percent(low)}–${percent(high)}]`;
}

/** Columns as wide as their widest cell, the first to the left. */
function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => [...(row[i] ?? '')].length)));
  const cell = (text: string, i: number) => {
    const gap = ' '.repeat((widths[i] ?? 0) - [...text].length);
    return i === 0 ? text + gap : gap + text;
  };
  return rows.map((row) => row.map(cell).join('  ')).join('\n');
}

function group(outcomes: readonly Outcome[], of: (o: Outcome) => string): [string, Outcome[]][] {
  const groups = new Map<string, Outcome[]>();
  for (const o of outcomes) groups.set(of(o), [...(groups.get(of(o)) ?? []), o]);
  return [...groups];
}

const COLUMNS: readonly [string, (s: Score) => string][] = [
  ['n', (s) => `${s.n}`],
  ['accurate', (s) => show(s.accuracy)],
  ['wrong blame [95 %]', (s) => interval(s.wrongBlame)],
  ['found', (s) => show(s.found)],
  ['abstained', (s) => show(s.abstained)],
  ['false health', (s) => show(s.falseHealth)],
  ['zone', (s) => show(s.zone)],
  ['resource', (s) => show(s.resource)],
  ['onset ±1', (s) => show(s.onset)],
  ['end ±1', (s) => show(s.end)],
  ['ongoing', (s) => show(s.ongoing)],
  ['queries', (s) => s.queries.toFixed(0)],
];

function scores(title: string, groups: readonly (readonly [string, Outcome[]])[]): string {
  const rows = groups.map(([name, own]) => {
    const s = score(own);
    return [name, ...COLUMNS.map(([, of]) => of(s))];
  });
  return table([[title, ...COLUMNS.map(([name]) => name)], ...rows]);
}

function targets(outcomes: readonly Outcome[]): string {
  const rows = headline(outcomes).map((target) => [
    `${reached(target) ? 'ok  ' : 'MISS'}  ${target.what}`,
    interval(target.share),
    `${target.share.hits}/${target.share.of}`,
    target.atLeast === undefined ? `≤ ${percent(target.atMost ?? 0)}` : `≥ ${percent(target.atLeast)}`,
    target.upper === undefined ? '' : `upper ≤ ${percent(target.upper)}`,
  ]);
  return table([['To show, 1 (%)', 'value [95 %]', 'n', 'target', ''], ...rows]);
}

/** What is asked for, group by group; what is missed has a mark. */
function goalsOf(title: string, groups: readonly (readonly [string, Outcome[]])[]): string {
  const cell = (target: Target) =>
    ratio(target.share) === null
      ? '–'
      : `${show(target.share)} (${target.share.hits}/${target.share.of})${reached(target) ? ' ' : '!'}`;
  const rows = groups.map(([name, own]) => [name, ...goals(own).map(cell)]);
  return table([[title, ...goals([]).map(({ what }) => what)], ...rows]);
}

/** More about each volume of traffic. */
function volumes(outcomes: readonly Outcome[]): string {
  const rows = group(clearly(outcomes), (o) => o.tier).map(([tier, own]) => {
    const due = incidentsOf(own);
    const at = (size: number) => score(due.filter((o) => o.size === size));
    const all = score(due);
    return [
      tier,
      `${own.length}`,
      interval(score(own).wrongBlame),
      ...[3, 6, 20].map((size) => show(at(size).found)),
      show(all.zone),
      show(all.resource),
      ...[3, 6].map((size) => show(at(size).onset)),
      show(all.end),
      interval(all.ongoing),
    ];
  });
  const header = 'n,wrong blame,recall ×3,×6,×20,zone,resource,onset ±1 ×3,×6,end ±1,ongoing'.split(',');
  return table([['volume, ×3 and above, churn ≤ 20 %', ...header], ...rows]);
}

/** AWS's tests and the indicator only ever blame a zone; so they are right where the label has that zone. */
function sideBySide(outcomes: readonly Outcome[]): string {
  const clear = outcomes.filter((o) => o.tier !== 'low' && (o.quiet || o.size === 1 || o.size >= 3));
  const rows = group(clear, (o) => o.family).map(([name, own]) => [
    name,
    `${own.length}`,
    `${show(score(own).found)} / ${show(score(own).wrongBlame)}`,
    ...BASELINES.map(
      (b) =>
        `${show(shareOf(own, (o) => o.baselines[b] === 'right'))} / ${show(shareOf(own, (o) => o.baselines[b] === 'wrong'))}`,
    ),
  ]);
  return table([['right / wrong blame (%)', 'n', 'nfm', ...BASELINES], ...rows]);
}

/** What was said instead, most frequent first: where to look. */
function mistakes(outcomes: readonly Outcome[]): string {
  const wrong = outcomes.filter((o) => o.wrongBlame || o.falseHealth || (o.answer === 'due' && !o.found));
  const groups = group(
    wrong,
    (o) => `${o.family}\t${o.verdict}\t${o.reason}${o.wrongBlame ? '\tWRONG' : '\t'}`,
  );
  const rows = groups
    .sort((a, b) => b[1].length - a[1].length)
    .slice(0, 40)
    .map(([key, own]) => [
      ...key.split('\t'),
      `${own.length}`,
      own
        .slice(0, 3)
        .map((o) => `${o.family}:${o.size}:${o.tier}:${o.seed}`)
        .join(' '),
    ]);
  return table([['family', 'said', 'reason', '', 'n', 'for example'], ...rows]);
}

export function print(outcomes: readonly Outcome[]): string {
  const sized = outcomes.filter((o) => o.size !== 1);
  return [
    targets(outcomes),
    `Named with the other end, from which nobody could tell them: ${interval(shareOf(dueOf(clearly(outcomes)), (o) => o.paired))} % of incidents, and in no recall.`,
    goalsOf(
      'volume (! is missed)',
      group(outcomes, (o) => o.tier),
    ),
    goalsOf(
      'target, normal traffic and up',
      group(
        outcomes.filter((o) => VOLUMES.includes(o.tier)),
        (o) => `${o.target}${o.beside ? ', beside it' : ''}${o.seen === 'all' ? '' : `, ${o.seen} seen`}`,
      ).sort(),
    ),
    goalsOf(
      'quiet, normal traffic and up',
      group(
        outcomes.filter((o) => o.quiet && VOLUMES.includes(o.tier)),
        (o) => o.family,
      ),
    ),
    volumes(outcomes),
    scores(
      'family',
      group(outcomes, (o) => o.family),
    ),
    scores(
      'size',
      group(sized, (o) => `×${o.size}`),
    ),
    scores(
      'tier',
      group(outcomes, (o) => o.tier),
    ),
    scores('churn', group(outcomes, (o) => `${100 * o.churn} %`).sort()),
    scores('zones', group(outcomes, (o) => `${o.zones}`).sort()),
    scores(
      'due, family × size, normal traffic',
      group(
        sized.filter((o) => o.answer === 'due' && o.tier === 'normal'),
        (o) => `${o.family} ×${o.size}`,
      ),
    ),
    sideBySide(outcomes),
    mistakes(outcomes),
  ].join('\n\n');
}
