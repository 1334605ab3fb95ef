import { RefusedError } from '../model/errors.ts';
import { structuresOf, unusable } from './answers.ts';
import { type Aws, ask } from './aws.ts';
import { SignedClient } from './signed.ts';

export interface Account {
  id: string;
  name: string | null;
  /** ACTIVE, SUSPENDED, PENDING_CLOSURE, CLOSED, PENDING_ACTIVATION; null where it is not told. */
  state: string | null;
}

const ACTION = 'organizations:ListAccounts';
/** Far above the accounts of any organization, a page may have few or none of them. */
const MOST_PAGES = 5_000;

/**
 * All accounts of the organization. State has taken the place of Status, which is gone since 2026-09-09
 * (API_Account, docs.aws.amazon.com/organizations/latest/APIReference).
 */
export async function accounts(aws: Aws): Promise<Account[]> {
  const client = aws.client(SignedClient, 'Organizations');
  const found = new Map<string, Account>();
  let token: unknown;
  for (let page = 0; page < MOST_PAGES; page++) {
    const body = { MaxResults: 20, ...(token === undefined ? {} : { NextToken: token }) };
    const answer = (await ask(aws, ACTION, ({ abortSignal }) =>
      client.call(
        {
          action: ACTION,
          service: 'organizations',
          region: homeIn(aws.region),
          path: '/',
          post: { target: 'AWSOrganizationsV20161128.ListAccounts', body },
        },
        abortSignal,
      ),
    ).catch(asAdvice)) as { Accounts?: Record<string, unknown>[]; NextToken?: unknown } | null;
    for (const { Id, Name, State, Status } of structuresOf(answer?.Accounts, ACTION, true)) {
      if (typeof Id !== 'string') throw unusable(ACTION);
      found.set(Id, { id: Id, name: textOf(Name), state: textOf(State) ?? textOf(Status) });
    }
    const next = answer?.NextToken;
    if (!next || next === token) return [...found.values()];
    token = next;
  }
  throw unusable(ACTION, new Error('its list has no end'));
}

/** A global service lives, and is signed for, in one Region of each partition (docs.aws.amazon.com/general/latest/gr/ao.html). */
function homeIn(region: string): string {
  if (region.startsWith('cn-')) return 'cn-northwest-1';
  return region.startsWith('us-gov-') ? 'us-gov-west-1' : 'us-east-1';
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** Only the management account and delegated administrators are told. */
function asAdvice(error: unknown): never {
  if (!(error instanceof RefusedError)) throw error;
  if (error.code !== 'access-denied' && !/AWSOrganizationsNotInUse/.test(error.message)) throw error;
  throw new RefusedError('organization-refused', error.message, {
    action: ACTION,
    answer: error.answer,
    cause: error,
    hint: "Only the organization's management account and its delegated administrators may list its accounts, with organizations:ListAccounts. Or name the accounts: --accounts 111122223333,444455556666",
  });
}
