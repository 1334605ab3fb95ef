import { loadConfig, NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS } from '@smithy/core/config';
import { ConfigurationError, UsageError } from '../model/errors.ts';
import { setting } from './profile.ts';

/** As in AWS's models; upper case in AWS_ENDPOINT_URL_…, lower case in a [services] section, with '_' for spaces. */
const SERVICES = [
  'NetworkFlowMonitor',
  'ARC Zonal Shift',
  'Auto Scaling',
  'CloudTrail',
  'CloudWatch',
  'EC2',
  'EKS',
  'Health',
  'IAM',
  'Organizations',
  'SSM',
  'STS',
] as const;
export type ServiceId = (typeof SERVICES)[number];

export interface Endpoints {
  /** The endpoint that the user set; undefined for AWS's own. */
  of(service: ServiceId): string | undefined;
  fips: boolean;
}

/** The same endpoint for all. */
export function oneEndpoint(url: string): Endpoints {
  return { of: () => url, fips: false };
}

/**
 * AWS_ENDPOINT_URL and its like, then endpoint_url of the profile. Read here, because the SDK reads endpoint_url
 * of AWS_PROFILE or the default profile only, whatever profile a client is made with (getEndpointFromConfig).
 */
export async function readEndpoints(
  profile: string | undefined,
  endpointUrl: string | undefined,
): Promise<Endpoints> {
  if (endpointUrl !== undefined && !isEndpoint(endpointUrl)) {
    throw new UsageError('bad-endpoint', `--endpoint-url is no http or https URL: '${endpointUrl}'.`, HINT);
  }
  const loader = profile === undefined ? {} : { profile };
  const fips = await loadConfig(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS, loader)();
  const set = new Map<ServiceId, string>();
  const ignored = await setting(
    profile,
    (env) => env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS,
    (section) => section.ignore_configured_endpoint_urls,
  );
  for (const service of SERVICES) {
    const url = endpointUrl ?? (ignored === 'true' ? undefined : await configured(profile, service));
    if (!url) continue;
    if (!isEndpoint(url)) {
      throw new ConfigurationError(
        'bad-endpoint',
        `The endpoint that is configured for ${service} is no http or https URL: '${url}'.`,
        HINT,
      );
    }
    set.set(service, url);
  }
  const [first] = set;
  if (fips && first) {
    throw new ConfigurationError(
      'fips-with-endpoint',
      `FIPS endpoints are asked for, and ${first[0]} has an endpoint of its own (${first[1]}): AWS allows one of the two.`,
      {
        hint: 'Unset AWS_USE_FIPS_ENDPOINT (use_fips_endpoint in the profile), or the endpoint.',
      },
    );
  }
  return { of: (service) => set.get(service), fips };
}

const HINT = { hint: 'For example: https://vpce-0123456789abcdef0.example.com, or http://127.0.0.1:4566.' };

function isEndpoint(url: string): boolean {
  return /^https?:\/\/[^/]/i.test(url) && URL.canParse(url);
}

function configured(profile: string | undefined, service: ServiceId): Promise<string | undefined> {
  const name = service.replaceAll(' ', '_');
  return setting(
    profile,
    (env) => env[`AWS_ENDPOINT_URL_${name.toUpperCase()}`] || env.AWS_ENDPOINT_URL || undefined,
    (section, file) =>
      file[`services.${section.services}`]?.[`${name.toLowerCase()}.endpoint_url`] || section.endpoint_url,
  );
}
