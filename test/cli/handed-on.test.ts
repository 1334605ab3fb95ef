import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { altered } from './altered.ts';
import { account, denied, HOME, nfm, SHORT } from './helpers.ts';

/* The report as others read it: AWS Support, and a channel of Slack. */

const file = (scenario: string) => join(HOME, `handed-on-${scenario}.json`);
const SCENARIOS = ['packet-loss', 'aws-impairment', 'quiet', 'load-balancer'];

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
      /^- Network interfaces: eni-0b9c2e5a7d4f18361 \(10\.77\.2\.12, 10\.77\.2\.11\), eni-0d1e8a5c7f3b29462 \(10\.77\.1\.20\), /m,
      /^- 10\.77\.2\.12 \(eni-0b9c2e5a7d4f18361, i-0b82c5e6f1d947a33, .*\) > 10\.77\.1\.20:5432 \(eni-0d1e8a5c7f3b29462, apne3-az1\), INTER_AZ: /m,
      /^It began at 2026-11-21 11:41 UTC\. It was still ongoing at 2026-11-21 11:58 UTC/m,
      /since 2026-11-21 11:41 UTC \([\d,]+ in .*\); before: 0 per GiB/,
      /^- monitor demo-zone-b \(apne3-az3\): degraded; 17 min: 2026-11-21 11:41–11:58/m,
      /^- EC2's status checks pass on 2 of 2 instances involved\./m,
      /^Please check the network/m,
    ]) {
      expect(text).toMatch(wanted);
    }
  });

  test('the interfaces are those that the rows name, and those that EC2 does: either is enough', async () => {
    const faults = [denied('ec2:DescribeInstances'), denied('ec2:DescribeNetworkInterfaces')];
    const withoutEc2 = await account({ scenario: 'aws-impairment', faults });
    const whole = await account({ scenario: 'aws-impairment' });
    const withoutRows = await altered(whole, {
      alter: ({ operation }, body) =>
        operation === 'GetQueryResultsMonitorTopContributors'
          ? body.replaceAll(/"eni-\w+"/g, '""')
          : undefined,
    });
    const args = ['triage', ...SHORT, '-o', 'support'];
    const texts = [await withoutEc2.run(args), await whole.run(args, { env: withoutRows })];
    const interfacesIn = (text: string) => /^- Network interfaces: .*$/m.exec(text)?.[0];
    const told = interfacesIn(await as('support', 'aws-impairment'));
    expect(told).toContain('eni-');
    expect(texts.map(({ stdout }) => interfacesIn(stdout))).toEqual([told, told]);
  });

  test('a load balancer is what it is about where it is on the way', async () => {
    expect(await as('support', 'load-balancer')).toMatch(
      /^Subject: TCP retransmissions: load balancer app\/demo-internal\/50dc6c495c0c9188, ap-northeast-3 since /,
    );
  });

  test('of the workload, AWS is asked nothing, and what speaks against us is said', async () => {
    const text = await as('support', 'packet-loss');
    expect(text).not.toMatch(/Please check|mtr/);
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
