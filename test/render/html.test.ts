import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.ts';
import { html } from '../../src/render/html/hypertext.ts';
import { STYLE } from '../../src/render/html/style.ts';
import { renderTriageHtml } from '../../src/render/html/triage.ts';
import { awsInfrastructure, hostile, noData, pictured, reports, workload } from './fixtures.ts';

const page = (report: Report) => renderTriageHtml([report]);

test('what is no markup is text, in elements and in attributes', () => {
  const name = `"><script>alert('x')</script>&`;
  expect(html`<b title="${name}">${[name, html`<i>${1}</i>`, null, undefined, false]}</b>`.text).toBe(
    `<b title="${escaped(name)}">${escaped(name)}<i>1</i></b>`,
  );
});

function escaped(text: string): string {
  return text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

describe.each(Object.entries({ ...reports, hostile, pictured }))('%s', (_name, report) => {
  const text = page(report);

  test('the policy allows the one style sheet that is there, and nothing else', () => {
    const [, policy] = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/.exec(text) ?? [];
    const [, style = '', ...more] = text.split(/<\/?style>/);
    expect(more).toHaveLength(1);
    const hash = createHash('sha256').update(style).digest('base64');
    expect(policy?.replaceAll('&#39;', "'")).toBe(
      `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`,
    );
  });

  test('nothing runs, and nothing comes from elsewhere', () => {
    const tags = text.match(/<[^>]*>/g) ?? [];
    const names = tags.map((tag) => /^<[/!]?([a-z0-9]+)/i.exec(tag)?.[1]);
    expect(names.filter((name) => !ELEMENTS.has(name ?? ''))).toEqual([]);
    const attributes = tags.flatMap((tag) =>
      [...tag.matchAll(/\s([\w:-]+)="[^"]*"/g)].map(([, name]) => name),
    );
    expect(attributes.filter((name) => /^(on|style$|href$|src|xlink|xmlns|action)/.test(name ?? ''))).toEqual(
      [],
    );
    expect(text).not.toMatch(/url\(|@import|https?:/);
  });

  test('no control, no mark that turns text around, and no number that is none', () => {
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  test('every picture is said in words, with names of its own', () => {
    const pictures = text.match(/<svg role="img"[^>]*>/g) ?? [];
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const picture of pictures) {
      const [, title = '', words = ''] = /aria-labelledby="(\S+) (\S+)"/.exec(picture) ?? [];
      expect(text).toMatch(
        new RegExp(`<title id="${title}">[^<]+</title>\\s*<desc id="${words}">[^<]+</desc>`),
      );
    }
    expect(text.match(/<details>/g) ?? []).toHaveLength(pictures.length);
  });
});

const ELEMENTS = new Set(
  `doctype html head meta title style body main article header footer h1 h2 h3 p span strong code pre br ul li dl dt dd
  table caption thead tbody tr th td div figure figcaption details summary svg g path rect text tspan desc`.split(
    /\s+/,
  ),
);

test('the verdict and its sentence come first, then the pictures', () => {
  const text = page(pictured);
  const order = [
    '<h1>',
    'class="summary"',
    'Zones over time',
    'Zone to zone',
    'Who sends to whom',
    'Top contributors',
  ];
  const places = order.map((part) => text.indexOf(part));
  expect(places).not.toContain(-1);
  expect(places).toEqual([...places].sort((a, b) => a - b));
});

test('the minutes of the indicator are degraded, healthy or missing, and never healthy where unknown', () => {
  const strips = (report: Report) =>
    page(report)
      .split('</style>')[1]
      ?.match(/class="(healthy|degraded|missing)"/g) ?? [];
  const zone = workload.zones.slice(0, 1);
  const [first] = awsInfrastructure.nhi.filter(({ covers }) => covers.length === 1);
  if (!first) throw new Error('no monitor');
  const of = (facts: Partial<typeof first>) =>
    strips({ ...workload, zones: zone, nhi: [{ ...first, ...facts }] });
  expect(of({})).toEqual(['class="healthy"', 'class="healthy"', 'class="degraded"']);
  expect(of({ state: 'unknown', degradedMinutes: [] })).toEqual(['class="missing"']);
  expect(of({ state: 'unknown', degradedMinutes: [], missing: 30 })).toEqual(['class="missing"']);
  const missingMinutes = ['2026-11-21T20:00:00Z', '2026-11-21T20:01:00Z'];
  expect(of({ state: 'healthy', degradedMinutes: [], missing: 2, missingMinutes })).toEqual([
    'class="healthy"',
    'class="healthy"',
    'class="missing"',
  ]);
});

test('minutes without a count are a hole in the line, and a dash in the table', () => {
  const [zone] = pictured.zones;
  if (!zone) throw new Error('no zone');
  const { minutes } = zone;
  const bytes = (minutes.bytes ?? []).map((value, i) => (i >= 5 && i < 8 ? null : value));
  const whole = page({ ...pictured, zones: [zone] });
  const holed = page({ ...pictured, zones: [{ ...zone, minutes: { ...minutes, bytes } }] });
  const count = (text: string, part: string) => text.split(part).length - 1;
  expect(count(whole, 'class="hole"')).toBe(0);
  // Of the rate and of the bytes.
  expect(count(holed, 'class="hole"')).toBe(2);
  expect(count(holed, 'class="series"')).toBe(count(whole, 'class="series"') + 2);
  expect(count(holed, '<span>–</span>') - count(whole, '<span>–</span>')).toBe(6);
});

test('a zone without a minute is not drawn as a quiet one', () => {
  expect(page(noData)).toContain('not the same as quiet');
});

test('several Regions are one page, and one that gave no report is on it', () => {
  const text = renderTriageHtml(
    [workload, awsInfrastructure],
    [{ region: 'eu-west-1', code: 'refused', message: '<b>No</b>' }],
  );
  expect(text.match(/<h1>/g)).toHaveLength(3);
  expect(text).toContain('eu-west-1: &#60;b&#62;No&#60;/b&#62; (refused)');
});

/** Of a colour, by WCAG 2. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

describe.each(['light', 'dark'])('colours, %s', (scheme) => {
  const blocks = [...STYLE.matchAll(/:root \{([^}]*)\}/g)].map(([, block = '']) => block);
  const text = scheme === 'light' ? (blocks[0] ?? '') : (blocks[1] ?? '');
  const colors = new Map(
    [...text.matchAll(/--([\w-]+): (#\w{6})/g)].map(([, name = '', hex = '']) => [name, hex]),
  );
  const of = (name: string) => colors.get(name) ?? '';

  test('text has contrast AA on what it stands on', () => {
    const pairs = [
      ...['ink', 'soft', 'link', 'out', 'mark'].flatMap((ink) => [`${ink} page`, `${ink} card`]),
      ...['mark shade', 'soft shade', 'ink shade'],
      ...['on-low q0', 'on-low q1', 'on-low q2', 'on-q3 q3', 'on-q4 q4', 'on-q5 q5'],
    ];
    const weak = pairs.filter((pair) => {
      const [ink = '', ground = ''] = pair.split(' ');
      return contrast(of(ink), of(ground)) < 4.5;
    });
    expect(weak).toEqual([]);
  });

  test('lines and bars can be told from their ground', () => {
    const lines = ['peer', 'out', 'mark', 'good', 'bad', 'l0', 'l1', 'l2', 'l3', 'l4', 'l5'];
    expect(lines.filter((name) => contrast(of(name), of('card')) < 3)).toEqual([]);
  });

  test('the steps of a rate differ in lightness, in one direction', () => {
    for (const kind of ['q', 'l']) {
      const steps = [0, 1, 2, 3, 4, 5].map((i) => luminance(of(`${kind}${i}`)));
      const sorted = [...steps].sort((a, b) => (scheme === 'light' ? b - a : a - b));
      // What is none is grey, not a step.
      expect(steps.slice(1), kind).toEqual(sorted.filter((step) => step !== steps[0]));
    }
  });
});
