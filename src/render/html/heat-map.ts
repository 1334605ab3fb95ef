import type { Report, Traffic } from '../../model/report.ts';
import { bytes, categoryName, count, rate, zoneName } from '../../model/units.ts';
import { middleCut } from '../layout.ts';
import { type Html, html } from './hypertext.ts';
import { rateLegend, stepOf } from './rates.ts';
import { howToRead, numbersOf, table } from './table.ts';

const LABEL = 66;
const CELL = { width: 64, height: 38 };
const HEAD = 34;

type Pair = Traffic['zones'][number];

const KEY = `Rows send, columns receive; in each cell retransmissions per GiB, below it the bytes; a dot where no flow is known;
a question mark and the retransmissions where not all of their bytes are known.`;

/** Retransmissions per GiB of what each zone sends to each. */
export function heatMap({ zones }: Pick<Report, 'zones'>, { zones: pairs }: Traffic, id: string): Html {
  const names = new Map(zones.map((zone) => [zone.azId, zone]));
  const isZone = (end: string) => names.has(end) || pairs.some(({ from }) => from === end);
  const rows = unique(pairs.map(({ from }) => from));
  const ends = unique(pairs.map(({ to }) => to));
  const columns = [...ends.filter(isZone), ...ends.filter((end) => !isZone(end))];
  const nameOf = (end: string | null) =>
    end === null
      ? 'unknown zone'
      : names.has(end)
        ? zoneName({ azId: end, az: names.get(end)?.az })
        : categoryName(end);
  const [width, height] = [LABEL + columns.length * CELL.width, HEAD + rows.length * CELL.height];
  const head = columns.map((to, c) => label(nameOf(to), LABEL + (c + 0.5) * CELL.width, 12, 'middle'));
  const cells = rows.flatMap((from, r) => [
    label(nameOf(from), 0, HEAD + r * CELL.height + 16, 'start'),
    ...columns.map((to, c) =>
      cell(
        pairs.find((pair) => pair.from === from && pair.to === to),
        LABEL + c * CELL.width,
        HEAD + r * CELL.height,
      ),
    ),
  ]);
  const worst = [...pairs].sort(
    (a, b) => (b.retransmissionsPerGiB ?? -1) - (a.retransmissionsPerGiB ?? -1),
  )[0];
  const text =
    worst?.retransmissionsPerGiB != null && worst.retransmissionsPerGiB > 0
      ? `Highest: ${nameOf(worst.from)} to ${nameOf(worst.to)}, ${rate(worst.retransmissionsPerGiB)} per GiB.`
      : 'No rate above 0 is known.';
  return html`<figure><figcaption><h3>Zone to zone</h3><p class="soft">${text}</p>${howToRead(KEY)}</figcaption>
<div class="scroll" tabindex="0" role="group" aria-label="Zone to zone">
<svg role="img" aria-labelledby="${id}-title ${id}-text" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">
<title id="${id}-title">Retransmissions per GiB from zone to zone</title><desc id="${id}-text">${text}</desc>
${head}${cells}</svg></div>
${rateLegend('q')}
${numbersOf('Numbers from zone to zone', pairTable(pairs, nameOf))}</figure>`;
}

/** A name over two lines, a zone's without the Region: `3b`, `apne3-az3`. */
function label(name: string, x: number, y: number, anchor: 'start' | 'middle'): Html {
  const [, first = name, second = ''] = /^(\S+) \((.+)\)$/.exec(name) ?? /^(.{1,12}) (.+)$/.exec(name) ?? [];
  const line = (text: string, at: number) =>
    html`<text x="${x}" y="${at}" text-anchor="${anchor}" class="small">${middleCut(text, 9)}</text>`;
  return html`<g><title>${name}</title>${line(first.replace(/^[\w-]+-(?=\d+\w?$)/, ''), y)}${second && line(second, y + 13)}</g>`;
}

function cell(pair: Pair | undefined, x: number, y: number): Html {
  const [cx, inner] = [x + CELL.width / 2, { width: CELL.width - 2, height: CELL.height - 2 }];
  if (!pair)
    return html`<rect x="${x}" y="${y}" width="${inner.width}" height="${inner.height}" class="none"/>
<text x="${cx}" y="${y + 23}" text-anchor="middle" class="small">·</text>`;
  const { retransmissionsPerGiB: perGib, retransmissions, bytes: carried } = pair;
  const [main, below] = perGib === null ? ['?', count(retransmissions)] : [rate(perGib), bytes(carried)];
  const ink = stepOf(perGib, 'q');
  return html`<rect x="${x}" y="${y}" width="${inner.width}" height="${inner.height}" class="${ink}"/>
<text x="${cx}" y="${y + 16}" text-anchor="middle" class="strong on-${ink}">${main}</text>
<text x="${cx}" y="${y + 30}" text-anchor="middle" font-size="10" class="on-${ink}">${below}</text>`;
}

function pairTable(pairs: readonly Pair[], nameOf: (end: string | null) => string): Html {
  return table({
    caption: 'Zone to zone',
    head: ['From', 'To', ...NUMBERS],
    rows: pairs.map((pair) => [nameOf(pair.from), nameOf(pair.to), ...numberCells(pair)]),
  });
}

export const NUMBERS = ['Per GiB', 'Retransmissions', 'Timeouts', 'Bytes'].map((numbers) => ({ numbers }));

export function numberCells(sums: Omit<Pair, 'from' | 'to'>): string[] {
  return [
    rate(sums.retransmissionsPerGiB),
    count(sums.retransmissions),
    count(sums.timeouts),
    bytes(sums.bytes),
  ];
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
