import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

test("a place in the published package's code is found in the sources", () => {
  const mark = 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED';
  const placeOf = (file: string) => {
    const before = readFileSync(file, 'utf8').split(`process.env.${mark}`)[0]?.split('\n') ?? [];
    return [before.length, (before.at(-1)?.length ?? 0) + 1];
  };
  const at = ['lib/node_modules/nfm-cli/dist/main.cjs', ...placeOf('dist/main.cjs')].join(':');
  const trace = `Error: no\n    at main (/usr/${at})\n    at node:internal/main:1:2\n`;
  expect(execFileSync('node', ['scripts/where.js'], { input: trace, encoding: 'utf8' })).toBe(
    trace.replace(`/usr/${at}`, ['src/main.ts', ...placeOf('src/main.ts')].join(':')),
  );
});
