import { describe, expect, test } from 'vitest';
import { type Report, reportSchema } from '../../src/model/report.ts';
import { PRIVATE_A, PRIVATE_B, PUBLIC_A, VPC } from '../../src/sandbox/world/demo.ts';
import { nfm } from './helpers.ts';

/*
 * A verdict about what was asked: every kind of target, in the bad place (zone b) and beside it (zone a).
 */

const BAD = ['apne3-az3', 'ap-northeast-3b'];
const WHOLE = [[], ['--vpc', VPC], ['--cluster', 'demo'], ['--monitor', 'demo-vpc']];
const IN_ZONE_B = [
  ['--zone', 'apne3-az3'],
  ['--monitor', 'demo-zone-b'],
  ['--subnet', PRIVATE_B],
];
/** The load balancer's requests to zone b are lost: what it sends shows it, and no more than that. */
const SENDS_TO_B = [
  ['--zone', 'apne3-az1'],
  ['--monitor', 'demo-zone-a'],
  ['--subnet', PUBLIC_A],
];

const triage = async (scenario: string, target: string[]): Promise<Report> => {
  const { stdout } = await nfm(['triage', '--sandbox', scenario, ...target, '-o', 'json']);
  return reportSchema.parse(JSON.parse(stdout));
};
const page = async (scenario: string, target: string[]) =>
  (await nfm(['triage', '--sandbox', scenario, ...target])).stdout;

describe.each([
  ['packet-loss', { verdict: 'workload', location: { azId: BAD[0], podName: 'web-b' } }],
  ['total-loss', { verdict: 'workload', location: { azId: BAD[0], podName: 'web-b' } }],
  ['aws-impairment', { verdict: 'aws-infrastructure', location: { azId: BAD[0] } }],
])('%s', (scenario, bad) => {
  test.each([...WHOLE, ...IN_ZONE_B])('is found where it is: %s %s', async (...target) => {
    const report = await triage(scenario, target);
    expect(report).toMatchObject(bad);
    expect(report.onset).not.toBeNull();
    expect(report).not.toHaveProperty('elsewhere');
  });

  test.each(SENDS_TO_B)('blames nobody beside it, and names the place: %s %s', async (...target) => {
    const report = await triage(scenario, target);
    expect(report).toMatchObject({ verdict: 'inconclusive', location: { azId: 'apne3-az1' } });
    expect(report.location).not.toHaveProperty('podName');
    expect(report.elsewhere).toContainEqual({ azId: BAD[0], az: BAD[1] });
    expect(JSON.stringify(report.next)).toContain('nfm triage --zone apne3-az3');
    // It may be named, as what stands out; and supplies nothing.
    const own = report.summary.replace(/, but what stands out is ap-northeast-3b \(apne3-az3\)\.$/, '');
    expect(`${own} ${await rateOf(scenario, target)}`).not.toMatch(/zone of|ap-northeast-3b \(/);
  });

  test('has not touched a subnet whose flows are well', async () => {
    const report = await triage(scenario, ['--subnet', PRIVATE_A]);
    const unsure = { verdict: 'inconclusive', reason: 'nhi-degraded-no-rise' };
    expect(report).toMatchObject(
      scenario === 'aws-impairment' ? unsure : { verdict: 'no-impairment', reason: 'no-rise' },
    );
    expect(report).toMatchObject({ onset: null, location: {} });
    expect(report.elsewhere).toContainEqual({ azId: BAD[0], az: BAD[1] });
    expect(await rateOf(scenario, ['--subnet', PRIVATE_A])).toBe('');
  });

  test('is no data of a zone in which nothing runs', async () => {
    const report = await triage(scenario, ['--zone', 'apne3-az2']);
    expect(report).toMatchObject({ verdict: 'no-data', onset: null, location: {} });
    expect(report.gaps.map(({ code }) => code)).not.toContain('flows-unaccounted');
  });
});

async function rateOf(scenario: string, target: string[]): Promise<string> {
  return /^Rate .*(\n .*)*/m.exec(await page(scenario, target))?.[0] ?? '';
}

test('a subnet without a series of its own is measured by its flows, and its onset by their half hours', async () => {
  const report = await triage('packet-loss', ['--subnet', PUBLIC_A]);
  const onset = report.evidence.find(({ code }) => code === 'onset');
  const minutes =
    (Date.parse(String(onset?.data.latest)) - Date.parse(String(onset?.data.earliest))) / 60_000;
  expect(minutes).toBe(30);
  expect(report.zones.every(({ inTarget }) => inTarget === false)).toBe(true);
});
