import { describe, expect, test } from 'vitest';
import { triageListSchema } from '../../src/model/documents.ts';
import { awsStub, QUICK, serve } from './aws-stub.ts';
import { account, expectError, jsonError, nfm } from './helpers.ts';

const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'secret-of-the-environment' };

describe.concurrent('a Region without the service', () => {
  test.each([
    ['--region', ['--region', 'eu-south-1'], {}, 252],
    ['the environment', [], { AWS_REGION: 'eu-south-1' }, 253],
  ])('in %s is said before the first call, with the way round', async (_, args, env, code) => {
    const run = await nfm([...QUICK, ...args], { env: { ...KEYS, ...env } });
    expect(run.code).toBe(code);
    const { message, hint } = expectError(run);
    expect(message).toBe("Network Flow Monitor is not known to run in 'eu-south-1'.");
    expect(hint).toMatch(/^Regions with it: .*eu-central-1.*--any-region, or --endpoint-url/);
  });

  test('a typing error: the Region that was meant', async () => {
    const run = await nfm([...QUICK, '--region', 'eu-centrl-1'], { env: KEYS });
    expect(expectError(run).hint).toMatch(/^Did you mean eu-central-1\?/);
  });

  test('one of several is said before the others are asked', async () => {
    const stub = await awsStub();
    const env = { ...KEYS, AWS_ENDPOINT_URL_EC2: stub.endpoint, AWS_ENDPOINT_URL_STS: stub.endpoint };
    const run = await nfm([...QUICK, '--region', 'eu-west-1', '--region', 'eu-south-1'], { env });
    expect(run.code).toBe(252);
    expect(stub.signed).toEqual([]);
  });

  test.each([
    ['--endpoint-url', true, []],
    ['AWS_ENDPOINT_URL', false, []],
    ['--any-region', false, ['--any-region']],
  ])('%s is a way round', async (_, flag, args) => {
    const stub = await awsStub();
    const env = { ...KEYS, AWS_REGION: 'eu-south-1', ...(flag ? {} : { AWS_ENDPOINT_URL: stub.endpoint }) };
    const run = await nfm([...QUICK, ...args, ...(flag ? ['--endpoint-url', stub.endpoint] : [])], { env });
    expect(run.code).toBe(254);
    expect(stub.signed.every((s) => s.startsWith('AKIAENV eu-south-1 '))).toBe(true);
  });

  test('one that is not enabled for the account', async () => {
    const stranger = await serve((_, response) => {
      response.writeHead(403, { 'x-amzn-errortype': 'UnrecognizedClientException' });
      response.end('{"message":"The security token included in the request is invalid."}');
    });
    const run = await nfm([...QUICK, '--any-region', '--region', 'eu-south-1', '-o', 'json'], {
      env: { ...KEYS, AWS_ENDPOINT_URL: stranger },
    });
    expect(run.code).toBe(254);
    expect(jsonError(run)).toMatchObject({
      code: 'region-not-enabled',
      hint: expect.stringContaining('get-region-opt-status --region-name eu-south-1'),
    });
  });
});

describe.concurrent('triage in several Regions', () => {
  const TWO = ['--region', 'eu-west-1', '--region', 'ap-northeast-3'];

  /** Half of the world is on fire: one Region refuses, the other is the sandbox. */
  const half = async () => {
    const { sandbox, env } = await account({ scenario: 'quiet' });
    const front = await serve((request, response) => {
      if (/\/eu-west-1\//.test(request.headers.authorization ?? '')) {
        response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' });
        response.end('{"message":"not here"}');
        return;
      }
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', async () => {
        const { connection, host, ...headers } = request.headers as Record<string, string>;
        const answer = await fetch(`${sandbox.endpoint}${request.url}`, {
          method: request.method ?? 'GET',
          headers,
          ...(chunks.length ? { body: Buffer.concat(chunks) } : {}),
        });
        response.writeHead(answer.status, Object.fromEntries(answer.headers));
        response.end(Buffer.from(await answer.arrayBuffer()));
      });
    });
    return { ...env, AWS_ENDPOINT_URL: front };
  };

  test('JSON: one document, the reports in the order of the Regions', async () => {
    const { run } = await account({ scenario: 'quiet' });
    const { code, stdout, stderr } = await run([...QUICK, ...TWO, '-o', 'json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { items, failures } = triageListSchema.parse(JSON.parse(stdout));
    expect(items.map((report) => report.target.region)).toEqual(['eu-west-1', 'ap-northeast-3']);
    expect(failures).toEqual([]);
  });

  test('a table and Markdown: one report after the other', async () => {
    const { run } = await account({ scenario: 'quiet' });
    const [table, markdown] = await Promise.all([
      run([...QUICK, ...TWO]),
      run([...QUICK, ...TWO, '-o', 'markdown']),
    ]);
    for (const { code, stdout } of [table, markdown]) {
      expect(code).toBe(0);
      expect(stdout.indexOf('eu-west-1')).toBeGreaterThan(-1);
      expect(stdout.indexOf('ap-northeast-3')).toBeGreaterThan(stdout.indexOf('eu-west-1'));
    }
  });

  test('HTML: one page for all', async () => {
    const { run } = await account({ scenario: 'quiet' });
    const { code, stdout } = await run([...QUICK, ...TWO, '-o', 'html']);
    expect(code).toBe(0);
    expect(stdout.match(/<!doctype html>/g)).toHaveLength(1);
    expect(stdout.match(/<h1>/g)).toHaveLength(2);
    expect(stdout.indexOf('in ap-northeast-3')).toBeGreaterThan(stdout.indexOf('in eu-west-1'));
  });

  test('CSV and NDJSON say the Region in every line', async () => {
    const { run } = await account({ scenario: 'quiet', regional: false });
    const [csv, ndjson] = await Promise.all([
      run([...QUICK, ...TWO, '-o', 'csv']),
      run([...QUICK, ...TWO, '-o', 'ndjson']),
    ]);
    const [header = '', ...rows] = csv.stdout.trim().split('\n');
    expect(header).toMatch(/^region,/);
    expect(new Set(rows.map((row) => row.split(',')[0]))).toEqual(new Set(['eu-west-1', 'ap-northeast-3']));
    const reports = ndjson.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reports.map(({ schema, target }) => `${schema} ${target.region}`)).toEqual([
      'nfm.triage/v1 eu-west-1',
      'nfm.triage/v1 ap-northeast-3',
    ]);
  });

  test('a Region that fails does not fail the others: a warning, and failures in the document', async () => {
    const env = await half();
    const { code, stdout, stderr } = await nfm([...QUICK, ...TWO, '-o', 'json'], { env });
    expect(code).toBe(0);
    expect(stderr).toMatch(/^warning: eu-west-1: AWS refused networkflowmonitor:List[^\n]*\n$/);
    const { items, failures } = triageListSchema.parse(JSON.parse(stdout));
    expect(items.map((report) => report.target.region)).toEqual(['ap-northeast-3']);
    expect(failures).toMatchObject([{ region: 'eu-west-1', code: 'access-denied' }]);
  });

  test('if all fail, the first failure is the answer', async () => {
    const stub = await awsStub();
    const run = await nfm([...QUICK, ...TWO, '-o', 'json'], {
      env: { ...KEYS, AWS_ENDPOINT_URL: stub.endpoint },
    });
    expect(run.code).toBe(254);
    expect(jsonError(run).code).toBe('access-denied');
  });

  test.each([['--exit-code'], ['--create-monitors'], ['--save-case', 'x.json']])(
    '%s is for one Region',
    async (...args) => {
      const run = await nfm([...QUICK, ...TWO, ...args], { env: KEYS });
      expect(run.code).toBe(252);
      expect(expectError(run).hint).toBe('Name --region once.');
    },
  );
});
