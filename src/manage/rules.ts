import type { Resource } from '../model/case.ts';
import { advise, nfm } from '../model/command-line.ts';
import { UsageError } from '../model/errors.ts';
import { FORMS } from '../model/ids.ts';
import { TYPES } from '../network/holdings.ts';
import { isGoing } from '../network/status.ts';

/*
 * The rules that the service keeps, so that a mistake costs no call and the message says the rule.
 * Sources: CloudWatch service quotas page; API model; multi-account and monitor pages of the user guide.
 */

/** Monitors in an account and Region: the default of an adjustable quota. */
export const MAX_MONITORS = 20;
/** Resources of each side of a monitor; fixed. */
export const MAX_RESOURCES = 25;
const MAX_TAGS = 200;

export type Side = 'local' | 'remote';

export function checkName(name: string): string {
  if (FORMS.monitor.pattern.test(name)) return name;
  throw new UsageError(
    'malformed-name',
    `'${name}' cannot be a monitor's name: 1 to 255 letters, digits, '_', '.' and '-'.`,
    { hint: 'Leave the name out, and nfm derives one from what the monitor watches.' },
  );
}

export function checkResources(
  local: readonly Resource[],
  remote: readonly Resource[],
  region: string,
): void {
  if (local.length === 0) {
    throw new UsageError('no-local', 'A monitor watches at least one local resource.', {
      hint: 'Name it: --vpc, --subnet, --zone or --cluster, or --region-wide for all of the Region.',
    });
  }
  checkCount('local', local);
  checkCount('remote', remote);
  const regions = new Set(remote.map((r) => (r.type === TYPES.region ? r.identifier : region)));
  if (regions.size > 1) {
    throw new UsageError(
      'remote-regions',
      `All remote resources of a monitor are in one Region; these are in ${[...regions].sort().join(' and ')}.`,
      {
        hint: `VPCs, subnets, zones and AWS services are those of ${region}. Make one monitor for each Region.`,
      },
    );
  }
}

function checkCount(side: Side, resources: readonly Resource[]): void {
  if (resources.length <= MAX_RESOURCES) return;
  throw new UsageError(
    'too-many-resources',
    `A monitor has at most ${MAX_RESOURCES} ${side} resources, a quota that cannot be raised; these are ${resources.length}.`,
    { hint: 'Name what holds them (a VPC or a zone), or make two monitors.' },
  );
}

export function checkMonitorCount(
  monitors: readonly { name: string; status: string }[],
  more: number,
  quota: number,
): void {
  const present = monitors.length;
  if (more === 0 || present + more <= quota) return;
  const going = monitors.filter((m) => isGoing(m)).map((m) => m.name);
  const wait = `${going.join(', ')} ${going.length === 1 ? 'is' : 'are'} being deleted and may count until then: wait until none is DELETING any more. Else: `;
  throw new UsageError(
    'too-many-monitors',
    `${more} more ${more === 1 ? 'monitor' : 'monitors'} would make ${present + more}: the quota is ${quota} in an account and Region.`,
    {
      hint: advise(
        `${going.length > 0 ? wait : ''}Delete monitors that nobody reads, or ask for more in the Service Quotas console; where that was done, say so: --quota NUMBER. To see them:`,
        nfm('monitor list'),
      ),
    },
  );
}

/** 'key=value' as given on the command line; the value may be empty and may hold '='. */
export function parseTags(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) {
        throw new UsageError('malformed-tag', `--tag takes KEY=VALUE, not '${text}'.`, {
          hint: 'For example: --tag team=network',
        });
      }
      return [checkTagKey(text.slice(0, at)), checkTagValue(text.slice(at + 1))];
    }),
  );
}

export function checkTagKey(key: string): string {
  if (key.length >= 1 && key.length <= 128 && !/^aws:/i.test(key)) return key;
  throw new UsageError(
    'malformed-tag',
    `'${key}' cannot be a tag's key: 1 to 128 characters, not starting with 'aws:'.`,
    { hint: 'For example: --tag team=network' },
  );
}

function checkTagValue(value: string): string {
  if (value.length <= 256) return value;
  throw new UsageError(
    'malformed-tag',
    `A tag's value has at most 256 characters; this has ${value.length}.`,
    {
      hint: 'For example: --tag team=network',
    },
  );
}

export function checkTagCount(tags: Readonly<Record<string, string>>): void {
  const count = Object.keys(tags).length;
  if (count <= MAX_TAGS) return;
  throw new UsageError('too-many-tags', `A resource has at most ${MAX_TAGS} tags; these would be ${count}.`, {
    hint: 'Remove some: --untag KEY',
  });
}
