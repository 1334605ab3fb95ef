#!/usr/bin/env node
import { existsSync } from 'node:fs';
import module from 'node:module';

// A reader that goes away (`| head -1`) is no error; Node reports it asynchronously, past any try (nodejs/node#947).
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
}

module.enableCompileCache?.();

const built = new URL('../dist/main.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  await main();
} else {
  process.stderr.write('nfm has not been built here.\nhint: npm ci\n');
  process.exitCode = 255;
}
