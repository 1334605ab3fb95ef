import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { type ClientConfig, connect, type Session } from '../../src/aws/aws.ts';
import { oneEndpoint } from '../../src/aws/endpoints.ts';
import { accounts } from '../../src/aws/organizations.ts';
import { RETRIES } from '../../src/aws/retry.ts';
import { SignedClient } from '../../src/aws/signed.ts';

const { signal } = new AbortController();
const CALL = { action: 'organizations:ListAccounts', service: 'organizations', path: '/' };

type Answer = readonly [status: number, text: string, headers?: Record<string, string>];

/** A client that is given these answers, one after another, and counts how many it took. */
function clientOf(...answers: Answer[]) {
  const taken: Answer[] = [];
  const requestHandler = {
    async handle() {
      const answer = answers[taken.length] ?? [500, ''];
      taken.push(answer);
      const [statusCode, text, headers = {}] = answer;
      return { response: { statusCode, headers, body: Readable.from([Buffer.from(text)]) } };
    },
  };
  const config = {
    region: 'eu-west-1',
    credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' }),
    maxAttempts: async () => 2,
    customUserAgent: [['nfm', '0']],
    requestHandler,
  } as unknown as ClientConfig;
  return { client: new SignedClient(config), taken };
}

test('what a gateway says instead of the service is asked again', async () => {
  const { client, taken } = clientOf([502, '<html>Bad Gateway</html>'], [200, '{"Accounts":[]}']);
  expect(await client.call(CALL, signal)).toEqual({ Accounts: [] });
  expect(taken).toHaveLength(2);
});

test('what stays is thrown as the clients of the SDK throw it: a name and a status', async () => {
  const { client } = clientOf([503, '<html>'], [503, '']);
  await expect(client.call(CALL, signal)).rejects.toMatchObject({
    name: 'Unknown',
    $metadata: { httpStatusCode: 503 },
  });
});

test.each([
  ['a header', [400, '{"message":"no"}', { 'x-amzn-errortype': 'AccessDeniedException:http://x' }]],
  ['the body', [400, '{"__type":"com.amazonaws.organizations#AccessDeniedException","Message":"no"}']],
] as const)('a refusal is named by %s, and is not asked again', async (_, answer) => {
  const { client, taken } = clientOf(answer);
  await expect(client.call(CALL, signal)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: 'no',
  });
  expect(taken).toHaveLength(1);
});

test('an answer that is no JSON is no answer', async () => {
  const { client } = clientOf([200, '<html>login</html>']);
  await expect(client.call(CALL, signal)).rejects.toThrow(/organizations:ListAccounts/);
});

test.each([
  ['eu-west-1', 'organizations.us-east-1.amazonaws.com'],
  ['us-gov-east-1', 'organizations.us-gov-west-1.amazonaws.com'],
  ['cn-north-1', 'organizations.cn-northwest-1.amazonaws.com.cn'],
])('asked in %s, an organization is where its partition has it', async (region, host) => {
  const hosts: string[] = [];
  const requestHandler = {
    async handle({ hostname }: { hostname: string }) {
      hosts.push(hostname);
      return {
        response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from('{"Accounts":[]}')]) },
      };
    },
  };
  const session = {
    ...{
      region,
      signal,
      version: '0',
      command: 'sweep',
      env: {},
      anyRegion: true,
      retries: RETRIES,
      requestHandler,
    },
    endpoints: { ...oneEndpoint(''), of: () => undefined },
    credentials: async () => ({ accessKeyId: 'AKID', secretAccessKey: 'secret' }),
  } as unknown as Session;
  await accounts(connect(session));
  expect(hosts).toEqual([host]);
});
