import { type Context, Hono } from 'hono';
import { type JsonValue, parseJson, toJson } from '../wire/json.ts';
import type { Service, ServiceContext } from '../wire/service.ts';
import { asServiceError, perform, respond, type ServiceError, unknownOperation } from '../wire/service.ts';
import {
  associateAccessPolicy,
  createAccessEntry,
  describeAccessEntry,
  listAccessEntries,
  listAssociatedAccessPolicies,
} from './eks/access.ts';
import { createAddon, describeAddon, describeAddonVersions, listAddons, updateAddon } from './eks/addons.ts';
import {
  describeCluster,
  describeFargateProfile,
  describeNodegroup,
  listClusters,
  listFargateProfiles,
  listNodegroups,
} from './eks/compute.ts';
import type { EksInput, EksOperation } from './eks/input.ts';
import {
  createPodIdentityAssociation,
  describePodIdentityAssociation,
  listPodIdentityAssociations,
  updatePodIdentityAssociation,
} from './eks/pod-identity.ts';
import { describeUpdate, listUpdates } from './eks/updates.ts';

type Env = { Bindings: ServiceContext };

const routes = new Hono<Env>();

/* Paths: botocore eks/2017-11-01. */
routes.get('/addons/supported-versions', operation('DescribeAddonVersions', describeAddonVersions));
routes.get('/clusters', operation('ListClusters', listClusters));
routes.get('/clusters/:cluster', operation('DescribeCluster', describeCluster));
routes
  .get('/clusters/:cluster/addons', operation('ListAddons', listAddons))
  .post(operation('CreateAddon', createAddon));
routes.get('/clusters/:cluster/addons/:addon', operation('DescribeAddon', describeAddon));
routes.post('/clusters/:cluster/addons/:addon/update', operation('UpdateAddon', updateAddon));
routes.get('/clusters/:cluster/node-groups', operation('ListNodegroups', listNodegroups));
routes.get('/clusters/:cluster/node-groups/:nodegroup', operation('DescribeNodegroup', describeNodegroup));
routes.get('/clusters/:cluster/updates', operation('ListUpdates', listUpdates));
routes.get('/clusters/:cluster/updates/:update', operation('DescribeUpdate', describeUpdate));
routes.get('/clusters/:cluster/fargate-profiles', operation('ListFargateProfiles', listFargateProfiles));
routes.get(
  '/clusters/:cluster/fargate-profiles/:profile',
  operation('DescribeFargateProfile', describeFargateProfile),
);
routes
  .get(
    '/clusters/:cluster/pod-identity-associations',
    operation('ListPodIdentityAssociations', listPodIdentityAssociations),
  )
  .post(operation('CreatePodIdentityAssociation', createPodIdentityAssociation));
routes
  .get(
    '/clusters/:cluster/pod-identity-associations/:association',
    operation('DescribePodIdentityAssociation', describePodIdentityAssociation),
  )
  .post(operation('UpdatePodIdentityAssociation', updatePodIdentityAssociation));
routes
  .get('/clusters/:cluster/access-entries', operation('ListAccessEntries', listAccessEntries))
  .post(operation('CreateAccessEntry', createAccessEntry));
routes.get(
  '/clusters/:cluster/access-entries/:principal',
  operation('DescribeAccessEntry', describeAccessEntry),
);
routes
  .get(
    '/clusters/:cluster/access-entries/:principal/access-policies',
    operation('ListAssociatedAccessPolicies', listAssociatedAccessPolicies),
  )
  .post(operation('AssociateAccessPolicy', associateAccessPolicy));
routes.all('*', (route) => {
  const name = `${route.req.method} ${route.req.path}`;
  return call(name, route.env, () => {
    throw unknownOperation('EKS', name);
  });
});
routes.onError((error) => refuse(asServiceError(error)));

function operation(name: string, run: EksOperation) {
  return (route: Context<Env>) => call(name, route.env, async () => run(await inputOf(route), route.env));
}

async function call(
  name: string,
  context: ServiceContext,
  run: () => JsonValue | Promise<JsonValue>,
): Promise<Response> {
  return respond(
    200,
    'application/json',
    toJson(await perform<JsonValue | Promise<JsonValue>>(name, context, run)),
  );
}

async function inputOf({ req }: Context<Env>): Promise<EksInput> {
  const body = await req.text();
  const { cluster = '', ...names } = req.param();
  return {
    cluster,
    name: Object.values(names)[0] ?? '',
    query: req.query(),
    body: body ? parseJson(body) : {},
  };
}

function refuse({ code, message, status }: ServiceError): Response {
  return respond(status, 'application/json', toJson({ __type: code, message }), { 'x-amzn-errortype': code });
}

export const eks: Service = {
  name: 'eks',
  handle: async (request, context) => routes.fetch(request, context),
};
