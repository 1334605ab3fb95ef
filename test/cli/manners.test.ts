import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { commands } from '../../src/cli/commands/index.ts';
import { ENV, expectError, nfm, PROGRAM } from './helpers.ts';

const SHORT = ['--sandbox', '--since', '10m', '--baseline', 'none'];

describe.concurrent('options may stand before the command', () => {
  test.each([
    '--sandbox scope list',
    '--sandbox quiet scope list',
    'scope --sandbox list',
    '--region ap-northeast-3 --sandbox scope list',
    '--region=ap-northeast-3 scope --sandbox=quiet list',
    '-o csv --sandbox scope list',
  ])('nfm %s', async (line) => {
    const { code, stdout } = await nfm(line.split(' '));
    expect(code).toBe(0);
    expect(stdout).toContain('SUCCEEDED');
  });

  test.each([
    ['--region eu-west-1', 'No command is named.'],
    ['--sandbox --vcp x triage', "Unknown option '--vcp'."],
    ['--no-progress trage', "Unknown command 'trage'."],
  ])('nfm %s', async (line, message) => {
    const run = await nfm(line.split(' '));
    expect(run.code).toBe(252);
    expect(expectError(run).message).toBe(message);
  });

  test('help and version too', async () => {
    const [help, version] = await Promise.all([nfm(['--help', 'triage']), nfm(['version'])]);
    expect(help.stdout).toContain('Usage: nfm triage');
    expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
  });
});

describe.concurrent('-o text', () => {
  test.each([
    ['summary', /^[^"\n]+\n$/],
    ['[verdict, confidence]', /^workload\t(low|medium|high)\n$/],
    ['zones[?state==`reporting`].[az, outlier]', /^ap-northeast-3a\tfalse\nap-northeast-3b\ttrue\n$/],
    ['baseline', /^None\n$/],
  ])('--query %j', async (query, expected) => {
    const { code, stdout } = await nfm(['triage', ...SHORT, '-o', 'text', '--query', query]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(expected) });
  });

  test('of a list: every column, no header', async () => {
    const { stdout } = await nfm(['sandbox', 'list', '-o', 'text']);
    expect(stdout).toMatch(/^packet-loss\tworkload\tNone\t[^\t]+\n/);
  });
});

describe.concurrent('--query is looked at before AWS is asked', () => {
  test.each([
    ['triage', 'sumary', /'sumary'/, /'summary'/],
    ['triage', 'zones[].azz', /'azz'/, /'azId'|'az'/],
    ['triage', 'zones[?outlir].az', /'outlir'/, /'outlier'/],
    ['triage', 'zones.az', /'az' of a list/, /\[\]/],
    ['triage', '{a: location.podNam}', /'podNam'/, /'podName'/],
    ['monitor list', 'items[', /JMESPath/, /example/],
    ['scope list', 'scopes', /'scopes'/, /items/],
    ['doctor', 'checks[].titel', /'titel'/, /Keys|mean/],
  ])('nfm %s --query %j', async (command, query, message, hint) => {
    // Without a Region nothing could be asked: that would be said instead.
    const run = await nfm([...command.split(' '), '--query', query]);
    expect(run.code).toBe(252);
    const said = expectError(run);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
  });

  test.each([
    ['triage', 'location.[podNamespace, podName]'],
    ['triage', 'sort_by(zones, &bytes)[-1].az'],
    ['triage', 'evidence[].data'],
    ['triage', 'items[].verdict'],
    ['doctor', 'items[].id'],
    ['monitor create', 'items[].request.monitorName'],
    ['monitor create', "items[?action == 'x'] | [0]"],
  ])('nfm %s --query %j passes', async (command, query) => {
    const run = await nfm([...command.split(' '), '--query', query]);
    expect(run.code).toBe(253);
    expect(expectError(run).message).toMatch(/Region/);
  });
});

describe.concurrent('help', () => {
  test('options stand under what they are about', async () => {
    const { stdout } = await nfm(['triage', '--help']);
    const headings = [...stdout.matchAll(/^(\w+):$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Examples', 'Options', 'Target', 'Time', 'Output', 'Connection', 'Changes']);
  });

  test('no line is longer than 80 columns', async () => {
    const { stdout } = await nfm(['--help']);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  test('help iam names the actions of every command that asks AWS', async () => {
    const { stdout } = await nfm(['help', 'iam']);
    const flat = stdout.replace(/\s+/g, ' ');
    for (const { actions } of commands) {
      for (const action of actions.reads) expect(flat).toContain(action.split(':')[1]);
    }
  });
});

describe.concurrent('a triage', () => {
  test('as rows has its verdict, and a row without zones', async () => {
    const [some, none] = await Promise.all([
      nfm(['triage', ...SHORT, '-o', 'csv', '--columns', 'az,verdict']),
      nfm([
        'triage',
        '--sandbox',
        'no-scope',
        '--since',
        '10m',
        '-o',
        'csv',
        '--columns',
        'az,verdict,reason',
      ]),
    ]);
    expect(some.stdout).toBe('az,verdict\nap-northeast-3a,workload\nap-northeast-3b,workload\n');
    expect(none.stdout).toBe('az,verdict,reason\n,no-data,no-scope\n');
  });

  test.each([
    '--since 2h',
    '--baseline none',
    '--region eu-west-1',
    '--vpc vpc-0123456789abcdef0',
    '--sandbox',
  ])('of a case file with %s is refused', async (option) => {
    const run = await nfm(['triage', '--case', 'case.json', ...option.split(' ')]);
    expect(run.code).toBe(252);
    expect(expectError(run).message).toContain(option.split(' ')[0]);
  });
});

describe.concurrent('the sandbox takes its time', () => {
  test.each([
    ['--rate', 'many'],
    ['--latency', '40'],
    ['--at-once', '0'],
  ])('%s %s is refused', async (option, value) => {
    const run = await nfm(['sandbox', 'serve', option, value]);
    expect(run.code).toBe(252);
    expect(expectError(run).message).toContain(option);
  });

  test('NFM_SANDBOX_AT_ONCE and the others reach --sandbox', async () => {
    const env = {
      NFM_SANDBOX_LATENCY: '1ms',
      NFM_SANDBOX_QUERY_TIME: '10ms',
      NFM_SANDBOX_RATE: '1000/s',
      NFM_SANDBOX_AT_ONCE: '1',
    };
    const slow = await nfm(['triage', ...SHORT, '--debug'], { env });
    expect(slow.code).toBe(0);
    expect(slow.stderr).toMatch(/StartQuery\w+ (?!ok)/);
    const wrong = await nfm(['scope', 'list', '--sandbox'], { env: { NFM_SANDBOX_RATE: 'x' } });
    expect(expectError(wrong).message).toContain('NFM_SANDBOX_RATE');
  });
});

test.each(['cause', 'cause:desc'])('sorted by %s, what is not known comes last', async (sort) => {
  const list = ['sandbox', 'list', '-o', 'csv', '--no-headers', '--columns', 'cause,name'];
  const { stdout } = await nfm([...list, '--sort', sort]);
  const causes = stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split(',')[0] ?? '');
  const known = causes.filter((cause) => cause !== '');
  const inOrder = [...known].sort();
  expect(known.length).toBeLessThan(causes.length);
  expect(causes.slice(0, known.length)).toEqual(sort === 'cause' ? inOrder : inOrder.reverse());
});

test('CLICOLOR=0 is no colour', async () => {
  const run = (CLICOLOR: string) => nfm(['sandbox', 'list'], { env: { CLICOLOR, NFM_FORCE_TTY: '80' } });
  const [on, off] = await Promise.all([run('1'), run('0')]);
  expect([on, off].map(({ stdout }) => stdout.includes('\u001b['))).toEqual([true, false]);
});

describe.concurrent('what is mistyped is said in words, with where to look', () => {
  test.each([
    ['top -o xml', /^--output takes table, .* csv or markdown, not 'xml'\.$/, /^See 'nfm top --help'\.$/],
    ['monitor show', /'name'/, /^See 'nfm monitor show --help'\.$/],
    ['--region eu-west-1 monitor show', /'name'/, /^See 'nfm monitor show --help'\.$/],
    ['top --limit x', /'x'/, /--limit 10$/],
    ['triage --since 1h --until 2h', /window is empty/, /--since must be earlier than --until/],
    ['triage --since 12:00', /window is empty/, /still landing/],
    // What is near nothing is not guessed at.
    ['schema nope', /'nope'/, /^(?!Did you mean)/],
    ['sandbox list --columns ?', /'\?'/, /^Columns: name/],
    ['triage --vcp x', /'--vcp'/, /^Did you mean --vpc\?$/],
  ])('nfm %s', async (line, message, hint) => {
    const run = await nfm(line.split(' '), { env: { AWS_REGION: 'ap-northeast-3' } });
    expect(run.code).toBe(252);
    const said = expectError(run);
    expect(said.message).toMatch(message);
    expect(said.hint).toMatch(hint);
  });
});

/** Runs a program on a terminal of its own, 80 columns wide, and hands on all that it shows. */
const TERMINAL = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    os.execv(sys.argv[1], sys.argv[1:])
fcntl.ioctl(fd, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    sys.stdout.buffer.write(chunk)
os.waitpid(pid, 0)
`;

test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
  'a terminal that cannot clear a line gets no progress line, one without Unicode gets it in ASCII',
  () => {
    const shown = (TERM: string) =>
      spawnSync('python3', ['-c', TERMINAL, ...PROGRAM, 'top', '--sandbox', '--monitor', 'demo-vpc'], {
        encoding: 'utf8',
        env: { ...ENV, TERM, LC_ALL: 'C', NFM_SANDBOX_QUERY_TIME: '200ms' },
      }).stdout;
    const [dumb, plain] = [shown('dumb'), shown('xterm')];
    expect(dumb).toMatch(/^Retransmissions by flow/);
    expect(plain).toContain('Reading flows');
    expect(plain).toContain('Retransmissions by flow');
    expect([dumb, plain].join('')).not.toMatch(/\P{ASCII}/u);
  },
);
