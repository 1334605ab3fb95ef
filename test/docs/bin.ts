import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { PROGRAM } from '../cli/helpers.ts';

export const ROOT = path.resolve(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/** The README's blocks of code in a language. */
export function blocks(language: string): string[] {
  const found = README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'));
  return [...found].map(([, block = '']) => block);
}

/** How the README gets nfm; test/scripts runs them. */
export const INSTALLS = {
  checkout: /npm ci/,
  registry: /nfm-cli/,
  file: /SHA256SUMS/,
} as const;

/** A folder to work in, with `nfm` on its PATH: what documents print can be run as printed. */
export function workplace(): {
  home: string;
  env: Record<'PATH' | 'HOME' | 'LANG' | 'NFM_NOW', string>;
  program(name: string, text: string): void;
} {
  const home = mkdtempSync(path.join(tmpdir(), 'nfm-docs-'));
  afterAll(() => rmSync(home, { recursive: true }));
  const program = (name: string, text: string) => {
    const file = path.join(home, name);
    writeFileSync(file, `#!/bin/sh\n${text}\n`);
    chmodSync(file, 0o755);
  };
  program('nfm', `exec ${PROGRAM.join(' ')} "$@"`);
  const env = {
    PATH: `${home}:${process.env.PATH}`,
    HOME: home,
    LANG: 'en_US.UTF-8',
    NFM_NOW: '2026-11-21T20:30:00Z',
  };
  return { home, env, program };
}
