import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.dirname(import.meta.dirname);
const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));

/** Built beside dist/ and put in its place at the end: what runs from it meanwhile goes on. */
const BUILDING = `dist.${process.pid}`;

const common = {
  absWorkingDir: root,
  outdir: BUILDING,
  bundle: true,
  platform: 'node',
  target: 'node20',
  // The ES modules of the AWS SDK, not its CommonJS: only those can be shaken down to what is used.
  mainFields: ['module', 'main'],
  minify: true,
  keepNames: true,
  sourcemap: 'linked',
  sourcesContent: false,
  define: { NFM_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};

/*
 * Two halves. The front is a few lines of CommonJS, which Node starts 5 ms sooner than ES modules: it answers
 * --version and --help by itself. What it imports on demand is the back: ES modules, split where they share, so
 * that nothing loads the AWS SDK or the sandbox before it needs them.
 */
const back = new Set();

const onDemand = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path: target, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      back.add(path.join(resolveDir, target));
      return { path: target.replace(/\.ts$/, '.js'), external: true };
    });
  },
};

/**
 * esbuild keeps whatever has a computed key, as that may have a side effect: the SDK's `{ [_xN]: … }` would keep all
 * 2,000 of EC2's structures (545 KB) for the ten that are used. The keys are constants; they are written out.
 */
const plainKeys = {
  name: 'plain-keys',
  setup({ onLoad }) {
    onLoad({ filter: /dist-es\/schemas\/schemas_\d+\.js$/ }, ({ path: file }) => {
      const text = readFileSync(file, 'utf8');
      const keys = new Map(Array.from(text.matchAll(/^const (\w+) = ("[^"]*");$/gm), ([, ...pair]) => pair));
      return {
        contents: text.replace(/\[(\w+)\]:/g, (key, name) => (keys.has(name) ? `${keys.get(name)}:` : key)),
      };
    });
  },
};

/**
 * The MCP SDK checks with all of ajv (160 KB) what a client answers when it is asked for input: nfm asks for none. Its
 * server makes a checker all the same.
 */
const noChecker = {
  name: 'no-checker',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^@modelcontextprotocol\/server\/_shims$/ }, ({ path: name }) => ({
      path: name,
      namespace: 'no-checker',
    }));
    onLoad({ filter: /./, namespace: 'no-checker' }, () => ({
      contents:
        "export { default as process } from 'node:process'; export class DefaultJsonSchemaValidator {}",
    }));
  },
};

rmSync(path.join(root, BUILDING), { recursive: true, force: true });
await build({
  ...common,
  entryPoints: ['src/main.ts'],
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  plugins: [onDemand],
});
await build({
  ...common,
  entryPoints: [...back],
  splitting: true,
  format: 'esm',
  plugins: [plainKeys, noChecker],
  chunkNames: 'chunks/[name]-[hash]',
  // Some dependencies are CommonJS and call require() for Node's own modules.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});

const built = (file) => import(path.join(root, BUILDING, file));
const [{ helpText }, { program }] = [await built('core/parse.js'), await built('commands/index.js')];
writeFileSync(path.join(root, BUILDING, 'help.txt'), helpText(program));

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
renameSync(path.join(root, BUILDING), path.join(root, 'dist'));
