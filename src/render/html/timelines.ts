import { max } from 'd3-array';
import { type ScaleLinear, scaleLinear, scaleUtc } from 'd3-scale';
import { area, curveStepAfter, line } from 'd3-shape';
import type { Report, ZoneReport } from '../../model/report.ts';
import { instant } from '../../model/time.ts';
import { bytes, count, dateTime, rate, rtt, time, zoneName } from '../../model/units.ts';
import { zoneNumbers } from '../words.ts';
import { changeLane, changesText, LANE, MARKS_KEY } from './changes.ts';
import { type Html, html } from './hypertext.ts';
import { indicators, STRIP, said, strip } from './indicator.ts';
import { round, stretched, type Time, WIDE } from './plane.ts';
import { type Point, pointsOf, runsOf } from './points.ts';
import { howToRead, numbersOf, table } from './table.ts';

/** A handful of events must not look like an outage: the top of a scale is at least this. */
const CALM = { perGib: 10, timeouts: 5, bytes: 1024, rttMicros: 100, retransmissions: 10 };

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
  const zones = [...report.zones]
    .sort((a, b) => Number(b.outlier) - Number(a.outlier))
    .map((zone) => ({ zone, points: pointsOf(zone) }));
  const told = (metric: Metric) => zones.some(({ points }) => points.some((p) => p[metric] !== null));
  const panels = [told('perGib') ? RATE : EVENTS, ...BELOW].filter(({ metric }) => told(metric));
  // The last bin may end after the window.
  const x = scaleUtc([Date.parse(report.window.start), Date.parse(report.window.end)], [0, WIDE]).clamp(true);
  const scales = new Map(
    panels.map(({ metric }) => {
      const before =
        metric === 'perGib' ? zones.map(({ zone }) => zone.baselineRetransmissionsPerGiB ?? 0) : [];
      const top = max([
        CALM[metric],
        ...before,
        ...zones.flatMap(({ points }) => points.map((p) => p[metric] ?? 0)),
      ]);
      return [metric, scaleLinear([0, niceTop(metric, top ?? 1)], [1, 0])] as const;
    }),
  );
  const draw = ({ zone, points }: (typeof zones)[number], i: number) =>
    zoneFigure({ report, zone, points, panels, x, scales, id: `${id}-zone-${i}` });
  const key = html`All zones share the scale of each row; times are in UTC. Shaded: since it began, as far as it lasted. Dashed
line: the zone's own rate before. Dotted: nothing was reported. AWS's indicator (NHI): full bars are degraded, a thin line is
healthy, dashes are minutes without a datapoint, which are unknown.${report.changes?.length ? MARKS_KEY : ''}`;
  return html`${howToRead(key)}
<div class="cards">${zones.map(draw)}</div>`;
}

/** Bytes are counted in powers of 1024. */
function niceTop(metric: Metric, top: number): number {
  const unit = metric === 'bytes' ? 1024 ** Math.floor(Math.log(top) / Math.log(1024)) : 1;
  return (
    unit *
    (scaleLinear([0, top / unit], [0, 1])
      .nice(3)
      .domain()[1] ?? 1)
  );
}

type Step = [x: number, y: number];
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

function zoneFigure(drawing: Drawing): Html {
  const { report, zone, points, panels, x, scales, id } = drawing;
  const name = zoneName(zone);
  const numbers = zoneNumbers(zone);
  const nhi = indicators(report, zone.azId);
  const known = zone.retransmissions !== null || zone.bytes !== null;
  const text = known
    ? `${numbers.perGiB} per GiB (${numbers.retransmissions} retransmissions in ${numbers.bytes}); ${rate(zone.baselineRetransmissionsPerGiB)} before${zone.changeVersusPeers ? `; change versus peers ${numbers.versusPeers}` : ''}.`
    : 'Nothing was reported.';
  const states = [zone.outlier && 'stands out', zone.state !== 'reporting' && zone.state]
    .filter(Boolean)
    .join(', ');
  const heading = html`<figcaption><h3>${zone.outlier ? '▸ ' : ''}${name}${states && ` · ${states}`}</h3>
<p class="soft">${text}</p></figcaption>`;
  if (!points.some((p) => panels.some(({ metric }) => p[metric] !== null)))
    return html`<figure>${heading}<p>No minute of this zone is known, which is not the same as quiet.</p>
<ul>${nhi.map((entry) => html`<li>${said(entry)}</li>`)}</ul></figure>`;

  const parts: Html[] = [];
  const lane = report.changes?.length ? LANE : 0;
  let y = HEAD + lane;
  for (const [i, panel] of panels.entries()) {
    const scale = scales.get(panel.metric);
    if (!scale) continue;
    parts.push(panelPart(drawing, panel, scale, y));
    y += HEAD + panel.height + GAP;
    if (i > 0) continue;
    if (nhi.length === 0) {
      parts.push(
        html`<text x="0" y="${y + 11}" class="small halo">NHI: no monitor covers it, unknown</text>`,
      );
      y += HEAD + GAP;
    }
    for (const entry of nhi) {
      parts.push(html`<text x="0" y="${y + 11}" class="small halo">${said(entry)}</text>
${stretched(y + HEAD - 2, STRIP, strip(entry, report, x))}`);
      y += HEAD + STRIP + GAP;
    }
  }
  const height = y + HEAD;
  return html`<figure${zone.outlier && html` class="outlier"`}>${heading}
<svg role="img" aria-labelledby="${id}-title ${id}-text" width="100%" height="${height}">
<title id="${id}-title">${name} from ${dateTime(report.window.start)} to ${time(report.window.end)}</title>
<desc id="${id}-text">${text} ${onsetText(report)} ${changesText(report)} ${nhi.map((entry) => `${said(entry)}. `)}</desc>
${shade(report, x, y)}${changeLane(report, HEAD, y)}${parts}${axis(x, y)}
</svg>
${numbersOf('Numbers by time', minuteTable(points, panels, name))}</figure>`;
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
  const most = values.some((value) => value !== null)
    ? `most ${say(peak)}${before === null ? '' : `, before ${rate(before)}`}`
    : 'not reported';
  const isFirst = panel === panels[0];
  const name = isFirst
    ? html`<tspan class="strong">${label}</tspan>`
    : html`${label} <tspan class="small">0–${say(top)}</tspan>`;
  return html`<text x="0" y="${y + 13}" class="halo">${name}</text>
<text x="100%" y="${y + 13}" text-anchor="end" class="small halo">${most}</text>
${stretched(y + HEAD, height, inner)}
${isFirst && html`<text x="2" y="${y + HEAD + 12}" class="small halo">${say(top)}</text>`}`;
}

/** From the onset to the end, under everything; the words stand above the panels. */
function shade({ onset, end, window }: Report, x: Time, height: number): Html | false {
  if (onset === null) return false;
  const [from, to] = [Date.parse(onset), Date.parse(end ?? window.end)];
  const [left, right] = [x(from), x(to)];
  const depth = height - HEAD;
  const isInside = from >= Date.parse(window.start);
  const edge = (at: number) =>
    html`<path d="M${round(at)} 0V${depth}" class="onset" vector-effect="non-scaling-stroke"/>`;
  const say = clockOf(isInside ? x.domain() : [new Date(from), ...x.domain()], [
    new Date(from),
    new Date(to),
  ]);
  const words =
    end === null
      ? `${isInside ? 'onset' : 'since'} ${say(new Date(from))}`
      : `${say(new Date(from))} to ${say(new Date(to))}`;
  const anchor = left < 0.3 * WIDE ? 'start' : left > 0.7 * WIDE ? 'end' : 'middle';
  return html`${stretched(HEAD, depth, [
    html`<path d="M${round(left)} 0H${round(right)}V${depth}H${round(left)}Z" class="since"/>`,
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
  const ticks = x.ticks(4);
  const say = clockOf(x.domain(), ticks);
  return html`${stretched(y, 5, [html`<path d="M0 0H${WIDE}${ticks.map((tick) => `M${round(x(tick))} 0V5`).join('')}" fill="none" class="axis" vector-effect="non-scaling-stroke"/>`])}
${ticks.map((tick) => {
  const at = round(x(tick) / 10);
  const anchor = at < 8 ? 'start' : at > 92 ? 'end' : 'middle';
  return html`<text x="${at}%" y="${y + 16}" text-anchor="${anchor}" class="small">${say(tick)}</text>`;
})}`;
}

/** Times as short as they can be: without the date within a day, and without the hour where it is midnight. */
function clockOf(span: readonly Date[], at: readonly Date[]): (time: Date) => string {
  const iso = (date: Date) => instant(date.getTime());
  if (new Set(span.map((date) => iso(date).slice(0, 10))).size === 1) return (date) => time(iso(date));
  if (at.every((date) => time(iso(date)) === '00:00')) return (date) => iso(date).slice(5, 10);
  return (date) => dateTime(iso(date)).slice(5, 16);
}

function minuteTable(points: readonly Point[], panels: readonly Panel[], name: string): Html {
  const starts = points.map(({ start }) => new Date(start));
  const clock = clockOf(starts, starts);
  return table({
    caption: `${name} by time`,
    head: ['UTC', ...panels.map(({ metric }) => ({ numbers: SHORT[metric] }))],
    rows: points.map((p) => [clock(new Date(p.start)), ...panels.map(({ metric, say }) => say(p[metric]))]),
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
