import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';
import { bundledPackages, thirdPartyNotices } from './notices.js';
import { removeUnreachable, shake } from './shake.js';

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
  metafile: true,
  define: { NFM_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};

/*
 * Two halves. The front is a few lines of CommonJS, which Node starts 5 ms sooner than ES modules: it answers
 * --version and --help by itself. What it imports on demand is the back: ES modules, split where they share, so
 * that nothing loads the AWS SDK or the sandbox before it needs them.
 */
const entries = new Set();

const onDemand = {
  name: 'on-demand',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\/.*\.ts$/ }, ({ kind, path: target, resolveDir }) => {
      if (kind !== 'dynamic-import') return undefined;
      entries.add(path.join(resolveDir, target));
      return { path: target.replace(/\.ts$/, '.js'), external: true };
    });
  },
};

/** Some dependencies are CommonJS and call require() for Node's own modules. */
const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

rmSync(path.join(root, BUILDING), { recursive: true, force: true });
const front = await build({
  ...common,
  entryPoints: ['src/main.ts'],
  format: 'cjs',
  outExtension: { '.js': '.cjs' },
  plugins: [onDemand],
});
const back = await build({
  ...common,
  entryPoints: [...entries],
  splitting: true,
  format: 'esm',
  plugins: [shake],
  chunkNames: 'chunks/[name]-[hash]',
  banner: { js: REQUIRE },
});

removeUnreachable(root, back.metafile);

/** esbuild cannot know that few of 200 files do. The line stays, for the source maps. */
for (const file of Object.keys(back.metafile.outputs)) {
  if (!file.endsWith('.js') || !existsSync(path.join(root, file))) continue;
  const own = readFileSync(path.join(root, file), 'utf8').replace(REQUIRE, '');
  if (!/\brequire\b/.test(own)) writeFileSync(path.join(root, file), own);
}

const built = (file) => import(path.join(root, BUILDING, file));
const [{ helpText }, { program }] = [await built('core/parse.js'), await built('commands/index.js')];
writeFileSync(path.join(root, BUILDING, 'help.txt'), helpText(program));

/** What is in the bundle, for who asks what is large and whose code it is: each module's bytes. */
const modules = {};
for (const { metafile } of [front, back]) {
  for (const [file, { inputs }] of Object.entries(metafile.outputs)) {
    if (!existsSync(path.join(root, file))) continue;
    for (const [module, { bytesInOutput }] of Object.entries(inputs)) {
      if (bytesInOutput > 0) modules[module] = (modules[module] ?? 0) + bytesInOutput;
    }
  }
}
writeFileSync(path.join(root, BUILDING, 'modules.json'), JSON.stringify(modules, null, 1));
writeFileSync(
  path.join(root, BUILDING, 'THIRD-PARTY-NOTICES'),
  thirdPartyNotices(root, bundledPackages(root, modules)),
);

rmSync(path.join(root, 'dist'), { recursive: true, force: true });
renameSync(path.join(root, BUILDING), path.join(root, 'dist'));
