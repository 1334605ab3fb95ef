import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { linkHorizontal } from 'd3-shape';
import type { Link, Location, Traffic } from '../../model/report.ts';
import { bytes, categoryName, componentName, count, rate } from '../../model/units.ts';
import { middleCut } from '../layout.ts';
import { endpointName } from '../words.ts';
import { NUMBERS, numberCells } from './heat-map.ts';
import { type Html, html } from './hypertext.ts';
import { stretched, WIDE } from './plane.ts';
import { total } from './points.ts';
import { rateLegend, stepOf } from './rates.ts';
import { howToRead, numbersOf, table } from './table.ts';

/** Two lines of text, and the links that end below them. */
const TEXT = 30;
const GAP = 10;
const MOST_SPREAD = 90;
const THICKEST = 24;
const THINNEST = 1.5;
/** Of a name, on a phone and elsewhere; the table has it whole. */
const TIGHT = 21;
const ROOMY = 60;

const KEY =
  'Left sends, right receives: the wider, the more bytes; the darker (on dark pages: the brighter), the more retransmissions per GiB.';

interface Edge extends Omit<Link, 'from' | 'to' | 'flows'> {
  from: string;
  to: string;
  width: number;
}

interface Node {
  name: string;
  blamed: boolean;
  edges: Edge[];
  y: number;
  height: number;
}

/** Who sends to whom: senders on the left, whom they send to on the right. */
export function flowMap({ links, folded }: Traffic, { component }: Location, id: string): Html {
  const shown = [
    ...links.map(named),
    ...(folded ? [{ ...folded, from: others(folded.links), to: others(folded.links) }] : []),
  ];
  const thickness = scaleLinear([0, max(shown, (l) => l.bytes ?? 0) || 1], [THINNEST, THICKEST]);
  const edges = shown.map((link) => ({ ...link, width: thickness(link.bytes ?? 0) }));
  const blamed = {
    from: new Set(links.filter((l) => l.blamed === 'from').map((l) => endpointName(l.from))),
    to: new Set(links.filter((l) => l.blamed === 'to').map((l) => toName(l))),
  };
  const [senders, receivers] = [column(edges, 'from', blamed.from), column(edges, 'to', blamed.to)];
  const height = Math.max(heightOf(senders), heightOf(receivers));
  const left = placed(senders, height);
  const rank = new Map(left.map(({ name }, i) => [name, i]));
  const mean = ({ edges: own }: Node) =>
    own.reduce((sum, e) => sum + (rank.get(e.from) ?? 0), 0) / own.length;
  const right = placed(
    [...receivers].sort((a, b) => mean(a) - mean(b)),
    height,
  );
  const starts = ends(left, (edge) => right.findIndex(({ name }) => name === edge.to));
  const stops = ends(right, (edge) => rank.get(edge.from) ?? 0);
  const curve = linkHorizontal<{ source: [number, number]; target: [number, number] }, [number, number]>();
  // Those with the highest rates last, so that they lie above the others.
  const drawn = [...edges].sort((a, b) => (a.retransmissionsPerGiB ?? 0) - (b.retransmissionsPerGiB ?? 0));
  const paths = drawn.map((edge) => {
    const d = curve({ source: [10, starts.get(edge) ?? 0], target: [WIDE - 10, stops.get(edge) ?? 0] });
    return html`<path d="${d}" stroke-width="${edge.width.toFixed(1)}" class="link ${stepOf(edge.retransmissionsPerGiB, 'l')}" vector-effect="non-scaling-stroke"><title>${edge.from} to ${edge.to}: ${sentence(edge)}</title></path>`;
  });
  // Halfway, the curve is halfway down too.
  const marks = edges
    .filter(({ blamed: side }) => side === 'way')
    .map((edge) => {
      const y = ((starts.get(edge) ?? 0) + (stops.get(edge) ?? 0)) / 2;
      return html`<text x="50%" y="${(y + 4).toFixed(1)}" text-anchor="middle" class="halo blamed">◆</text>`;
    });
  const way = component ? ` ◆ passes ${componentName(component)}.` : '';
  const [worst] = drawn.filter((e) => (e.retransmissionsPerGiB ?? 0) > 0).slice(-1);
  const text = `${count(links.length)} links${folded ? `, and ${count(folded.links)} more as one` : ''}. ${worst ? `Highest rate: ${worst.from} to ${worst.to}, ${rate(worst.retransmissionsPerGiB)} per GiB.` : ''}${way}`;
  return html`<figure><figcaption><h3>Who sends to whom</h3><p class="soft">${text}</p>${howToRead(KEY)}</figcaption>
<svg role="img" aria-labelledby="${id}-title ${id}-text" width="100%" height="${height}">
<title id="${id}-title">Who sends to whom</title><desc id="${id}-text">${text}</desc>
${stretched(0, height, paths)}
${marks}${left.map((node) => nodePart(node, 'start'))}${right.map((node) => nodePart(node, 'end'))}
</svg>
${rateLegend('l')}
${numbersOf('Numbers of each link', linkTable(edges))}</figure>`;
}

function named(link: Link): Omit<Edge, 'width'> {
  return { ...link, from: endpointName(link.from), to: toName(link) };
}

function toName({ to }: Link): string {
  return to.category === undefined ? endpointName(to) : categoryName(to.category);
}

function others(amount: number): string {
  return `${count(amount)} other links`;
}

/** One end of all edges, in their order. */
function column(edges: readonly Edge[], side: 'from' | 'to', blamed: ReadonlySet<string>): Node[] {
  const nodes = new Map<string, Node>();
  for (const edge of edges) {
    const name = edge[side];
    const known = nodes.get(name);
    if (known) known.edges.push(edge);
    else nodes.set(name, { name, blamed: blamed.has(name), edges: [edge], y: 0, height: 0 });
  }
  return [...nodes.values()].map((node) => ({
    ...node,
    height: TEXT + node.edges.reduce((sum, edge) => sum + edge.width + 1, 0),
  }));
}

/** Under each other; the side with fewer ends is spread over the height of the other. */
function placed(nodes: readonly Node[], height: number): Node[] {
  const spare = height - heightOf(nodes);
  const gap = GAP + Math.min(MOST_SPREAD, Math.max(0, spare) / Math.max(1, nodes.length - 1));
  let y = 0;
  return nodes.map((node) => {
    const at = { ...node, y };
    y += node.height + gap;
    return at;
  });
}

function heightOf(nodes: readonly Node[]): number {
  return nodes.reduce((sum, { height }) => sum + height + GAP, -GAP);
}

/** Where each edge meets its node: in the order of the other side, so that fewer cross. */
function ends(nodes: readonly Node[], order: (edge: Edge) => number): Map<Edge, number> {
  const at = new Map<Edge, number>();
  for (const node of nodes) {
    let y = node.y + TEXT;
    for (const edge of [...node.edges].sort((a, b) => order(a) - order(b))) {
      at.set(edge, y + edge.width / 2);
      y += edge.width + 1;
    }
  }
  return at;
}

function nodePart({ name, blamed, edges, y, height }: Node, anchor: 'start' | 'end'): Html {
  const x = anchor === 'start' ? '0' : '100%';
  const bar =
    anchor === 'start'
      ? html`<rect x="0" width="5"`
      : html`<rect x="100%" width="5" transform="translate(-5)"`;
  const shown = blamed ? `▸ ${name}` : name;
  const line = (text: string, size: 'tight' | 'roomy') =>
    html`<tspan class="${size}">${middleCut(text, size === 'tight' ? TIGHT : ROOMY)}</tspan>`;
  const events = total(edges.map((e) => e.retransmissions));
  const carried = total(edges.map((e) => e.bytes));
  return html`<g>${bar} y="${y + TEXT}" height="${height - TEXT}" class="${blamed ? 'blamed' : 'node'}"/>
<text x="${x}" y="${y + 12}" text-anchor="${anchor}" class="halo${blamed && ' blamed'}">${line(shown, 'tight')}${line(shown, 'roomy')}</text>
<text x="${x}" y="${y + 25}" text-anchor="${anchor}" class="small halo">${bytes(carried)}, ${count(events)} retrans</text></g>`;
}

function sentence(edge: Edge): string {
  const { retransmissions, bytes: carried, retransmissionsPerGiB: perGib } = edge;
  const known = perGib === null ? 'rate not known' : `${rate(perGib)} per GiB`;
  return `${count(retransmissions)} retransmissions in ${bytes(carried)}, ${known}`;
}

function linkTable(edges: readonly Edge[]): Html {
  return table({
    caption: 'Who sends to whom',
    head: ['From', 'To', ...NUMBERS],
    rows: edges.map((edge) => [
      edge.from,
      edge.blamed === 'way' ? `◆ ${edge.to}` : edge.to,
      ...numberCells(edge),
    ]),
  });
}
