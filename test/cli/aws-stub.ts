import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { later } from '../later.ts';
import { HOME, type Run } from './helpers.ts';

/** Listens on a free port of loopback until the file's tests are over. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  later(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve(undefined));
        server.closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

export async function serve(handler: RequestListener): Promise<string> {
  return `http://127.0.0.1:${await listen(createServer(handler))}`;
}

export interface Stub {
  endpoint: string;
  /** Who signed, call by call: 'AKID region service'. */
  signed: string[];
  /** What STS was asked for. */
  sts: URLSearchParams[];
}

/** An AWS that hands out roles, and refuses all else: enough to see who asks, where, and with what. */
export async function awsStub(): Promise<Stub> {
  const signed: string[] = [];
  const sts: URLSearchParams[] = [];
  const endpoint = await serve(async (request, response) => {
    const body = new URLSearchParams(await text(request));
    const scope = scopeOf(request);
    if (scope) signed.push(scope);
    const action = body.get('Action') ?? '';
    if (action.startsWith('AssumeRole')) {
      sts.push(body);
      response.setHeader('content-type', 'text/xml').end(assumed(action));
    } else {
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' });
      response.end('{"message":"refused by the stub"}');
    }
  });
  return { endpoint, signed, sts };
}

/** The credential scope of a signature. */
export function scopeOf({ headers }: IncomingMessage): string | null {
  const [, key, region, service] =
    /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return key ? `${key} ${region} ${service}` : null;
}

const HOUR = 3_600_000;

function assumed(action: string): string {
  const expiration = new Date(Date.now() + HOUR).toISOString();
  const credentials = `<AccessKeyId>ASIAROLE</AccessKeyId><SecretAccessKey>role-secret-never-printed</SecretAccessKey><SessionToken>role-token-never-printed</SessionToken><Expiration>${expiration}</Expiration>`;
  return `<${action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><${action}Result><Credentials>${credentials}</Credentials><AssumedRoleUser><Arn>arn:aws:sts::123456789012:assumed-role/oncall/x</Arn><AssumedRoleId>AROA:x</AssumedRoleId></AssumedRoleUser></${action}Result></${action}Response>`;
}

/** A home with an AWS configuration of its own. */
export function home(files: Readonly<Record<string, string>>): { HOME: string } {
  const folder = mkdtempSync(join(HOME, 'home-'));
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  return { HOME: folder };
}

/** Few calls, and no baseline. */
export const QUICK = ['triage', '--since', '5m', '--baseline', 'none'] as const;

export function allOutput({ stdout, stderr }: Run): string {
  return `${stdout}${stderr}`;
}
