import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/server.ts';
import type { Fault } from '../../src/sandbox/wire/service.ts';
import { start } from './client.ts';

let sandbox: Sandbox | undefined;
afterEach(() => sandbox?.close());
async function open(faults: Fault[] = []) {
  const started = await start({ faults });
  sandbox = started.sandbox;
  return started;
}
const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=A/20261121/ap-northeast-3/${service}/aws4_request, Signature=0`,
});

describe('the shared endpoint', () => {
  it('asks for a signature', async () => {
    const { sandbox: running } = await open();
    const response = await fetch(`${running.endpoint}/monitors`);
    expect(response.status).toBe(403);
    expect(response.headers.get('x-amzn-errortype')).toBe('MissingAuthenticationToken');
    const odd = await fetch(`${running.endpoint}/monitors`, { headers: { authorization: 'Basic eDp5' } });
    expect(odd.status).toBe(400);
  });

  it('names the service or operation that it does not have', async () => {
    const { sandbox: running, call } = await open();
    const json = await fetch(running.endpoint, { headers: signedFor('sqs') });
    expect(json.status).toBe(501);
    expect(await json.text()).toContain("'sqs'");
    const form = await fetch(running.endpoint, {
      method: 'POST',
      headers: { ...signedFor('sns'), 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      body: 'Action=ListRoles',
    });
    expect(form.status).toBe(501);
    expect(await form.text()).toMatch(/<Code>NotImplemented<\/Code>.*sns/);
    const operation = await call('PUT', '/monitors/demo-vpc/colour', {});
    expect(operation.status).toBe(501);
    expect(operation.body.message).toContain('PUT /monitors/demo-vpc/colour');
  });

  it('hands calls to the service that they are signed for', async () => {
    const { sandbox: running } = await open();
    for (const [service, action] of [
      ['sts', 'GetCallerIdentity'],
      ['ec2', 'DescribeVpcs'],
    ] as const) {
      const response = await fetch(running.endpoint, {
        method: 'POST',
        headers: { ...signedFor(service), 'content-type': 'application/x-www-form-urlencoded' },
        body: `Action=${action}&Version=2016-11-15`,
      });
      expect(response.status).toBe(200);
    }
    expect((await fetch(`${running.endpoint}/clusters`, { headers: signedFor('eks') })).status).toBe(200);
    expect(running.requests).toEqual([
      { service: 'sts', operation: 'GetCallerIdentity' },
      { service: 'ec2', operation: 'DescribeVpcs' },
      { service: 'eks', operation: 'ListClusters' },
    ]);
  });

  it('refuses a body that is not JSON', async () => {
    const { sandbox: running } = await open();
    const response = await fetch(`${running.endpoint}/monitors`, {
      method: 'POST',
      headers: signedFor('networkflowmonitor'),
      body: '{',
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-errortype')).toBe('SerializationException');
  });
});

describe('the door', () => {
  async function statusFor(host: string, body = ''): Promise<number | undefined> {
    const { port } = sandbox ?? (await open()).sandbox;
    const sent = request({
      port,
      host: '127.0.0.1',
      method: 'POST',
      headers: { host, 'content-type': 'application/x-www-form-urlencoded', ...signedFor('sts') },
    });
    // Chunked: no length tells in advance how much comes.
    for (let at = 0; at < body.length; at += 65_536) sent.write(body.slice(at, at + 65_536));
    sent.end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    response.resume();
    return response.statusCode;
  }

  it('is opened by names of this machine, on any port', async () => {
    await open();
    for (const host of ['localhost:1', 'LOCALHOST', '127.0.0.1:80', '[::1]:4599']) {
      expect(await statusFor(host), host).not.toBe(403);
    }
    const before = sandbox?.requests.length;
    for (const host of ['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example:80', '10.0.0.1']) {
      expect(await statusFor(host), host).toBe(403);
    }
    expect(sandbox?.requests).toHaveLength(before ?? 0);
  });

  it('lets no more in than a request can hold, announced or not', async () => {
    const { sandbox: running } = await open();
    const body = 'x'.repeat(1024 * 1024 + 1);
    const announced = await fetch(running.endpoint, { method: 'POST', headers: signedFor('sts'), body });
    expect(announced.status).toBe(413);
    expect(await statusFor('localhost', body)).toBe(413);
    // In pieces it is read like any other.
    expect(await statusFor('localhost', 'Action=GetCallerIdentity&Version=2011-06-15')).toBe(200);
  });

  it('forgets the Region that nobody has used for longest, and never its own', async () => {
    const { sandbox: running } = await open();
    const scopesIn = async (region: string, method = 'GET') => {
      const headers = {
        authorization: `AWS4-HMAC-SHA256 Credential=A/20261121/${region}/networkflowmonitor/aws4_request, Signature=0`,
        'content-type': 'application/json',
      };
      const target = {
        targetIdentifier: { targetId: { accountId: '123456789012' }, targetType: 'ACCOUNT' },
        region,
      };
      const body = JSON.stringify({ targets: [target] });
      const response = await fetch(`${running.endpoint}/scopes`, {
        headers,
        method,
        ...(method === 'POST' && { body }),
      });
      return (await response.json()) as { scopes?: unknown[] };
    };
    await scopesIn('eu-first-1', 'POST');
    await scopesIn('eu-used-1', 'POST');
    for (let i = 0; i < 63; i++) {
      await scopesIn(`eu-other-${i}`);
      await scopesIn('eu-used-1');
    }
    expect((await scopesIn('eu-used-1')).scopes).toHaveLength(1);
    expect((await scopesIn('eu-first-1')).scopes).toHaveLength(0);
    expect((await scopesIn('ap-northeast-3')).scopes).toHaveLength(1);
  });
});

describe('a fault', () => {
  const error = { code: 'ThrottlingException', status: 429, message: 'Rate exceeded' };

  it('hits the operation that it names, as often as it says', async () => {
    const fault = { service: 'networkflowmonitor', operation: 'ListMonitors', times: 2, error };
    const { call } = await open([fault]);
    const list = () => call('GET', '/monitors');
    expect((await call('GET', '/scopes')).status).toBe(200);
    expect(await list()).toEqual({ status: 429, code: error.code, body: { message: error.message } });
    expect((await list()).status).toBe(429);
    expect((await list()).status).toBe(200);
  });

  it('hits everything for ever, if it says so', async () => {
    const { call } = await open([{ service: '*', operation: '*', error }]);
    for (const path of ['/monitors', '/scopes', '/monitors'])
      expect((await call('GET', path)).status).toBe(429);
  });

  it('may delay, or hang until the sandbox closes', async () => {
    const { call, sandbox: running } = await open([
      { service: '*', operation: 'ListScopes', delayMillis: 60 },
      { service: '*', operation: 'ListMonitors', hang: true },
    ]);
    const before = performance.now();
    expect((await call('GET', '/scopes')).status).toBe(200);
    expect(performance.now() - before).toBeGreaterThan(50);
    const hanging = call('GET', '/monitors').catch((reason: unknown) => reason);
    await expect.poll(() => running.requests.length).toBe(2);
    await running.close();
    expect(await hanging).toBeInstanceOf(Error);
  });
});

describe('startSandbox', () => {
  it('listens on loopback, on the port that it is given', async () => {
    const { sandbox: first } = await open();
    expect(first.endpoint).toBe(`http://127.0.0.1:${first.port}`);
    await expect(startSandbox({ scenario: 'quiet', port: first.port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('knows its scenarios', async () => {
    await expect(startSandbox({ scenario: 'earthquake' })).rejects.toThrow(UsageError);
    await expect(startSandbox({ scenario: 'no-scpoe+quiet' })).rejects.toMatchObject({
      message: 'Unknown scenario: no-scpoe',
      hint: "Did you mean 'no-scope'? 'nfm sandbox list' shows them all.",
    });
    await expect(startSandbox({ scenario: 'earthquake' })).rejects.toMatchObject({
      code: 'unknown-scenario',
      hint: "'nfm sandbox list' shows them all.",
    });
  });
});
