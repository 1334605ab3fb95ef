import type { Case } from '../../model/case.ts';
import { type CommandLine, flagged, mapCommands } from '../../model/command-line.ts';
import { UsageError } from '../../model/errors.ts';
import { redact } from '../../model/redact.ts';
import { REGIONS } from '../../model/service.ts';
import { DEFAULT_SCENARIO, FLEET_SCENARIO } from '../../model/words.ts';
import type { CONNECTION } from './options.ts';
import type { OptionsOf } from './spec.ts';

/** How this run reaches its AWS: what it suggests to type must reach the same. */
export interface Reach {
  /** The scenario. */
  sandbox?: string | undefined;
  region?: string | undefined;
  profile?: string | undefined;
  /** ARN of the role that is assumed first. */
  role?: string | undefined;
  externalId?: string | undefined;
  endpointUrl?: string | undefined;
}

type ReachOptions = Partial<OptionsOf<typeof CONNECTION>>;

export function reachOf({
  sandbox,
  region = [],
  profile,
  role,
  externalId,
  endpointUrl,
}: ReachOptions): Reach {
  return {
    sandbox: sandbox === true ? DEFAULT_SCENARIO : sandbox,
    region: region.length === 1 && region[0] !== 'all' ? region[0] : undefined,
    profile,
    ...(role !== undefined && isArn(role) && { role, externalId }),
    // Its user and password are not repeated.
    endpointUrl: endpointUrl === undefined ? undefined : redact(endpointUrl),
  };
}

/** A name alone is that of a role in many accounts: which it is is known of each place only. */
function isArn(role: string): boolean {
  return role.startsWith('arn:');
}

/** A case says where it is from. */
export function reachOfCase(reach: Reach, { sandbox, target }: Pick<Case, 'sandbox' | 'target'>): Reach {
  return { ...reach, sandbox, region: target.region };
}

/** The Regions that are named, each once. */
export function regionsOf({ region = [] }: ReachOptions): string[] {
  if (region.includes('')) {
    throw new UsageError('no-region', '--region is empty.', {
      hint: 'Name one, as in --region eu-central-1; without --region it is the one that is set.',
    });
  }
  return region.includes('all') ? [...REGIONS] : [...new Set(region)];
}

/** From the raw arguments, where the command line itself may be what is wrong. */
export function reachIn(args: readonly string[]): Reach {
  const valuesOf = (flag: string): (string | true)[] =>
    args.flatMap((arg, i) => {
      if (arg.startsWith(`${flag}=`)) return [arg.slice(flag.length + 1)];
      const next = args[i + 1];
      return arg === flag ? [next === undefined || next.startsWith('-') ? true : next] : [];
    });
  return reachOf({
    sandbox: valuesOf('--sandbox')[0],
    region: valuesOf('--region').filter((value) => typeof value === 'string'),
    profile: text(valuesOf('--profile')[0]),
    role: text(valuesOf('--role')[0]),
    externalId: text(valuesOf('--external-id')[0]),
    endpointUrl: text(valuesOf('--endpoint-url')[0]),
  });
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** A copy in which each command asks the same AWS. */
export function reaching<T>(data: T, reach: Reach): T {
  return mapCommands(data, (command) => reached(command, reach));
}

/** Those of nfm's commands that ask AWS. */
const ASKING = new Set(['triage', 'top', 'zones', 'health', 'doctor', 'monitor', 'scope', 'export', 'sweep']);

function reached(command: CommandLine, { sandbox, ...place }: Reach): CommandLine {
  const [verb = ''] = command.words;
  const ours = command.program === 'nfm' && ASKING.has(verb);
  const { region, profile, role, externalId, endpointUrl } = place;
  const assumed = { role, 'external-id': externalId };
  if (ours && sandbox !== undefined) {
    return hasRegions(sandbox)
      ? withFlags(command, { region, ...assumed, sandbox })
      : withFlags(without(command, 'region'), { sandbox });
  }
  // What is not ours never asks the sandbox.
  if (sandbox !== undefined || (!ours && command.program !== 'aws')) return command;
  return withFlags(command, { region, profile, ...(ours && assumed), 'endpoint-url': endpointUrl });
}

/** Elsewhere the sandbox has something in one Region of one account only. */
export function hasRegions(sandbox: string): boolean {
  return sandbox.split('+').includes(FLEET_SCENARIO);
}

/** Adds what is not there yet; behind '--' it would be a name. */
function withFlags({ program, words }: CommandLine, flags: Record<string, string | undefined>): CommandLine {
  const end = endOfFlags(words);
  const added = Object.entries(flags).flatMap(([name, value]) =>
    at(words, name) < 0 ? flagged(name, value) : [],
  );
  return { program, words: [...words.slice(0, end), ...added, ...words.slice(end)] };
}

function without({ program, words }: CommandLine, name: string): CommandLine {
  const found = at(words, name);
  if (found < 0) return { program, words };
  return { program, words: words.toSpliced(found, words[found] === `--${name}` ? 2 : 1) };
}

function at(words: readonly string[], name: string): number {
  const found = words.findIndex((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  return found < endOfFlags(words) ? found : -1;
}

function endOfFlags(words: readonly string[]): number {
  const end = words.indexOf('--');
  return end < 0 ? words.length : end;
}
