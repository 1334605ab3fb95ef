import type { NhiReport, Report } from '../../model/report.ts';
import { count, joinPeriods } from '../../model/units.ts';
import { middleCut } from '../layout.ts';
import { covered, nhiFinding } from '../words.ts';
import { type Html, html } from './hypertext.ts';
import { round, type Time } from './plane.ts';
import { table } from './table.ts';

export const STRIP = 12;

/** Milliseconds since the epoch; the end is exclusive. */
type Span = [start: number, end: number];

/** What AWS said of this zone: its own monitor first, then those of more zones. */
export function indicators({ nhi }: Report, azId: string): NhiReport[] {
  return nhi
    .filter(({ covers }) => covers.includes(azId))
    .sort((a, b) => a.covers.length - b.covers.length)
    .slice(0, 2);
}

export function said(entry: NhiReport): string {
  const whole = entry.covers.length > 1 ? ` (${count(entry.covers.length)} zones)` : '';
  return `NHI of ${middleCut(entry.monitor, 20)}${whole}: ${entry.state}`;
}

export function strip(entry: NhiReport, { window }: Report, x: Time): Html[] {
  const { state, degradedMinutes, missingMinutes, missing = 0, periodSeconds = 60 } = entry;
  const [from, to] = [Date.parse(window.start), Date.parse(window.end)];
  // Without a datapoint there is no list of minutes that have none.
  const whole: Span[] = missing > 0 || state === 'unknown' ? [[from, to]] : [];
  const none = missingMinutes ? spans(missingMinutes, periodSeconds) : whole;
  const degraded = spans(degradedMinutes, periodSeconds);
  const known = gapsBetween([...none, ...degraded], from, to);
  const rule = (ranges: readonly Span[], y: number, name: string) =>
    ranges.map(
      ([a, b]) =>
        html`<path d="M${round(x(a))} ${y}H${round(x(b))}" class="${name}" vector-effect="non-scaling-stroke"/>`,
    );
  return [
    ...rule(known, STRIP - 1, 'healthy'),
    ...rule(none, STRIP / 2, 'missing'),
    ...degraded.map(
      ([a, b]) =>
        html`<path d="M${round(x(a))} 0H${round(x(b))}V${STRIP}H${round(x(a))}Z" class="degraded"/>`,
    ),
  ];
}

function spans(starts: readonly string[], periodSeconds: number): Span[] {
  return joinPeriods(starts, periodSeconds).map(({ start, end }) => [Date.parse(start), Date.parse(end)]);
}

/** What is neither; the spans do not overlap. */
function gapsBetween(taken: readonly Span[], from: number, to: number): Span[] {
  const gaps: Span[] = [];
  let at = from;
  for (const [start, end] of [...taken].sort((a, b) => a[0] - b[0])) {
    if (start > at) gaps.push([at, start]);
    at = Math.max(at, end);
  }
  return at < to ? [...gaps, [at, to]] : gaps;
}

/** All monitors, those of no single zone too. */
export function indicatorTable({ nhi }: Report): Html {
  if (nhi.length === 0) return html`<p>Unknown: no monitor was asked, which is not 'healthy'.</p>`;
  return table({
    caption: "AWS's network health indicator",
    head: ['Monitor', 'State', 'Finding', 'Covers'],
    rows: nhi.map((entry) => [entry.monitor, entry.state, nhiFinding(entry), covered(entry)]),
  });
}
