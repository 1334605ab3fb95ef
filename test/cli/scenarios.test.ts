import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Report, reportSchema } from '../../src/model/report.ts';
import { expectRedacted } from '../model/redacted.ts';
import { HOME, nfm } from './helpers.ts';

/*
 * Every scenario of the sandbox × (exit code, verdict, confidence, summary). `NFM_TABLE=1 npx vitest run
 * test/cli/scenarios.test.ts` prints it, to be read by eye.
 */

const listed = JSON.parse((await nfm(['sandbox', 'list', '-o', 'json'])).stdout);
const NAMES: string[] = (listed.scenarios ?? listed).map(({ name }: { name: string }) => name);

/** All of the target is seen in these, and nothing is wrong with its network. */
const WELL = [
  'quiet',
  'moving',
  'irsa',
  'inline-policy',
  'private-endpoint',
  'iam-denied',
  'insights-denied',
  'api-endpoint-policy',
  'own-namespace',
  'chart',
  'cluster-closed',
  'proxy',
  'fleet',
];
/** Nothing is unseen, and every amount is twice the true one. */
const COUNTED_TWICE = ['two-agents'];
/** Their agents report as in 'quiet'; there is no indicator. */
const WITHOUT_INDICATOR = ['no-monitor', 'monitor-pending', 'monitor-error', 'monitor-of-another-vpc'];

describe('every scenario', () => {
  const rows = new Map<string, { code: number | null; report: Report }>();

  beforeAll(async () => {
    for (const name of NAMES) {
      const saving = ['--save-case', join(HOME, `${name}.json`)];
      const { code, stdout } = await nfm([
        'triage',
        '--sandbox',
        name,
        '-o',
        'json',
        '--exit-code',
        ...saving,
      ]);
      rows.set(name, { code, report: reportSchema.parse(JSON.parse(stdout)) });
    }
    if (process.env.NFM_TABLE) {
      const line = ([name, { code, report }]: [string, { code: number | null; report: Report }]) =>
        `${name} | ${code} | ${report.verdict} | ${report.confidence} | ${report.summary}`;
      process.stdout.write(`${[...rows].map(line).join('\n')}\n`);
    }
  }, 300_000);

  test.each(NAMES)('%s: exits 0 only where all of it is seen', (name) => {
    const row = rows.get(name);
    expect(row?.code === 0).toBe([...WELL, ...WITHOUT_INDICATOR, ...COUNTED_TWICE].includes(name));
  });

  test.each(NAMES)('%s: redacted, nothing is left of its names, and it is judged alike', (name) => {
    expectRedacted(JSON.parse(readFileSync(join(HOME, `${name}.json`), 'utf8')));
  });

  test.each(WITHOUT_INDICATOR)('%s: no indicator, so nothing is certain', (name) => {
    expect(rows.get(name)?.report.confidence).not.toBe('high');
  });

  test.each(COUNTED_TWICE)('%s: says so, and is less sure', (name) => {
    const report = rows.get(name)?.report;
    expect(report).toMatchObject({ verdict: 'no-impairment', confidence: 'medium' });
    expect(report?.summary).toContain('counted twice');
    expect(report?.evidence.map(({ code }) => code)).toContain('counted-twice');
  });

  test('pods on Fargate are a part of the question', () => {
    const report = rows.get('fargate')?.report;
    expect(report).toMatchObject({ verdict: 'inconclusive', reason: 'partly-unseen' });
    expect(report?.summary).toContain('pods on Fargate send');
    expect(report?.gaps.map(({ code }) => code)).toEqual(['fargate']);
  });

  test('instances on Windows are said to be so', () => {
    expect(rows.get('windows-nodes')?.report.summary).toMatch(/on Windows, where no agent can/);
  });

  test('where nothing is known, nothing is sure', () => {
    const open = [...rows.values()].filter(({ code }) => code === 12 || code === 13);
    expect(new Set(open.map(({ report }) => report.confidence))).toEqual(new Set(['low']));
  });

  test('a report of a single zone says nothing of every zone', () => {
    for (const { report } of rows.values()) {
      if (report.zones.filter(({ state }) => state === 'reporting').length < 2) {
        expect(report.reason).not.toBe('region-wide-nhi-healthy');
      }
    }
  });

  test('what is named is no alternative to itself', () => {
    expect(rows.get('aws-impairment')?.report.alternatives).not.toHaveLength(0);
    for (const { report } of rows.values()) {
      expect(report.alternatives ?? []).not.toContainEqual(
        expect.objectContaining({ location: report.location }),
      );
    }
  });

  test('a zone whose instances are silent keeps its row', () => {
    const zones = rows.get('addon-missing')?.report.zones;
    expect(zones?.map(({ azId, state, bytes }) => [azId, state, bytes === null])).toEqual([
      ['apne3-az1', 'reporting', false],
      ['apne3-az3', 'silent', true],
    ]);
  });
});
