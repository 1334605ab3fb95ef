/* What Node runs in a single executable (npm run binary bundles it with load.cjs): the program itself are its assets. */
const { getAsset, getRawAsset } = require('node:sea');
const { loader } = require('./load.cjs');

const compiled = (name) => {
  try {
    return new Uint8Array(getRawAsset(`${name}.compiled`));
  } catch {
    return undefined; // Not every module was warmed up.
  }
};

loader((name) => getAsset(name, 'latin1'), compiled)
  .load('main.cjs')
  .main((file) => getAsset(file, 'utf8'));
