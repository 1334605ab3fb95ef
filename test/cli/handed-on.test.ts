import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { HOME, nfm, SHORT } from './helpers.ts';

/* The report as others read it: AWS Support, and a channel of Slack. */

const file = (scenario: string) => join(HOME, `handed-on-${scenario}.json`);
const SCENARIOS = ['packet-loss', 'aws-impairment', 'quiet'];

async function as(format: string, scenario: string): Promise<string> {
  const { code, stdout, stderr } = await nfm(['triage', '--case', file(scenario), '-o', format]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout;
}

beforeAll(async () => {
  for (const scenario of SCENARIOS) {
    await nfm(['triage', '--sandbox', scenario, ...SHORT, '--save-case', file(scenario)]);
  }
});

describe('-o support', () => {
  test('has what AWS Support asks for', async () => {
    const text = await as('support', 'aws-impairment');
    const lines = text.split('\n');
    expect(lines[0]).toBe(
      'Subject: TCP retransmissions: apne3-az3, ap-northeast-3 since 2026-11-21 11:41 UTC',
    );
    for (const wanted of [
      /^- Account 123456789012, Region ap-northeast-3/m,
      /^- Availability Zones: apne3-az1 \(ap-northeast-3a in this account\), apne3-az3/m,
      /^- Instances: i-0b82c5e6f1d947a33 in apne3-az3/m,
      /^- Network interfaces: .*aws ec2 describe-network-interfaces --filters .*10\.77\.2\.12/m,
      /^- 10\.77\.2\.12 \(i-0b82c5e6f1d947a33, .*\) > 10\.77\.1\.20:5432 \(apne3-az1\), INTER_AZ: /m,
      /since 2026-11-21 11:41 UTC \([\d,]+ in .*\); before: 0 per GiB/,
      /^- monitor demo-zone-b \(apne3-az3\): degraded; 17 min: 11:41–11:58/m,
      /^- EC2's status checks pass on 2 of 2 instances involved\./m,
      /^Please check the network/m,
    ]) {
      expect(text).toMatch(wanted);
    }
  });

  test('of the workload, AWS is asked nothing, and what speaks against us is said', async () => {
    const text = await as('support', 'packet-loss');
    expect(text).not.toMatch(/Please check/);
    expect(text).toMatch(/What speaks for our side\n- AWS's network health indicator was healthy/);
  });

  test('where nothing is wrong, no impairment is claimed', async () => {
    expect(await as('support', 'quiet')).toMatch(/^Subject: No impairment is shown: /);
  });

  test('is what triage says to run where AWS is blamed', async () => {
    const { next } = JSON.parse(await as('json', 'aws-impairment'));
    const commands: string[] = next.map(({ command }: { command: string }) => command);
    expect(commands.filter((command) => command.includes('--output support'))).toHaveLength(1);
    const { next: others } = JSON.parse(await as('json', 'packet-loss'));
    expect(JSON.stringify(others[0])).not.toContain('support');
  });
});

describe('-o slack', () => {
  test.each(SCENARIOS)('%s: five lines, the verdict first', async (scenario) => {
    const lines = (await as('slack', scenario)).split('\n');
    expect(lines).toHaveLength(6);
    expect(lines[0]).toMatch(/^\*[A-Z ]+\* /);
    expect(lines[5]).toBe('');
  });

  test('whatever a pod is called, nobody is mentioned and nothing is a link', async () => {
    const evil = '<!channel> @here <https://example.com|AWS> *b* `c`';
    const text = readFileSync(file('packet-loss'), 'utf8').replaceAll('"web-b"', JSON.stringify(evil));
    writeFileSync(file('evil'), text);
    const shown = await as('slack', 'evil');
    expect(shown).toContain('&lt;!channel&gt;');
    expect(shown).not.toMatch(/[<>]|(?<!\u2060)@/);
    expect(shown.split('\n')).toHaveLength(6);
  });
});
