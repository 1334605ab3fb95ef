import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A call that came by, as far as what it cost can be counted. */
export interface Call {
  /** Of a query: its start, a look at its status, its rows; else another call. */
  kind: 'start' | 'poll' | 'results' | 'other';
  queryId: string;
  start: number;
  end: number;
  status: number;
  /** An answer to a query that holds nothing. */
  empty: boolean;
}

interface Options {
  /** How long each call takes, ms. */
  latency: number;
  /** Every n-th call is refused; 0 for none. */
  throttle: number;
}

/** A loopback proxy before the sandbox that gives every call the same latency and notes what it was. */
export async function startProxy(target: string, { latency, throttle }: Options) {
  const calls: Call[] = [];
  const agent = new http.Agent({ keepAlive: true });

  const pass = ({ method, url, headers }: http.IncomingMessage, body: Buffer) =>
    new Promise<Answer>((resolve, reject) => {
      const request = http.request(`${target}${url}`, { method, headers, agent }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks) }),
        );
      });
      request.on('error', reject);
      request.end(body);
    });

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const call: Call = { ...identify(request), start: performance.now(), end: 0, status: 0, empty: false };
      calls.push(call);
      const refused = throttle > 0 && calls.length % throttle === 0;
      await new Promise((resolve) => setTimeout(resolve, latency));
      try {
        const answer = refused ? refusal(request) : await pass(request, Buffer.concat(chunks));
        note(call, answer);
        response.writeHead(answer.status, answer.headers).end(answer.body);
      } catch {
        response.destroy();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

interface Answer {
  status: number;
  headers: http.OutgoingHttpHeaders;
  body: Buffer;
}

function identify({ method, url = '' }: http.IncomingMessage): Pick<Call, 'kind' | 'queryId'> {
  const [, queryId = '', step] = /Queries\/([0-9a-f-]{36})(?:\/(\w+))?/.exec(url) ?? [];
  if (method === 'POST' && /Queries$/.test(url)) return { kind: 'start', queryId };
  return { kind: step === 'status' ? 'poll' : step === 'results' ? 'results' : 'other', queryId };
}

function note(call: Call, { status, body }: Answer): void {
  call.end = performance.now();
  call.status = status;
  if (status !== 200 || (call.kind !== 'start' && call.kind !== 'results')) return;
  const answer = JSON.parse(body.toString());
  if (call.kind === 'start') call.queryId = answer.queryId;
  else call.empty = (answer.topContributors ?? answer.datapoints)?.length === 0;
}

/** As each protocol words it: EC2 in XML, the others in JSON, which every one of these clients understands by its header. */
function refusal({ headers }: http.IncomingMessage): Answer {
  if (/urlencoded/.test(headers['content-type'] ?? '')) {
    const error =
      '<Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>Request limit exceeded.</Message></Error></Errors><RequestID>bench</RequestID></Response>';
    return { status: 503, headers: { 'content-type': 'text/xml' }, body: Buffer.from(error) };
  }
  return {
    status: 429,
    headers: { 'content-type': 'application/json', 'x-amzn-errortype': 'ThrottlingException' },
    body: Buffer.from('{"__type":"ThrottlingException","message":"Rate exceeded"}'),
  };
}
