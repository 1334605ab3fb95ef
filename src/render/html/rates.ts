import { scaleThreshold } from 'd3-scale';
import { type Html, html } from './hypertext.ts';

/** Steps of retransmissions per GiB: ten thousand is about 1.3 % of full segments. */
const STEPS = [Number.MIN_VALUE, 10, 100, 1_000, 10_000];
const step = scaleThreshold<number, number>().domain(STEPS).range([0, 1, 2, 3, 4, 5]);

/** Of a rate's colour, as the class of an area (q), of a line (l), or of text on the area (on-q). */
export function stepOf(perGib: number | null, kind: 'q' | 'l'): string {
  return perGib === null ? 'unknown' : `${kind}${step(perGib)}`;
}

const WORDS = ['none', 'below 10', 'below 100', 'below 1,000', 'below 10,000', '10,000 and more'];

/** The colours of areas or lines, in words. */
export function rateLegend(kind: 'q' | 'l'): Html {
  const swatch = (name: string) =>
    kind === 'q'
      ? html`<rect width="18" height="12" class="${name}"/>`
      : html`<path d="M0 6H18" stroke-width="6" class="link ${name}"/>`;
  const item = (name: string, words: string) =>
    html`<li><svg class="swatch" width="18" height="12" aria-hidden="true">${swatch(name)}</svg>${words}</li>`;
  return html`<ul class="legend"><li>Retransmissions per GiB:</li>
${WORDS.map((words, i) => item(`${kind}${i}`, words))}${item('unknown', 'not known')}</ul>`;
}
