import { UsageError } from '../model/errors.ts';
import type { TargetSpec } from '../network/targets.ts';
import type { Options } from './program.ts';

/** What each kind of target must look like (patterns of the EC2, EKS and Network Flow Monitor APIs). */
const PATTERNS: Readonly<Record<Exclude<TargetSpec['kind'], 'scope'>, { pattern: RegExp; example: string }>> =
  {
    vpc: { pattern: /^vpc-[0-9a-f]{8,17}$/, example: 'vpc-0123456789abcdef0' },
    subnet: { pattern: /^subnet-[0-9a-f]{8,17}$/, example: 'subnet-0123456789abcdef0' },
    cluster: { pattern: /^[0-9A-Za-z][A-Za-z0-9_-]{0,99}$/, example: 'my-cluster' },
    zone: { pattern: /^[a-z]{2,}[a-z0-9-]*\d[a-z0-9-]*$/, example: 'eu-central-1a or euc1-az2' },
    monitor: { pattern: /^[a-zA-Z0-9_.-]{1,255}$/, example: 'my-monitor' },
  };

/** The one target that the options name; the whole scope if they name none. */
export function targetOf(options: Options): TargetSpec {
  const kinds = Object.keys(PATTERNS) as (keyof typeof PATTERNS)[];
  const named = kinds.filter((kind) => options[kind] !== undefined);
  const [kind, second] = named;
  if (!kind) return { kind: 'scope', id: null };
  if (second) {
    throw new UsageError('two-targets', `--${kind} and --${second} name two targets.`, {
      hint: 'Name one, or none for the whole scope.',
    });
  }
  const id = String(options[kind]);
  const { pattern, example } = PATTERNS[kind];
  if (!pattern.test(id)) {
    throw new UsageError('malformed-id', `--${kind} does not look right: '${id}'.`, {
      hint: `It looks like ${example}.`,
    });
  }
  return { kind, id };
}
