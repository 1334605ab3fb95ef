import { request } from 'node:https';
import { DescribeClusterCommand, type EKSClient } from '@aws-sdk/client-eks';
import { Sha256 } from '@smithy/core/checksum';
import { HttpRequest } from '@smithy/core/protocols';
import { SignatureV4 } from '@smithy/signature-v4';

/* A client of a cluster's Kubernetes API that is none of ours. */

export interface TokenOptions {
  cluster?: string;
  action?: string;
  service?: string;
  keys?: { accessKeyId: string; secretAccessKey: string };
  at?: Date;
  unsigned?: true;
}

/** As `aws eks get-token` makes it. */
export async function tokenFor({
  cluster = 'demo',
  action = 'GetCallerIdentity',
  service = 'sts',
  keys = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  at = new Date(),
  unsigned,
}: TokenOptions = {}): Promise<string> {
  const signer = new SignatureV4({ region: 'ap-northeast-3', credentials: keys, service, sha256: Sha256 });
  const hostname = 'sts.ap-northeast-3.amazonaws.com';
  const call = new HttpRequest({
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: action, Version: '2011-06-15' },
    headers: { host: hostname, ...(unsigned ? {} : { 'x-k8s-aws-id': cluster }) },
  });
  const { query } = await signer.presign(call, {
    expiresIn: 60,
    signingDate: at,
    unhoistableHeaders: new Set(['x-k8s-aws-id']),
  });
  const text = Object.entries(query ?? {}).map(
    ([name, value]) => `${name}=${encodeURIComponent(String(value))}`,
  );
  return `k8s-aws-v1.${Buffer.from(`https://${hostname}/?${text.join('&')}`).toString('base64url')}`;
}

export interface Answer {
  status: number | undefined;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any;
}

export interface ClusterClient {
  get(path: string, options?: { token?: string; accept?: string }): Promise<Answer>;
  patch(path: string, body: object): Promise<Answer>;
  endpoint: string;
}

export async function clusterClient(eks: EKSClient, name = 'demo'): Promise<ClusterClient> {
  const { cluster } = await eks.send(new DescribeClusterCommand({ name }));
  const endpoint = cluster?.endpoint ?? '';
  const ca = Buffer.from(cluster?.certificateAuthority?.data ?? '', 'base64').toString();
  const own = await tokenFor();
  const call = (method: string, path: string, token: string, accept: string, body?: string) =>
    new Promise<Answer>((resolve, reject) => {
      const headers = { ...(token ? { authorization: `Bearer ${token}` } : {}), accept };
      request(`${endpoint}${path}`, { method, ca, headers, agent: false }, async (response) => {
        let text = '';
        for await (const chunk of response.setEncoding('utf8')) text += chunk;
        const isJson = response.headers['content-type'] === 'application/json';
        resolve({ status: response.statusCode, text, body: isJson ? JSON.parse(text) : undefined });
      })
        .on('error', reject)
        .end(body);
    });
  return {
    endpoint,
    get: (path, { token = own, accept = 'application/json' } = {}) => call('GET', path, token, accept),
    patch: (path, body) => call('PATCH', path, own, 'application/json', JSON.stringify(body)),
  };
}
