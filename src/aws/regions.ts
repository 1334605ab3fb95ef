import { distance } from 'fastest-levenshtein';
import { ConfigurationError, UsageError } from '../model/errors.ts';
import { REGIONS } from '../model/service.ts';
import { SECOND } from '../model/time.ts';
import type { Env } from './network.ts';
import type { Section } from './profile.ts';

/** Environment, profile, then the machine itself. Never a default: a wrong Region looks like missing data. */
export async function defaultRegion(env: Env, section: Section): Promise<string> {
  // The SDK reads AWS_REGION only, the AWS CLI's users set AWS_DEFAULT_REGION.
  const found = env.AWS_REGION || env.AWS_DEFAULT_REGION || section.region || (await instanceRegion(env));
  if (found) return found;
  throw new ConfigurationError('no-region', 'No AWS Region is set.', {
    hint: "Name one: --region eu-central-1, or set AWS_REGION, or 'aws configure set region'. To try nfm without an account: nfm triage --sandbox",
  });
}

/** A bastion's own Region, as the AWS CLI finds it. Elsewhere nothing answers, and a second is what that may cost. */
async function instanceRegion(env: Env): Promise<string | undefined> {
  if ((env.AWS_EC2_METADATA_DISABLED ?? 'false').toLowerCase() !== 'false') return undefined;
  const base = env.AWS_EC2_METADATA_SERVICE_ENDPOINT || 'http://169.254.169.254';
  const signal = AbortSignal.timeout(SECOND);
  try {
    const token = await fetch(new URL('/latest/api/token', base), {
      method: 'PUT',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '60' },
      signal,
    });
    const answer = await fetch(new URL('/latest/meta-data/placement/region', base), {
      headers: { 'x-aws-ec2-metadata-token': await token.text() },
      signal,
    });
    return answer.ok ? (await answer.text()).trim() || undefined : undefined;
  } catch {
    return undefined;
  }
}

export function hasService(region: string): boolean {
  return (REGIONS as readonly string[]).includes(region);
}

/** It becomes a part of host names. */
export function assertRegion(region: string, named: boolean): void {
  if (/^[a-z\d]+(-[a-z\d]+)*$/i.test(region)) return;
  const Failure = named ? UsageError : ConfigurationError;
  throw new Failure('malformed-region', `'${region}' is no AWS Region.`, {
    hint: 'It looks like eu-central-1.',
  });
}

/** Said before the first call: an unknown host or a Region that is not enabled says it much worse. */
export function assertService(region: string, named: boolean): void {
  if (hasService(region)) return;
  // A typing error; another number at the end is another Region, with or without the service.
  const near = REGIONS.find((r) => r.at(-1) === region.at(-1) && distance(r, region) === 1);
  const Failure = named ? UsageError : ConfigurationError;
  throw new Failure('region-without-service', `Network Flow Monitor is not known to run in '${region}'.`, {
    hint: `${near ? `Did you mean ${near}? ` : ''}Regions with it: ${REGIONS.join(', ')}. If AWS has added this one: --any-region, or --endpoint-url.`,
  });
}
