import { describe, expect, test } from 'vitest';
import { adviceOn, answerOf, refusedBy } from '../../src/aws/refusals.ts';
import { textOf } from '../../src/model/command-line.ts';

const ACTION = 'networkflowmonitor:ListMonitors';
const USER = 'User: arn:aws:sts::123456789012:assumed-role/ReadOnly/alice is not authorized to perform:';
const said = (reason: string) => `${USER} ${ACTION} on resource: * ${reason}`;
const SCP = 'arn:aws:organizations::111122223333:policy/o-abc/service_control_policy/p-xyz';

describe('which policy refused', () => {
  test.each([
    ['because no identity-based policy allows the x action', 'identity-based policy', false],
    ['because no resource-based policy allows the x action', 'resource-based policy', false],
    ['because no service control policy allows the x action', 'service control policy', false],
    ['because no resource control policy allows the x action', 'resource control policy', false],
    ['because no permissions boundary allows the x action', 'permissions boundary', false],
    ['because no session policy allows the x action', 'session policy', false],
    ['because no VPC endpoint policy allows the x action', 'VPC endpoint policy', false],
    ['because no role trust policy allows the sts:AssumeRole action', 'role trust policy', false],
    ['with an explicit deny in an identity-based policy', 'identity-based policy', true],
    ['with an explicit deny in a service control policy', 'service control policy', true],
    [`with an explicit deny in a service control policy: ${SCP}`, 'service control policy', true],
    ['with an explicit deny in a VPC endpoint policy', 'VPC endpoint policy', true],
    ['with an explicit deny in the role trust policy', 'role trust policy', true],
    ['with an explicit deny', null, true],
    ['', null, false],
  ])('%s', (reason, policy, explicit) => {
    expect(refusedBy(said(reason))).toMatchObject({ policy, explicit });
  });

  test('its ARN, where AWS names it', () => {
    expect(refusedBy(said(`with an explicit deny in a service control policy: ${SCP}.`)).arn).toBe(SCP);
    expect(refusedBy(said('because no session policy allows the x action')).arn).toBeNull();
  });

  test('a name in the message is not the reason', () => {
    const message = `${USER} ${ACTION} on resource: arn:aws:x:::because no identity-based policy allows because no permissions boundary allows the x action`;
    expect(refusedBy(message).policy).toBe('permissions boundary');
  });
});

describe('advice', () => {
  const advice = (reason: string) => textOf(adviceOn(refusedBy(said(reason)), ACTION, 'monitor list'));

  test('one more Allow only where one is missing', () => {
    const own = advice('because no identity-based policy allows the x action');
    expect(own).toMatch(/^Allow it: \{"Effect":"Allow","Action":"networkflowmonitor:ListMonitors"/);
    expect(own).toMatch(/nfm policy monitor list$/);
    for (const kind of ['service control policy', 'VPC endpoint policy', 'resource control policy']) {
      expect(advice(`because no ${kind} allows the x action`)).toMatch(
        /an Allow (in|for) this .* does not help/,
      );
    }
    for (const kind of [
      'permissions boundary',
      'session policy',
      'resource-based policy',
      'role trust policy',
    ]) {
      expect(advice(`because no ${kind} allows the x action`)).not.toMatch(/^Allow it|nfm policy/);
    }
    expect(advice(`with an explicit deny in a service control policy: ${SCP}`)).toContain(
      `An explicit deny in a service control policy (${SCP}) refuses it: one more Allow does not help.`,
    );
  });
});

const KINDS = [
  'identity-based policy',
  'resource-based policy',
  'service control policy',
  'resource control policy',
  'permissions boundary',
  'session policy',
  'VPC endpoint policy',
  'role trust policy',
] as const;

describe('each kind of refusal has its own advice', () => {
  const advice = (reason: string) => textOf(adviceOn(refusedBy(said(reason)), ACTION, 'monitor list'));
  const implicit = (kind: string) => advice(`because no ${kind} allows the x action`);
  const explicit = (kind: string) => advice(`with an explicit deny in a ${kind}`);

  test.each([
    ['identity-based policy', /^Allow it:/, /policies of this role or user/],
    ['resource-based policy', /the resource itself/, /owner of the resource/],
    ['service control policy', /manages the organization/, /Nothing in this account lifts it/],
    ['resource control policy', /manages the organization/, /this identity or resource/],
    ['permissions boundary', /The boundary must hold:/, /out of the boundary/],
    ['session policy', /Sign in without one/, /without that session policy/],
    ['VPC endpoint policy', /in the endpoint's policy/, /where the endpoint is not used/],
    ['role trust policy', /manages the role/, /out of its trust policy/],
  ])('%s', (kind, missing, denied) => {
    expect(implicit(kind)).toMatch(missing);
    expect(explicit(kind)).toMatch(denied);
    // No Allow lifts a deny.
    expect(explicit(kind)).toContain('one more Allow does not help');
    expect(explicit(kind)).not.toMatch(/"Effect":"Allow"|nfm policy/);
  });

  test('no two are alike', () => {
    const all = KINDS.flatMap((kind) => [implicit(kind), explicit(kind)]);
    expect(new Set(all).size).toBe(all.length);
  });

  test('for what changes something, the policy with what changes something', () => {
    const own = refusedBy('because no identity-based policy allows the x action');
    expect(textOf(adviceOn(own, 'iam:CreateRole', 'doctor'))).toMatch(/nfm policy doctor --write$/);
    expect(textOf(adviceOn(own, 'iam:GetRole', 'doctor'))).toMatch(/nfm policy doctor$/);
  });
});

test("AWS's own words, without what only AWS can read", () => {
  expect(answerOf('You may not. Encoded authorization failure message: 4aNnSpHkyJ5x')).toBe('You may not.');
});
