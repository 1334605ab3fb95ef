import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { account } from '../cli/helpers.ts';
import { later } from '../later.ts';

/** Nobody calls for so long: all that could start has started. */
const QUIET_MILLIS = 400;

/**
 * A proxy that lets calls through in waves: each holds all that can be asked before any answer of it is known. So
 * there are as many waves as the longest chain of dependent calls is long.
 */
async function inWaves(target: string) {
  const waves: string[][] = [];
  let held: { name: string; forward: () => void }[] = [];
  let timer: NodeJS.Timeout | undefined;
  const release = () => {
    const wave = held;
    held = [];
    waves.push(wave.map(({ name }) => name));
    for (const { forward } of wave) forward();
  };
  const server = http.createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk) => body.push(chunk));
    request.on('end', () => {
      const forward = () => {
        const onward = http.request(
          `${target}${request.url}`,
          { method: request.method, headers: request.headers },
          (answer) => {
            response.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(response);
          },
        );
        onward.end(Buffer.concat(body));
      };
      held.push({ name: `${request.method} ${request.url?.replace(/\?.*/, '')}`, forward });
      clearTimeout(timer);
      timer = setTimeout(release, QUIET_MILLIS);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, waves };
}

describe('the longest chain of dependent calls', () => {
  // Broken ones ask more: what publishes needs no further questions.
  test.each(['quiet', 'agent-not-activated', 'old-service-account'])(
    'of a cluster and its neighbours is 8 at most, on %s',
    { timeout: 60_000 },
    async (scenario) => {
      const { sandbox, run } = await account({ scenario });
      const { endpoint, waves } = await inWaves(sandbox.endpoint);
      // Few enough that no call waits for one of the SDK's 50 sockets.
      const { code } = await run(['doctor', '-o', 'json', '--concurrency', '30'], {
        env: { AWS_ENDPOINT_URL: endpoint },
      });
      expect(code).toBe(0);
      // Polling is waiting for one answer.
      const steps = waves.filter((wave) => !wave.every((name) => name.endsWith('/status')));
      expect(steps.length).toBeGreaterThan(3);
      expect(steps.length, JSON.stringify(waves, null, 1)).toBeLessThanOrEqual(8);
    },
  );
});
