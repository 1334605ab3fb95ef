const path = require('node:path').posix;
const { Script } = require('node:vm');

/**
 * The program's modules in a single executable, where no file can be imported: each is compiled when it is first required,
 * from what was compiled when the executable was built. What is never asked for is never looked at.
 *
 * @param {(name: string) => string} source of a module, by its path in dist
 * @param {(name: string) => Uint8Array | undefined} compiled V8's code cache of it; another V8 than its own refuses it
 */
exports.loader = (source, compiled) => {
  const modules = new Map();
  const scripts = new Map();
  const load = (name) => {
    const known = modules.get(name);
    if (known) return known.exports;
    const module = { exports: {} };
    modules.set(name, module);
    const script = new Script(source(name), { filename: name, cachedData: compiled(name) });
    scripts.set(name, script);
    const require = (wanted) =>
      wanted.startsWith('.') ? load(path.join(path.dirname(name), wanted)) : process.getBuiltinModule(wanted);
    script.runInThisContext()(module.exports, require, module, process.execPath);
    return module.exports;
  };
  return { load, scripts };
};
