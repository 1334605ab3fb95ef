/*
 * node warm.cjs FOLDER ARGUMENT…: runs nfm from modules in a folder as an executable would, and leaves what V8 compiled of
 * them beside them. Run by the Node that goes into the executable: another one's would be refused.
 */
const { existsSync, readFileSync, writeFileSync } = require('node:fs');
const path = require('node:path');
const { loader } = require('./load.cjs');

const [folder, ...args] = process.argv.slice(2);
const at = (name) => path.join(folder, name);
const { load, scripts } = loader(
  (name) => readFileSync(at(name), 'latin1'),
  (name) => (existsSync(at(`${name}.compiled`)) ? readFileSync(at(`${name}.compiled`)) : undefined),
);

process.on('exit', () => {
  for (const [name, script] of scripts) {
    if (script.cachedDataRejected) throw new Error(`${name} was compiled by another Node`);
    writeFileSync(at(`${name}.compiled`), script.createCachedData());
  }
});
process.argv = [process.execPath, process.execPath, ...args];
load('main.cjs').main((file) => readFileSync(path.join(__dirname, '../..', file), 'utf8'));
