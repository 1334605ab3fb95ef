import { closest } from '../../../model/closest.ts';
import { UsageError } from '../../../model/errors.ts';
import { type Allowed, policyFor } from '../../../model/policy.ts';
import type { Context } from '../../core/context.ts';
import { type Actions, type CommandSpec, commandName, NO_ACTIONS, type OptionsOf } from '../../core/spec.ts';
import type { policy } from './command.ts';

type Options = OptionsOf<typeof policy.options>;

/** Prints the policy and nothing else: it goes straight into `aws iam create-policy --policy-document`. */
export async function printPolicy(
  context: Context,
  options: Options,
  words: readonly string[],
): Promise<number> {
  if (options.write && options.readOnly) {
    throw new UsageError('read-or-write', '--write and --read-only exclude one another.', {
      hint: 'Leave one of them out.',
    });
  }
  const given = words.join(' ').split(' ').filter(Boolean);
  const all = new Map(context.commands.map((spec: CommandSpec) => [commandName(spec), spec.actions]));
  const names = given.length > 0 ? named(given, [...all.keys()]) : [...all.keys()];
  const allowed = names.map(
    (command): Allowed => ({
      command,
      actions: wanted(all.get(command) ?? NO_ACTIONS, given.length > 0, options),
    }),
  );
  if (allowed.every(({ actions }) => actions.length === 0)) {
    throw new UsageError(
      'no-permission-needed',
      `nfm ${given.join(' ')} asks AWS nothing${options.readOnly ? ' that only reads' : ''}.`,
      {
        hint: 'It needs no policy.',
      },
    );
  }
  await context.print(policyFor(allowed), { rows: (d) => d.Statement, columns: [] });
  return 0;
}

/** Commands and groups of commands, as many as are named: of 'monitor tag zones', the longest names that there are. */
function named(words: readonly string[], names: readonly string[]): string[] {
  const found: string[] = [];
  for (let at = 0; at < words.length; ) {
    const [length, own] =
      [2, 1]
        .map((n) => [n, words.slice(at, at + n).join(' ')] as const)
        .map(
          ([n, name]) =>
            [n, names.filter((known) => known === name || known.startsWith(`${name} `))] as const,
        )
        .find(([, known]) => known.length > 0) ?? [];
    if (!length || !own) throw unknown(words, at, names);
    found.push(...own);
    at += length;
  }
  return [...new Set(found)];
}

/** After the name of a group, 'creat' is a word of that group: 'monitor create' is near. */
function unknown(words: readonly string[], at: number, names: readonly string[]): UsageError {
  const group = words[at - 1] ?? '';
  const name = words.slice(names.some((n) => n.startsWith(`${group} `)) ? at - 1 : at, at + 1).join(' ');
  const near = closest(name, names);
  return new UsageError('unknown-command', `There is no command '${name}'.`, {
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
