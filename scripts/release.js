/* npm run release -- 1.2.3: stamps CHANGELOG.md and the version, makes what is generated anew, and commits nothing. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stamp } from './changelog.js';

const root = path.dirname(import.meta.dirname);
const [version = ''] = process.argv.slice(2);
const fail = (why) => {
  process.stderr.write(`${why}\n`);
  process.exit(1);
};
const run = (program, ...args) =>
  execFileSync(program, args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });

if (run('git', 'status', '--porcelain') !== '')
  fail('There are changes that are not committed: commit them first.');
const changelog = path.join(root, 'CHANGELOG.md');
let stamped;
try {
  stamped = stamp(readFileSync(changelog, 'utf8'), version, new Date().toISOString().slice(0, 10));
} catch (error) {
  fail(error.message);
}
writeFileSync(changelog, stamped);
run('npm', 'version', version, '--no-git-tag-version', '--allow-same-version');
run('npm', 'run', 'build');
run('npm', 'run', 'generate');
process.stdout.write(
  `Now look at 'git diff', then: git commit -am 'Version ${version}' && git tag v${version}\n` +
    "Then 'npm publish', and 'npm run binary' for the single files.\n",
);
