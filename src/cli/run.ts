import type { Io } from './core/io.ts';

/** Runs one command line; every way to fail ends in an exit code and a message on stderr. */
export async function run(io: Io): Promise<number> {
  const exitCode = await answer(io);
  const lost = await io.written();
  return lost && !io.signal.aborted
    ? (await import('./core/report-error.ts')).reportLost(io, lost)
    : exitCode;
}

async function answer(io: Io): Promise<number> {
  // The two that scripts and newcomers ask for most are answered without loading anything.
  const [first, ...others] = io.args;
  if (others.length === 0 && /^(--version|-V|version)$/.test(first ?? '')) return say(io, `${io.version}\n`);
  if (others.length === 0 && (first === '--help' || first === '-h' || first === 'help')) {
    return say(io, io.shipped('dist/help.txt'));
  }
  // Hidden: what the completion scripts ask while a person types.
  if (first === '__complete') return (await import('./complete/names.ts')).complete(io);
  try {
    const [{ parse }, { program }] = await Promise.all([
      import('./core/parse.ts'),
      import('./commands/index.ts'),
    ]);
    return await parse(io, program);
  } catch (error) {
    const { report } = await import('./core/report-error.ts');
    return report(io, error);
  }
}

function say(io: Io, text: string): number {
  io.stdout.write(text);
  return 0;
}
