import type { NamedSeries } from '../../collect/series.ts';
import { UsageError } from '../../model/errors.ts';
import { unknownMonitor } from '../../network/targets.ts';
import type { TARGET } from '../core/options.ts';
import type { OptionsOf } from '../core/spec.ts';
import { targetOf } from '../core/values.ts';

/* Monitors that are named as arguments. */

/** Arguments and --monitor mean the same; beside another target they would name two. */
export function monitorsNamed(args: readonly string[], options: Partial<OptionsOf<typeof TARGET>>): string[] {
  const { kind, id } = targetOf(options);
  if (args.length > 0 && kind !== 'scope' && kind !== 'monitor') {
    throw new UsageError('two-targets', `Monitors and --${kind} name two targets.`, {
      hint: 'Name the monitors, or the target whose monitors are meant.',
    });
  }
  return [...new Set([...args, ...(kind === 'monitor' && id ? [id] : [])])];
}

/** A name must be known in one of the Regions that were asked; where none could list its monitors, nothing can be told. */
export function mustExist(named: readonly string[], answers: readonly NamedSeries[]): void {
  if (answers.some(({ names }) => names === null)) return;
  const names = answers.flatMap((answer) => answer.names ?? []);
  const missing = named.find((name) => !names.includes(name));
  if (missing === undefined) return;
  throw unknownMonitor(missing, names, answers.map(({ data }) => data.target.region).join(', '));
}
