import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { request as forward } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { awsStub, home, QUICK, scopeOf, serve } from './aws-stub.ts';
import { account, ENV, expectError, jsonError, nfmProcess as nfm, PROGRAM } from './helpers.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment' };
const REGION = { AWS_REGION: 'eu-central-1' };

/** Each signer once: which credentials were used, in which Region, for which services. */
const signers = (signed: readonly string[]) => [...new Set(signed.map((s) => s.split(' ')[0]))];
const regions = (signed: readonly string[]) => [...new Set(signed.map((s) => s.split(' ')[1]))];

const TWO_PROFILES = `[default]
region = eu-west-1
[profile other]
region = eu-west-2
`;
const CREDENTIALS = `[default]
aws_access_key_id = AKIADEFAULT
aws_secret_access_key = secret-of-default
[other]
aws_access_key_id = AKIAOTHER
aws_secret_access_key = secret-of-other
`;

describe('which credentials and which Region', () => {
  const files = home({ '.aws/config': TWO_PROFILES, '.aws/credentials': CREDENTIALS });

  test.each([
    ['the default profile', {}, [], 'AKIADEFAULT', 'eu-west-1'],
    ['AWS_PROFILE', { AWS_PROFILE: 'other' }, [], 'AKIAOTHER', 'eu-west-2'],
    [
      '--profile before AWS_PROFILE',
      { AWS_PROFILE: 'default' },
      ['--profile', 'other'],
      'AKIAOTHER',
      'eu-west-2',
    ],
    [
      '--profile excludes the keys of the environment',
      KEYS,
      ['--profile', 'other'],
      'AKIAOTHER',
      'eu-west-2',
    ],
    [
      'keys before AWS_PROFILE, as in the AWS CLI',
      { ...KEYS, AWS_PROFILE: 'other' },
      [],
      'AKIAENV',
      'eu-west-2',
    ],
    ['AWS_REGION before the profile', { AWS_REGION: 'us-east-2' }, [], 'AKIADEFAULT', 'us-east-2'],
    ['AWS_DEFAULT_REGION too', { AWS_DEFAULT_REGION: 'us-west-1' }, [], 'AKIADEFAULT', 'us-west-1'],
    ['--region before all', REGION, ['--region', 'sa-east-1'], 'AKIADEFAULT', 'sa-east-1'],
  ])('%s', async (_, env, args, key, region) => {
    const stub = await awsStub();
    const run = await nfm([...QUICK, ...args], {
      env: { ...files, ...env, AWS_ENDPOINT_URL: stub.endpoint },
    });
    expect(run.code).toBe(254);
    expect(signers(stub.signed)).toEqual([key]);
    expect(regions(stub.signed)).toEqual([region]);
  });

  test.each([
    ['--profile', ['--profile', 'othr'], {}],
    ['AWS_PROFILE', [], { AWS_PROFILE: 'othr' }],
  ])('an unknown profile in %s: the nearest is named', async (_, args, env) => {
    const run = await nfm([...QUICK, ...args], { env: { ...files, ...env } });
    expect(run.code).toBe(253);
    expect(expectError(run)).toEqual({
      message: "There is no profile 'othr'.",
      hint: "Did you mean 'other'?",
    });
  });
});

describe.concurrent('endpoints of the configuration file', () => {
  const config = async () => {
    const [one, two, three] = await Promise.all([awsStub(), awsStub(), awsStub()]);
    const files = home({
      '.aws/config': `[default]
region = eu-west-1
endpoint_url = ${one.endpoint}
[profile other]
region = eu-west-2
endpoint_url = ${two.endpoint}
services = apart
[services apart]
ec2 =
  endpoint_url = ${three.endpoint}
`,
      '.aws/credentials': CREDENTIALS,
    });
    return { one, two, three, files };
  };
  const services = (signed: readonly string[]) => [...new Set(signed.map((s) => s.split(' ')[2]))].sort();

  test('--profile: its own, service by service, and not the default profile’s', async () => {
    const { one, two, three, files } = await config();
    const run = await nfm([...QUICK, '--profile', 'other'], { env: files });
    expect(run.code).toBe(254);
    expect(one.signed).toEqual([]);
    expect(services(two.signed)).toEqual(['networkflowmonitor']);
    expect(services(three.signed)).toEqual(['ec2']);
  });

  test('the environment comes before the profile, --endpoint-url before both', async () => {
    const { one, two, files } = await config();
    const env = { ...files, AWS_ENDPOINT_URL: one.endpoint };
    await nfm([...QUICK, '--profile', 'other'], { env });
    expect(services(one.signed)).toContain('networkflowmonitor');
    expect(two.signed).toEqual([]);
    const before = one.signed.length;
    await nfm([...QUICK, '--endpoint-url', two.endpoint], { env });
    expect(one.signed.length).toBe(before);
    expect(services(two.signed)).toEqual(['ec2', 'networkflowmonitor']);
  });

  test('FIPS and an endpoint of one’s own exclude one another; the sandbox does not mind', async () => {
    const env = { ...KEYS, ...REGION, AWS_USE_FIPS_ENDPOINT: 'true' };
    const run = await nfm([...QUICK, '--endpoint-url', 'http://127.0.0.1:9', '-o', 'json'], { env });
    expect(run.code).toBe(253);
    expect(jsonError(run)).toMatchObject({
      code: 'fips-with-endpoint',
      hint: expect.stringContaining('AWS_USE_FIPS_ENDPOINT'),
    });
    expect((await nfm([...QUICK, '--sandbox', 'quiet'], { env })).code).toBe(0);
  });
});

describe.concurrent('sources of credentials', () => {
  const asked = async (
    files: Record<string, string>,
    env: Record<string, string> = {},
    args: string[] = [],
  ) => {
    const stub = await awsStub();
    const run = await nfm([...QUICK, ...args], {
      env: { ...REGION, ...home(files), AWS_ENDPOINT_URL: stub.endpoint, ...env },
    });
    return { run, stub };
  };

  test('credential_process', async () => {
    const command = `echo '{"Version":1,"AccessKeyId":"AKIAPROCESS","SecretAccessKey":"secret-of-the-process"}'`;
    const { run, stub } = await asked({ '.aws/config': `[default]\ncredential_process = ${command}\n` });
    expect(run.code).toBe(254);
    expect(signers(stub.signed)).toEqual(['AKIAPROCESS']);
  });

  test('a credential_process that fails says why, without its command line; no other source is tried', async () => {
    const command = 'sh -c "echo vault is sealed >&2; exit 3" --token=token-of-the-vault';
    const { run, stub } = await asked({ '.aws/config': `[default]\ncredential_process = ${command}\n` });
    expect(run.code).toBe(253);
    expect(expectError(run).message).toBe(
      "The credential_process of profile 'default' (~/.aws/config:1) failed (vault is sealed).",
    );
    expect(run.stderr).not.toContain('token-of-the-vault');
    expect(stub.signed).toEqual([]);
  });

  const ROLE = `[default]
region = eu-west-1
[profile oncall]
region = eu-west-3
role_arn = arn:aws:iam::123456789012:role/oncall
source_profile = default
`;

  test('assume role: once for all services, in the Region of the profile', async () => {
    const { run, stub } = await asked({ '.aws/config': ROLE, '.aws/credentials': CREDENTIALS }, {}, [
      '--profile',
      'oncall',
      '--region',
      'eu-north-1',
    ]);
    expect(run.code).toBe(254);
    expect(stub.sts.map((body) => body.get('RoleArn'))).toEqual(['arn:aws:iam::123456789012:role/oncall']);
    expect(stub.signed[0]).toBe('AKIADEFAULT eu-west-3 sts');
    expect(signers(stub.signed.slice(1))).toEqual(['ASIAROLE']);
    expect(regions(stub.signed.slice(1))).toEqual(['eu-north-1']);
  });

  test('several Regions share the role', async () => {
    const { stub } = await asked({ '.aws/config': ROLE, '.aws/credentials': CREDENTIALS }, {}, [
      '--profile',
      'oncall',
      '--region',
      'eu-north-1',
      '--region',
      'eu-west-1',
    ]);
    expect(stub.sts.length).toBe(1);
    expect(regions(stub.signed.slice(1)).sort()).toEqual(['eu-north-1', 'eu-west-1']);
  });

  test('a role that is refused is about the role, not about the call', async () => {
    const refusing = await serve((_, response) => {
      response.writeHead(403, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>User is not authorized to perform: sts:AssumeRole</Message></Error></ErrorResponse>',
      );
    });
    const { run, stub } = await asked(
      { '.aws/config': ROLE, '.aws/credentials': CREDENTIALS },
      { AWS_ENDPOINT_URL_STS: refusing },
      ['--profile', 'oncall', '-o', 'json'],
    );
    expect(run.code).toBe(253);
    expect(jsonError(run)).toMatchObject({
      code: 'role-refused',
      hint: expect.stringContaining('trust policy'),
    });
    expect(stub.signed).toEqual([]);
  });

  test('web identity', async () => {
    const files = home({ token: 'token-of-the-web' });
    const { run, stub } = await asked(
      {},
      {
        AWS_WEB_IDENTITY_TOKEN_FILE: join(files.HOME, 'token'),
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/pod',
      },
    );
    expect(run.code).toBe(254);
    expect(stub.sts.map((body) => [body.get('RoleArn'), body.get('WebIdentityToken')])).toEqual([
      ['arn:aws:iam::123456789012:role/pod', 'token-of-the-web'],
    ]);
    expect(signers(stub.signed)).toEqual(['ASIAROLE']);
  });

  test('SSO, with the token of aws sso login', async () => {
    const portal: string[] = [];
    const sso = await serve((request, response) => {
      portal.push(`${request.url} ${request.headers['x-amz-sso_bearer_token']}`);
      response.setHeader('content-type', 'application/json').end(
        JSON.stringify({
          roleCredentials: {
            accessKeyId: 'ASIASSO',
            secretAccessKey: 'secret-of-sso',
            sessionToken: 'token-of-sso',
            expiration: Date.now() + 3_600_000,
          },
        }),
      );
    });
    const cache = createHash('sha1').update('corp').digest('hex');
    const { run, stub } = await asked(
      {
        '.aws/config':
          '[sso-session corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\n[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = oncall\n',
        [`.aws/sso/cache/${cache}.json`]: JSON.stringify({
          accessToken: 'bearer-never-printed',
          expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        }),
      },
      { AWS_ENDPOINT_URL_SSO: sso },
      ['--profile', 'sso'],
    );
    expect(run.code).toBe(254);
    expect(signers(stub.signed)).toEqual(['ASIASSO']);
    expect(portal).toEqual([
      '/federation/credentials?account_id=123456789012&role_name=oncall bearer-never-printed',
    ]);
  });

  test('an SSO session that is over: aws sso login', async () => {
    const { run } = await asked(
      {
        '.aws/config':
          '[sso-session corp]\nsso_start_url = https://corp.example\nsso_region = eu-west-1\n[profile sso]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = oncall\n',
      },
      {},
      ['--profile', 'sso', '-o', 'json'],
    );
    expect(run.code).toBe(253);
    expect(jsonError(run)).toMatchObject({
      code: 'sso-expired',
      hint: expect.stringContaining('aws sso login'),
    });
  });

  test('instance metadata that does not answer is not waited for', async () => {
    const silent = await serve(() => undefined);
    const start = performance.now();
    const run = await nfm([...QUICK, '-o', 'json'], {
      env: { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: silent, ...REGION },
    });
    expect(run.code).toBe(253);
    expect(jsonError(run).code).toBe('no-credentials');
    expect(performance.now() - start).toBeLessThan(10_000);
  });

  test('an instance: its role, and its Region', async () => {
    const metadata = await serve((request, response) => {
      const path = request.url ?? '';
      if (request.method === 'PUT') response.end('token-of-the-instance');
      else if (path.endsWith('/placement/region')) response.end('eu-west-2');
      else if (path.endsWith('/security-credentials/')) response.end('bastion');
      else
        response.end(
          JSON.stringify({
            Code: 'Success',
            AccessKeyId: 'ASIAINSTANCE',
            SecretAccessKey: 'secret-of-the-instance',
            Token: 'session-of-the-instance',
            Expiration: new Date(Date.now() + 3_600_000).toISOString(),
          }),
        );
    });
    const { run, stub } = await asked(
      {},
      { AWS_EC2_METADATA_DISABLED: 'false', AWS_EC2_METADATA_SERVICE_ENDPOINT: metadata, AWS_REGION: '' },
    );
    expect(run.code).toBe(254);
    expect(signers(stub.signed)).toEqual(['ASIAINSTANCE']);
    expect(regions(stub.signed)).toEqual(['eu-west-2']);
  });
});

/** What people's files have wrong, each with where it stands and the one command that mends it. */
const WRONG = String.raw`[sso-session corp]
sso_start_url = https://corp.example
sso_region = eu-west-1
[profile sso]
sso_session = corp
sso_account_id = 123456789012
sso_role_name = ReadOnly
[profile sso-missing]
sso_session = nowhere
sso_account_id = 123456789012
sso_role_name = ReadOnly
[profile sso-typo]
sso_session = corpp
sso_account_id = 123456789012
sso_role_name = ReadOnly
[profile sso-half]
sso_session = corp
sso_account_id = 123456789012
[profile login]
login_session = arn:aws:iam::123456789012:user/alice
[profile chain-login]
role_arn = arn:aws:iam::210987654321:role/Reader
source_profile = login
[profile proc]
credential_process = /bin/sh -c 'echo "AADSTS50058: session expired" >&2; exit 1'
[profile proc-old]
credential_process = /bin/sh -c 'echo "{\"Version\":1,\"AccessKeyId\":\"AKIA\",\"SecretAccessKey\":\"x\",\"Expiration\":\"2020-01-01T00:00:00Z\"}"'
[profile chain-proc]
role_arn = arn:aws:iam::210987654321:role/Reader
source_profile = proc
[profile imds]
role_arn = arn:aws:iam::210987654321:role/Reader
credential_source = Ec2InstanceMetadata
[profile loopy]
role_arn = arn:aws:iam::210987654321:role/Reader
source_profile = loopy2
[profile loopy2]
role_arn = arn:aws:iam::210987654321:role/Reader
source_profile = loopy
[profile half]
aws_access_key_id = AKIAHALF
[profile no-source]
role_arn = arn:aws:iam::210987654321:role/Reader
[profile gone-source]
role_arn = arn:aws:iam::210987654321:role/Reader
source_profile = nobody-by-that-name
[profile token]
role_arn = arn:aws:iam::210987654321:role/Reader
web_identity_token_file = /nowhere/token
[profile stray]
region = eu-west-1
aws_access_key_id AKIASTRAY
[profile nothing-read]
aws_access_key_id AKIASTRAY
[profile empty]
region = eu-west-1
[bare]
region = eu-west-1
`;

describe.concurrent('what is wrong in which file, and what mends it', () => {
  const files = home({ '.aws/config': WRONG });

  test.each([
    ['sso', 'sso-expired', /profile 'sso' \(~\/\.aws\/config:4\)/, 'aws sso login --profile sso'],
    [
      'sso-missing',
      'bad-profile',
      /config:8\) names sso-session 'nowhere', which/,
      'aws configure sso --profile',
    ],
    ['sso-typo', 'bad-profile', /names sso-session 'corpp'/, 'aws configure set sso_session corp --profile'],
    ['sso-half', 'bad-profile', /config:16\) lacks sso_role_name/, 'aws configure sso --profile sso-half'],
    ['login', 'login-expired', /Nobody is signed in for profile 'login'/, 'aws login --profile login'],
    ['chain-login', 'login-expired', /profile 'login' \(~\/\.aws\/config:19\)/, 'aws login --profile login'],
    ['proc', 'credential-process-failed', /config:24\) failed \(AADSTS50058/, 'by hand'],
    ['proc-old', 'credential-process-failed', /handed out credentials that have expired/, 'Expiration'],
    ['chain-proc', 'credential-process-failed', /profile 'proc' \(~\/\.aws\/config:24\)/, 'by hand'],
    ['imds', 'no-credentials', /metadata/, "Profile 'imds' takes them from credential_source"],
    ['loopy', 'bad-profile', /itself: loopy → loopy2 → loopy/, 'source_profile PROFILE --profile loopy2'],
    [
      'half',
      'bad-profile',
      /has aws_access_key_id and no aws_secret_access_key/,
      'aws configure --profile half',
    ],
    [
      'no-source',
      'bad-profile',
      /names a role and not with whose/,
      'aws configure set source_profile PROFILE',
    ],
    [
      'gone-source',
      'bad-profile',
      /'nobody-by-that-name', which is in no file/,
      'aws configure --profile nobody',
    ],
    ['token', 'bad-profile', /reads its token from \/nowhere\/token/, 'has to run first'],
    ['stray', 'bad-profile', /config:52 is neither/, 'aws configure --profile stray'],
    ['empty', 'bad-profile', /names no source of credentials/, 'aws configure --profile empty'],
    ['nothing-read', 'unknown-profile', /no profile 'nothing-read'/, '~/.aws/config:54 is neither'],
    [
      'bare',
      'unknown-profile',
      /no profile 'bare'/,
      '~/.aws/config:57 has [bare]; in that file it has to be [profile bare]',
    ],
  ])('%s: %s', async (profile, code, message, hint) => {
    const run = await nfm([...QUICK, '--profile', profile, '-o', 'json'], {
      env: { ...files, ...REGION, AWS_ENDPOINT_URL: 'http://127.0.0.1:9' },
    });
    expect(run.code).toBe(253);
    const error = jsonError(run);
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
    expect(error.hint).toContain(hint);
  });

  test('half a key pair in the environment', async () => {
    const run = await nfm([...QUICK, '-o', 'json'], {
      env: { ...home({}), ...REGION, AWS_ACCESS_KEY_ID: 'AKIAENV' },
    });
    expect(run.code).toBe(253);
    expect(jsonError(run)).toMatchObject({
      code: 'bad-profile',
      message: 'The environment has AWS_ACCESS_KEY_ID and no AWS_SECRET_ACCESS_KEY.',
    });
  });

  const cache = createHash('sha1').update('corp').digest('hex');
  const signedIn = () =>
    home({
      '.aws/config': WRONG,
      [`.aws/sso/cache/${cache}.json`]: JSON.stringify({
        accessToken: 'bearer-never-printed',
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      }),
    });

  test.each([
    [
      'a proxy',
      'text/html',
      '<html>Blocked by your organisation</html>',
      255,
      'credentials-unreachable',
      'HTTPS_PROXY',
    ],
    [
      'AWS',
      'application/json',
      '{"message":"No access"}',
      253,
      'role-refused',
      'aws configure sso --profile sso',
    ],
  ])('403 of %s while SSO credentials are fetched', async (_, type, body, exit, code, hint) => {
    const portal = await serve((_request, response) => {
      const own = type === 'text/html' ? {} : { 'x-amzn-errortype': 'ForbiddenException' };
      response.writeHead(403, { 'content-type': type, ...own }).end(body);
    });
    const run = await nfm([...QUICK, '--profile', 'sso', '-o', 'json'], {
      env: { ...signedIn(), ...REGION, AWS_ENDPOINT_URL_SSO: portal, AWS_ENDPOINT_URL: portal },
    });
    expect(run.code).toBe(exit);
    expect(jsonError(run)).toMatchObject({ code, hint: expect.stringContaining(hint) });
    expect(run.stderr).not.toContain('bearer-never-printed');
  });
});

test('a long run survives credentials that expire, again and again', async () => {
  const { sandbox, env } = await account({ queryMillis: 300 });
  let handed = 0;
  const container = await serve((_, response) => {
    handed++;
    response.setHeader('content-type', 'application/json').end(
      JSON.stringify({
        AccessKeyId: `ASIA${handed}`,
        SecretAccessKey: 'secret-of-the-container',
        Token: `token-${handed}`,
        Expiration: new Date(Date.now() + 1_500).toISOString(),
      }),
    );
  });
  const used = new Set<string>();
  const front = await serve((request, response) => {
    used.add(scopeOf(request)?.split(' ')[0] ?? '');
    const { method = 'GET', url = '/', headers } = request;
    request.pipe(
      forward(`${sandbox.endpoint}${url}`, { method, headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(response);
      }),
    );
  });
  const run = await nfm(
    ['triage', '--since', '20m', '--baseline', 'none', '--concurrency', '2', '-o', 'json'],
    {
      env: {
        AWS_ENDPOINT_URL: front,
        AWS_REGION: env.AWS_REGION ?? '',
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${container}/credentials`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: 'token-of-the-task',
      },
    },
  );
  expect(run.code).toBe(0);
  expect(
    JSON.parse(run.stdout).gaps.filter((g: { code: string }) => /expired|credentials/.test(g.code)),
  ).toEqual([]);
  expect(used.size).toBeGreaterThan(1);
  expect(handed).toBeGreaterThan(1);
});

const MFA = `[default]
region = eu-west-1
[profile mfa]
role_arn = arn:aws:iam::123456789012:role/oncall
source_profile = default
mfa_serial = arn:aws:iam::123456789012:mfa/me
`;

describe('MFA', () => {
  test('on a terminal: asked once, for two Regions', async () => {
    const stub = await awsStub();
    const folder = home({ '.aws/config': MFA, '.aws/credentials': CREDENTIALS });
    const script = join(folder.HOME, 'terminal.py');
    writeFileSync(script, TERMINAL);
    const args = [
      ...QUICK,
      '--no-progress',
      '--profile',
      'mfa',
      '--region',
      'eu-west-1',
      '--region',
      'eu-west-3',
    ];
    const { stdout } = await promisify(execFile)('python3', [script, ...PROGRAM, ...args], {
      env: { ...ENV, ...folder, AWS_ENDPOINT_URL: stub.endpoint },
    });
    expect(stdout.match(/MFA code for arn:aws:iam::123456789012:mfa\/me/g)?.length).toBe(1);
    expect(stub.sts.map((body) => [body.get('SerialNumber'), body.get('TokenCode')])).toEqual([
      ['arn:aws:iam::123456789012:mfa/me', '123456'],
    ]);
    expect(regions(stub.signed.slice(1)).sort()).toEqual(['eu-west-1', 'eu-west-3']);
  });

  test('off a terminal: an error that says how to hand over a session', async () => {
    const stub = await awsStub();
    const run = await nfm([...QUICK, '--profile', 'mfa', '--region', 'eu-west-1', '-o', 'json'], {
      env: {
        ...home({ '.aws/config': MFA, '.aws/credentials': CREDENTIALS }),
        AWS_ENDPOINT_URL: stub.endpoint,
      },
    });
    expect(run.code).toBe(253);
    expect(jsonError(run)).toMatchObject({
      code: 'mfa-required',
      hint: expect.stringContaining('aws configure export-credentials'),
    });
    expect(stub.signed).toEqual([]);
  });
});

/** Runs a program on a terminal of its own and types the code when it is asked for. */
const TERMINAL = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
seen, typed = b'', False
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if not typed and b'MFA code' in seen:
        typed = True
        os.write(fd, b'123456\\n')
os.waitpid(pid, 0)
sys.stdout.buffer.write(seen)
`;
