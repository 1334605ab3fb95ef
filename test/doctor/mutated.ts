import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { later } from '../later.ts';

/** What comes back of a call, changed; undefined leaves it as it is. */
type Mutation = (path: string, answer: unknown) => object | undefined;

/** A proxy that changes what EKS answers: clusters as they are, not as the sandbox has them. */
export async function mutated(target: string, mutate: Mutation): Promise<string> {
  const server = http.createServer((request, response) => {
    const onward = http.request(
      `${target}${request.url}`,
      { method: request.method, headers: request.headers },
      async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk);
        const body = Buffer.concat(chunks);
        const { 'content-length': _, 'transfer-encoding': __, ...headers } = answer.headers;
        const isJson = /json/.test(answer.headers['content-type'] ?? '');
        const other = isJson ? mutate(request.url ?? '', JSON.parse(body.toString() || '{}')) : undefined;
        response.writeHead(other ? 200 : (answer.statusCode ?? 500), headers);
        response.end(other ? JSON.stringify(other) : body);
      },
    );
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
