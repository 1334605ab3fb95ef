import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { deflateRawSync } from 'node:zlib';

/*
 * What is large in the bundle because esbuild keeps what nothing uses, for it cannot know, or because of how it is written:
 * each of these leaves the code's meaning as it is, and code that it does not recognise as well.
 */

/**
 * Whatever has a computed key may have a side effect: the SDK's `{ [_xN]: … }` would keep all 2,000 of EC2's structures
 * (545 KB) for the ten that are used. The keys are constants; they are written out.
 */
const plainKeys = (text) => {
  const keys = new Map(Array.from(text.matchAll(/^const (\w+) = ("[^"]*");$/gm), ([, ...pair]) => pair));
  return text.replace(/\[(\w+)\]:/g, (key, name) => (keys.has(name) ? `${keys.get(name)}:` : key));
};

/**
 * The SDK registers every error of a service, used or not, as a class of a dozen lines that differs in its name alone
 * (100 KB). Its members are assigned after the constructor.
 */
const plainErrors = (text) => {
  const plain = text.replace(
    /^export class (\w+) extends __BaseException \{\n((?: {4}[^\n]*\n)*)\}$/gm,
    (written, name, body) => {
      const [, fault] = body.match(/^ {4}\$fault = "(\w+)";$/m) ?? [];
      const asEver = body.includes(`name = "${name}";`) && body.match(/^ {4}constructor\(opts\) \{$/m);
      if (!fault || !asEver) return written;
      return `export const ${name} = modelled("${name}", "${fault}", ${body.includes('$retryable = {};')});`;
    },
  );
  return `${plain}
function modelled(name, $fault, retryable) {
  return class extends __BaseException {
    constructor(opts) {
      super({ name, $fault, ...opts });
      Object.assign(this, opts, { name, $fault }, retryable && { $retryable: {} });
    }
  };
}
`;
};

/** ora imports 90 animations for its default one (context.ts names the other). */
const fewSpinners = (text) => {
  const { dots, line } = JSON.parse(text);
  return JSON.stringify({ dots, line });
};

/**
 * The MCP SDK checks with all of ajv (160 KB) what a client answers that was asked for input, and its server makes a
 * checker before it asks: nfm asks for none.
 */
const noChecker = (text) =>
  text.replace(/^import \{ \w+ as (\w+) \} from "\.\/ajvProvider[^"]*";$/m, 'class $1 {}');

/** For subcommands that are programs of their own, of which nfm has none, commander has Node load sockets at each start: 3 ms. */
const noPrograms = (text) =>
  text.replace(
    /^const childProcess = (require\('node:child_process'\));$/m,
    'const childProcess = { spawn: (...args) => $1.spawn(...args) };',
  );

/** What kernels counted, in a thousand objects of the same four keys: packed, a fifth of it; unpacked where a sandbox starts. */
const packed = (text) => `
import { inflateRawSync } from 'node:zlib';
const text = inflateRawSync(Buffer.from('${deflateRawSync(text, { level: 9 }).toString('base64')}', 'base64'));
export default JSON.parse(text.toString());
`;

const CHANGES = [
  [/dist-es\/.*schemas_\d+\.js$/, plainKeys, 'js'],
  [/dist-es\/.*models\/errors\.js$/, plainErrors, 'js'],
  [/@modelcontextprotocol\/server\/dist\/shimsNode\.mjs$/, noChecker, 'js'],
  [/commander\/lib\/command\.js$/, noPrograms, 'js'],
  [/measure\/recordings\/[^/]+\.json$/, packed, 'js'],
  [/cli-spinners\/spinners\.json$/, fewSpinners, 'json'],
];

export const shake = {
  name: 'shake',
  setup({ onLoad }) {
    for (const [filter, change, loader] of CHANGES) {
      onLoad({ filter }, ({ path: file }) => ({ contents: change(readFileSync(file, 'utf8')), loader }));
    }
  },
};

/** esbuild writes what is imported on demand even where it shook the import away: nothing can load that. */
export function removeUnreachable(root, { outputs }) {
  const reached = new Set();
  const reach = (file) => {
    if (!outputs[file] || reached.has(file)) return;
    reached.add(file);
    for (const imported of outputs[file].imports) reach(imported.path);
  };
  for (const [file, { entryPoint }] of Object.entries(outputs))
    if (entryPoint?.startsWith('src/')) reach(file);
  for (const file of Object.keys(outputs)) {
    if (!reached.has(file.replace(/\.map$/, ''))) rmSync(path.join(root, file));
  }
}
