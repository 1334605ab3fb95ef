import { max } from 'd3-array';
import { type ScaleLinear, type ScaleTime, scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { NhiReport, Report, ZoneReport } from '../../model/report.ts';
import { GIB } from '../../model/service.ts';
import { instant, MINUTE, SECOND } from '../../model/time.ts';
import { bytes, count, dateTime, rate, rtt, time, zoneName } from '../../model/units.ts';
import { groups } from '../charts.ts';
import { covered, nhiFinding, zoneNumbers } from '../words.ts';
import { type Html, html } from './hypertext.ts';
import { numbersOf, table } from './table.ts';

/** More points than these no screen shows. */
const MOST_POINTS = 240;
/** Units of a drawing that is stretched to the width of its card, while texts and lines keep their size. */
const WIDE = 1000;
/** A handful of events must not look like an outage: the top of a scale is at least this. */
const CALM = { perGib: 10, timeouts: 5, bytes: 1024, rttMicros: 100, retransmissions: 10 };

interface Point {
  start: number;
  end: number;
  perGib: number | null;
  retransmissions: number | null;
  /** A minute. */
  bytes: number | null;
  timeouts: number | null;
  rttMicros: number | null;
}

type Metric = 'perGib' | 'retransmissions' | 'bytes' | 'timeouts' | 'rttMicros';

interface Panel {
  metric: Metric;
  label: string;
  height: number;
  say(value: number | null): string;
}

const RATE: Panel = { metric: 'perGib', label: 'Retransmissions per GiB', height: 96, say: rate };
const EVENTS: Panel = {
  metric: 'retransmissions',
  label: 'Retransmissions a minute',
  height: 96,
  say: perMinute,
};
const BELOW: readonly Panel[] = [
  { metric: 'bytes', label: 'Bytes a minute', height: 40, say: bytes },
  { metric: 'timeouts', label: 'Timeouts a minute', height: 40, say: perMinute },
  { metric: 'rttMicros', label: 'Round-trip time', height: 40, say: rtt },
];

function perMinute(value: number | null): string {
  return value !== null && value > 0 && value < 9.95 ? value.toFixed(1).replace(/\.0$/, '') : count(value);
}

/** Every zone over the window, all on the same scales. */
export function timelines(report: Report, id: string): Html {
  const zones = report.zones.map((zone) => ({ zone, points: pointsOf(zone) }));
  const told = (metric: Metric) => zones.some(({ points }) => points.some((p) => p[metric] !== null));
  const panels = [told('perGib') ? RATE : EVENTS, ...BELOW].filter(({ metric }) => told(metric));
  const x = scaleUtc([Date.parse(report.window.start), Date.parse(report.window.end)], [0, WIDE]);
  const scales = new Map(
    panels.map(({ metric }) => {
      const before =
        metric === 'perGib' ? zones.map(({ zone }) => zone.baselineRetransmissionsPerGiB ?? 0) : [];
      const top = max([
        CALM[metric],
        ...before,
        ...zones.flatMap(({ points }) => points.map((p) => p[metric] ?? 0)),
      ]);
      return [metric, scaleLinear([0, top ?? 1], [1, 0]).nice(3)] as const;
    }),
  );
  const draw = ({ zone, points }: (typeof zones)[number], i: number) =>
    zoneFigure({ report, zone, points, panels, x, scales, id: `${id}-zone-${i}` });
  return html`<p class="soft">All zones share the scale of each row. Shaded: since it began, as far as it lasted. Dashed
line: the zone's own rate before. Dotted: nothing was reported. AWS's indicator: full bars are degraded, a thin line is
healthy, dashes are minutes without a datapoint, which are unknown.</p>
<div class="cards">${zones.map(draw)}</div>`;
}

/** A zone's minutes, several as one where they are too many. */
function pointsOf({ minutes }: ZoneReport): Point[] {
  const { start, periodSeconds, retransmissions } = minutes;
  const at = Date.parse(start);
  const period = periodSeconds * SECOND;
  return groups([...retransmissions.keys()], MOST_POINTS).map((group) => {
    const of = (values: readonly (number | null)[] | undefined) => group.map((bin) => values?.[bin] ?? null);
    const [events, carried] = [of(retransmissions), of(minutes.bytes)];
    const both = group.flatMap((_, i) => {
      const [e = null, b = null] = [events[i], carried[i]];
      return e === null || b === null ? [] : [{ events: e, bytes: b }];
    });
    const bytesOfBoth = total(both.map((b) => b.bytes)) ?? 0;
    const length = (group.length * period) / MINUTE;
    const aMinute = (values: readonly (number | null)[]) => {
      const sum = total(values);
      return sum === null ? null : sum / length;
    };
    const trips = of(minutes.rttMicros).filter((value) => value !== null);
    const first = at + (group[0] ?? 0) * period;
    return {
      start: first,
      end: first + group.length * period,
      perGib: bytesOfBoth > 0 ? ((total(both.map((b) => b.events)) ?? 0) / bytesOfBoth) * GIB : null,
      retransmissions: aMinute(events),
      bytes: aMinute(carried),
      timeouts: aMinute(of(minutes.timeouts)),
      rttMicros: trips.length > 0 ? (total(trips) ?? 0) / trips.length : null,
    };
  });
}

/** Null where nothing is known. */
function total(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

type Step = [x: number, y: number];
type Time = ScaleTime<number, number>;
type Linear = ScaleLinear<number, number>;

interface Drawing {
  report: Report;
  zone: ZoneReport;
  points: readonly Point[];
  panels: readonly Panel[];
  x: Time;
  scales: ReadonlyMap<Metric, Linear>;
  id: string;
}

const HEAD = 18;
const GAP = 8;
const STRIP = 12;

function zoneFigure(drawing: Drawing): Html {
  const { report, zone, points, panels, x, scales, id } = drawing;
  const name = zoneName(zone);
  const numbers = zoneNumbers(zone);
  const known = zone.retransmissions !== null || zone.bytes !== null;
  const text = known
    ? `${numbers.perGiB} per GiB (${numbers.retransmissions} retransmissions in ${numbers.bytes}); ${rate(zone.baselineRetransmissionsPerGiB)} before; change versus peers ${numbers.versusPeers}.`
    : 'Nothing was reported.';
  const states = [zone.outlier && 'stands out', zone.state !== 'reporting' && zone.state]
    .filter(Boolean)
    .join(', ');
  const heading = html`<figcaption><h3>${zone.outlier ? '▸ ' : ''}${name}${states && ` · ${states}`}</h3>
<p class="soft">${text}</p></figcaption>`;
  if (!points.some((p) => panels.some(({ metric }) => p[metric] !== null)))
    return html`<figure>${heading}<p>No minute of this zone is known, which is not the same as quiet.</p></figure>`;

  const parts: Html[] = [];
  let y = HEAD;
  for (const [i, panel] of panels.entries()) {
    const scale = scales.get(panel.metric);
    if (!scale) continue;
    parts.push(panelPart(drawing, panel, scale, y));
    y += HEAD + panel.height + GAP;
    if (i > 0) continue;
    for (const entry of indicators(report, zone.azId)) {
      parts.push(html`<text x="0" y="${y + 11}" class="small">${said(entry)}</text>
${stretched(y + HEAD - 2, STRIP, strip(entry, report, x))}`);
      y += HEAD + STRIP + GAP;
    }
  }
  const height = y + HEAD;
  return html`<figure${zone.outlier && html` class="outlier"`}>${heading}
<svg role="img" aria-labelledby="${id}-title ${id}-text" width="100%" height="${height}">
<title id="${id}-title">${name} from ${dateTime(report.window.start)} to ${time(report.window.end)}</title>
<desc id="${id}-text">${text} ${onsetText(report)} ${indicators(report, zone.azId).map((n) => `${said(n)}. `)}</desc>
${shade(report, x, y)}${parts}${axis(x, y)}
</svg>
${numbersOf('Numbers by time', minuteTable(points, panels, name))}</figure>`;
}

/** A drawing as wide as the card. */
function stretched(y: number, height: number, content: Html | readonly Html[]): Html {
  return html`<svg x="0" y="${y}" width="100%" height="${height}" viewBox="0 0 ${WIDE} ${height}" preserveAspectRatio="none" class="stretched">${content}</svg>`;
}

function panelPart({ points, zone, x, panels }: Drawing, panel: Panel, scale: Linear, y: number): Html {
  const { metric, label, height, say } = panel;
  const values = points.map((p) => p[metric]);
  const at = (value: number) => scale(value) * height;
  // Each run of what is known, to the end of its last minute.
  const runs = runsOf(points, (p) => p[metric] !== null).map((run) => {
    const steps = run.map((p): Step => [x(p.start), at(p[metric] ?? 0)]);
    const last = run.at(-1);
    return last ? [...steps, [x(last.end), at(last[metric] ?? 0)] satisfies Step] : steps;
  });
  const filled = area<Step>()
    .x(([px]) => px)
    .y0(height)
    .y1(([, py]) => py)
    .curve(curveStepAfter)
    .digits(1);
  const stroke = line<Step>().curve(curveStepAfter).digits(1);
  const holes = runsOf(points, (p) => p[metric] === null).map((run) => {
    const [from, to] = [x(run[0]?.start ?? 0), x(run.at(-1)?.end ?? 0)];
    return html`<path d="M${round(from)} ${height - 2}H${round(to)}" class="hole" vector-effect="non-scaling-stroke"/>`;
  });
  const top = scale.domain()[1] ?? 0;
  const peak = max(values.map((value) => value ?? 0)) ?? 0;
  const before = metric === 'perGib' ? zone.baselineRetransmissionsPerGiB : null;
  const inner = [
    html`<path d="M0 0H${WIDE}M0 ${height}H${WIDE}" class="grid" vector-effect="non-scaling-stroke"/>`,
    ...runs.map(
      (run) =>
        html`<path d="${filled(run)}" class="area"/><path d="${stroke(run)}" class="series" vector-effect="non-scaling-stroke"/>`,
    ),
    ...holes,
    before !== null &&
      html`<path d="M0 ${round(at(before))}H${WIDE}" class="before" vector-effect="non-scaling-stroke"/>`,
  ].filter((part) => part !== false);
  const most = values.some((value) => value !== null) ? `most ${say(peak)}` : 'not reported';
  return html`<text x="0" y="${y + 13}"${panel === panels[0] && html` class="strong"`}>${label}</text>
<text x="100%" y="${y + 13}" text-anchor="end" class="small">${most}</text>
${stretched(y + HEAD, height, inner)}
<text x="2" y="${y + HEAD + 12}" class="small halo">${say(top)}</text>
${before !== null && html`<text x="100%" y="${beforeAt(y + HEAD, at(before))}" text-anchor="end" class="small halo">before: ${rate(before)}</text>`}`;
}

/** Above its line, and below it where it would leave the panel. */
function beforeAt(panel: number, line: number): number {
  return round(panel + (line < 16 ? line + 13 : line - 4));
}

function runsOf(points: readonly Point[], holds: (point: Point) => boolean): Point[][] {
  const runs: Point[][] = [];
  let last: Point[] | undefined;
  for (const point of points) {
    if (!holds(point)) last = undefined;
    else if (last) last.push(point);
    else {
      last = [point];
      runs.push(last);
    }
  }
  return runs;
}

/** From the onset to the end, under everything; the words stand above the panels. */
function shade({ onset, end, window }: Report, x: Time, height: number): Html | false {
  if (onset === null) return false;
  const [from, to] = [Date.parse(onset), Date.parse(end ?? window.end)];
  const [left, right] = [clamp(x(from)), clamp(x(to))];
  const isInside = from >= Date.parse(window.start);
  const edge = (at: number) =>
    html`<path d="M${round(at)} 0V${height}" class="onset" vector-effect="non-scaling-stroke"/>`;
  const words = `${isInside ? 'onset' : 'since'} ${time(onset)}${end === null ? '' : `, over ${time(end)}`}`;
  const anchor = left > 0.6 * WIDE ? 'end' : 'start';
  return html`${stretched(HEAD, height - HEAD, [
    html`<path d="M${round(left)} 0H${round(right)}V${height}H${round(left)}Z" class="since"/>`,
    ...(isInside ? [edge(left)] : []),
    ...(end === null ? [] : [edge(right)]),
  ])}
<text x="${round(left / 10)}%" y="13" text-anchor="${anchor}" class="onset-text">${words}</text>`;
}

function onsetText({ onset, end, ongoing }: Report): string {
  if (onset === null) return 'No onset.';
  return `Onset ${dateTime(onset)}, ${ongoing ? 'ongoing' : end === null ? 'end unknown' : `end ${dateTime(end)}`}.`;
}

function axis(x: Time, y: number): Html {
  const [start, end] = x.domain();
  const oneDay = start?.toISOString().slice(0, 10) === end?.toISOString().slice(0, 10);
  const ticks = x.ticks(4);
  return html`${stretched(y, 5, [html`<path d="M0 0H${WIDE}${ticks.map((tick) => `M${round(x(tick))} 0V5`).join('')}" fill="none" class="axis" vector-effect="non-scaling-stroke"/>`])}
${ticks.map((tick) => {
  const at = round(x(tick) / 10);
  const anchor = at < 7 ? 'start' : at > 93 ? 'end' : 'middle';
  const words = oneDay ? time(instant(tick.getTime())) : dateTime(instant(tick.getTime())).slice(5, 16);
  return html`<text x="${at}%" y="${y + 16}" text-anchor="${anchor}" class="small">${words}</text>`;
})}`;
}

/** What AWS said of this zone: its own monitor first, then those of more zones. */
function indicators({ nhi }: Report, azId: string): NhiReport[] {
  return nhi
    .filter(({ covers }) => covers.includes(azId))
    .sort((a, b) => a.covers.length - b.covers.length)
    .slice(0, 2);
}

function said(entry: NhiReport): string {
  const whole = entry.covers.length > 1 ? ` (${count(entry.covers.length)} zones)` : '';
  return `AWS's indicator, ${cut(entry.monitor)}${whole}: ${entry.state}`;
}

function strip(entry: NhiReport, { window }: Report, x: Time): Html[] {
  const { degradedMinutes, missingMinutes, missing = 0, periodSeconds = 60 } = entry;
  const [from, to] = [Date.parse(window.start), Date.parse(window.end)];
  const period = periodSeconds * SECOND;
  const none = missing > 0 && !missingMinutes ? [[from, to] as const] : spans(missingMinutes ?? [], period);
  const degraded = spans(degradedMinutes, period);
  const known = gapsBetween([...none, ...degraded], from, to);
  const rule = (ranges: readonly (readonly [number, number])[], y: number, name: string) =>
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

/** Periods that follow each other as one. */
function spans(starts: readonly string[], period: number): (readonly [number, number])[] {
  const ranges: [number, number][] = [];
  for (const start of starts.map((at) => Date.parse(at)).sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && start <= last[1]) last[1] = start + period;
    else ranges.push([start, start + period]);
  }
  return ranges;
}

function gapsBetween(taken: readonly (readonly [number, number])[], from: number, to: number) {
  const gaps: (readonly [number, number])[] = [];
  let at = from;
  for (const [start, end] of [...taken].sort((a, b) => a[0] - b[0])) {
    if (start > at) gaps.push([at, start]);
    at = Math.max(at, end);
  }
  return at < to ? [...gaps, [at, to] as const] : gaps;
}

function minuteTable(points: readonly Point[], panels: readonly Panel[], name: string): Html {
  const oneDay = new Set(points.map(({ start }) => Math.floor(start / (24 * 60 * MINUTE)))).size === 1;
  const clock = (at: number) => (oneDay ? time(instant(at)) : dateTime(instant(at)).slice(5, 16));
  return table({
    caption: `${name} by time`,
    head: ['UTC', ...panels.map(({ metric }) => ({ numbers: SHORT[metric] }))],
    rows: points.map((p) => [clock(p.start), ...panels.map(({ metric, say }) => say(p[metric]))]),
    narrow: true,
  });
}

const SHORT: Readonly<Record<Metric, string>> = {
  perGib: 'Per GiB',
  retransmissions: 'Retrans a minute',
  bytes: 'Bytes a minute',
  timeouts: 'Timeouts a minute',
  rttMicros: 'RTT',
};

/** All monitors, those of no single zone too. */
export function indicatorTable({ nhi }: Report): Html {
  if (nhi.length === 0) return html`<p>Unknown: no monitor was asked, which is not 'healthy'.</p>`;
  return table({
    caption: "AWS's network health indicator",
    head: ['Monitor', 'State', 'Finding', 'Covers'],
    rows: nhi.map((entry) => [entry.monitor, entry.state, nhiFinding(entry), covered(entry)]),
  });
}

function cut(name: string): string {
  return name.length > 24 ? `${name.slice(0, 15)}…${name.slice(-8)}` : name;
}

function clamp(at: number): number {
  return Math.min(WIDE, Math.max(0, at));
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
