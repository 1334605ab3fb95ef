import type { Given, Kind } from '../manage/resources.ts';
import type { Options } from './program.ts';

const LOCAL: readonly Kind[] = ['vpc', 'subnet', 'zone', 'cluster'];
const REMOTE: readonly Kind[] = ['vpc', 'subnet', 'zone', 'region', 'service'];

/** --vpc, --subnet, … and --region-wide; with 'add-' before them, --add-vpc and so on. */
export function localGiven(options: Options, prefix = ''): Given[] {
  const wide = `${prefix}region-wide`;
  const region: Given[] = options[camel(wide)] ? [{ kind: 'region', value: '', option: `--${wide}` }] : [];
  return [...LOCAL.flatMap((kind) => valuesOf(options, prefix, kind)), ...region];
}

/** --to-vpc, --to-region, …; with 'add-' before them, --add-to-vpc and so on. */
export function remoteGiven(options: Options, prefix = ''): Given[] {
  return REMOTE.flatMap((kind) => valuesOf(options, `${prefix}to-`, kind));
}

function valuesOf(options: Options, prefix: string, kind: Kind): Given[] {
  return list(options[camel(prefix + kind)]).map((value) => ({ kind, value, option: `--${prefix}${kind}` }));
}

/** The values of an option that may be repeated. */
export function list(value: Options[string]): string[] {
  return Array.isArray(value) ? value : [];
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
