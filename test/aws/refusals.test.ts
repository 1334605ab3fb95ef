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

test("AWS's own words, without what only AWS can read", () => {
  expect(answerOf('You may not. Encoded authorization failure message: 4aNnSpHkyJ5x')).toBe('You may not.');
});
