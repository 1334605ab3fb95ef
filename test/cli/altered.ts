import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { later } from '../later.ts';
import type { Account } from './helpers.ts';

/** What comes back instead; a body that is an object is sent as JSON. */
export interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string | object;
}

export interface Asked {
  /** 'GetMetricData', 'StartQueryMonitorTopContributors', 'DescribeSubnets'. */
  operation: string;
  body: string;
}

/** Conditions of the field, between the binary and the sandbox. */
export interface Rules {
  /** Answers itself; undefined: the sandbox does. */
  instead?(asked: Asked): Answer | undefined;
  /** Changes what the sandbox answered. */
  alter?(asked: Asked, body: string): string | undefined;
}

/** The environment in which the binary meets the account under these conditions. */
export async function altered({ sandbox, env }: Account, rules: Rules): Promise<Record<string, string>> {
  const server = createServer(async (incoming, outgoing) => {
    const sent = await textOf(incoming);
    const asked = { operation: operationOf(incoming, sent), body: sent };
    const own = rules.instead?.(asked);
    if (own) {
      const body = typeof own.body === 'string' ? own.body : JSON.stringify(own.body);
      outgoing.writeHead(own.status ?? 200, { 'content-type': 'application/json', ...own.headers });
      outgoing.end(body);
      return;
    }
    const through = request(
      new URL(incoming.url ?? '/', sandbox.endpoint),
      { method: incoming.method, headers: incoming.headers },
      async (answer) => {
        const body = await textOf(answer);
        const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers;
        outgoing.writeHead(answer.statusCode ?? 500, headers);
        outgoing.end(rules.alter?.(asked, body) ?? body);
      },
    );
    through.end(sent);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(async () => {
    server.closeAllConnections();
    server.close();
  });
  return { ...env, AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function textOf(message: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of message.setEncoding('utf8')) text += chunk;
  return text;
}

const PATHS: readonly (readonly [RegExp, string])[] = [
  [/^GET \/monitors$/, 'ListMonitors'],
  [/^GET \/scopes$/, 'ListScopes'],
  [/^GET \/monitors\/[^/]+$/, 'GetMonitor'],
  [/^POST \/monitors\/[^/]+\/topContributorsQueries$/, 'StartQueryMonitorTopContributors'],
  [/^GET \/monitors\/.*\/results$/, 'GetQueryResultsMonitorTopContributors'],
  [/^POST \/workloadInsights\/[^/]+\/topContributorsQueries$/, 'StartQueryWorkloadInsightsTopContributors'],
  [
    /^POST \/workloadInsights\/[^/]+\/topContributorsDataQueries$/,
    'StartQueryWorkloadInsightsTopContributorsData',
  ],
  [
    /^GET \/workloadInsights\/.*DataQueries\/.*\/results$/,
    'GetQueryResultsWorkloadInsightsTopContributorsData',
  ],
  [/^GET \/workloadInsights\/.*\/results$/, 'GetQueryResultsWorkloadInsightsTopContributors'],
];

function operationOf({ method, url = '/', headers }: IncomingMessage, body: string): string {
  const target = String(headers['x-amz-target'] ?? '').split('.')[1];
  const action = new URLSearchParams(body).get('Action');
  const path = `${method} ${url.split('?')[0]}`;
  return target || action || (PATHS.find(([pattern]) => pattern.test(path))?.[1] ?? path);
}
