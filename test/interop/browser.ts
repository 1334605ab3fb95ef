import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium } from 'playwright-core';

/* A page as a browser shows it. */

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** The program itself: what starts it is not always found by its name. */
export function launch(program: string): Promise<Browser> {
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program));
  const executablePath = places.find(isExecutable);
  if (executablePath === undefined) throw new Error(`${program} is not on PATH`);
  return chromium.launch({ executablePath });
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

interface Look {
  width: number;
  scheme: 'light' | 'dark';
}

export interface Seen {
  /** Whatever the browser had to say, and whatever it asked for but the page. */
  said: string[];
  /** By how much the page is wider than the window. */
  tooWide: number;
  /** Rules of axe that it breaks, with the first place. */
  violations: string[];
  elements: string[];
  attributes: string[];
  /** Texts of pictures that reach out of them. */
  outside: string[];
}

/** Opens a page from a file, as a person would, and everything on it that can be opened. */
export async function look(browser: Browser, file: string, { width, scheme }: Look): Promise<Seen> {
  const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme: scheme });
  try {
    const page = await context.newPage();
    const said: string[] = [];
    const url = `file://${file}`;
    page.on('console', (message) => said.push(message.text()));
    page.on('pageerror', (error) => said.push(String(error)));
    page.on('dialog', (dialog) => said.push(dialog.message()));
    page.on('request', (request) => {
      if (request.url() !== url) said.push(request.url());
    });
    await page.goto(url);
    await page.locator('details').evaluateAll((all) => {
      for (const details of all) details.setAttribute('open', '');
    });
    const everything = page.locator('*');
    const { violations } = (await page.evaluate(
      `${AXE}; axe.run({ resultTypes: ['violations'] })`,
    )) as AxeResults;
    return {
      said,
      violations: violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 200)}`),
      tooWide: await page.locator('html').evaluate((root) => root.scrollWidth - root.clientWidth),
      elements: await everything.evaluateAll((all) => [...new Set(all.map((e) => e.localName))]),
      attributes: await everything.evaluateAll((all) => [
        ...new Set(all.flatMap((e) => e.getAttributeNames())),
      ]),
      outside: await page.locator('svg[role=img] text').evaluateAll((all) =>
        all.flatMap((text) => {
          const [own, picture] = [text, text.closest('svg[role=img]')].map((e) => e?.getBoundingClientRect());
          const isInside = own.left >= picture.left - 2 && own.right <= picture.right + 2;
          return isInside ? [] : [String(text.textContent)];
        }),
      ),
    };
  } finally {
    await context.close();
  }
}
