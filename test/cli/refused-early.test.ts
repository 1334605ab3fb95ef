import { expect, test } from 'vitest';
import { serve } from './aws-stub.ts';
import { expectError, nfm } from './helpers.ts';

/** What no answer of AWS could make right, said before it is asked. */
const REFUSED: readonly [args: string, message: RegExp, code?: number, env?: Record<string, string>][] = [
  ['triage --endpoint-url=', /no http or https URL/],
  ['triage --endpoint-url file:///etc/passwd', /no http or https URL/],
  ['top --endpoint-url ftp://example.com', /no http or https URL/],
  ['zones --endpoint-url localhost:4566', /no http or https URL/],
  ['doctor --endpoint-url http://', /no http or https URL/],
  ['triage --endpoint-url ftp://me:hush@example.com', /'ftp:\/\/\*\*\*@example\.com'/],
  ['triage', /configured for EC2 is no http/, 253, { AWS_ENDPOINT_URL_EC2: 'gopher://x' }],
  ['monitor list', /NFM_CALL_TIMEOUT/, 252, { NFM_CALL_TIMEOUT: 'soon' }],
  ['triage --since 0000-01-01', /longer than is kept/],
  ['triage --until 0001-01-01', /longer than is kept/],
  ['triage --since 1e300h', /--since does not understand/],
  ['top --since 99999999999d', /--since does not understand/],
  ['zones --since 275760-09-14', /--since does not understand/],
  ['health --since NaN', /--since does not understand/],
  ['triage --since -1h', /--since does not understand/],
  ['triage --since 10m;reboot', /--since does not understand/],
  ['triage --since 5m3x', /--since does not understand/],
  ['triage --since 1e9', /--since does not understand/],
  ['triage --until 1e300h', /--until does not understand/],
  ['triage --until 9999-12-31', /ends in the future/],
  ['triage --since 9999-01-01', /window is empty/],
  ['triage --since 2026-11-21T12:00:00Z --until 2026-11-21T11:00:00Z', /window is empty/],
  [
    'triage --since 5s',
    /window \(--since\) is shorter than a minute; windows are whole minutes, at least 1m/,
  ],
  ['zones --since 0.5m', /shorter than a minute/],
  ['triage --baseline 5s', /baseline \(--baseline\) is shorter than a minute/],
  ['triage --baseline 1e300h', /--baseline does not understand/],
  ['triage --baseline 0000-01-01', /longer than is kept/],
  ['triage --baseline 9999-01-01', /baseline must start before the window/],
  ['zones --baseline 1d-ago', /second opinion of 'nfm triage' only/],
  ['triage --baseline 2d-ago', /--baseline does not understand/],
  ['triage --since 30h --baseline 1d-ago', /lie in the window/],
  ['triage --since 10d --until 9d --baseline 7d-ago', /keeps minutes for 15 days/],
  ['metrics --period 90s', /--period takes whole minutes/],
  ['metrics --since 20d --period 1m', /no points of 1 min/],
  ['metrics --since 70d --period 5m', /no points of 5 min/],
  ['metrics --since 500d', /longer than is kept/],
  ['metrics demo-vpc --insights', /--insights takes the place of monitors/],
  ['doctor --region example.com/', /'example\.com\/' is no AWS Region/],
  ['triage', /'eu_west' is no AWS Region/, 253, { AWS_REGION: 'eu_west' }],
  ['triage --timeout 0s', /--timeout does not understand/],
  ['doctor --timeout 1e300h', /--timeout does not understand/],
  ['monitor list --timeout 30', /--timeout does not understand/],
  ['doctor --fix --yes --timeout soon', /--timeout does not understand/],
];

test.concurrent.each(REFUSED)('nfm %s', async (args, message, code = 252, env = {}) => {
  let calls = 0;
  const AWS_ENDPOINT_URL = await serve((_, response) => {
    calls++;
    response.end();
  });
  const keys = { AWS_REGION: 'ap-northeast-3', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };
  const run = await nfm(args.split(' '), { env: { ...keys, AWS_ENDPOINT_URL, ...env } });
  expect(run.code).toBe(code);
  expect(expectError(run).message).toMatch(message);
  expect(calls).toBe(0);
});
