/*
 * npm run --silent where < trace.txt: says which source stands behind each line of a stack trace of the published package,
 * whose source maps stay here. In a checkout of the version that it is of: the same sources and lock give the same dist.
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import path from 'node:path';

const dist = path.join(path.dirname(import.meta.dirname), 'dist');

function sourceOf(place, file, line, column) {
  const map = path.join(dist, `${file}.map`);
  if (!existsSync(map)) return place;
  const { originalSource, originalLine, originalColumn } = new SourceMap(
    JSON.parse(readFileSync(map, 'utf8')),
  ).findEntry(line - 1, column - 1);
  if (originalSource === undefined) return place;
  const source = path.relative(path.dirname(dist), path.resolve(path.dirname(map), originalSource));
  return `${source}:${originalLine + 1}:${originalColumn + 1}`;
}

process.stdout.write(
  readFileSync(0, 'utf8').replace(
    /(?:file:\/\/)?[^\s()]*\bdist\/([\w./-]+\.c?js):(\d+):(\d+)/g,
    (place, file, ...at) => sourceOf(place, file, Number(at[0]), Number(at[1])),
  ),
);
