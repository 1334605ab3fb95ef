/* npm run generate: what is made from the commands and checked in: completions, manual page, parts of the README. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const read = (file) => readFileSync(path.join(root, file), 'utf8');

// Not from dist/: the scenarios' names and this code are no part of the program. Node 20 runs no TypeScript.
const scratch = mkdtempSync(path.join(tmpdir(), 'nfm-generate-'));
const bundle = path.join(scratch, 'files.mjs');
await build({
  absWorkingDir: root,
  entryPoints: ['src/cli/generate.ts'],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
const { generatedFiles } = await import(bundle);
rmSync(scratch, { recursive: true });

const { version } = JSON.parse(read('package.json'));
for (const [file, content] of Object.entries(
  generatedFiles({ version, readme: read('README.md'), doctor: read('docs/doctor.md') }),
)) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}
