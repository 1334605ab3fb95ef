import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { meet } from '../faults.ts';
import type { Service, ServiceContext } from '../service.ts';
import { type Backend, type Operation, sweep } from './networkflowmonitor/backend.ts';
import { ServiceError } from './networkflowmonitor/errors.ts';
import { monitorOperations } from './networkflowmonitor/monitors.ts';
import { queryOperations } from './networkflowmonitor/queries.ts';
import { scopeOperations } from './networkflowmonitor/scopes.ts';
import { tagOperations } from './networkflowmonitor/tags.ts';

type Env = { Bindings: ServiceContext };

/** Network Flow Monitor, all 25 operations, as rest-json. */
export function networkFlowMonitor(backend: Backend): Service {
  const app = new Hono<Env>();
  const operations = [...scopeOperations, ...monitorOperations, ...queryOperations, ...tagOperations];
  for (const operation of operations) {
    app.on(operation.method, operation.path, (c) => answer(c, operation, backend));
  }
  app.notFound((c) => {
    throw new ServiceError(
      'UnknownOperationException',
      501,
      `The sandbox's Network Flow Monitor has no operation ${c.req.method} ${c.req.path}.`,
    );
  });
  app.onError((error) => {
    const { code, status, message } =
      error instanceof ServiceError
        ? error
        : { code: 'InternalServerException', status: 500, message: error.message };
    return json(status, { message }, { 'x-amzn-errortype': code });
  });
  return {
    name: 'networkflowmonitor',
    handle: async (request, context) => app.fetch(request, context),
  };
}

async function answer(c: Context<Env>, operation: Operation, backend: Backend): Promise<Response> {
  const error = await meet(c.env, operation.name);
  if (error) throw new ServiceError(error.code, error.status, error.message);
  sweep(backend);
  return json(200, operation.answer(await input(c), backend));
}

/** An operation's input is spread over the body, the query string and the path; the path has the last word. */
async function input(c: Context<Env>): Promise<object> {
  const query = Object.entries(c.req.queries()).map(([key, values]) => [
    key,
    values.length === 1 ? values[0] : values,
  ]);
  return { ...(await body(c)), ...Object.fromEntries(query), ...c.req.param() };
}

async function body(c: Context<Env>): Promise<object> {
  const text = await c.req.text();
  if (text === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) return parsed;
  } catch {
    // Said below, as for any body that is not an object.
  }
  throw new ServiceError('SerializationException', 400, 'The request body is not a JSON object.');
}

function json(status: number, content: object, headers: Record<string, string> = {}): Response {
  return Response.json(content, { status, headers: { ...headers, 'x-amzn-requestid': randomUUID() } });
}
