import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Rule } from './rules.ts';
import { type Answer, type Call, callOf, text } from './wire.ts';

/** What became of the calls of one run. */
export interface Traffic {
  /** Calls, faulted or not. */
  calls: number;
  /** Those that a rule met. */
  hits: number;
  /** Actions of requests whose last answer was taken away, by `METHOD path body`. */
  lost(): Set<string>;
}

export interface Proxy {
  endpoint: string;
  traffic: Traffic;
  close(): Promise<void>;
}

/** A liar on loopback between the binary and a sandbox. What it does depends on the seed and the request, not on time. */
export async function startProxy(
  target: string,
  rules: readonly Rule[],
  seed: number,
  onHit?: (hits: number) => void,
): Promise<Proxy> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
  let hits = 0;
  const tries = new Map<string, number>();
  const met = new Map<string, number>();
  const lost = new Map<string, string | null>();
  const timers = new Set<NodeJS.Timeout>();
  let calls = 0;

  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      calls++;
      const body = Buffer.concat(chunks);
      const call = callOf(request.method ?? '', request.url ?? '', request.headers, body.toString('utf8'));
      const key = `${request.method} ${call.path} ${call.body}`;
      // Identifiers of queries are random.
      const alike = key.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'ID');
      const attempt = (tries.get(alike) ?? 0) + 1;
      tries.set(alike, attempt);
      const rule = rules.find(({ on, body: like, share = 1, skip = 0, times = Number.POSITIVE_INFINITY }) => {
        if (!on.test(call.action) || !(like?.test(call.body) ?? true)) return false;
        const nth = (met.get(call.action) ?? 0) + 1;
        if (share < 1) return chance(seed, alike, attempt) < share;
        met.set(call.action, nth);
        return nth > skip && nth <= skip + times;
      });
      if (!rule) {
        lost.set(key, null);
        forward(request, body, (answer) => send(response, answer));
        return;
      }
      hits++;
      onHit?.(hits);
      lost.set(key, rule.takes ? call.action : null);
      meet(rule, call, key, request, body, response);
    });
  });

  function meet(
    rule: Rule,
    call: Call,
    key: string,
    request: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
  ): void {
    const { does } = rule;
    if ('answer' in does) {
      send(response, does.answer(call));
      return;
    }
    if ('cut' in does && does.cut === 'before') return void request.socket.destroy();
    if ('never' in does && does.never === 'silence') return;
    if ('url' in does) {
      request.url = does.url(request.url ?? '');
      if (does.body) body = Buffer.from(does.body(call.body));
    }
    forward(request, body, (answer) => {
      if ('change' in does) {
        const changed = does.change(answer, call);
        // Where there was nothing to change, nothing was taken.
        if (changed.body.equals(answer.body)) lost.set(key, null);
        return send(response, changed);
      }
      if ('url' in does) return send(response, does.after(answer, call));
      const { status, headers, body: whole } = answer;
      const half = whole.subarray(0, Math.floor(whole.length / 2));
      if ('never' in does) {
        response.writeHead(status, { ...headers, 'content-length': whole.length });
        response.flushHeaders();
        if (does.never === 'headers') return;
        // A byte now and then, so that no idle timeout sees it.
        let at = 0;
        const drip = setInterval(() => response.write(whole.subarray(at, ++at)), 200);
        timers.add(drip);
        response.on('close', () => clearInterval(drip));
        return;
      }
      if (does.cut === 'after') {
        response.writeHead(status, { ...headers, 'content-length': whole.length });
        response.flushHeaders();
        return void setImmediate(() => request.socket.destroy());
      }
      if (does.cut === 'half') {
        response.writeHead(status, { ...headers, 'content-length': whole.length });
        return void response.write(half, () => request.socket.destroy());
      }
      if (does.cut === 'truncated') return send(response, { ...answer, body: half });
      // More than was announced: what is too much is no answer of the next request either.
      request.socket.end(
        `HTTP/1.1 ${status} OK\r\ncontent-type: ${headers['content-type']}\r\ncontent-length: ${half.length}\r\n\r\n${whole.toString('latin1')}`,
        'latin1',
      );
    });
  }

  function forward(request: http.IncomingMessage, body: Buffer, then: (answer: Answer) => void): void {
    const onward = http.request(
      `${target}${request.url}`,
      { agent, method: request.method, headers: { ...request.headers, 'content-length': body.length } },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () =>
          then({
            status: answer.statusCode ?? 0,
            headers: { 'content-type': answer.headers['content-type'] ?? '', ...errorType(answer.headers) },
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    onward.on('error', (error) => then(text(502, 'text/plain', `proxy: ${error.message}`)));
    onward.end(body);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    traffic: {
      get calls() {
        return calls;
      },
      get hits() {
        return hits;
      },
      lost: () => new Set([...lost.values()].filter((action) => action !== null)),
    },
    close: () =>
      new Promise((resolve) => {
        for (const timer of timers) clearInterval(timer);
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

function send(response: http.ServerResponse, { status, headers, body }: Answer): void {
  if (response.destroyed) return;
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body);
}

function errorType(headers: http.IncomingHttpHeaders): Record<string, string> {
  const type = headers['x-amzn-errortype'];
  return typeof type === 'string' ? { 'x-amzn-errortype': type } : {};
}

/** In [0, 1): the same for the same request, whatever else is under way. */
function chance(seed: number, key: string, attempt: number): number {
  return createHash('sha256').update(`${seed} ${key} ${attempt}`).digest().readUInt32BE(0) / 2 ** 32;
}
