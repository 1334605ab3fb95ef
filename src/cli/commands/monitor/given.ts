import type { Given, Kind } from '../../../manage/resources.ts';
import type { AnyOptions } from '../../core/spec.ts';

const LOCAL: readonly Kind[] = ['vpc', 'subnet', 'zone', 'cluster'];
const REMOTE: readonly Kind[] = ['vpc', 'subnet', 'zone', 'region', 'service'];

/** --vpc, --subnet, … and --region-wide; with 'add-' before them, --add-vpc and so on. */
export function localGiven(options: AnyOptions, prefix = ''): Given[] {
  const wide = `${prefix}region-wide`;
  const region: Given[] = options[camel(wide)] ? [{ kind: 'region', value: '', option: `--${wide}` }] : [];
  return [...LOCAL.flatMap((kind) => valuesOf(options, prefix, kind)), ...region];
}

/** --to-vpc, --to-region, …; with 'add-' before them, --add-to-vpc and so on. */
export function remoteGiven(options: AnyOptions, prefix = ''): Given[] {
  return REMOTE.flatMap((kind) => valuesOf(options, `${prefix}to-`, kind));
}

function valuesOf(options: AnyOptions, prefix: string, kind: Kind): Given[] {
  const values = options[camel(prefix + kind)] as readonly string[];
  return values.map((value) => ({ kind, value, option: `--${prefix}${kind}` }));
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
