import { describe, expect, test } from 'vitest';
import type { PolicyStatement, Role } from '../../src/aws/iam.ts';
import {
  irsaTrust,
  POD_TRUST,
  roleTrust,
  trustsPods,
  trustsRole,
  trustsServiceAccount,
  withTrust,
} from '../../src/doctor/agent-role.ts';

/* Trust policies of roles that are there already. */

const ISSUER = 'oidc.eks.eu-west-1.amazonaws.com/id/0123';
const PLACE = { namespace: 'ns', serviceAccount: 'agent' };
const OWNER = { partition: 'aws', accountId: '123456789012', region: 'eu-west-1' };
const SOURCE = 'arn:aws:iam::123456789012:role/source';

const role = (trust: Role['trust']) => ({ trust }) as Role;
const deny = (other: object): Role['trust'] => ({
  Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sts:*', ...other } as PolicyStatement],
});

describe.each([
  ['pods', POD_TRUST, trustsPods],
  ['a service account', irsaTrust(OWNER, ISSUER, PLACE), (r: Role) => trustsServiceAccount(r, ISSUER, PLACE)],
  ['another role', roleTrust(SOURCE), (r: Role) => trustsRole(r, SOURCE)],
] as const)('a role that trusts %s', (_, allow, trusts) => {
  test('does, beside whomever else', () => {
    expect(trusts(role(allow))).toBe(true);
    expect(trusts(role(withTrust({ Statement: [] }, allow)))).toBe(true);
  });

  test('does not where a statement denies it: one more Allow does not help', () => {
    expect(trusts(role(withTrust(deny({}), allow)))).toBe(false);
  });

  test('does where a statement denies something else, or under a condition', () => {
    expect(trusts(role(withTrust(deny({ Action: 'sts:SetSourceIdentity' }), allow)))).toBe(true);
    expect(trusts(role(withTrust(deny({ Principal: { Service: 'lambda.amazonaws.com' } }), allow)))).toBe(
      true,
    );
    expect(
      trusts(role(withTrust(deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } }), allow))),
    ).toBe(true);
  });
});
