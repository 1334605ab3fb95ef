import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, test } from 'vitest';
import { makeCertificate } from '../../src/sandbox/services/kubernetes/certificate.ts';
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
  const hold = (name: string, forward: () => void) => {
    held.push({ name, forward });
    clearTimeout(timer);
    timer = setTimeout(release, QUIET_MILLIS);
  };
  const nameOf = ({ method, url }: http.IncomingMessage) => `${method} ${url?.replace(/\?.*/, '')}`;
  // The cluster's own API is behind the proxy too: DescribeCluster is answered with an address of its own.
  const certificate = await makeCertificate();
  let clusterApi = '';
  const inside = https.createServer(certificate, (request, response) => {
    hold(nameOf(request), () => {
      const { headers, method } = request;
      const url = new URL(request.url ?? '/', clusterApi);
      const onward = https.request(url, { method, headers, rejectUnauthorized: false }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      });
      onward.end();
    });
  });
  const server = http.createServer((request, response) => {
    const body: Buffer[] = [];
    request.on('data', (chunk) => body.push(chunk));
    request.on('end', () => {
      hold(nameOf(request), () => {
        const { headers, method, url } = request;
        const onward = http.request(`${target}${url}`, { method, headers }, async (answer) => {
          const chunks: Buffer[] = [];
          for await (const chunk of answer) chunks.push(chunk);
          const whole = Buffer.concat(chunks);
          const { 'content-length': _, 'transfer-encoding': __, ...kept } = answer.headers;
          response.writeHead(answer.statusCode ?? 500, kept);
          response.end(/^\/clusters\/\w+$/.test(url ?? '') ? moved(whole) : whole);
        });
        onward.end(Buffer.concat(body));
      });
    });
  });
  const moved = (answer: Buffer): string => {
    const { cluster } = JSON.parse(answer.toString());
    const endpoint = new URL(cluster.endpoint);
    clusterApi = endpoint.origin;
    endpoint.port = String((inside.address() as AddressInfo).port);
    cluster.endpoint = endpoint.href;
    cluster.certificateAuthority = { data: Buffer.from(certificate.authority).toString('base64') };
    return JSON.stringify({ cluster });
  };
  for (const one of [server, inside]) {
    await new Promise<void>((resolve) => one.listen(0, '127.0.0.1', resolve));
    later(
      () =>
        new Promise((resolve) => {
          one.close(resolve);
          one.closeAllConnections();
        }),
    );
  }
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, waves };
}

const lines: string[] = [];
afterAll(() => {
  process.stdout.write(`\n${lines.join('\n')}\n`);
});

describe('the longest chain of dependent calls', () => {
  // Broken ones ask more: what publishes needs no further questions.
  test.each([
    'quiet',
    'agent-not-activated',
    'old-service-account',
    'control-policy',
    'node-kernel-too-old',
    'image-out-of-reach',
    'irsa-trust',
  ])(
    'of a cluster, its own API and its neighbours is 10 at most, on %s',
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
      lines.push(`${scenario.padEnd(24)} ${steps.length}`);
      expect(steps.length).toBeGreaterThan(3);
      expect(steps.length, JSON.stringify(waves, null, 1)).toBeLessThanOrEqual(10);
      expect(waves.flat().some((name) => name.endsWith('/daemonsets'))).toBe(true);
    },
  );
});
