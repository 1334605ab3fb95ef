import { closest } from '../../../model/closest.ts';
import { EXIT, UsageError } from '../../../model/errors.ts';
import type { Context } from '../../core/context.ts';

/** Written by 'npm run generate' and checked in, for packagers and for this command. */
const FILES: Readonly<Record<string, string>> = {
  bash: 'completions/nfm.bash',
  zsh: 'completions/_nfm',
  fish: 'completions/nfm.fish',
};

export async function printCompletion(
  { io }: Context,
  _options: object,
  [shell = '']: readonly string[],
): Promise<number> {
  const file = FILES[shell];
  if (!file) {
    const near = closest(shell, Object.keys(FILES));
    throw new UsageError('unknown-shell', `There is no completion for '${shell}'.`, {
      hint: near ? `Did you mean '${near}'?` : `Shells: ${Object.keys(FILES).join(', ')}.`,
    });
  }
  io.stdout.write(io.shipped(file));
  return EXIT.ok;
}
