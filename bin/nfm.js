#!/usr/bin/env node
require('node:module').enableCompileCache?.();

/** package.json has it too. */
const NEEDED = '20.3';

const [major, minor] = process.versions.node.split('.').map(Number);
const [least, andLeast] = NEEDED.split('.').map(Number);
if (major > least || (major === least && minor >= andLeast)) {
  try {
    require('../dist/main.cjs').main();
  } catch (error) {
    if (error.code !== 'MODULE_NOT_FOUND') throw error;
    refuse(255, 'nfm has not been built here.', 'npm ci');
  }
} else {
  refuse(
    253,
    `nfm needs Node.js ${NEEDED} or newer; this is ${process.versions.node}.`,
    'Install a newer one, or take nfm as one file for Linux, which needs none.',
  );
}

function refuse(exitCode, message, hint) {
  process.stderr.write(`error: ${message}\nhint: ${hint}\n`);
  process.exitCode = exitCode;
}
