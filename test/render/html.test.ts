import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Report, ReportedChange } from '../../src/model/report.ts';
import { marksOf } from '../../src/render/html/changes.ts';
import { html } from '../../src/render/html/hypertext.ts';
import { STYLE } from '../../src/render/html/style.ts';
import { renderTriageHtml } from '../../src/render/html/triage.ts';
import { awsInfrastructure, hostile, noData, pictured, reports, workload } from './fixtures.ts';
import { foreignIn } from './page.ts';

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

  test('nothing runs, nothing comes from elsewhere, and no name is more than text', () => {
    expect(foreignIn(text)).toEqual([]);
    expect(text).not.toMatch(/url\(|@import|https?:/);
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

describe('what changed, on the time axis', () => {
  const onset = Date.parse(workload.onset ?? '');
  const [start, end] = [workload.window.start, workload.window.end].map(Date.parse) as [number, number];
  const change = (minutes: number, more: Partial<ReportedChange> = {}): ReportedChange => ({
    at: new Date(onset - minutes * 60_000).toISOString(),
    secondsBeforeOnset: minutes * 60,
    what: `Change${minutes}`,
    by: 'role deployer (alice)',
    where: 'security group sg-0d6a2f8c4b71e9350',
    source: 'CloudTrail',
    touches: 'location',
    ...more,
  });
  const marks = (...changes: ReportedChange[]) => marksOf({ ...workload, changes });
  const place = (minutes: number) => Math.round((1000 * (onset - minutes * 60_000 - start)) / (end - start));

  test('each stands at its instant, or beyond the end that it is beyond', () => {
    const seen = marks(change(3), change(20), change(-10), change(-40)).map((m) => [
      m.beyond,
      Math.round(m.x),
    ]);
    expect(seen).toEqual([
      [null, place(3)],
      ['before', 0],
      [null, place(-10)],
      ['after', 1000],
    ]);
  });

  test('who ranks lower is folded into the mark of who ranks higher, with all of the time between them', () => {
    const between = { first: change(9).at, last: change(4).at };
    expect(marks(change(3), change(4, { times: 6, between }), change(2))).toEqual([
      {
        x: expect.closeTo(place(3), 0),
        beyond: null,
        from: expect.closeTo(place(9), 0),
        to: expect.closeTo(place(2), 0),
        changes: [0, 1, 2],
      },
    ]);
  });

  test('however many there are, no two marks touch, and each change is in one', () => {
    const all = marks(...Array.from({ length: 90 }, (_, i) => change(30 - (i * 7) / 18)));
    const xs = all.map(({ x }) => x).sort((a, b) => a - b);
    expect(Math.min(...xs.slice(1).map((x, i) => x - (xs[i] ?? 0)))).toBeGreaterThan(130);
    expect(all.flatMap((m) => m.changes).sort((a, b) => a - b)).toEqual([...Array(90).keys()]);
  });

  test('every picture has the marks and says them, and the list is in their order', () => {
    const told = [
      change(3),
      change(9, { touches: 'network', by: null }),
      ...[5, 6, 7, 8, 10, 11, 12, 13].map((m) => change(m, { touches: 'unknown' })),
    ];
    const text = page({ ...pictured, changes: told });
    const pictures = text.match(/<svg role="img".*?<\/figure>/gs)?.slice(0, pictured.zones.length) ?? [];
    expect(pictures).toHaveLength(pictured.zones.length);
    for (const picture of pictures) {
      expect(picture).toMatch(/class="change halo"><title>1: 3 min before, Change3, [^<]*<\/title>▼1 \+\d</);
      expect(picture).toMatch(
        /<desc [^>]*>[^<]*Changed: 3 min before, Change3, [^<]*; and 7 more, listed below\./,
      );
    }
    const [, list = ''] = text.split('>What changed</h2>');
    expect(list).toMatch(
      /<li><strong>3 min before<\/strong> <span class="soft">20:08 UTC · ▼ [^<]*<\/span><br>Change3, security group/,
    );
    expect(list).toMatch(
      /<li><strong>9 min before<\/strong> <span class="soft">20:02 UTC · ▽ in the same network.*2 more<\/summary><ol class="changes" start="9">/s,
    );
    expect(text).toMatch(/<dt>Changed<\/dt><dd>3 min before: Change3, [^<]*; 9 other changes below<\/dd>/);
  });

  test('what came after it, or nobody knows where, does not stand beside the verdict', () => {
    for (const one of [change(-2), change(3, { touches: 'unknown' })])
      expect(page({ ...pictured, changes: [one] })).not.toContain('<dt>Changed</dt>');
  });

  test('that nothing changed is said, and that nobody could be asked', () => {
    const statement = 'No change is known from 30 minutes before it began to 5 after (CloudTrail).';
    const evidence: Report['evidence'] = [
      { code: 'no-changes', supports: 'none', strength: 'optional', statement, data: {} },
    ];
    expect(page({ ...pictured, changes: [], evidence })).toMatch(`>What changed</h2><p>${statement}</p>`);
    expect(page({ ...pictured, changes: [] })).toContain('>What changed</h2><p>Not known: ');
    expect(page(pictured)).not.toContain('What changed');
  });
});

test("links lead to the parts of the page and to AWS's console, and nowhere else", () => {
  const id = 'app/shop/50dc6c495c0c9188';
  const consoleUrl = `https://console.aws.amazon.com/ec2/home?region=eu-central-1#LoadBalancer:loadBalancerArn=arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/${id}`;
  const linksOf = (url: string) =>
    Array.from(
      page({ ...pictured, loadBalancers: [{ id, consoleUrl: url }] }).matchAll(/ href="([^#"][^"]*)"/g),
      ([, to]) => to,
    );
  expect(linksOf(consoleUrl)).toEqual([consoleUrl]);
  // Whole, however long it is: of a name, so many characters would be cut.
  expect(linksOf(`${consoleUrl}${'0'.repeat(500)}`)).toEqual([`${consoleUrl}${'0'.repeat(500)}`]);
  for (const url of [
    'javascript:alert(1)',
    'https://console.aws.amazon.com.example/',
    `${consoleUrl} "onclick=`,
  ])
    expect(linksOf(url)).toEqual([]);
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
