import { isUp } from '../../way-out.ts';
import { stableHex } from '../../wire/stable-id.ts';
import type { Route, RouteTable, World } from '../../world.ts';
import type { Resource } from './resource.ts';
import { byId } from './selectors.ts';
import { nameTag, type Tag } from './tags.ts';

type Association = {
  routeTableAssociationId: string;
  routeTableId: string;
  subnetId: string | undefined;
  main: boolean;
  associationState: { state: string };
};

type RouteItem = {
  destinationCidrBlock: string;
  gatewayId: string | undefined;
  natGatewayId: string | undefined;
  state: string;
  origin: string;
};

type RouteTableItem = {
  routeTableId: string;
  vpcId: string;
  ownerId: string;
  routeSet: RouteItem[];
  associationSet: Association[];
  propagatingVgwSet: never[];
  tagSet: Tag[];
};

export const routeTables: Resource<RouteTableItem> = {
  list: 'routeTableSet',
  items: (world) => world.routeTables.map((table) => toItem(table, world)),
  selectors: [
    byId(
      {
        parameter: 'RouteTableId',
        prefix: 'rtb',
        noun: 'routeTable',
        notFound: 'InvalidRouteTableID.NotFound',
        malformed: 'InvalidRouteTableId.Malformed',
      },
      ({ routeTableId }) => routeTableId,
    ),
  ],
  filters: {
    'route-table-id': ({ routeTableId }) => routeTableId,
    'vpc-id': ({ vpcId }) => vpcId,
    'owner-id': ({ ownerId }) => ownerId,
    'association.subnet-id': ({ associationSet }) => associationSet.flatMap(({ subnetId }) => subnetId ?? []),
    'association.main': ({ associationSet }) => associationSet.map(({ main }) => main),
    'association.route-table-id': ({ associationSet }) =>
      associationSet.map(({ routeTableId }) => routeTableId),
    'route.destination-cidr-block': ({ routeSet }) =>
      routeSet.map(({ destinationCidrBlock }) => destinationCidrBlock),
    'route.nat-gateway-id': ({ routeSet }) => routeSet.flatMap(({ natGatewayId }) => natGatewayId ?? []),
    'route.gateway-id': ({ routeSet }) => routeSet.flatMap(({ gatewayId }) => gatewayId ?? []),
    'route.state': ({ routeSet }) => routeSet.map(({ state }) => state),
  },
  paging: { excludesIds: true },
};

function toItem(table: RouteTable, world: World): RouteTableItem {
  const associate = (subnetId: string | undefined): Association => ({
    routeTableAssociationId: `rtbassoc-${stableHex(`${table.id}/${subnetId}`, 17)}`,
    routeTableId: table.id,
    subnetId,
    main: subnetId === undefined,
    associationState: { state: 'associated' },
  });
  return {
    routeTableId: table.id,
    vpcId: table.vpcId,
    ownerId: world.accountId,
    routeSet: table.routes.map((route) => toRoute(route, world)),
    associationSet: [...(table.main ? [undefined] : []), ...table.subnetIds].map(associate),
    propagatingVgwSet: [],
    tagSet: nameTag(table.name),
  };
}

/** A route to a NAT gateway that is gone stays, as a black hole. */
function toRoute({ destination, target }: Route, { natGateways }: World): RouteItem {
  const isNat = target.startsWith('nat-');
  const leads = !isNat || natGateways.some((nat) => nat.id === target && isUp(nat));
  return {
    destinationCidrBlock: destination,
    gatewayId: isNat ? undefined : target,
    natGatewayId: isNat ? target : undefined,
    state: leads ? 'active' : 'blackhole',
    origin: target === 'local' ? 'CreateRouteTable' : 'CreateRoute',
  };
}
