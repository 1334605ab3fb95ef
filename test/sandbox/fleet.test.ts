import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { elsewhere, zonePrefix } from '../../src/sandbox/world/elsewhere.ts';
import { DEMO_WORLD } from '../../src/sandbox/world/topology.ts';
import { account } from '../cli/helpers.ts';

const KEYS = { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'x' };
const at = { region: 'eu-central-1', RoleSessionName: 'nfm' };

describe('the organization of the sandbox', () => {
  it('hands out a role, whose keys are those of its account', async () => {
    const { sandbox } = await account({ scenario: 'fleet' });
    const { region, RoleSessionName } = at;
    const sts = new STSClient({ region, endpoint: sandbox.endpoint, credentials: KEYS, maxAttempts: 1 });
    const assume = (id: string, more: { ExternalId?: string } = {}, name = 'nfm-read') =>
      sts.send(
        new AssumeRoleCommand({ RoleArn: `arn:aws:iam::${id}:role/${name}`, RoleSessionName, ...more }),
      );
    const { Credentials } = await assume('111122223333');
    const credentials = {
      accessKeyId: Credentials?.AccessKeyId ?? '',
      secretAccessKey: Credentials?.SecretAccessKey ?? '',
      sessionToken: Credentials?.SessionToken ?? '',
    };
    const other = new STSClient({ region, endpoint: sandbox.endpoint, credentials });
    expect(await other.send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: '111122223333',
      Arn: 'arn:aws:sts::111122223333:assumed-role/nfm-read/nfm',
    });
    // Whatever it is that refuses, STS says the same.
    for (const refused of [
      assume('111122223333', {}, 'admin'),
      assume('444455556666'),
      assume('666677778888'),
      assume('999900001111'),
      assume('000000000000'),
    ]) {
      await expect(refused).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringMatching(
          /^User: \S+ is not authorized to perform: sts:AssumeRole on resource: \S+$/,
        ),
      });
    }
    await expect(assume('444455556666', { ExternalId: 'nfm-sandbox' })).resolves.toBeDefined();
  });
});

describe('the demo elsewhere', () => {
  it.each([
    ['ap-northeast-3', 'apne3'],
    ['eu-central-1', 'euc1'],
    ['us-east-1', 'use1'],
    ['ap-southeast-2', 'apse2'],
    ['sa-east-1', 'sae1'],
  ])('zones of %s begin with %s', (region, prefix) => {
    expect(zonePrefix(region)).toBe(prefix);
  });

  it('names nothing of where it was, and no resource twice', () => {
    const text = JSON.stringify(elsewhere(DEMO_WORLD, '111122223333', 'eu-central-1'));
    expect(text).not.toMatch(/ap-northeast-3|apne3|123456789012/);
    const [vpc] = DEMO_WORLD.vpcs;
    expect(text).not.toContain(vpc?.id);
    expect(elsewhere(DEMO_WORLD, '111122223333', 'eu-west-1').vpcs[0]?.id).not.toBe(
      elsewhere(DEMO_WORLD, '111122223333', 'eu-central-1').vpcs[0]?.id,
    );
  });
});
