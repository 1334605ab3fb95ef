import { type Html, html } from './hypertext.ts';

type Cell = string | Html;

interface TableOptions {
  caption: string;
  head: readonly (string | { numbers: string })[];
  rows: readonly (readonly Cell[])[];
  /** Few and short columns: they stand beside each other on a phone too. */
  narrow?: boolean;
}

/** Its first column names the row. On a phone, where columns find no room, each row is a list. */
export function table({ caption, head, rows, narrow = false }: TableOptions): Html {
  const columns = head.map((column) =>
    typeof column === 'string' ? { name: column, kind: 'text' } : { name: column.numbers, kind: 'number' },
  );
  const row = (cells: readonly Cell[]) =>
    cells.map((cell, i) => {
      const { name = '', kind = '' } = columns[i] ?? {};
      return i === 0
        ? html`<th scope="row" data-label="${name}"><span>${cell}</span></th>`
        : html`<td class="${kind}" data-label="${name}"><span>${cell}</span></td>`;
    });
  return html`<table class="${narrow ? 'narrow' : 'stack'}"><caption class="hidden">${caption}</caption>
<thead><tr>${columns.map(({ name, kind }) => html`<th scope="col" class="${kind}">${name}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${row(cells)}</tr>\n`)}</tbody></table>`;
}

/** What a picture shows, for who cannot see it or wants the numbers. */
export function numbersOf(what: string, content: Html): Html {
  return html`<details><summary>${what}</summary>${content}</details>`;
}

/** How to read a picture: it is read once, and then in the way; on paper nothing opens. */
export function howToRead(key: Html | string): Html {
  return html`<details class="key"><summary>How to read it</summary><p class="soft">${key}</p></details>
<p class="soft paper">${key}</p>`;
}
