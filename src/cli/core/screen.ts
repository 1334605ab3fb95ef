import type { Output } from './io.ts';

/* A terminal's second screen, which stands still; the first one comes back as it was. Sequences: xterm, ctlseqs. */

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';
const HOME = '\x1b[H';
const REST_OF_LINE = '\x1b[K';
const REST_OF_SCREEN = '\x1b[J';

/** What does not fit below is left out; lines that are too long, the terminal cuts. */
export class Screen {
  readonly #out: Output;
  #draw: () => string = () => '';
  readonly #redraw = () => this.#paint();

  constructor(out: Output) {
    this.#out = out;
    out.write(ENTER);
    out.on?.('resize', this.#redraw);
  }

  /** Now, and again whenever the terminal changes its size. */
  show(draw: () => string): void {
    this.#draw = draw;
    this.#paint();
  }

  close(): void {
    this.#out.off?.('resize', this.#redraw);
    this.#out.write(LEAVE);
  }

  #paint(): void {
    const lines = this.#draw()
      .trimEnd()
      .split('\n')
      .slice(0, this.#out.rows ?? 24);
    // First emptied, then written: behind a line as wide as the terminal, the cursor stands on its last character.
    const text = lines.map((line) => REST_OF_LINE + line).join('\r\n');
    this.#out.write(HOME + text + REST_OF_SCREEN);
  }
}
