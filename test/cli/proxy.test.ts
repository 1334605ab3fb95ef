import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { allOutput, awsStub, home, listen, QUICK, serve } from './aws-stub.ts';
import { HOME, jsonError, nfmProcess as nfm, type RunOptions } from './helpers.ts';

const ENV = {
  AWS_ACCESS_KEY_ID: 'AKIAENV',
  AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment',
  AWS_REGION: 'eu-central-1',
  AWS_MAX_ATTEMPTS: '1',
};

interface Proxy {
  url: string;
  /** Where tunnels were asked to, 'host:port', and with which Proxy-Authorization. */
  tunnels: string[];
  passwords: (string | undefined)[];
}

/** Opens every tunnel to one port of loopback, whatever host it is asked for; or answers with a status. */
async function proxy({ to, refuse }: { to?: number; refuse?: number }): Promise<Proxy> {
  const tunnels: string[] = [];
  const passwords: (string | undefined)[] = [];
  const server = createServer((_, response) => response.writeHead(500).end());
  server.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    passwords.push(request.headers['proxy-authorization']);
    socket.on('error', () => socket.destroy());
    if (refuse || !to) {
      socket.end(`HTTP/1.1 ${refuse ?? 502} No\r\n\r\n`);
      return;
    }
    const target = connect(to, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    target.on('error', () => socket.destroy());
  });
  return { url: `http://127.0.0.1:${await listen(server)}`, tunnels, passwords };
}

/** A certificate for AWS's names in eu-central-1, from an authority that nobody else knows. */
function certificates() {
  const folder = mkdtempSync(join(HOME, 'ca-'));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' });
  writeFileSync(
    at('names'),
    'subjectAltName=DNS:*.eu-central-1.api.aws,DNS:*.eu-central-1.amazonaws.com,IP:127.0.0.1',
  );
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout'];
  openssl(
    'req',
    '-x509',
    ...key,
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-days',
    '2',
    '-subj',
    '/CN=nfm test CA',
  );
  openssl('req', ...key, at('key.pem'), '-out', at('csr'), '-subj', '/CN=aws');
  openssl(
    ...['x509', '-req', '-in', at('csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'],
    ...['-out', at('cert.pem'), '-days', '2', '-extfile', at('names')],
  );
  return { key: readFileSync(at('key.pem')), cert: readFileSync(at('cert.pem')), ca: at('ca.pem') };
}

let ca = '';
/** An AWS with a certificate of that authority: it refuses all. */
let awsPort = 0;
let reached: string[];

beforeAll(async () => {
  const made = certificates();
  ca = made.ca;
  reached = [];
  awsPort = await listen(
    createTlsServer({ key: made.key, cert: made.cert }, (request, response) => {
      reached.push(request.headers.host ?? '');
      response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' });
      response.end('{"message":"refused behind the proxy"}');
    }),
  );
});

const quick = (env: Record<string, string>, args: string[] = [], options: RunOptions = {}) =>
  nfm([...QUICK, '-o', 'json', ...args], { ...options, env: { ...ENV, ...env } });

describe.concurrent('AWS_CA_BUNDLE', () => {
  const endpoint = () => ['--endpoint-url', `https://127.0.0.1:${awsPort}`];

  test('without it the certificate is not believed, and the hint names it', async () => {
    const run = await quick({}, endpoint());
    expect(run.code).toBe(255);
    expect(jsonError(run)).toMatchObject({
      code: 'tls-failure',
      hint: expect.stringContaining('AWS_CA_BUNDLE'),
    });
  });

  test('with it AWS is reached', async () => {
    const run = await quick({ AWS_CA_BUNDLE: ca }, endpoint());
    expect(run.code).toBe(254);
    expect(jsonError(run).code).toBe('access-denied');
  });

  test('ca_bundle of the profile does the same', async () => {
    const run = await quick(home({ '.aws/config': `[default]\nca_bundle = ${ca}\n` }), endpoint());
    expect(jsonError(run).code).toBe('access-denied');
  });

  test.each([
    ['a file that is not there', '/nowhere/ca.pem'],
    ['a file without certificates', '/etc/hostname'],
  ])('%s is said before any call', async (_, path) => {
    const run = await quick({ AWS_CA_BUNDLE: path }, endpoint());
    expect(run.code).toBe(253);
    expect(jsonError(run).code).toBe('bad-ca-bundle');
  });
});

describe.concurrent('proxies', () => {
  const SERVICES = ['ec2.eu-central-1.amazonaws.com:443', 'networkflowmonitor.eu-central-1.api.aws:443'];
  const asked = ({ tunnels }: Proxy) => [...new Set(tunnels)].sort();

  test.each(['HTTPS_PROXY', 'https_proxy'])('%s: every call goes through it', async (name) => {
    const through = await proxy({ to: awsPort });
    const run = await quick({ [name]: through.url, AWS_CA_BUNDLE: ca });
    expect(jsonError(run)).toMatchObject({
      code: 'access-denied',
      message: expect.stringContaining('behind the proxy'),
    });
    expect(asked(through)).toEqual(SERVICES);
  });

  test('lower case comes first; a proxy without a scheme is an http one', async () => {
    const [first, second] = await Promise.all([proxy({ to: awsPort }), proxy({ to: awsPort })]);
    await quick({
      https_proxy: first.url.replace('http://', ''),
      HTTPS_PROXY: second.url,
      AWS_CA_BUNDLE: ca,
    });
    expect(asked(first)).toEqual(SERVICES);
    expect(second.tunnels).toEqual([]);
  });

  test.each(['NO_PROXY', 'no_proxy'])('%s is reached straight, with all below it', async (name) => {
    const through = await proxy({ to: awsPort });
    // .invalid is nobody's: straight, it cannot be found.
    const run = await quick(
      { HTTPS_PROXY: through.url, [name]: 'example.com, nfm.invalid', AWS_CA_BUNDLE: ca },
      ['--endpoint-url', 'https://aws.nfm.invalid'],
    );
    expect(jsonError(run).code).toBe('unreachable');
    expect(through.tunnels).toEqual([]);
  });

  test('an http endpoint takes HTTP_PROXY; loopback takes none', async () => {
    const stub = await awsStub();
    const through = await proxy({ to: Number(new URL(stub.endpoint).port) });
    const env = { HTTP_PROXY: through.url, HTTPS_PROXY: through.url };
    const local = await quick({ ...env, AWS_ENDPOINT_URL: stub.endpoint });
    expect(jsonError(local).code).toBe('access-denied');
    expect(through.tunnels).toEqual([]);
    const far = await quick({ ...env, AWS_ENDPOINT_URL: 'http://aws.nfm.invalid' });
    expect(jsonError(far).code).toBe('access-denied');
    expect(asked(through)).toEqual(['aws.nfm.invalid:80']);
  });

  test('SSO goes through it too, to sso_region and not to the Region that is asked', async () => {
    const through = await proxy({ refuse: 403 });
    const { createHash } = await import('node:crypto');
    const cache = createHash('sha1').update('corp').digest('hex');
    const files = home({
      '.aws/config':
        '[sso-session corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\n[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = oncall\n',
      [`.aws/sso/cache/${cache}.json`]: JSON.stringify({
        accessToken: 'bearer-never-printed',
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    });
    await quick({ ...files, HTTPS_PROXY: through.url }, ['--profile', 'sso', '--region', 'sa-east-1']);
    expect(asked(through)).toEqual(['portal.sso.eu-west-1.amazonaws.com:443']);
  });

  test('user and password are given to the proxy and to nobody else', async () => {
    const through = await proxy({ refuse: 407 });
    const url = through.url.replace('//', '//oncall:p%40ssw0rd-of-proxy@');
    const run = await quick({ HTTPS_PROXY: url }, ['--debug']);
    expect(run.code).toBe(255);
    expect(run.stderr).toContain('"proxy-refused"');
    expect(run.stderr).toContain('HTTPS_PROXY=http');
    const basic = Buffer.from('oncall:p@ssw0rd-of-proxy').toString('base64');
    expect(new Set(through.passwords)).toEqual(new Set([`Basic ${basic}`]));
    expect(allOutput(run)).not.toMatch(/ssw0rd-of-proxy/);
    expect(allOutput(run)).not.toContain(basic);
  });

  test('a proxy that is not there is named, without its password', async () => {
    const gone = createServer();
    const port = await listen(gone);
    await new Promise((resolve) => gone.close(resolve));
    const run = await quick({ HTTPS_PROXY: `http://oncall:pass-of-proxy@127.0.0.1:${port}` });
    expect(run.code).toBe(255);
    expect(jsonError(run)).toMatchObject({ message: expect.stringContaining(`the proxy 127.0.0.1:${port}`) });
    expect(allOutput(run)).not.toContain('pass-of-proxy');
  });

  test.each(['socks5://oncall:pass-of-proxy@127.0.0.1:1080', 'http://oncall:pass-of-proxy@:x'])(
    '%s is no proxy that can be used',
    async (url) => {
      const run = await quick({ HTTPS_PROXY: url }, ['--debug']);
      expect(run.code).toBe(253);
      expect(run.stderr).toContain('"bad-proxy"');
      expect(allOutput(run)).not.toContain('pass-of-proxy');
    },
  );
});

describe.concurrent('--debug', () => {
  const SECRET = 'wJalrXUtnFEMI-never-print-this-key';
  const TOKEN = 'FwoGZXIvYXdzE-never-print-this-token';

  /** What AWS says of a wrong signature: it repeats the request, token included. */
  const MISMATCH = (token: string) =>
    `The request signature we calculated does not match. The Canonical String for this request should have been\n'POST\n/\n\nhost:sts.amazonaws.com\nx-amz-security-token:${token}\n\nhost;x-amz-security-token'\nAuthorization: AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=abcdef0123456789`;

  test.each([
    [
      'keys of the environment',
      { AWS_ACCESS_KEY_ID: 'ASIAENV', AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN },
    ],
    [
      'keys of a file',
      home({
        '.aws/credentials': `[default]\naws_access_key_id = ASIAFILE\naws_secret_access_key = ${SECRET}\naws_session_token = ${TOKEN}\n`,
      }),
    ],
    [
      'keys of a process',
      home({
        '.aws/config': `[default]\ncredential_process = echo '{"Version":1,"AccessKeyId":"ASIAPROC","SecretAccessKey":"${SECRET}","SessionToken":"${TOKEN}"}'\n`,
      }),
    ],
    [
      'a process that prints no JSON',
      home({ '.aws/config': `[default]\ncredential_process = echo SecretAccessKey ${SECRET}\n` }),
    ],
    [
      'a process that fails and says too much',
      home({
        '.aws/config': `[default]\ncredential_process = sh -c "echo SessionToken=${TOKEN} >&2; exit 1" ${SECRET}\n`,
      }),
    ],
  ])('%s: no secret, token, Authorization header or signature is ever printed', async (_, env) => {
    const mismatch = await serve((request, response) => {
      const token = String(request.headers['x-amz-security-token'] ?? '');
      response.writeHead(403, { 'x-amzn-errortype': 'SignatureDoesNotMatch' });
      response.end(JSON.stringify({ message: MISMATCH(token) }));
    });
    const stub = await awsStub();
    const common = { AWS_REGION: 'eu-central-1', AWS_MAX_ATTEMPTS: '1', ...env };
    for (const AWS_ENDPOINT_URL of [mismatch, stub.endpoint, 'http://127.0.0.1:9']) {
      const run = await nfm([...QUICK, '--debug'], { env: { ...common, AWS_ENDPOINT_URL } });
      expect(run.code).toBeGreaterThan(252);
      const said = allOutput(run);
      expect(said).not.toContain(SECRET);
      expect(said).not.toContain(TOKEN);
      expect(said).not.toMatch(/never-print/);
      expect(said).not.toMatch(/Credential=A|Signature=[0-9a-f]/);
    }
  });

  test('on success neither', async () => {
    const run = await nfm([...QUICK, '--sandbox', 'quiet', '--debug', '-o', 'json'], {
      env: { AWS_SECRET_ACCESS_KEY: SECRET, AWS_SESSION_TOKEN: TOKEN },
    });
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/networkflowmonitor:ListMonitors ok \d+ ms/);
    expect(allOutput(run)).not.toMatch(/never-print/);
  });
});
