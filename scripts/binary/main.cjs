/* What Node runs in a single executable (npm run binary bundles it with load.cjs): the program itself are its assets. */
const { getRawAsset } = require('node:sea');
const { loader } = require('./load.cjs');

/** getAsset() decodes Latin 1 in JavaScript. */
const text = (name, encoding) => Buffer.from(getRawAsset(name)).toString(encoding);

const compiled = (name) => {
  try {
    return new Uint8Array(getRawAsset(`${name}.compiled`));
  } catch {
    return undefined; // Not every module was warmed up.
  }
};

loader((name) => text(name, 'latin1'), compiled)
  .load('main.cjs')
  .main((file) => text(file, 'utf8'));
