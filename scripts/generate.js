/* npm run generate: what is made from the commands and checked in: completions, manual page, parts of the README. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundled } from './bundled.js';

const root = path.dirname(import.meta.dirname);
const read = (file) => readFileSync(path.join(root, file), 'utf8');

// Not from dist/: the scenarios' names and this code are no part of the program.
const { generatedFiles } = await bundled('src/cli/generate.ts');

const { version } = JSON.parse(read('package.json'));
for (const [file, content] of Object.entries(
  generatedFiles({ version, readme: read('README.md'), doctor: read('docs/doctor.md') }),
)) {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), content);
}
