import { type Context, Hono } from 'hono';
import type { Service, ServiceContext } from '../service.ts';
import { type JsonValue, toJson } from '../wire/json.ts';
import { perform, unknownOperation } from '../wire/perform.ts';
import { respond } from '../wire/respond.ts';
import { asServiceError, type ServiceError } from '../wire/service-error.ts';
import { describeAddon, listAddons } from './eks/addons.ts';
import { describeCluster, listClusters } from './eks/clusters.ts';
import type { EksInput, EksOperation } from './eks/input.ts';
import { listPodIdentityAssociations } from './eks/pod-identity.ts';

type Env = { Bindings: ServiceContext };

const routes = new Hono<Env>();

/* Paths: botocore eks/2017-11-01. */
routes.get('/clusters', operation('ListClusters', listClusters));
routes.get('/clusters/:cluster', operation('DescribeCluster', describeCluster));
routes.get('/clusters/:cluster/addons', operation('ListAddons', listAddons));
routes.get('/clusters/:cluster/addons/:addon', operation('DescribeAddon', describeAddon));
routes.get(
  '/clusters/:cluster/pod-identity-associations',
  operation('ListPodIdentityAssociations', listPodIdentityAssociations),
);
routes.all('*', (route) => {
  const name = `${route.req.method} ${route.req.path}`;
  return call(name, route.env, () => {
    throw unknownOperation('EKS', name);
  });
});
routes.onError((error) => refuse(asServiceError(error)));

function operation(name: string, run: EksOperation) {
  return (route: Context<Env>) => call(name, route.env, () => run(inputOf(route), route.env));
}

async function call(name: string, context: ServiceContext, run: () => JsonValue): Promise<Response> {
  return respond(200, 'application/json', toJson(await perform(name, context, run)));
}

function inputOf({ req }: Context<Env>): EksInput {
  return { cluster: req.param('cluster') ?? '', addon: req.param('addon') ?? '', query: req.query() };
}

function refuse({ code, message, status }: ServiceError): Response {
  return respond(status, 'application/json', toJson({ __type: code, message }), { 'x-amzn-errortype': code });
}

export const eks: Service = {
  name: 'eks',
  handle: async (request, context) => routes.fetch(request, context),
};
