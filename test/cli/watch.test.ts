import { spawn, spawnSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { Screen } from '../../src/cli/core/screen.ts';
import type { Report } from '../../src/model/report.ts';
import { HOUR, MINUTE } from '../../src/model/time.ts';
import { time } from '../../src/model/units.ts';
import { notedLater, ruleRevoked } from '../../src/sandbox/scenarios/changes.ts';
import { moving, packetLoss } from '../../src/sandbox/scenarios/recorded.ts';
import type { Playable } from '../../src/sandbox/scenarios/scenario.ts';
import type { Fault } from '../../src/sandbox/wire/service.ts';
import { ALL } from '../slice.ts';
import { ENV, expectError, nfm, PROGRAM } from './helpers.ts';
import { saidIn, watched } from './watched.ts';

const QUICK = { NFM_SANDBOX_QUERY_TIME: '1ms' };
/** Calls that --debug has printed. */
const callsIn = (stderr: string) => stderr.split('\n').filter((line) => /^\w+:\w+ \S+ \d+ ms$/.test(line));

describe('nfm watch', () => {
  test('an incident that begins, moves to another zone and ends: these changes and nothing else', async () => {
    const { code, stdout, stderr } = await nfm(
      [
        'watch',
        '--sandbox',
        'moving',
        '--every',
        '2m',
        '--for',
        '2h',
        '--until-over',
        '-o',
        'text',
        '--debug',
      ],
      { env: QUICK },
    );
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.replace(/^\S+ (\S+) UTC {2}/, '$1 '));
    expect(lines[0]).toBe('12:03 NO IMPAIRMENT  Region ap-northeast-3 | all of it was seen');
    const blames = lines.flatMap(
      (line) => /^(\S+) WORKLOAD {2}pod (\S+) in (\S+)/.exec(line)?.slice(1) ?? [],
    );
    const places = lines.flatMap(
      (line) => /WORKLOAD {2}pod (\S+) in (\S+)/.exec(line)?.slice(1).join(' ') ?? [],
    );
    expect([...new Set(places)]).toEqual(['default/web-b ap-northeast-3b', 'default/web-a ap-northeast-3a']);
    // Seen to begin eight minutes after it did, of which data needs five; to have moved, within twenty.
    expect(blames[0]).toMatch(/^12:1[2-6]$/);
    expect(lines.find((line) => line.includes('web-a'))).toMatch(/^12:5\d .*high confidence \| since 12:38$/);
    expect(lines.at(-1)).toMatch(/^13:1\d WORKLOAD .*web-a.* 12:38 to 13:0\d, over$/);
    const said = lines.map((line) => line.slice('12:03 '.length));
    expect(said.filter((line, i) => line === said[i - 1])).toEqual([]);
    expect(lines.length).toBeLessThanOrEqual(8);
    expect(saidIn(stderr)).toEqual([]);
    // With the verdict of the incident, not 0.
    expect(code).toBe(11);
    const triage = await nfm(['triage', '--sandbox', '--debug'], { env: QUICK });
    // A minute that is watched asks a fifth of what a triage does, also while everything changes.
    const [minutes, all, one] = [70, callsIn(stderr).length, callsIn(triage.stderr).length];
    expect((all - one) / minutes).toBeLessThanOrEqual(one / 5);
  });

  test('the same verdict, place and onset as a triage of the same minute', async () => {
    const { reports } = await watched(['--for', '12m', '--every', '4m'], { scenario: 'packet-loss' });
    expect(reports).toHaveLength(4);
    const same = ({ verdict, confidence, location, onset }: Report) => ({
      verdict,
      confidence,
      location,
      onset,
    });
    for (const report of reports) expect(same(report)).toEqual(same(reports[0] as Report));
    expect(reports[0]).toMatchObject({ verdict: 'workload', location: { podName: 'web-b' } });
  });

  test('behind an incident that is over, the next one at the same place is told as the first was', async () => {
    const scenario: Playable = {
      ...packetLoss,
      course: [
        { minutes: 5, fault: null },
        { minutes: 20, fault: 'recorded' },
        { minutes: 45, fault: null },
        { minutes: 20, fault: 'recorded' },
      ],
    };
    const { reports } = await watched(['--for', '1h24m', '--every', '6m'], { scenario });
    const told = reports.map((r) => [
      time(r.generatedAt),
      r.verdict,
      r.location.podName ?? '',
      r.onset && time(r.onset),
      r.ongoing,
    ]);
    const [first, over] = [
      told.filter(([, , , onset]) => onset === '12:06'),
      told.findIndex(([at]) => at === '13:03'),
    ];
    expect(new Set(first.map(([, verdict, pod]) => `${verdict} ${pod}`))).toEqual(
      new Set(['workload web-b']),
    );
    // Over at 12:26, and left half an hour later; until then it is all set against what was before it.
    expect(told[over]).toEqual(['13:03', 'workload', 'web-b', '12:06', false]);
    expect(told[over + 1]).toEqual(['13:09', 'no-impairment', '', null, false]);
    const held = reports.filter(({ onset }) => onset !== null && time(onset) === '12:06');
    expect(new Set(held.map(({ window }) => window.start)).size).toBe(1);
    expect(time(reports[over + 1]?.window.start ?? '')).toBe('12:26');
    expect(told.slice(-2)).toEqual([
      ['13:21', 'workload', 'web-b', '13:11', true],
      ['13:27', 'workload', 'web-b', '13:11', true],
    ]);
  });

  test('--until-over waits a quarter of an hour for something to begin, with --for as long as that', async () => {
    const [vain, given] = [
      await watched(['--until-over', '--every', '5m'], { scenario: 'addon-missing' }),
      await watched(['--until-over', '--every', '9m', '--for', '20m'], { scenario: 'quiet' }),
    ];
    // No incident, and not well either: not 0.
    expect(vain.reports.map(({ verdict, onset }) => [verdict, onset])).toEqual(
      new Array(4).fill(['inconclusive', null]),
    );
    expect(vain.code).toBe(12);
    expect(saidIn(vain.stderr).at(-1)).toMatch(/^No incident was seen, .*15 min.* With --for/);
    expect(given.reports).toHaveLength(3);
    expect(given.code).toBe(0);
    expect(given.stderr).not.toContain('No incident was seen');
  });

  test('what changed is told once it is known, and asked for until all of it must be there', async () => {
    // Five minutes after it began; CloudTrail has it five minutes later.
    const scenario = { ...moving, changes: [notedLater(7.5, ruleRevoked)] };
    const { reports, calls, stderr } = await watched(['--for', '42m', '--every', '6m'], { scenario });
    expect(stderr).not.toContain('warning');
    const told = reports.map(({ onset, changes }) => onset && changes?.map(({ what }) => what));
    const change = 'RevokeSecurityGroupIngress tcp 8080';
    expect(told).toEqual([null, null, [], ...new Array(5).fill([change])]);
    const asked = (call: string) => calls.map((own) => own.filter((c) => c === call).length).join('');
    // All of 11:30 to 12:20 is there at 12:35 by its word; what EKS did is there at once.
    expect(asked('cloudtrail:LookupEvents')).toBe('00111110');
    expect(asked('eks:ListUpdates')).toBe('00110000');
    const late = reports.map(({ evidence }) =>
      evidence.some(({ statement }) => /not be all yet/.test(statement)),
    );
    expect(late.slice(2)).toEqual([true, true, false, false, false, false]);
  });

  test('a witness that does not answer is left alone for a while, and nothing else is', async () => {
    const lost = ['cloudtrail', 'arc-zonal-shift'].map(
      (service): Fault => ({
        service,
        operation: '*',
        error: { code: 'InternalError', status: 500, message: 'not now' },
      }),
    );
    const { reports, calls, stderr } = await watched(['--for', '6m', '--every', '3m'], { faults: lost });
    const asked = (service: string) =>
      calls.map((own) => (own.some((c) => c.startsWith(service)) ? 1 : 0)).join('');
    expect(asked('cloudtrail')).toBe('101');
    expect(asked('arc-zonal-shift')).toBe('101');
    expect(new Set(reports.map(({ verdict, onset }) => `${verdict} ${onset}`))).toHaveLength(1);
    expect(saidIn(stderr)).toHaveLength(1);
  });

  // Half a minute of the gate's ten: asked for by NFM_ALL.
  test.skipIf(!ALL)(
    'thirty rounds (NFM_ALL): the heap is flat, and a round asks a fifth of what the first one did',
    async () => {
      setFlagsFromString('--expose_gc');
      const gc: () => void = runInNewContext('gc');
      const heaps: number[] = [];
      const { calls } = await watched(['--for', '30m'], {
        between() {
          gc();
          heaps.push(process.memoryUsage().heapUsed);
          return undefined;
        },
      });
      expect(calls).toHaveLength(31);
      const [first = 0, ...others] = calls.map(({ length }) => length);
      const mean = others.reduce((sum, n) => sum + n, 0) / others.length;
      expect(mean).toBeLessThanOrEqual(first / 5);
      expect((heaps.at(-1) ?? 0) / (heaps[10] ?? 1)).toBeLessThan(1.1);
    },
  );

  test('a machine that slept: what was missed is asked for, and nothing is a hole', async () => {
    const { reports, stderr } = await watched(['--for', '2h8m'], {
      scenario: 'quiet',
      between: (round) => (round === 3 ? 2 * HOUR : undefined),
    });
    const [before, after] = [reports[2], reports[3]];
    expect(Date.parse(after?.window.end ?? '') - Date.parse(before?.window.end ?? '')).toBe(2 * HOUR);
    expect(reports.at(-1)).toMatchObject({ verdict: 'no-impairment', confidence: 'high' });
    for (const { zones } of reports)
      for (const { minutes } of zones) expect(minutes.retransmissions).not.toContain(null);
    expect(saidIn(stderr)).toHaveLength(1);
  });

  test('a throttled round is a line, and the verdict stays; what lasts is said with its advice', async () => {
    const throttled: Fault = {
      service: 'monitoring',
      operation: 'nothing',
      error: { code: 'Throttling', status: 400, message: 'Rate exceeded' },
    };
    const { reports, stderr, code } = await watched(['--for', '7m', '--exit-code'], {
      faults: [throttled],
      between(round) {
        throttled.operation = round >= 3 && round < 6 ? 'GetMetricData' : 'nothing';
        return undefined;
      },
    });
    expect(code).toBe(11);
    expect(new Set(reports.map(({ verdict }) => verdict))).toEqual(new Set(['workload']));
    const warnings = saidIn(stderr).filter((line) => line.startsWith('warning: '));
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatch(
      /^warning: 12:06 Retransmissions by minute and the health indicator are unknown/,
    );
    expect(warnings[1]).toMatch(/^warning: 12:08 .*--concurrency 2/);
    expect(saidIn(stderr).at(-1)).toBe('12:09 AWS answers again.');
    expect(reports.at(-1)?.gaps.map(({ code: gap }) => gap)).not.toContain('throttled');
  });

  test('credentials that expire: said with what to do, asked for again, and on it goes', async () => {
    const expired: Fault = {
      service: '*',
      operation: 'nothing',
      error: { code: 'ExpiredTokenException', status: 403, message: 'The security token is expired' },
    };
    const { reports, calls, stderr, code } = await watched(['--for', '6m'], {
      faults: [expired],
      between(round) {
        expired.operation = round === 2 ? 'GetMetricData' : 'nothing';
        return undefined;
      },
    });
    expect(code).toBe(0);
    expect(reports).toHaveLength(6);
    // A round a minute asks a fifth of what the first one did, with what the failed one left to be asked.
    const [first = 0, ...others] = calls.map(({ length }) => length);
    expect(others.reduce((sum, n) => sum + n, 0) / others.length).toBeLessThanOrEqual(first / 5);
    expect(saidIn(stderr).filter((line) => line.startsWith('warning: '))).toEqual([
      expect.stringMatching(/credentials have expired.*Sign in again/),
    ]);
  });

  test('what cannot begin is an error, as of any command', async () => {
    expect((await nfm(['watch', '--sandbox', '--vpc', 'vpc-0123456789abcdef0'])).code).toBe(254);
    for (const args of [
      ['--every', '10s'],
      ['--since', '20d'],
    ]) {
      const refused = await nfm(['watch', '--sandbox', ...args]);
      expect(refused.code).toBe(252);
      expectError(refused);
    }
  });

  test('off a terminal there is a line, with -o ndjson a report a round', async () => {
    const line = await nfm(['watch', '--sandbox', 'quiet', '--for', '2m'], { env: QUICK });
    expect(line).toMatchObject({ code: 0, stderr: '' });
    expect(line.stdout).toBe(
      '2026-11-21 12:03 UTC  NO IMPAIRMENT  Region ap-northeast-3 | all of it was seen\n',
    );
    const { reports } = await watched(['--for', '2m'], { scenario: 'quiet' });
    expect(reports.map(({ window }) => (Date.parse(window.end) - Date.parse(window.start)) / MINUTE)).toEqual(
      [60, 61, 62],
    );
  });

  test.skipIf(spawnSync('python3', ['--version']).status !== 0)(
    'on a terminal the screen stands still, and Ctrl-C brings back the one before',
    async () => {
      const shown = await new Promise<string>((resolve, reject) => {
        const { NFM_NOW: _, ...env } = ENV;
        const child = spawn('python3', ['-c', TERMINAL, ...PROGRAM, 'watch', '--sandbox', 'quiet'], {
          env: { ...env, ...QUICK, TERM: 'xterm', LC_ALL: 'C.UTF-8' },
          stdio: ['pipe', 'pipe', 'inherit'],
        });
        let text = '';
        child.stdout.setEncoding('utf8').on('data', (piece: string) => {
          const begins = !text.includes(ENTER);
          text += piece;
          if (begins && text.includes(ENTER)) child.stdin.write('\x03');
        });
        child.on('error', reject);
        child.on('close', () => resolve(text));
      });
      const after = shown.slice(shown.lastIndexOf(LEAVE) + LEAVE.length);
      expect(shown.split(ENTER)).toHaveLength(2);
      expect(shown.split(LEAVE)).toHaveLength(2);
      expect(after).toMatch(/NO IMPAIRMENT.*error: Interrupted\./s);
      expect(after).toMatch(/sane 130\s*$/);
      // Nothing above the first screen: no line feed at its end that would scroll it.
      expect(shown.slice(shown.indexOf(ENTER), shown.lastIndexOf(LEAVE))).toContain('\x1b[H');
    },
  );
});

describe('the screen', () => {
  const COLUMNS = 8;
  const ROWS = 3;

  /** What a terminal that does not wrap shows (xterm, ctlseqs): behind a full line the cursor stands on its last character. */
  function shownBy(text: string): string[] {
    const cells = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(' '));
    let [row, column] = [0, 0];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's sequences begin with one
    for (const [token] of text.matchAll(/\x1b\[\??[\d;]*[A-Za-z]|[\s\S]/g)) {
      if (token === '\x1b[H') [row, column] = [0, 0];
      else if (token === '\x1b[K') cells[row]?.fill(' ', column);
      else if (token === '\x1b[J') {
        cells[row]?.fill(' ', column + 1);
        for (const below of cells.slice(row + 1)) below.fill(' ');
      } else if (token === '\r') column = 0;
      else if (token === '\n') row = Math.min(row + 1, ROWS - 1);
      else if (!token.startsWith('\x1b')) {
        const line = cells[row];
        if (line) line[column] = token;
        column = Math.min(column + 1, COLUMNS - 1);
      }
    }
    return cells.map((line) => line.join(''));
  }

  test('keeps its last column, leaves nothing of what stood there before, and never scrolls', () => {
    let written = '';
    const screen = new Screen({
      rows: ROWS,
      write(text) {
        written += text;
      },
    });
    screen.show(() => 'abcdefgh\nABCDEFGH\n12345678\nbelow');
    expect(shownBy(written)).toEqual(['abcdefgh', 'ABCDEFGH', '12345678']);
    screen.show(() => 'xy\nABCDEFGH\n');
    expect(shownBy(written)).toEqual(['xy      ', 'ABCDEFGH', '        ']);
  });
});

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[?7l';
const LEAVE = '\x1b[?7h\x1b[?25h\x1b[?1049l';

/** A terminal of its own for a program; at its end, whether it echoes as before, and the exit code. */
const TERMINAL = `
import os, pty, select, struct, sys, termios, fcntl
main, side = os.openpty()
fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack('HHHH', 24, 80, 0, 0))
before = termios.tcgetattr(side)
pid = os.fork()
if pid == 0:
    os.setsid()
    fcntl.ioctl(side, termios.TIOCSCTTY, 0)
    for fd in (0, 1, 2): os.dup2(side, fd)
    os.execv(sys.argv[1], sys.argv[1:])
inputs = [main, 0]
while True:
    ready, _, _ = select.select(inputs, [], [], 0.2)
    if main in ready:
        sys.stdout.buffer.write(os.read(main, 4096)); sys.stdout.flush()
    if 0 in ready:
        typed = os.read(0, 16)
        if typed: os.write(main, typed)
        else: inputs.remove(0)
    if not ready:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done: break
same = termios.tcgetattr(side)[:4] == before[:4]
print(('sane' if same else 'changed'), os.waitstatus_to_exitcode(status), flush=True)
os._exit(0)
`;
