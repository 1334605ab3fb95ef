import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { connect, sandboxSession } from '../../src/aws/aws.ts';
import { type ClusterApi, clusterApi, kubernetes } from '../../src/aws/kubernetes.ts';
import { redact } from '../../src/model/redact.ts';
import { makeCertificate } from '../../src/sandbox/services/kubernetes/certificate.ts';
import { later } from '../later.ts';

type Answer = (url: URL, headers: NodeJS.Dict<string | string[]>) => { status?: number; body: string };

async function clusterThat(answer: Answer, callMillis = 5000) {
  const certificate = await makeCertificate();
  const seen: { url: URL; authorization: string }[] = [];
  const server = https.createServer(certificate, (request, response) => {
    const url = new URL(request.url ?? '/', 'https://cluster');
    seen.push({ url, authorization: request.headers.authorization ?? '' });
    const { status = 200, body } = answer(url, request.headers);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(() => new Promise((resolve) => server.close(resolve)));
  const api: ClusterApi = {
    name: 'demo',
    endpoint: `https://127.0.0.1:${(server.address() as AddressInfo).port}/abc`,
    authority: certificate.authority,
  };
  const session = sandboxSession({
    region: 'eu-west-1',
    endpoint: 'http://127.0.0.1:1',
    env: {},
    signal: new AbortController().signal,
    callMillis,
    version: '0.0.0',
    command: 'doctor',
  });
  return { api, seen, ask: kubernetes(connect(session), api), aws: connect(session) };
}

const list = (items: object[], next?: string) =>
  JSON.stringify({ items, metadata: next === undefined ? {} : { continue: next } });
const code = (error: unknown) => (error as { code?: string }).code;

describe('the Kubernetes API of a cluster', () => {
  test("is shown a call of the Region's own STS that names the cluster, and the token is a secret", async () => {
    const { ask, seen } = await clusterThat(() => ({ body: list([{ metadata: { name: 'a' } }]) }));
    expect(await ask.list('/api/v1/nodes')).toHaveLength(1);
    const [{ url, authorization }] = seen as [(typeof seen)[number]];
    expect(url.pathname).toBe('/abc/api/v1/nodes');
    const token = authorization.replace('Bearer ', '');
    expect(token).toMatch(/^k8s-aws-v1\.[\w-]+$/);
    const signed = new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString());
    expect(signed.origin + signed.pathname).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(signed.searchParams.get('X-Amz-Expires')).toBe('60');
    expect(signed.searchParams.get('X-Amz-SignedHeaders')).toBe('host;x-k8s-aws-id');
    expect(redact(`it said ${token}`)).not.toContain(token);
  });

  test.each([
    ['the same page comes again and again', () => 'x', 2],
    ['there is always one more', (pages: number) => `p${pages}`, 40],
  ])('where %s, the list is not whole: it is none', async (_, next, most) => {
    const { ask, seen } = await clusterThat(() => ({ body: list([{}], next(seen.length)) }));
    const error = await ask.list('/apis/apps/v1/daemonsets').catch((e: unknown) => e);
    expect(code(error)).toBe('unusable-answer');
    expect((error as Error).message).toContain('no end of them');
    expect(seen).toHaveLength(most);
    // Some events tell enough.
    expect((await ask.list('/api/v1/events')).length).toBeGreaterThan(0);
  });

  test('a cluster that is busy is asked again, a few times', async () => {
    const busy = (times: number) => {
      let calls = 0;
      return clusterThat(() => (++calls > times ? { body: list([]) } : { status: 429, body: '{}' }));
    };
    const [soon, never] = await Promise.all([busy(2), busy(9)]);
    expect(await soon.ask.list('/api/v1/nodes')).toEqual([]);
    expect(code(await never.ask.list('/api/v1/nodes').catch((e: unknown) => e))).toBe('cluster-busy');
    expect(never.seen).toHaveLength(3);
  });

  test.each([
    [401, 'no-access-entry'],
    [403, 'cluster-denied'],
    [404, 'not-found'],
    [400, 'bad-request'],
    [500, 'cluster-error'],
    [503, 'cluster-busy'],
  ])('%i is %s, with its own words', async (status, expected) => {
    const { ask } = await clusterThat(() => ({
      status,
      body: JSON.stringify({ message: 'nodes is forbidden' }),
    }));
    const error = await ask.list('/api/v1/nodes').catch((e: unknown) => e);
    expect(code(error)).toBe(expected);
    expect((error as Error).message).toContain('nodes is forbidden');
  });

  test.each(['', 'null', '[]', '{"items":{}}', '{"items":["x"]}', '<html>'])(
    '%j is no list',
    async (body) => {
      const { ask } = await clusterThat(() => ({ body }));
      expect(code(await ask.list('/api/v1/nodes').catch((e: unknown) => e))).toBe('unusable-answer');
    },
  );

  test('a log has few lines, and is null where a container has not begun', async () => {
    const { ask, seen } = await clusterThat((url) =>
      url.pathname.includes('/gone/') ? { status: 400, body: '{}' } : { body: 'one\ntwo' },
    );
    expect(await ask.log('ns', 'pod', 'agent', true)).toBe('one\ntwo');
    const { searchParams } = seen[0]?.url ?? new URL('x:');
    expect(Number(searchParams.get('tailLines'))).toBeLessThanOrEqual(200);
    // Beyond these the latest would be cut off.
    expect(Number(searchParams.get('limitBytes'))).toBeGreaterThanOrEqual(200 * 16 * 1024);
    expect(await ask.log('ns', 'gone', 'agent', false)).toBeNull();
  });

  test('a log that is not given is not an empty one', async () => {
    const { ask } = await clusterThat(() => ({ status: 500, body: '{}' }));
    const error = await ask.log('ns', 'pod', 'agent', false).catch((e: unknown) => e);
    expect(code(error)).toBe('cluster-error');
  });

  test('a server that another authority vouches for is not believed; one that is not there is unreachable', async () => {
    const [{ api, aws }, other] = await Promise.all([
      clusterThat(() => ({ body: list([]) })),
      makeCertificate(),
    ]);
    const deceived = kubernetes(aws, { ...api, authority: other.authority });
    const untrusted = await deceived.list('/api/v1/nodes').catch((e: unknown) => e);
    expect(code(untrusted)).toBe('cluster-untrusted');
    expect((untrusted as Error).message).toContain('AWS_CA_BUNDLE');
    const nowhere = kubernetes(aws, { ...api, endpoint: 'https://127.0.0.1:1' });
    expect(code(await nowhere.list('/api/v1/nodes').catch((e: unknown) => e))).toBe('cluster-unreachable');
  });

  test('what EKS says of it is looked at before it is used', () => {
    const data = Buffer.from('no certificate').toString('base64');
    expect(clusterApi('demo', 'https://x', data)).toBeNull();
    expect(clusterApi('demo', 'http://x', data)).toBeNull();
    expect(clusterApi('demo', undefined, undefined)).toBeNull();
  });
});
