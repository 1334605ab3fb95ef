import type { Instance, World } from '../../world.ts';
import { INSTANCE_IDS, RUNNING } from './instances.ts';
import { placeOf } from './place.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';

const PASSED = { status: 'ok', details: [{ name: 'reachability', status: 'passed' }] };

type StatusItem = {
  instanceId: string;
  availabilityZone: string;
  availabilityZoneId: string;
  instanceState: typeof RUNNING;
  instanceStatus: typeof PASSED;
  systemStatus: typeof PASSED;
  eventsSet: never[];
};

/** Status checks look at one host; the impairments of a world are of its network, so every check passes. */
export const instanceStatus: Resource<StatusItem> = {
  list: 'instanceStatusSet',
  items: (world) => world.instances.map((instance) => toItem(instance, world)),
  selectors: [byId(INSTANCE_IDS, ({ instanceId }) => instanceId)],
  filters: {
    'availability-zone': ({ availabilityZone }) => availabilityZone,
    'availability-zone-id': ({ availabilityZoneId }) => availabilityZoneId,
    'instance-state-name': ({ instanceState }) => instanceState.name,
    'instance-state-code': ({ instanceState }) => instanceState.code,
    'instance-status.status': ({ instanceStatus }) => instanceStatus.status,
    'instance-status.reachability': ({ instanceStatus }) =>
      instanceStatus.details.map(({ status }) => status),
    'system-status.status': ({ systemStatus }) => systemStatus.status,
    'system-status.reachability': ({ systemStatus }) => systemStatus.details.map(({ status }) => status),
  },
  paging: { excludesIds: true },
};

function toItem({ id, subnetId }: Instance, world: World): StatusItem {
  const { zone } = placeOf(world, subnetId);
  return {
    instanceId: id,
    availabilityZone: zone.name,
    availabilityZoneId: zone.id,
    instanceState: RUNNING,
    instanceStatus: PASSED,
    systemStatus: PASSED,
    eventsSet: [],
  };
}
