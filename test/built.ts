import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';

const INPUTS = ['src', 'scripts', 'package.json'];

/** Tests drive the built program: builds it first where the sources are newer, or it would be yesterday's. */
export default function build(): void {
  const built = 'dist/main.cjs';
  if (existsSync(built) && statSync(built).mtimeMs >= Math.max(...INPUTS.map(newest))) return;
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
}

/** When the newest file at or below a path was changed, ms. */
function newest(at: string): number {
  const stat = statSync(at);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(at).map((name) => newest(path.join(at, name))));
}
