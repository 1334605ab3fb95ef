import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import net from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { later } from '../later.ts';
import { account, expectError, fault, HOME, jsonError, nfmProcess as nfm, SHORT } from './helpers.ts';

const KEYS = {
  AWS_REGION: 'ap-northeast-3',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-that-must-never-be-printed',
  AWS_MAX_ATTEMPTS: '1',
};
const TRIAGE = ['triage', ...SHORT];

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  later(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        if ('closeAllConnections' in server) (server as http.Server).closeAllConnections();
      }),
  );
  return (server.address() as AddressInfo).port;
}

describe.concurrent('credentials', () => {
  test('none at all: exit 253, how to sign in, and a way without any', async () => {
    const run = await nfm(TRIAGE, { env: { AWS_REGION: 'ap-northeast-3' } });
    expect(run.code).toBe(253);
    const { message, hint } = expectError(run);
    expect(message).toMatch(/No AWS credentials found/);
    expect(hint).toMatch(/--profile.*nfm triage --sandbox/);
  });

  test('a profile that does not exist', async () => {
    const run = await nfm([...TRIAGE, '--profile', 'nowhere', '-o', 'json'], {
      env: { AWS_REGION: 'ap-northeast-3' },
    });
    expect(run.code).toBe(253);
    expect(jsonError(run).code).toBe('unknown-profile');
  });

  test('a profile that wants an MFA code, off a terminal', async () => {
    const home = mkdtempSync(join(HOME, 'mfa-'));
    const config = join(home, 'config');
    writeFileSync(
      config,
      [
        '[default]',
        'region = ap-northeast-3',
        'aws_access_key_id = AKIAEXAMPLE',
        'aws_secret_access_key = example',
        '[profile mfa]',
        'region = ap-northeast-3',
        'role_arn = arn:aws:iam::123456789012:role/oncall',
        'source_profile = default',
        'mfa_serial = arn:aws:iam::123456789012:mfa/oncall',
        '',
      ].join('\n'),
    );
    const run = await nfm([...TRIAGE, '--profile', 'mfa'], { env: { AWS_CONFIG_FILE: config } });
    expect(run.code).toBe(253);
    const { message, hint } = expectError(run);
    expect(message).toMatch(/MFA code.*no terminal/);
    expect(hint).toContain('aws configure export-credentials');
  });

  test.each([
    ['ExpiredTokenException', 'The security token included in the request is expired', 'expired-token'],
    [
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
      'bad-credentials',
    ],
    ['InvalidSignatureException', 'The request signature we calculated does not match', 'bad-credentials'],
  ])('%s ends the run with 253', async (code, message, expected) => {
    const { run } = await account({ faults: [fault('*:*', { code, message, status: 403 })] });
    const ended = await run([...TRIAGE, '-o', 'json']);
    expect(ended.code).toBe(253);
    expect(jsonError(ended)).toMatchObject({ code: expected, message: expect.stringContaining(message) });
    expect(ended.stderr).not.toContain('secret-that-must-never-be-printed');
  });

  test('credentials that expire on the way end it too: half a report would be believed', async () => {
    const expired = fault('networkflowmonitor:StartQueryMonitorTopContributors', {
      code: 'ExpiredTokenException',
      message: 'expired',
      status: 403,
    });
    const { run } = await account({ faults: [expired] });
    const ended = await run(TRIAGE);
    expect(ended.code).toBe(253);
    expect(expectError(ended).hint).toMatch(/aws sso login/);
  });
});

describe.concurrent('the network', () => {
  test('nobody listens: exit 255 and what to check', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const run = await nfm([...TRIAGE, '--endpoint-url', `http://127.0.0.1:${port}`], { env: KEYS });
    expect(run.code).toBe(255);
    const { message, hint } = expectError(run);
    expect(message).toMatch(/No connection for networkflowmonitor:List(Scopes|Monitors)/);
    expect(hint).toMatch(/HTTPS_PROXY.*interface endpoint/);
  });

  test('a certificate that nobody signed: exit 255 and AWS_CA_BUNDLE', async () => {
    const folder = mkdtempSync(join(HOME, 'tls-'));
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    execFileSync('openssl', [...request, '-days', '1', '-keyout', key, '-out', cert, ...subject], {
      stdio: 'ignore',
    });
    const server = https.createServer(
      { key: readFileSync(key), cert: readFileSync(cert) },
      (_, response) => void response.end('{}'),
    );
    const port = await listen(server);
    const run = await nfm(TRIAGE, { env: { ...KEYS, AWS_ENDPOINT_URL: `https://127.0.0.1:${port}` } });
    expect(run.code).toBe(255);
    const { message, hint } = expectError(run);
    expect(message).toMatch(/TLS connection/);
    expect(hint).toContain('AWS_CA_BUNDLE');
  });

  test('plain HTTP where TLS is spoken: exit 255', async () => {
    const port = await listen(http.createServer((_, response) => void response.end('{}')));
    const run = await nfm(TRIAGE, { env: { ...KEYS, AWS_ENDPOINT_URL: `https://127.0.0.1:${port}` } });
    expect(run.code).toBe(255);
    expect(expectError(run).message).toMatch(/TLS connection/);
  });

  test.each([
    ['a page of HTML, as a captive portal sends', 200, 'text/html', '<html><body>Sign in</body></html>'],
    ['a page of HTML with 502, as a proxy sends', 502, 'text/html', '<html>Bad Gateway</html>'],
    ['half a JSON document', 200, 'application/json', '{"scopes": [{'],
    ['garbage', 400, 'application/octet-stream', '\u0000\u0001\u001b[31m'],
  ])('%s is an error, not a crash and not a verdict', async (_, status, type, body) => {
    const server = http.createServer((__, response) => {
      response.writeHead(status, { 'content-type': type }).end(body);
    });
    const env = { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${await listen(server)}` };
    const run = await nfm([...TRIAGE, '-o', 'json'], { env });
    expect([254, 255]).toContain(run.code);
    expect(jsonError(run).action).toMatch(/^networkflowmonitor:List(Scopes|Monitors)$/);
  });

  test('a socket that is cut in the middle', async () => {
    const port = await listen(net.createServer((socket) => void socket.once('data', () => socket.destroy())));
    const run = await nfm(TRIAGE, { env: { ...KEYS, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` } });
    expect(run.code).toBe(255);
    expectError(run);
  });

  test('one service out of reach is a gap', async () => {
    const { triage } = await account();
    const { gaps, verdict } = await triage([], { AWS_ENDPOINT_URL_CLOUDWATCH: 'http://127.0.0.1:1' });
    expect(gaps).toMatchObject(
      ['GetMetricData', 'ListMetrics'].map((name) => ({ code: 'unreachable', action: `cloudwatch:${name}` })),
    );
    expect(verdict).toBe('inconclusive');
  });
});

describe.concurrent('more than the service takes', () => {
  const START = 'networkflowmonitor:StartQueryMonitorTopContributors';
  const throttled = { code: 'ThrottlingException', status: 429, message: 'Rate exceeded' };
  const tooMany = { code: 'ServiceQuotaExceededException', status: 402, message: 'Too many queries' };

  test.each([
    ['429', throttled],
    ['402', tooMany],
  ])('%s loses nothing while others pass', async (_, error) => {
    const { triage, sandbox } = await account({ faults: [fault(START, error, 20)] });
    const { gaps, verdict } = await triage([], { AWS_MAX_ATTEMPTS: '6' });
    expect({ gaps, verdict }).toEqual({ gaps: [], verdict: 'workload' });
    const refused = sandbox.requests.filter((r) => r.operation === START.split(':')[1]);
    expect(refused.length).toBeGreaterThan(20);
  });

  test('what is throttled for ever is a gap', async () => {
    const { triage } = await account({ faults: [fault('cloudwatch:GetMetricData', throttled)] });
    const { gaps } = await triage();
    expect(gaps).toContainEqual(
      expect.objectContaining({ code: 'throttled', action: 'cloudwatch:GetMetricData' }),
    );
  });
});
