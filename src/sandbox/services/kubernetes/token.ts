import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/*
 * The bearer token of EKS: a presigned GetCallerIdentity of STS, whose signature covers the cluster's name.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 */

const PREFIX = 'k8s-aws-v1.';
const CLUSTER_HEADER = 'x-k8s-aws-id';
const LIFETIME = 15 * 60_000;
const LEEWAY = 60_000;

/** The keys that nfm signs with for a sandbox of its own; the keys of others nobody here knows. */
const KNOWN_SECRETS: Readonly<Record<string, string>> = { sandbox: 'sandbox' };

/** Whether a token is good for this cluster at this time. */
export function isToken(token: string, cluster: string, region: string, now: number): boolean {
  const url = presigned(token);
  if (!url || !isSts(url, region)) return false;
  const signed = url.searchParams;
  const headers = (signed.get('X-Amz-SignedHeaders') ?? '').split(';');
  const [keyId = '', day = '', , service, end] = (signed.get('X-Amz-Credential') ?? '').split('/');
  const at = dateOf(signed.get('X-Amz-Date') ?? '');
  const expires = Number(signed.get('X-Amz-Expires') ?? Number.NaN);
  return (
    signed.get('Action') === 'GetCallerIdentity' &&
    signed.get('X-Amz-Algorithm') === 'AWS4-HMAC-SHA256' &&
    headers.includes('host') &&
    headers.includes(CLUSTER_HEADER) &&
    keyId !== '' &&
    /^\d{8}$/.test(day) &&
    service === 'sts' &&
    end === 'aws4_request' &&
    expires >= 0 &&
    expires <= LIFETIME / 1000 &&
    at - LEEWAY <= now &&
    now < at + LIFETIME &&
    isSignedFor(url, cluster, KNOWN_SECRETS[keyId])
  );
}

/** EKS takes fifteen minutes from the signature on, whatever the URL says of its own end. */
function dateOf(text: string): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function presigned(token: string): URL | undefined {
  if (!token.startsWith(PREFIX)) return undefined;
  const text = Buffer.from(token.slice(PREFIX.length), 'base64url').toString();
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** STS itself, or the sandbox that a client was told to take for it. */
function isSts({ protocol, hostname, pathname }: URL, region: string): boolean {
  if (pathname !== '/') return false;
  if (/^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)) return true;
  const hosts = ['sts.amazonaws.com', `sts.${region}.amazonaws.com`];
  return protocol === 'https:' && hosts.includes(hostname);
}

/** As STS checks it, to whom EKS passes the URL with the name of the cluster that was asked. */
function isSignedFor(url: URL, cluster: string, secret: string | undefined): boolean {
  const given = Buffer.from(url.searchParams.get('X-Amz-Signature') ?? '', 'hex');
  if (given.length !== 32) return false;
  if (secret === undefined) return true;
  const names = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
  const values: Record<string, string> = { host: url.host, [CLUSTER_HEADER]: cluster };
  const query = [...url.searchParams]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map((pair) => pair.map(encoded).join('='))
    .sort()
    .join('&');
  const headers = names.map((name) => `${name}:${values[name] ?? ''}\n`).join('');
  const request = ['GET', '/', query, headers, names.join(';'), sha256('')].join('\n');
  const [, ...scope] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  const date = url.searchParams.get('X-Amz-Date') ?? '';
  const text = ['AWS4-HMAC-SHA256', date, scope.join('/'), sha256(request)].join('\n');
  const key = scope.reduce<string | Buffer>((key, part) => hmac(key, part), `AWS4${secret}`);
  return timingSafeEqual(given, hmac(key, text));
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
