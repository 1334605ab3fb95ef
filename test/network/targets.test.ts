import { describe, expect, it } from 'vitest';
import { NotFoundError, RefusedError } from '../../src/model/errors.ts';
import { emptyExtent, TYPES } from '../../src/network/holdings.ts';
import { isReady, scopeInUse } from '../../src/network/status.ts';
import {
  mustExist,
  notThere,
  perZone,
  targetExtent,
  unknownMonitor,
  zoneFor,
} from '../../src/network/targets.ts';

const zones = [
  { azId: 'euc1-az2', az: 'eu-central-1a' },
  { azId: 'euc1-az3', az: 'eu-central-1b' },
];

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a target that is not there', () => {
  it('is called what it is, and what else may be wrong is said', () => {
    expect(notThere({ kind: 'cluster', id: 'demo' }, 'eu-central-1')).toMatchObject({
      code: 'target-not-found',
      message: "There is no EKS cluster 'demo' in eu-central-1 for these credentials.",
      hint: 'Check the ID, --region and --profile.',
    });
  });

  it('names the monitor that was most likely meant, or all', () => {
    const hint = (name: string, names: string[]) => unknownMonitor(name, names, 'eu-central-1').hint;
    expect(unknownMonitor('x', [], 'eu-central-1').message).toBe("There is no monitor 'x' in eu-central-1.");
    expect(hint('wbe', ['web', 'database'])).toBe("Did you mean 'web'?");
    expect(hint('nothing-like-it', ['web', 'database'])).toBe('Monitors here: web, database.');
    expect(hint('web', [])).toBe('There are no monitors in this Region.');
  });

  it('is told from other refusals', async () => {
    const refused = (code: string) =>
      mustExist({ kind: 'vpc', id: 'vpc-1' }, 'eu-central-1', () =>
        Promise.reject(new RefusedError(code, code)),
      );
    await expect(refused('not-found')).rejects.toBeInstanceOf(NotFoundError);
    await expect(refused('access-denied')).rejects.toBeInstanceOf(RefusedError);
  });
});

describe('a zone', () => {
  it.each(['euc1-az2', 'eu-central-1a'])('is found as %s', (word) => {
    expect(zoneFor(word, zones, 'eu-central-1')).toEqual(zones[0]);
  });

  it('is believed where EC2 lists none', () => {
    expect(zoneFor('euc1-az9', [], 'eu-central-1')).toEqual({ azId: 'euc1-az9', az: null });
  });

  it('that is not there brings those that are', () => {
    expect(thrown(() => zoneFor('us-east-1f', zones, 'eu-central-1'))).toMatchObject({
      message: "There is no zone 'us-east-1f' in eu-central-1.",
      hint: 'Zones here: eu-central-1a (euc1-az2), eu-central-1b (euc1-az3).',
    });
    expect(thrown(() => zoneFor('eu-central-1c', zones, 'eu-central-1'))).toMatchObject({
      hint: expect.stringMatching(/^Did you mean 'eu-central-1[ab]'\?$/),
    });
  });
});

describe('what a target holds', () => {
  const monitors = [{ name: 'web', local: [{ type: TYPES.vpc, identifier: 'arn:aws:ec2:r:1:vpc/vpc-1' }] }];
  it.each([
    ['scope', null, { everything: true }],
    ['vpc', 'vpc-1', { vpcIds: new Set(['vpc-1']) }],
    ['subnet', 'subnet-1', { subnetIds: new Set(['subnet-1']) }],
    ['cluster', 'demo', { clusters: new Set(['demo']) }],
    ['zone', 'eu-central-1b', { azIds: new Set(['euc1-az3']) }],
    ['monitor', 'web', { vpcIds: new Set(['vpc-1']) }],
    ['monitor', 'gone', {}],
  ] as const)('%s %s', (kind, id, part) => {
    expect(targetExtent({ kind, id }, { zones }, monitors)).toEqual({ ...emptyExtent(), ...part });
  });
});

it('zone monitors are advised with the VPC where only one can be meant', () => {
  const subnets = (...vpcs: string[]) =>
    vpcs.map((vpcId, i) => ({ id: `subnet-${i}`, arn: null, vpcId, azId: 'a' }));
  const vpcIn = (kind: 'scope' | 'vpc', ...vpcs: string[]) =>
    perZone({ kind, id: kind === 'vpc' ? 'vpc-9' : null }, { subnets: subnets(...vpcs) }).commands[0]?.words;
  expect(vpcIn('scope', 'vpc-1', 'vpc-1')).toContain('vpc-1');
  expect(vpcIn('scope', 'vpc-1', 'vpc-2')).toContain('VPC');
  expect(vpcIn('vpc', 'vpc-1', 'vpc-2')).toContain('vpc-9');
});

it('of several scopes, the one that can be used counts', () => {
  const scopes = ['FAILED', 'SUCCEEDED'].map((status) => ({ status }));
  expect(scopeInUse(scopes)).toBe(scopes[1]);
  expect(scopeInUse(scopes.slice(0, 1))).toBe(scopes[0]);
  expect(scopeInUse([])).toBeNull();
  expect(isReady(null)).toBe(false);
});
