import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { judge } from '../../src/judge/judge.ts';
import { type Case, caseSchema } from '../../src/model/case.ts';
import type { Report, ReportedChange } from '../../src/model/report.ts';
import { REPORT_SCHEMA } from '../../src/model/schema-names.ts';
import { renderTriageHtml } from '../../src/render/html/triage.ts';
import { HOME, NOW, nfm, SHORT } from '../cli/helpers.ts';
import { later } from '../later.ts';
import { withText } from '../model/filled.ts';
import { launch, look } from './browser.ts';
import { lacks } from './programs.ts';

const missing = lacks('chromium', '--version');

const LOOKS = [
  { width: 390, scheme: 'light' },
  { width: 1280, scheme: 'dark' },
] as const;

const WELL = { said: [], tooWide: 0, violations: [], outside: [] };

describe.skipIf(missing)(missing ?? '-o html in a browser', () => {
  const folder = mkdtempSync(join(HOME, 'html-'));
  let browser: Browser;

  beforeAll(async () => {
    browser = await launch('chromium');
    later(() => browser.close());
  });

  test.each(['group-changed', 'aws-impairment', 'total-loss', 'addon-missing', 'nothing'])(
    '%s: no message, no request, nothing too wide, and axe is content',
    async (scenario) => {
      const { code, stdout, stderr } = await nfm(['triage', '--sandbox', scenario, ...SHORT, '-o', 'html']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const file = join(folder, `${scenario}.html`);
      writeFileSync(file, stdout);
      for (const how of LOOKS) {
        const { elements, attributes, ...seen } = await look(browser, file, how);
        expect(seen, `${how.width} ${how.scheme}`).toEqual(WELL);
        expect(elements).toContain(scenario === 'nothing' ? 'pre' : 'svg');
        expect(attributes).not.toContain('style');
      }
    },
  );

  test('a hostile name in every field is text, and the layout holds', async () => {
    const saved = join(folder, 'case.json');
    await nfm(['triage', '--sandbox', 'nat-gateway', ...SHORT, '--save-case', saved]);
    const { sandbox: _, ...data } = caseSchema.parse(JSON.parse(readFileSync(saved, 'utf8')));
    const gap = {
      code: 'permission',
      action: 'ec2:DescribeSubnets',
      effect: 'Unknown.',
      fix: 'Ask.',
      answer: 'No',
    };
    const reportOf = (given: Case): Report => ({
      schema: REPORT_SCHEMA,
      generatedAt: NOW,
      tool: { name: 'nfm', version: '0' },
      ...judge(given),
    });
    const benign = { ...reportOf(data), gaps: [gap], changes: MANY };
    const pages = {
      benign,
      report: named(benign),
      case: reportOf(withText(data, (was) => `${EVIL} ${was}`, isName)),
    };
    const fileOf = (name: string) => join(folder, `${name}.html`);
    for (const [name, report] of Object.entries(pages))
      writeFileSync(fileOf(name), renderTriageHtml([report]));
    const [phone, desk] = LOOKS;
    const { elements: known, attributes: expected, ...plain } = await look(browser, fileOf('benign'), phone);
    expect(plain).toEqual(WELL);
    for (const [evil, how] of [
      ['report', desk],
      ['report', phone],
      ['case', phone],
    ] as const) {
      expect(readFileSync(fileOf(evil), 'utf8').split('pwned').length).toBeGreaterThan(100);
      const { elements, attributes, ...seen } = await look(browser, fileOf(evil), how);
      expect(seen, `${evil} ${how.width} ${how.scheme}`).toEqual(WELL);
      expect(elements.filter((name) => !known.includes(name))).toEqual([]);
      expect(attributes.filter((name) => !expected.includes(name))).toEqual([]);
    }
  });
});

/** With another word for a status or a kind, there would be less to see. */
const isName = (path: string) =>
  !/(\.(status|category|type|componentType|namespace|azId)|[zZ]ones\[\])$/.test(path);

/** So many that they would cover each other, before, within and after what is shown. */
const MANY = Array.from({ length: 60 }, (_, i): ReportedChange => {
  const at = Date.parse('2026-11-21T11:05:00Z') + i * 61_000;
  return {
    at: new Date(at).toISOString(),
    secondsBeforeOnset: (Date.parse('2026-11-21T11:41:00Z') - at) / 1000,
    what: `ReplaceRoute 10.${i}.0.0/16`,
    by: 'role deployer (alice)',
    where: 'route table rtb-0b4f8c3e5a1d97260',
    source: 'CloudTrail',
    touches: i % 2 ? 'network' : 'location',
  };
});

const EVIL = [
  `</style></title></script><script>console.log('pwned')</script>`,
  `"'><img src=x onerror="console.log('pwned')"><svg onload=console.log('pwned')>`,
  `<a href="javascript:console.log('pwned')">&lt;&amp;</a>{{pwned}}\${pwned}`,
  `\u202epwned\u0000\u001b[2J\u200b漢字\u{1f4a3}`,
  'x'.repeat(5000),
].join(' ');

/** What is no name, but a word of nfm's own or a time. */
const OWN = new Set(
  `schema verdict confidence reason kind state source supports strength blamed suspects start end onset generatedAt
  degradedMinutes missingMinutes at touches consoleUrl metricsUrl`.split(/\s+/),
);

/** The same name for the same thing. */
function named<T>(part: T, key = ''): T {
  if (OWN.has(key)) return part;
  if (typeof part === 'string') return `${EVIL} ${part}` as T;
  if (Array.isArray(part)) return part.map((inner) => named(inner, key)) as T;
  if (typeof part !== 'object' || part === null) return part;
  return Object.fromEntries(Object.entries(part).map(([own, inner]) => [own, named(inner, own)])) as T;
}
