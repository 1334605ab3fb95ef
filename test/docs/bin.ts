import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';

export const ROOT = path.resolve(import.meta.dirname, '../..');

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
  program('nfm', `exec "${process.execPath}" "${ROOT}/bin/nfm.js" "$@"`);
  const env = {
    PATH: `${home}:${process.env.PATH}`,
    HOME: home,
    LANG: 'en_US.UTF-8',
    NFM_NOW: '2026-11-21T20:30:00Z',
  };
  return { home, env, program };
}
