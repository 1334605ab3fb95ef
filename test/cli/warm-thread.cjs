/*
 * The built program in a thread that has loaded it: what main() touches of its process is this run's alone. Starting Node,
 * and compiling and running everything for the first time, is three quarters of what a short command costs.
 */
const { parentPort, workerData } = require('node:worker_threads');
const { Writable } = require('node:stream');
const { main } = require(workerData.main);

process.setMaxListeners(0);

parentPort.on('message', ({ args, env }) => {
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr']) {
    const stream = new Writable({
      decodeStrings: false,
      write(chunk, _, done) {
        said[name] += chunk;
        done();
      },
    });
    Object.defineProperty(process, name, { configurable: true, get: () => stream });
  }
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.argv = [process.execPath, workerData.bin, ...args];
  process.exitCode = undefined;
  process.exit = (code = process.exitCode) => parentPort.postMessage({ code: code ?? 0, ...said });
  main();
});
