import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

/** A directory with `nfm` on its PATH, in which the README's commands run as printed. */
const home = mkdtempSync(path.join(tmpdir(), 'nfm-readme-'));
const nfm = path.join(home, 'nfm');
writeFileSync(nfm, `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bin/nfm.js" "$@"\n`);
chmodSync(nfm, 0o755);
afterAll(() => rmSync(home, { recursive: true }));

function shell(script: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', script], {
    cwd: home,
    encoding: 'utf8',
    env: {
      PATH: `${home}:${process.env['PATH']}`,
      HOME: home,
      LANG: 'en_US.UTF-8',
      NFM_NOW: '2026-11-21T20:30:00Z',
    },
  });
  return { status, stdout, stderr };
}

function blocks(language: string): string[] {
  return [...README.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\`$`, 'gm'))].map((m) => m[1] ?? '');
}

describe('README', () => {
  const recipes = blocks('sh').filter((block) => !block.includes('npm ci'));

  it('has recipes', () => expect(recipes.length).toBeGreaterThan(4));

  it.each(recipes)('runs as printed: %s', (recipe) => {
    const { status, stderr } = shell(recipe);
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it.each(blocks('console'))('shows what the program prints', (session) => {
    const [command = '', ...output] = session.split('\n');
    expect(shell(command.replace(/^\$ /, '')).stdout).toBe(output.join('\n'));
  });
});
