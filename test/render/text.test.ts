import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { printed } from '../../src/model/command-line.ts';
import {
  bytes,
  count,
  duration,
  elapsed,
  estimatedLoss,
  lossShare,
  minuteRanges,
  rate,
  ratio,
  ratioWithInterval,
  SEGMENT_BYTES,
  share,
  span,
  time,
} from '../../src/model/units.ts';
import { isUnprintable } from '../../src/model/unprintable.ts';
import { bins, sparkline } from '../../src/render/charts.ts';
import { renderJson } from '../../src/render/json.ts';
import { columns, fitPair, middleCut, wrap, wrapCommand } from '../../src/render/layout.ts';
import { sanitize, sanitizeDocument } from '../../src/render/sanitize.ts';
import { hostile } from './fixtures.ts';

const KIB = 1024;
const anyText = fc.string({ unit: 'binary', maxLength: 200 });

test('a table of many lines has its columns below each other', () => {
  const rows = Array.from({ length: 450 }, (_, i) => [
    i === 3 ? 'a long name' : 'x'.repeat(1 + (i % 5)),
    `${i}`,
  ]);
  const [head, ...lines] = columns(['Name', 'No.'], rows, 80, [false, true]);
  expect(head).toBe('Name         No.');
  expect(lines).toEqual(rows.map(([name = '', number = '']) => name.padEnd(13) + number.padStart(3)));
});

describe('format', () => {
  test.each([
    [null, '–'],
    [0, '0 B'],
    [999, '999 B'],
    [1000, '0.98 KiB'],
    [KIB, '1.00 KiB'],
    [96 * KIB ** 2, '96.0 MiB'],
    [1.62 * KIB ** 3, '1.62 GiB'],
    [999.6 * KIB ** 3, '0.98 TiB'],
  ])('bytes %s', (value, text) => expect(bytes(value)).toBe(text));

  test.each([
    [null, '–'],
    [0, '0'],
    [1204, '1,204'],
    [1_234_567, '1.23M'],
  ])('count %s', (value, text) => expect(count(value)).toBe(text));

  test.each([
    [null, '–'],
    [0, '0'],
    [0.001, '<0.01'],
    [0.04, '0.04'],
    [2.1, '2.1'],
    [743.8, '744'],
    [12_345, '12,345'],
    [1_234_567, '1.23M'],
  ])('rate %s', (value, text) => expect(rate(value)).toBe(text));

  test('ratios', () => {
    expect([212.4, 3.44, 0.07, 0.001, 1234].map(ratio)).toEqual(['×212', '×3.4', '×0.07', '×<.01', '×1.2K']);
    expect(ratioWithInterval({ ratio: 212, low: 140, high: 320 })).toBe('×212 [140–320]');
    expect(ratioWithInterval(null)).toBe('–');
  });

  test('shares', () => expect([0, 0.001, 0.957, 1].map(share)).toEqual(['0 %', '<1 %', '96 %', '100 %']));

  test('a loss is called an estimate', () => {
    expect(lossShare(estimatedLoss(1204, 1.62 * KIB ** 3) ?? 0)).toBe('0.10 %');
    expect(estimatedLoss(0, 10)).toBe(0);
    expect(lossShare(estimatedLoss(1, KIB ** 4) ?? 0)).toBe('<0.01 %');
    expect(lossShare(estimatedLoss(3, 97 * SEGMENT_BYTES) ?? 0)).toBe('3.0 %');
    expect(estimatedLoss(10, 1)).toBeLessThan(1);
    expect([estimatedLoss(10, 0), estimatedLoss(10, null)]).toEqual([null, null]);
  });

  test('durations', () => {
    const minute = 60_000;
    expect([45_000, 18 * minute, 120 * minute, 125 * minute, 76 * 60 * minute].map(duration)).toEqual([
      '45 s',
      '18 min',
      '2 h',
      '2 h 5 min',
      '3 d 4 h',
    ]);
    expect(elapsed('soon', '2026-11-21T20:00:00Z')).toBeUndefined();
  });

  test('times are in UTC, and a day is named once', () => {
    expect(time('2026-11-21T23:11:30+02:00')).toBe('21:11');
    expect(time('whenever')).toBe('whenever');
    expect(span('2026-11-21T19:59:00Z', '2026-11-21T20:29:00Z')).toBe('2026-11-21 19:59–20:29 UTC');
    expect(span('2026-11-21T23:59:00Z', '2026-11-22T00:29:00Z')).toBe(
      '2026-11-21 23:59 – 2026-11-22 00:29 UTC',
    );
  });

  test('minutes become ranges', () => {
    const at = (clock: string) => `2026-11-21T${clock}:00Z`;
    expect(minuteRanges(['20:12', '20:11', '20:12', '20:15'].map(at))).toEqual([
      '20:11–20:13',
      '20:15–20:16',
    ]);
    expect(minuteRanges([])).toEqual([]);
  });

  test('an ID is cut in the middle', () => {
    expect(middleCut('i-0123456789abcdef0', 11)).toMatch(/^i-0\w*…\w*ef0$/);
    expect(middleCut('web-b', 11)).toBe('web-b');
  });
});

describe('sparkline', () => {
  const options = { width: 20, unicode: true };

  test('zero, few, many and not reported are four marks', () => {
    expect(sparkline([0, 1, 100, null], options)).toBe('▁▂█·');
    expect(sparkline([0, 1, 100, null], { ...options, unicode: false })).toBe('_.#?');
  });

  test('lines with one scale can be compared', () => {
    expect(sparkline([10], { ...options, max: 100 })).toBe('▂');
    expect(sparkline([500], { ...options, max: 100 })).toBe('█');
    expect(sparkline([0, 0], options)).toBe('▁▁');
    expect(sparkline([], options)).toBe('');
  });

  test('bins add up; the short one is the oldest; null only where nothing is known', () => {
    expect(bins([1, 2, 3, 4, 5], 3)).toEqual([1, 5, 9]);
    expect(bins([null, null, null, 4], 2)).toEqual([null, 4]);
  });

  test('bins lose nothing and fit', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1000)), fc.integer({ min: 1, max: 80 }), (values, width) => {
        const sums = bins(values, width);
        expect(sums.length).toBeLessThanOrEqual(width);
        expect(sums.reduce<number>((sum, value) => sum + (value ?? 0), 0)).toBe(
          values.reduce((sum, value) => sum + value, 0),
        );
      }),
    );
  });
});

describe('sanitize', () => {
  test('what cannot be seen is shown as an escape', () => {
    expect(sanitize('a\u001b[31mb\u009b\u007f\u202e\u2066\u200b\ufeff\n\t漢é')).toBe(
      'a\\x1b[31mb\\x9b\\x7f\\u202e\\u2066\\u200b\\ufeff\\n\\t漢é',
    );
    expect(sanitize('\u{e0041}\ud800')).toBe('\\u{e0041}\\ud800');
  });

  test('a document keeps its shape, and its keys are clean too', () => {
    expect(sanitizeDocument({ 'a\u0007': [1, null, true, '\u0007'] })).toEqual({
      'a\\x07': [1, null, true, '\\x07'],
    });
    const proto = sanitizeDocument(JSON.parse('{"__proto__": "x"}'));
    expect(Object.keys(proto)).toEqual(['__proto__']);
  });
});

describe('json', () => {
  test('a parser reads back the input; a terminal sees nothing to obey', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const json = renderJson({ [text]: text });
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify({ [text]: text })));
        expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }),
    );
    expect(JSON.parse(renderJson(hostile))).toEqual(hostile);
    expect(renderJson({ a: [1] })).toBe('{\n  "a": [\n    1\n  ]\n}\n');
  });
});

describe('layout', () => {
  test('wrapped lines fit and keep every character but the spaces between words', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 8, max: 40 }), (text, width) => {
        const clean = sanitize(text);
        const lines = wrap(clean, width);
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('').replaceAll(' ', '')).toBe(clean.replaceAll(' ', ''));
      }),
    );
  });

  test('two names share a line, and the long one pays', () => {
    expect(fitPair('web-b', 'lb', 20)).toEqual(['web-b', 'lb']);
    const [short, cut] = fitPair('web-b', 'x'.repeat(50), 20);
    expect([short, cut.length]).toEqual(['web-b', 15]);
    const pair = fitPair('x'.repeat(50), 'y'.repeat(50), 21);
    expect(pair.map((name) => name.length)).toEqual([10, 11]);
  });

  /** A word that is longer than a line has one to itself. */
  const ONE_WORD = /^ {6}(?:\S+|'[^']*'|"\$\(printf '[^']*'\)")(?: \\)?$/;
  const LONG = 'x'.repeat(90);
  const EVIL = `it's; $(touch pwned) "\\%s" \u001b[2J\u202e\n${'é `ls` '.repeat(20)}`;
  test.each([
    [['--monitor', 'a name with spaces', '--since', '2026-11-21T20:11:00Z', '--until', 'now']],
    [['--arn', `arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor/${LONG}`, '--dry-run']],
    [["it's quoted", 'plain', '--flag', '--other', 'value', '']],
    [[EVIL, `--name=${EVIL}`, '--', `-${EVIL}`]],
  ])('a wrapped command is the same words to a shell: %j', (words) => {
    for (const ascii of [false, true]) {
      const lines = wrapCommand({ program: 'show', words }, 60, '    ', { ascii });
      for (const line of lines) if (stringWidth(line) > 60) expect(line).toMatch(ONE_WORD);
      expect(lines.join('\n')).not.toMatch(ascii ? /[^\x20-\x7e\n]/ : /[^\P{C}\n]/u);
      const script = `show() { printf '%s\\0' "$@"; }\n${lines.join('\n')}`;
      const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      expect(seen.split('\0').slice(0, -1)).toEqual(words);
    }
  });

  test('JSON that is longer than a line is a block, in quotes, and the same to a program', () => {
    const policy = { Statement: [{ Effect: 'Allow', Action: "it's", Resource: 'x'.repeat(70) }] };
    const words = ['put', '--policy', JSON.stringify(policy), '--short', '{"a":1}'];
    const lines = wrapCommand({ program: 'show', words }, 60, '    ');
    expect(lines.slice(0, 4)).toEqual([
      "    show put --policy '{",
      '        "Statement": [',
      '          {',
      '            "Effect": "Allow",',
    ]);
    expect(lines.at(-1)).toBe(`      }' --short '{"a":1}'`);
    const script = `show() { printf '%s\\0' "$@"; }\n${lines.join('\n')}`;
    const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0');
    expect([seen[1], JSON.parse(seen[2] ?? ''), seen[4]]).toEqual(['--policy', policy, '{"a":1}']);
    // What a parser would read as something else stays as it was.
    const twice = `{"a":1,"a":${'2'.repeat(60)}}`;
    expect(wrapCommand({ program: 'show', words: [twice] }, 60, '')).toContain(`  '${twice}'`);
  });

  test('no character of ASCII means anything to a shell, alone between letters or at the start', () => {
    const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
    const words = ascii.flatMap((c) => [`a${c}b`, `${c}b`, c]);
    const script = `show() { printf '%s\\0' "$@"; }\n${printed({ program: 'show', words })}`;
    const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
    expect(seen.split('\0').slice(0, -1)).toEqual(words);
  });

  test('any words are those words to a shell, in one run', () => {
    const word = anyText.map((text) => text.replaceAll('\0', '').replace(/\n+$/, ''));
    // A shell has no NUL, and takes newlines from the end of what it puts in.
    fc.assert(
      fc.property(fc.array(fc.array(word, { minLength: 1 }), { minLength: 20, maxLength: 40 }), (lists) => {
        const lines = lists.map((words) => printed({ program: 'show', words }));
        expect(lines.filter(isUnprintable)).toEqual([]);
        const script = ['show() { printf "%s\\0" "$@"; }', ...lines].join('\n');
        const seen = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
        expect(seen.split('\0').slice(0, -1)).toEqual(lists.flat());
      }),
      { numRuns: 10 },
    );
  });
});
