import { EXIT } from '../model/errors.ts';
import type { Io } from './io.ts';

/** Runs one command line; every way to fail ends in an exit code and a message on stderr. */
export async function run(io: Io): Promise<number> {
  // Without loading anything: completions and scripts ask for it all the time.
  if (io.args.length === 1 && (io.args[0] === '--version' || io.args[0] === '-V')) {
    io.stdout.write(`${io.version}\n`);
    return EXIT.ok;
  }
  try {
    const { parse } = await import('./program.ts');
    return await parse(io);
  } catch (error) {
    const { report } = await import('./report-error.ts');
    return report(io, error);
  }
}
