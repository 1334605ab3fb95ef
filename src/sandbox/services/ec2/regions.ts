import type { Resource } from './resource.ts';
import { byName } from './selectors.ts';

/* The commercial partition, botocore endpoints.json (1.43). */

const ENABLED_FROM_THE_START = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

const OPT_IN = [
  'af-south-1',
  'ap-east-1',
  'ap-east-2',
  'ap-south-2',
  'ap-southeast-3',
  'ap-southeast-4',
  'ap-southeast-5',
  'ap-southeast-6',
  'ap-southeast-7',
  'ca-west-1',
  'eu-central-2',
  'eu-south-1',
  'eu-south-2',
  'il-central-1',
  'me-central-1',
  'me-south-1',
  'mx-central-1',
];

type RegionItem = { regionName: string; regionEndpoint: string; optInStatus: string };

export const regions: Resource<RegionItem> = {
  list: 'regionInfo',
  /** Only the Regions that the account may use, unless all are asked for; it may use the one it is in. */
  items: ({ region }, parameters) =>
    [
      ...ENABLED_FROM_THE_START.map((name) => toItem(name, 'opt-in-not-required')),
      ...OPT_IN.map((name) => toItem(name, name === region ? 'opted-in' : 'not-opted-in')),
    ].filter(({ optInStatus }) => parameters.get('AllRegions') === 'true' || optInStatus !== 'not-opted-in'),
  selectors: [byName('RegionName', 'region', ({ regionName }) => regionName)],
  filters: {
    'region-name': ({ regionName }) => regionName,
    endpoint: ({ regionEndpoint }) => regionEndpoint,
    'opt-in-status': ({ optInStatus }) => optInStatus,
  },
};

function toItem(regionName: string, optInStatus: string): RegionItem {
  return { regionName, regionEndpoint: `ec2.${regionName}.amazonaws.com`, optInStatus };
}
