import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { expectError, HOME, jsonError, nfm } from './helpers.ts';

/** The command line, the exit code, what the message names, what the hint says. */
type Mistake = [line: string, code: number, message: RegExp, hint: RegExp];

const NOTHING_NEEDED: Mistake[] = [
  ['triag', 252, /'triag'/, /triage/],
  ['sandbox lst', 252, /'lst'/, /list/],
  ['triage --vcp vpc-0123456789abcdef0', 252, /'--vcp'/, /--vpc/],
  ['triage --sandboxx', 252, /'--sandboxx'/, /--sandbox/],
  ['triage -o yml', 252, /table.*json.*markdown, html, support or slack, not 'yml'/, /help/],
  ['triage --color purple', 252, /auto, always or never, not 'purple'/, /help/],
  ['triage --region', 252, /--region/, /help/],
  ['triage here', 252, /argument/, /help/],
  ['triage --vpc production', 252, /--vpc.*'production'/, /vpc-0123456789abcdef0/],
  ['triage --subnet vpc-0123456789abcdef0', 252, /--subnet/, /subnet-0123456789abcdef0/],
  ['triage --cluster -x', 252, /--cluster/, /./],
  ['triage --zone ZONE', 252, /--zone.*'ZONE'/, /eu-central-1a/],
  ['triage --vpc vpc-0123456789abcdef0 --zone eu-central-1a', 252, /--vpc and --zone/, /one/],
  ['triage --sandbox totalloss', 252, /totalloss/, /total-loss/],
  ['triage --sandbox --concurrency 0', 252, /--concurrency.*'0'/, /./],
  ['triage --sandbox --since tomorrow', 252, /--since.*'tomorrow'/, /45m.*2026-/],
  ['triage --sandbox --since 5', 252, /--since.*'5'/, /45m/],
  ['triage --sandbox --since 2026-13-45', 252, /--since.*'2026-13-45'/, /UTC/],
  ['triage --sandbox --until 2030-01-01T00:00:00Z', 252, /future.*2030-01-01T00:00:00Z/, /--until/],
  ['triage --sandbox --since 2026-11-21T11:00:00Z --until 2h', 252, /empty/, /--since/],
  ['triage --sandbox --since 90d', 252, /longer than is kept/, /63 days/],
  ['triage --sandbox --baseline 2026-11-21T12:00:00Z', 252, /baseline/i, /--baseline 3h/],
  ['schema triag', 252, /'triag'/, /triage/],
  ['schema monitr list', 252, /'monitr list'/, /monitor list/],
  ['triage --sandbox --region eu-west-1', 252, /--sandbox.*ap-northeast-3.*--region eu-west-1/, /Leave out/],
  ['zones --sandbox --region ap-northeast-3 --region all', 252, /--sandbox.*--region/, /Leave out/],
  ['triage --sandbox --endpoint-url http://127.0.0.1:1', 252, /--sandbox.*--endpoint-url/, /Leave out/],
  ['scope list --sandbox --profile prod', 252, /--sandbox.*--profile/, /Leave out/],
  ['zones -o html', 252, /table.*csv, markdown or prometheus, not 'html'/, /help/],
  ['triage -o html --query summary', 252, /--query.*html/, /-o json/],
  ['triage -o html --columns az', 252, /--columns.*not with html/, /--query/],
  ['triage --columns nme', 252, /'nme'/, /Columns: az/],
  ['triage --columns az --query zones', 252, /--columns.*--query/, /--query/],
  ['zones -o yaml --sort byts', 252, /'byts'/, /'bytes'/],
  ['zones -o yaml --columns bytes', 252, /--columns.*yaml/, /--query/],
  ['health --sort state:down', 252, /state:down/, /state:desc/],
  ['top --by pod --columns podNam', 252, /'podNam'/, /'podName'/],
  ['sandbox serve nope', 252, /nope/, /nfm sandbox list/],
  ['sandbox serve --port 70000', 252, /'70000'/, /./],
  ['triage', 253, /Region/, /--region.*--sandbox/],
  ['triage --case /nowhere/case.json', 252, /\/nowhere\/case\.json/, /--save-case/],
];

const IN_THE_SANDBOX: Mistake[] = [
  ['--vpc vpc-0123456789abcdef0', 254, /VPC vpc-0123456789abcdef0 in ap-northeast-3/, /--region/],
  ['--subnet subnet-0123456789abcdef0', 254, /subnet subnet-0123456789abcdef0 in ap-northeast-3/, /--region/],
  ['--cluster prod', 254, /cluster 'prod' in ap-northeast-3/, /--region/],
  ['--monitor demo-zone-x', 254, /monitor 'demo-zone-x' in ap-northeast-3/, /demo-zone-[ab]/],
  ['--zone use1-az6', 254, /zone 'use1-az6' in ap-northeast-3/, /ap-northeast-3b \(apne3-az3\)/],
];

describe.concurrent('a mistake is answered with what, why and what to do', () => {
  const all: Mistake[] = [
    ...NOTHING_NEEDED,
    ...IN_THE_SANDBOX.map(([line, ...rest]): Mistake => [`triage --sandbox ${line}`, ...rest]),
  ];
  test.each(all)('nfm %s → %i', async (line, code, message, hint) => {
    const run = await nfm(line.split(' '));
    expect(run.code).toBe(code);
    const said = expectError(run);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
  });

  test('--sandbox with its own Region is no contradiction', async () => {
    const { code } = await nfm(['scope', 'list', '--sandbox', '--region', 'ap-northeast-3']);
    expect(code).toBe(0);
  });

  test('a query that is no JMESPath', async () => {
    const run = await nfm(['triage', '--case', malformed('{}'), '--query', 'zones[']);
    expect(run.code).toBe(252);
    expectError(run);
  });

  test.each([
    ['not JSON', 'hello', /cannot be read as JSON/],
    [
      'another document',
      '{"schema":"nfm.triage/v1"}',
      /not a case file \(nfm\.case\/v1\): it is an nfm\.triage\/v1/,
    ],
    ['a list', '[]', /not a case file/],
    ['null', 'null', /not a case file/],
  ])('a case file that is %s', async (_, text, message) => {
    const run = await nfm(['triage', '--case', malformed(text)]);
    expect(run.code).toBe(252);
    expect(expectError(run).message).toMatch(message);
  });
});

describe.concurrent('in JSON mode an error is one line of JSON', () => {
  test.each([
    ['triage -o json', 253, 'no-region'],
    ['triage --output json', 253, 'no-region'],
    ['triage --output=json', 253, 'no-region'],
    ['triage -ojson', 253, 'no-region'],
    ['triage -o json --vcp x', 252, 'unknown-option'],
    ['triage -o json --vpc x', 252, 'malformed-id'],
    ['triage -o json --columns az', 252, 'columns-without-list'],
    ['zones -o ndjson --sort byts', 252, 'unknown-column'],
    ['triage -o json --sandbox --zone use1-az6', 254, 'target-not-found'],
    ['triage -o json --sandbox --monitor nope', 254, 'monitor-not-found'],
    ['triage -o json --sandbox --until 2030-01-01', 252, 'window-in-future'],
  ])('nfm %s', async (line, code, name) => {
    const run = await nfm(line.split(' '));
    expect(run.code).toBe(code);
    expect(jsonError(run)).toMatchObject({ code: name, hint: expect.any(String) });
  });
});

function malformed(text: string): string {
  const path = join(mkdtempSync(join(HOME, 'case-')), 'case.json');
  writeFileSync(path, text);
  return path;
}
