import type { Report, ReportedChange } from '../../model/report.ts';
import { count, time } from '../../model/units.ts';
import { changed } from '../words.ts';
import { type Html, html } from './hypertext.ts';
import { round, stretched, WIDE } from './plane.ts';

/* What changed: numbered marks on the time axis, and the list that says what they are, the nearest first. */

/** The height of the marks' own line. */
export const LANE = 18;

/** Marks stand no nearer to each other than this, which on a phone is the width of `▼1 +12`. */
const APART = 0.14 * WIDE;

/** Listed at once, and named in the words of a picture. */
const LISTED = 8;
const NAMED = 3;

interface Mark {
  /** On the axis; at its end where it lies beyond. */
  x: number;
  beyond: 'before' | 'after' | null;
  /** From the first of its changes to the last. */
  from: number;
  to: number;
  /** By their places in the list, from 0: the first stands where it happened. */
  changes: number[];
}

/** Whoever is ranked higher takes the place; what happened near it is folded into its mark. */
export function marksOf({ changes = [], window }: Pick<Report, 'changes' | 'window'>): Mark[] {
  const [start, end] = [Date.parse(window.start), Date.parse(window.end)];
  const placeOf = (at: string) => ((Date.parse(at) - start) / (end - start)) * WIDE;
  const within = (place: number) => Math.max(0, Math.min(WIDE, place));
  const marks: Mark[] = [];
  for (const [i, { at, between }] of changes.entries()) {
    const place = placeOf(at);
    const x = within(place);
    const from = within(placeOf(between?.first ?? at));
    const to = within(placeOf(between?.last ?? at));
    const near = marks.find((mark) => Math.abs(mark.x - x) < APART);
    if (near) {
      near.from = Math.min(near.from, from);
      near.to = Math.max(near.to, to);
      near.changes.push(i);
    } else {
      const beyond = place < 0 ? 'before' : place > WIDE ? 'after' : null;
      marks.push({ x, beyond, from, to, changes: [i] });
    }
  }
  return marks;
}

/** The marks in their line, and from each a line down to the axis. */
export function changeLane(report: Report, y: number, bottom: number): Html | false {
  const marks = marksOf(report);
  if (marks.length === 0) return false;
  const told = toldOf(report);
  const lines = marks.map(({ x, beyond, from, to }) => [
    from < to &&
      html`<path d="M${round(from)} ${LANE - 1}H${round(to)}" class="changes-span" vector-effect="non-scaling-stroke"/>`,
    beyond === null &&
      html`<path d="M${round(x)} ${LANE - 2}V${bottom - y}" class="change-line" vector-effect="non-scaling-stroke"/>`,
  ]);
  const labels = marks.map(({ x, beyond, changes }) => {
    const [first = 0, ...more] = changes;
    const number = `${first + 1}${more.length > 0 ? ` +${count(more.length)}` : ''}`;
    const text =
      beyond === 'before'
        ? `◂ ${number}`
        : beyond === 'after'
          ? `${number} ▸`
          : `${sign(report.changes?.[first])}${number}`;
    const anchor = x < 0.08 * WIDE ? 'start' : x > 0.92 * WIDE ? 'end' : 'middle';
    const titles = changes.map((i) => `${i + 1}: ${told[i]}. `);
    return html`<text x="${round(x / 10)}%" y="${y + 12}" text-anchor="${anchor}" class="change halo"><title>${titles}</title>${text}</text>`;
  });
  return html`${stretched(y, bottom - y, html`${lines}`)}${labels}`;
}

/** Filled: what the report is about. */
function sign(change: ReportedChange | undefined): string {
  return change?.touches === 'location' ? '▼' : '▽';
}

function toldOf(report: Report): string[] {
  return (changed(report, Number.POSITIVE_INFINITY)?.list ?? []).map(
    ({ label, text }) => `${label}, ${text}`,
  );
}

/** The same in words, for who does not see the marks. */
export function changesText(report: Report): string {
  const told = toldOf(report);
  if (told.length === 0) return '';
  const more = told.length - NAMED;
  const others = more > 0 ? `; and ${count(more)} more, listed below` : '';
  return `Changed: ${told.slice(0, NAMED).join('; ')}${others}.`;
}

/** How to read the marks. */
export const MARKS_KEY = ` Numbers above: what changed, as listed below. ▼ touches what this report is about, ▽ the same network, or it is
not known what; ◂ and ▸ lie before and after what is shown; +3 are three more near it, the bar from the first to the last.`;

const TOUCHES: Readonly<Record<ReportedChange['touches'], string>> = {
  location: ' · ▼ touches what this report is about',
  network: ' · ▽ in the same network or cluster',
  unknown: ' · ▽',
};

/** Null where nobody was asked: nothing began. */
export function changeList(report: Report): Html | null {
  const { changes, evidence } = report;
  if (!changes) return null;
  const told = changed(report, Number.POSITIVE_INFINITY)?.list ?? [];
  if (told.length === 0) {
    const none = evidence.find(({ code }) => code === 'no-changes')?.statement;
    return html`<p>${none ?? 'Not known: nobody who notes changes could be asked.'}</p>`;
  }
  const items = told.map(({ label, text }, i) => {
    const { at, touches } = changes[i] ?? {};
    return html`<li><strong>${label}</strong> <span class="soft">${at && time(at)} UTC${touches && TOUCHES[touches]}</span><br>${text}</li>`;
  });
  const more = items.length - LISTED;
  return html`<p class="soft">From 30 minutes before it began to 5 after, the nearest in place and time first. Being near is no
proof.</p>
<ol class="changes">${items.slice(0, LISTED)}</ol>
${
  more > 0 &&
  html`<details><summary>${count(more)} more</summary><ol class="changes" start="${LISTED + 1}">${items.slice(LISTED)}</ol></details>
<p class="paper">${count(more)} more on the page itself</p>`
}`;
}
