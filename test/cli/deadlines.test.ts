import type { RequestListener } from 'node:http';
import { describe, expect, test } from 'vitest';
import { home, serve } from './aws-stub.ts';
import { account, expectError, jsonError, nfmProcess as nfm, SHORT } from './helpers.ts';

const KEYS = {
  AWS_REGION: 'ap-northeast-3',
  AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE',
  AWS_SECRET_ACCESS_KEY: 'secret-that-must-never-be-printed',
};

const HANGS: readonly [phase: string, handler: RequestListener][] = [
  ['never', () => undefined],
  ['with headers only', (_, response) => response.writeHead(200, JSON_TYPE).flushHeaders()],
  ['with half a body', (_, response) => response.writeHead(200, JSON_TYPE).write('{"monitors": [')],
];
const JSON_TYPE = { 'content-type': 'application/json', 'content-length': '1000' };

describe.concurrent('a call', () => {
  test.each(HANGS)('that is answered %s ends, and says which it was', async (_, handler) => {
    const env = { ...KEYS, AWS_ENDPOINT_URL: await serve(handler), NFM_CALL_TIMEOUT: '300ms' };
    const run = await nfm(['triage', ...SHORT, '-o', 'json'], { env });
    expect(run.code).toBe(255);
    const { code, message, action } = jsonError(run);
    expect(code).toBe('call-timeout');
    expect(message).toMatch(/got no answer in time \(0\.3 s\)/);
    expect(action).toMatch(/^networkflowmonitor:List(Scopes|Monitors)$/);
  });

  test.each(HANGS)('of one service that is answered %s is a gap', async (_, handler) => {
    const { triage } = await account();
    const { gaps } = await triage([], {
      AWS_ENDPOINT_URL_CLOUDWATCH: await serve(handler),
      // Long enough for the other services, on a busy machine.
      NFM_CALL_TIMEOUT: '3s',
    });
    expect(gaps).toContainEqual(
      expect.objectContaining({ code: 'call-timeout', action: 'cloudwatch:GetMetricData' }),
    );
  });
});

describe.concurrent('a run', () => {
  test('whose time is over reports what is known, names the rest, and stops what runs', async () => {
    const { triage, sandbox } = await account({ queryMillis: 600_000 });
    const { gaps, nhi } = await triage(['--timeout', '8s']);
    expect(nhi.length).toBeGreaterThan(0);
    const over = gaps.filter(({ code }) => code === 'run-timeout');
    expect(over).not.toEqual([]);
    expect(over.every(({ fix }) => String(fix).includes('--timeout'))).toBe(true);
    expect(new Set(over.map(({ action }) => action))).toContain(
      'networkflowmonitor:StartQueryMonitorTopContributors',
    );
    expect(over.map(({ action }) => action)).not.toContain(null);
    const called = (operation: string) => sandbox.requests.filter((r) => r.operation === operation).length;
    expect(called('StopQueryMonitorTopContributors')).toBe(called('StartQueryMonitorTopContributors'));
  });

  test('whose time is over before the metrics came does not call them absent', async () => {
    const { triage } = await account();
    const report = await triage(['--timeout', '6s'], {
      AWS_ENDPOINT_URL_CLOUDWATCH: await serve(() => undefined),
    });
    expect(report).toMatchObject({ verdict: 'no-data', reason: 'metrics-unreadable' });
    expect(report.gaps).toContainEqual(
      expect.objectContaining({ code: 'run-timeout', action: 'cloudwatch:GetMetricData' }),
    );
  });

  test('that knows nothing by then ends with an error', async () => {
    const env = { ...KEYS, AWS_ENDPOINT_URL: await serve(() => undefined) };
    const run = await nfm(['monitor', 'list', '--timeout', '1s'], { env });
    expect(run.code).toBe(255);
    expect(expectError(run)).toEqual({
      message: 'The time for this run was over after 1 s.',
      hint: expect.stringContaining('--timeout'),
    });
  });

  test('whose credential_process hangs ends too', async () => {
    const config = '[default]\nregion = ap-northeast-3\ncredential_process = sleep 600\n';
    const env = home({ '.aws/config': config });
    const run = await nfm(['monitor', 'list', '--timeout', '500ms', '-o', 'json'], { env });
    expect(run.code).toBe(255);
    expect(jsonError(run).code).toBe('run-timeout');
  });
});

describe.concurrent('the same page again and again', () => {
  const circle = (tokens: readonly string[]): RequestListener => {
    let page = 0;
    return (request, response) => {
      const nextToken = tokens[page++ % tokens.length];
      if (request.url?.startsWith('/monitors')) response.end(JSON.stringify({ monitors: [], nextToken }));
      else response.writeHead(403, { 'x-amzn-errortype': 'AccessDeniedException' }).end('{}');
    };
  };

  test.each([[['A']], [['A', 'B']], [['A', 'B', 'C']]])('%j is an error with a name', async (tokens) => {
    const env = { ...KEYS, AWS_ENDPOINT_URL: await serve(circle(tokens)) };
    const run = await nfm(['monitor', 'list', '-o', 'json'], { env });
    expect(run.code).toBe(254);
    expect(jsonError(run)).toMatchObject({
      code: 'paging-loop',
      action: 'networkflowmonitor:ListMonitors',
    });
  });

  test('is a gap of a triage, in XML too', async () => {
    const subnets = '<DescribeSubnetsResponse><subnetSet/><nextToken>A</nextToken></DescribeSubnetsResponse>';
    const ec2 = await serve((_, response) => response.setHeader('content-type', 'text/xml').end(subnets));
    const { triage } = await account();
    const { gaps } = await triage([], { AWS_ENDPOINT_URL_EC2: ec2 });
    expect(gaps).toContainEqual(
      expect.objectContaining({ code: 'paging-loop', action: 'ec2:DescribeSubnets' }),
    );
  });
});

describe.concurrent('what AWS never sends', () => {
  const endless: RequestListener = (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const page = Buffer.alloc(1024 * 1024, ' ');
    const write = () => {
      while (!response.destroyed && response.write(page));
    };
    response.on('drain', write);
    write();
  };
  const elsewhere: RequestListener = (_, response) =>
    response.writeHead(302, { location: 'http://portal.example/login?next=secret' }).end();

  test('a body without an end is cut off, and not asked for again', async () => {
    let asked = 0;
    const endpoint = await serve((request, response) => {
      asked += 1;
      endless(request, response);
    });
    const run = await nfm(['monitor', 'list', '-o', 'json'], {
      env: { ...KEYS, AWS_ENDPOINT_URL: endpoint },
    });
    expect(run.code).toBe(254);
    expect(jsonError(run)).toMatchObject({
      code: 'unusable-answer',
      message: expect.stringContaining('it is too large, more than 64 MiB'),
      action: 'networkflowmonitor:ListMonitors',
    });
    expect(asked).toBe(1);
  });

  test('a body without an end from one service is a gap', async () => {
    const { triage } = await account();
    const { gaps } = await triage([], { AWS_ENDPOINT_URL_CLOUDWATCH: await serve(endless) });
    expect(gaps).toContainEqual(
      expect.objectContaining({ code: 'unusable-answer', action: 'cloudwatch:GetMetricData' }),
    );
  });

  test('a redirection is what lies between, and says where it leads', async () => {
    const env = { ...KEYS, AWS_ENDPOINT_URL: await serve(elsewhere) };
    const run = await nfm(['triage', ...SHORT], { env });
    expect(run.code).toBe(255);
    const { message, hint } = expectError(run);
    expect(message).toMatch(/^networkflowmonitor:List\w+ did not reach AWS: something between this machine/);
    expect(message).toMatch(/answered 302 \(to portal\.example\)\.$/);
    expect(hint).toMatch(/captive portal/);
  });
});
