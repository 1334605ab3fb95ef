import type { Resource } from './resource.ts';
import { byName } from './selectors.ts';

type ZoneItem = {
  zoneName: string;
  zoneId: string;
  zoneState: string;
  zoneType: string;
  regionName: string;
  groupName: string;
  networkBorderGroup: string;
  optInStatus: string;
  messageSet: never[];
};

export const zones: Resource<ZoneItem> = {
  list: 'availabilityZoneInfo',
  items: ({ zones, region }) =>
    zones.map(({ name, id }) => ({
      zoneName: name,
      zoneId: id,
      zoneState: 'available',
      zoneType: 'availability-zone',
      regionName: region,
      groupName: `${region}-zg-1`,
      networkBorderGroup: region,
      optInStatus: 'opt-in-not-required',
      messageSet: [],
    })),
  selectors: [
    byName('ZoneName', 'availability zone', ({ zoneName }) => zoneName),
    byName('ZoneId', 'availability zone-id', ({ zoneId }) => zoneId),
  ],
  filters: {
    'zone-name': ({ zoneName }) => zoneName,
    'zone-id': ({ zoneId }) => zoneId,
    'zone-type': ({ zoneType }) => zoneType,
    'region-name': ({ regionName }) => regionName,
    'group-name': ({ groupName }) => groupName,
    'opt-in-status': ({ optInStatus }) => optInStatus,
    state: ({ zoneState }) => zoneState,
  },
};
