import { closest } from '../model/closest.ts';
import { UsageError } from '../model/errors.ts';
import { policyFor } from '../model/policy.ts';
import { renderJson } from '../render/json.ts';
import { ACTIONS, type Actions } from './actions.ts';
import type { Io } from './io.ts';
import type { Options } from './program.ts';

/** Prints the policy and nothing else: it goes straight into `aws iam create-policy --policy-document`. */
export async function policy(io: Io, words: readonly string[], options: Options): Promise<number> {
  if (options.write && options.readOnly) {
    throw new UsageError('read-or-write', '--write and --read-only exclude one another.', {
      hint: 'Leave one of them out.',
    });
  }
  const name = words.join(' ');
  const actions = named(name).flatMap((command) => wanted(command, name !== '', options));
  if (actions.length === 0) {
    throw new UsageError(
      'no-permission-needed',
      `nfm ${name} asks AWS nothing${options.readOnly ? ' that only reads' : ''}.`,
      {
        hint: 'It needs no policy.',
      },
    );
  }
  io.stdout.write(renderJson(policyFor(actions)));
  return 0;
}

/** A command, a group of commands, or all of them. */
function named(name: string): Actions[] {
  const names = Object.keys(ACTIONS);
  const found = names.filter((n) => name === '' || n === name || n.startsWith(`${name} `));
  if (found.length) return found.flatMap((n) => ACTIONS[n] ?? []);
  const near = closest(name, names);
  throw new UsageError('unknown-command', `There is no command '${name}'.`, {
    hint: near ? `Did you mean '${near}'?` : `Commands: ${names.join(', ')}.`,
  });
}

/** Reading is always in it; writing if asked for, or if that is what the named command is for. */
function wanted(
  { reads, writes = [], implied = [], changes }: Actions,
  isNamed: boolean,
  options: Options,
): readonly string[] {
  const alsoWrites = options.write || (isNamed && changes && !options.readOnly);
  return alsoWrites ? [...reads, ...writes, ...implied] : reads;
}
