#!/usr/bin/env node
const { existsSync } = require('node:fs');
const path = require('node:path');

// A reader that goes away (`| head -1`) is no error; Node reports it asynchronously, past any try (nodejs/node#947).
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

require('node:module').enableCompileCache?.();

const built = path.join(__dirname, '../dist/main.cjs');
if (existsSync(built)) {
  require(built).main();
} else {
  process.stderr.write('error: nfm has not been built here.\nhint: npm ci\n');
  process.exitCode = 255;
}
