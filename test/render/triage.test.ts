import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { nfm, printed } from '../../src/model/command-line.ts';
import type { Report, ReportedChange } from '../../src/model/report.ts';
import { renderTriageMarkdown } from '../../src/render/markdown.ts';
import type { Style } from '../../src/render/style.ts';
import { renderTriage } from '../../src/render/triage.ts';
import {
  awsInfrastructure,
  hostile,
  inconclusive,
  noData,
  noImpairment,
  reports,
  workload,
} from './fixtures.ts';

const STYLES: Record<string, Style> = {
  '60': { width: 60, color: false, unicode: true },
  '60-ascii': { width: 60, color: false, unicode: false },
  '80': { width: 80, color: false, unicode: true },
  '80-color': { width: 80, color: true, unicode: true },
  '80-ascii': { width: 80, color: false, unicode: false },
  '120': { width: 120, color: false, unicode: true },
};
const plain: Style = { width: 80, color: false, unicode: true };

describe.each(Object.entries(reports))('%s', (name, report) => {
  test.each(Object.entries(STYLES))('on a terminal: %s', async (style, options) => {
    await expect(renderTriage(report, options)).toMatchFileSnapshot(`golden/${name}.${style}.txt`);
  });

  test('in a ticket', async () => {
    await expect(renderTriageMarkdown(report)).toMatchFileSnapshot(`golden/${name}.md`);
  });
});

test('no line is wider than the terminal, and none ends in a space', () => {
  for (const report of [...Object.values(reports), hostile]) {
    for (let width = 60; width <= 130; width += 5) {
      for (const [color, unicode] of [
        [false, false],
        [false, true],
        [true, true],
      ] as const) {
        for (const line of renderTriage(report, { width, color, unicode }).split('\n')) {
          // A word of a command that is longer than a line has one to itself.
          if (!/^ {6}(?:\S+|'[^']*'|"\$\(printf '[^']*'\)")(?: \\)?$/.test(stripVTControlCharacters(line)))
            expect(stringWidth(line), `${width}: ${line}`).toBeLessThanOrEqual(width);
          // A quoted name may end a line with a space of its own.
          if (report !== hostile) expect(line).toBe(line.trimEnd());
        }
      }
    }
  }
});

describe('what changed, under the charts', () => {
  const change = (at: string): ReportedChange => ({
    at: `2026-11-21T${at}:30Z`,
    secondsBeforeOnset: 0,
    what: 'ReplaceRoute',
    by: null,
    where: null,
    source: 'CloudTrail',
    touches: 'network',
  });
  const lines = (report: Report, ...at: string[]) =>
    renderTriage({ ...report, changes: at.map(change) }, { width: 80, color: false, unicode: true }).split(
      '\n',
    );

  test('stands at its minute, by its number in the list, the nearer of two', () => {
    const all = lines(workload, '20:08', '20:08', '20:20', '19:40', '20:25');
    const chart = all.find((line) => /^▸ .*▁█?/.test(line)) ?? '';
    const marks = all.find((line) => line.startsWith('  changed ')) ?? '';
    const start = chart.search(/[▁-█·]+$/);
    expect(marks.trim()).toMatch(/^changed +1 +3$/);
    expect([marks.indexOf('1'), marks.indexOf('3')]).toEqual([start + 9, start + 21]);
    expect(all.join('\n')).toMatch(/numbers: what changed, as\s+below/);
    expect(all).toEqual(
      expect.arrayContaining([expect.stringMatching(/^ {2}1 {2}as it began {2}ReplaceRoute/)]),
    );
  });

  test('is not there where all of it lies outside, or charts are of different times', () => {
    expect(lines(workload, '19:40').join('\n')).not.toMatch(/^ {2}changed /m);
    const [first, ...others] = workload.zones;
    if (!first) throw new Error('no zone');
    const coarse = {
      ...first,
      minutes: { ...first.minutes, periodSeconds: 300, retransmissions: [1, 2, 3, 4, 5, 6] },
    };
    expect(lines({ ...workload, zones: [coarse, ...others] }, '20:08').join('\n')).not.toMatch(
      /^ {2}changed /m,
    );
  });
});

test('colour adds nothing but colour', () => {
  for (const report of Object.values(reports)) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape sequences are the point.
    const stripped = renderTriage(report, { ...plain, color: true }).replace(/\u001b\[\d+m/g, '');
    expect(stripped).toBe(renderTriage(report, plain));
  }
});

test('without Unicode the page is ASCII, whatever the names are', () => {
  for (const report of [...Object.values(reports), hostile]) {
    expect(renderTriage(report, { ...plain, unicode: false })).toMatch(/^\p{ASCII}*$/u);
  }
});

test('the first line is the verdict, and a long name is wrapped in it, not cut', () => {
  expect(renderTriage(workload, plain).split('\n')[0]).toBe(
    'WORKLOAD  pod default/web-b in ap-northeast-3b (apne3-az3) · high confidence',
  );
  const podName = `web-${'0123456789'.repeat(25)}`;
  const [headline] = renderTriage({ ...workload, location: { podName } }, plain).split('\n\n');
  expect(headline?.replace(/\s/g, '')).toContain(podName);
});

test('an inconclusive verdict names its suspect, and claims no confidence', () => {
  const [first] = renderTriage(inconclusive, plain).split('\n');
  expect(first).toContain('suspected: AWS');
  expect(first).not.toContain('confidence');
});

test('what was not found is not called sure: it says whether all was seen', () => {
  const first = (report: Report) => renderTriage(report, plain).split('\n')[0];
  expect(first(noImpairment)).toMatch(/ · all of it was seen$/);
  expect(first({ ...noImpairment, confidence: 'medium' })).toMatch(/ · as far as it was seen$/);
  expect(first(noData)).not.toContain('confidence');
});

test('where a page is taller than the terminal, its last lines are the verdict and the next command', () => {
  const page = renderTriage(workload, { ...plain, height: 24 });
  const [command] = workload.next;
  expect(page.trimEnd().split('\n').slice(-2)).toEqual([
    page.split('\n')[0],
    `    ${printed(command?.command ?? nfm(''))}`,
  ]);
  expect(renderTriage(workload, { ...plain, height: 200 })).toBe(renderTriage(workload, plain));
});

test('evidence stands under what it speaks for', () => {
  const titles = renderTriage(awsInfrastructure, plain).match(
    /^(What is seen|Speaks for .*|Also checked)$/gm,
  );
  expect(titles).toEqual(['Speaks for AWS']);
  expect(renderTriage(workload, plain)).toMatch(/\nSpeaks for the workload\n {2}· .*\n/);
});

test('what was not reported is a dash, and never looks healthy', () => {
  for (const text of [renderTriage(noData, plain), renderTriageMarkdown(noData)]) {
    expect(text).toContain("No data is not 'no impairment'");
    expect(text).toContain('unknown');
    expect(text).toContain('silent');
    expect(text).not.toMatch(/\b0 B\b/);
    expect(text).not.toContain('no degraded minute');
  }
});

test('a report without monitors, zones, flows or steps is still a report', () => {
  const bare: Report = { ...noImpairment, nhi: [], zones: [], contributors: [], evidence: [], next: [] };
  for (const text of [renderTriage(bare, plain), renderTriageMarkdown(bare)]) {
    expect(text).toContain('None was reported.');
    expect(text).toContain("no monitor was asked, which is not 'healthy'");
    expect(text).not.toContain('Speaks for');
  }
});

test('an impairment whose start is unknown says so', () => {
  expect(renderTriage({ ...inconclusive, onset: null }, plain)).toContain('Since   not known');
});

test('a handful of retransmissions does not fill the chart', () => {
  expect(renderTriage(noImpairment, plain).match(/█/g)).toHaveLength(1);
});

test('names chosen by an enemy reach neither terminal nor ticket raw', () => {
  for (const text of [renderTriage(hostile, plain), renderTriageMarkdown(hostile)]) {
    expect(text).toContain('\\x1b');
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/^# heading/m);
  }
});

test('in a ticket, every table row has as many cells as its head', () => {
  const tables = renderTriageMarkdown(hostile)
    .split('\n\n')
    .filter((block) => block.startsWith('| '));
  expect(tables).toHaveLength(3);
  for (const table of tables) {
    const cells = table.split('\n').map((row) => row.replace(/\\./g, '').split('|').length);
    expect(new Set(cells).size).toBe(1);
  }
});

test('in a ticket, a command with backticks stays inside its code block', () => {
  const command = nfm('top', { monitor: '```' });
  const text = renderTriageMarkdown({ ...workload, next: [{ command, why: 'Try.' }] });
  expect(text).toContain(`\`\`\`\`sh\n# Try.\n${printed(command)}\n\`\`\`\`\n`);
});
