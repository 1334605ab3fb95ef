import type { Report } from '../model/report.ts';
import { dateTime, time } from '../model/units.ts';
import { wrap } from './layout.ts';
import { sanitizeDocument } from './sanitize.ts';
import { finish, forTerminal, inkFor, layoutWidth, type Style } from './style.ts';
import { renderTriage } from './triage.ts';
import { changed, headline, VERDICT_WORDS } from './words.ts';

/** Reports with the same key name the same place. */
export function placeKey({ location: { remotePort: _, ...place } }: Pick<Report, 'location'>): string {
  return JSON.stringify(place);
}

/** What somebody who waits wants to be told of: two reports with the same key say the same. */
export function watchKey(report: Report): string {
  const { verdict, confidence, ongoing } = report;
  return JSON.stringify([verdict, confidence, placeKey(report), ongoing]);
}

/** `2026-11-21 12:14 UTC  WORKLOAD  pod default/web-b in ap-northeast-3b (apne3-az3) · high confidence · since 12:05` */
export function watchLine(given: Report, { unicode }: Pick<Style, 'unicode'>): string {
  const report = sanitizeDocument(given);
  const { onset, end, ongoing } = report;
  const when =
    onset === null
      ? ''
      : ongoing || end === null
        ? ` · since ${time(onset)}`
        : ` · ${time(onset)} to ${time(end)}, over`;
  const line = `${dateTime(report.generatedAt)}  ${VERDICT_WORDS[report.verdict]}  ${headline(report)}${when}`;
  return finish(line, { unicode });
}

/** What is on the screen of one who watches. */
export interface Watched {
  report: Report;
  /** The oldest first. */
  changes: readonly string[];
  /** How it goes on. */
  status: string;
}

const SHOWN_CHANGES = 5;

/** Of what somebody changed around the onset, the nearest: the rest of the page may be below the screen. */
function nearestChange(report: Report, style: Style): string[] {
  const [first, ...more] = changed(forTerminal(report, style))?.list ?? [];
  if (!first) return [];
  const others = more.length > 0 ? ', and more below' : '';
  return wrap(`Changed ${first.label}: ${first.text}${others}`, layoutWidth(style));
}

/** The newest changes above, then the report. */
export function renderWatch({ report, changes, status }: Watched, style: Style): string {
  const ink = inkFor(style);
  const { height: _, ...endless } = style;
  return [
    ink.dim(finish(forTerminal(status, style), style)),
    ...changes
      .slice(-SHOWN_CHANGES)
      .flatMap((line, i, shown) =>
        wrap(line, layoutWidth(style)).map((part) => (i === shown.length - 1 ? ink.bold(part) : part)),
      ),
    ...nearestChange(report, style).map((line) => finish(line, style)),
    '',
    renderTriage(report, endless),
  ].join('\n');
}
