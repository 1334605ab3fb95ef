import type { ScaleTime } from 'd3-scale';
import { type Html, html } from './hypertext.ts';

/* Drawings that are as wide as their card, on a phone and on a desk, while texts and lines keep their size. */

/** The width of such a drawing, in its own units. */
export const WIDE = 1000;

export type Time = ScaleTime<number, number>;

export function stretched(y: number, height: number, content: Html | readonly Html[]): Html {
  return html`<svg x="0" y="${y}" width="100%" height="${height}" viewBox="0 0 ${WIDE} ${height}" preserveAspectRatio="none" class="stretched">${content}</svg>`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
