import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transform } from 'esbuild';

/**
 * dist's modules, as load.cjs takes them: functions of what CommonJS has, in which nothing is imported but required. They
 * are the same that the tests run and npm publishes, so that an executable is no second program.
 *
 * @returns {Promise<string[]>} their names, written below `to`
 */
export async function writeModules(dist, to) {
  const names = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /\.c?js$/.test(file),
  );
  for (const name of names) {
    // They are handed a require of their own.
    const text = readFileSync(path.join(dist, name), 'utf8').replace(/^import\{createRequire as .*$/m, '');
    const { code } = await transform(text, {
      format: 'cjs',
      platform: 'node',
      target: 'node24',
      minify: true,
      supported: { 'dynamic-import': false },
      define: { 'import.meta.url': '__filename' },
    });
    mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
    writeFileSync(path.join(to, name), `(function(exports,require,module,__filename){${code}\n})`);
  }
  return names;
}
