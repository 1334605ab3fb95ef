#!/usr/bin/env node
require('node:module').enableCompileCache?.();

try {
  require('../dist/main.cjs').main();
} catch (error) {
  if (error.code !== 'MODULE_NOT_FOUND') throw error;
  process.stderr.write('error: nfm has not been built here.\nhint: npm ci\n');
  process.exitCode = 255;
}
