import { type Context, Hono } from 'hono';
import type { Service, ServiceContext } from '../wire/service.ts';
import { asServiceError, perform, respond, ServiceError, unknownOperation } from '../wire/service.ts';
import { type Backend, type Operation, sweep } from './networkflowmonitor/backend.ts';
import { monitorOperations, tagOperations } from './networkflowmonitor/monitors.ts';
import { queryOperations } from './networkflowmonitor/queries.ts';
import { scopeOperations } from './networkflowmonitor/scopes.ts';

type Env = { Bindings: ServiceContext };

const OPERATIONS: Operation[] = [
  ...scopeOperations,
  ...monitorOperations,
  ...queryOperations,
  ...tagOperations,
];

/** Network Flow Monitor, all 25 operations, as rest-json. */
export function networkFlowMonitor(backend: Backend): Service {
  const app = new Hono<Env>();
  for (const operation of OPERATIONS) {
    app.on(operation.method, operation.path, async (c) => {
      const run = async () => {
        sweep(backend);
        return operation.answer(await inputOf(c), backend);
      };
      return json(200, await perform(operation.name, c.env, run));
    });
  }
  app.notFound((c) => {
    throw unknownOperation('Network Flow Monitor', `${c.req.method} ${c.req.path}`);
  });
  app.onError((error) => {
    const { code, status, message } = asServiceError(error);
    return json(status, { message }, { 'x-amzn-errortype': code });
  });
  return {
    name: 'networkflowmonitor',
    handle: async (request, context) => app.fetch(request, context),
  };
}

/** An operation's input is spread over the body, the query string and the path; the path has the last word. */
async function inputOf(c: Context<Env>): Promise<object> {
  const query = Object.entries(c.req.queries()).map(([key, values]) => [
    key,
    values.length === 1 ? values[0] : values,
  ]);
  return { ...(await bodyOf(c)), ...Object.fromEntries(query), ...c.req.param() };
}

async function bodyOf(c: Context<Env>): Promise<object> {
  if (c.req.method === 'GET') return {};
  const text = await c.req.text();
  if (text === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Refused below, as is any body that is not an object.
  }
  throw new ServiceError('SerializationException', 'The request body is not a JSON object.', 400);
}

function json(status: number, content: object, headers: Record<string, string> = {}): Response {
  return respond(status, 'application/json', JSON.stringify(content), headers);
}
