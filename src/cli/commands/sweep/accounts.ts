import { connect, type Session } from '../../../aws/aws.ts';
import { limited } from '../../../aws/limit.ts';
import type { Account } from '../../../aws/organizations.ts';
import {
  ConfigurationError,
  type NfmError,
  RefusedError,
  UnreachableError,
  UsageError,
} from '../../../model/errors.ts';
import type { SweptPlace } from '../../../model/sweep.ts';
import { signIn } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { sweep } from './command.ts';

type Options = OptionsOf<typeof sweep.options>;

/** An account, how it is reached, and the Regions that are meant there. */
export interface Asked extends Pick<SweptPlace, 'accountId' | 'accountName' | 'profile' | 'role'> {
  /** Null where it can not be asked: why. */
  session: Session | null;
  refusal: { state: 'suspended' | 'refused' | 'unreachable'; why: NfmError } | null;
  regions: string[];
}

const ID = /^\d{12}$/;
/** With its path, as in an ARN (IAM's own limits). */
const ROLE = /^\/?([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;

/** Before anything is asked: what the options mean together. */
export function checkAccounts({ sandbox, accounts, role, externalId, profiles, profile }: Options): void {
  const refuse = (code: string, message: string, hint: string) => {
    throw new UsageError(code, message, { hint });
  };
  const isGiven = (list: readonly string[]) => list.length > 0;
  if (isGiven(profiles) && (isGiven(accounts) || profile !== undefined))
    refuse(
      'accounts-or-profiles',
      `--profiles does not go with ${isGiven(accounts) ? '--accounts' : '--profile'}.`,
      'Give accounts with the role to assume in them (--accounts, --role), or a profile for each (--profiles).',
    );
  if (isGiven(profiles) && sandbox !== undefined)
    refuse(
      'sandbox-is-elsewhere',
      '--sandbox is an embedded AWS; it does not go with --profiles.',
      'It has accounts of its own: --sandbox fleet --accounts org --role nfm-read',
    );
  if (!isGiven(accounts)) {
    if (role !== undefined || externalId !== undefined)
      refuse(
        'role-without-accounts',
        '--role and --external-id go with --accounts.',
        'Say in which accounts: --accounts org',
      );
    return;
  }
  checkRole(role);
  const ids = idsIn(accounts);
  const wrong = ids?.find((id) => !ID.test(id));
  if (wrong !== undefined || ids?.length === 0)
    refuse(
      'malformed-id',
      `--accounts does not look right: '${wrong ?? accounts.join()}'.`,
      "It takes IDs of 12 digits, separated by commas, or 'org' alone.",
    );
}

export function checkRole(role: string | undefined): string {
  if (role === undefined) {
    throw new UsageError('no-role', 'The role to assume in the accounts is missing.', {
      hint: 'For example: --role OrganizationAccountAccessRole',
    });
  }
  if (ROLE.test(role)) return role;
  throw new UsageError('malformed-id', `--role does not look right: '${role}'.`, {
    hint: 'It is the name of a role, the same in every account, with its path if it has one.',
  });
}

/** Null for all of the organization. */
function idsIn(accounts: readonly string[]): string[] | null {
  // As 'aws organizations list-accounts --output text' separates them, too.
  const ids = listed(accounts, /[\s,]+/);
  return ids.length === 1 && ids[0] === 'org' ? null : ids;
}

export function profilesOf({ profiles, profile }: Options): readonly [string | undefined, ...string[]] {
  if (profiles.length === 0) return [profile];
  const [first, ...others] = listed(profiles);
  if (first !== undefined) return [first, ...others];
  throw new UsageError('no-profile', '--profiles names none.', { hint: 'For example: --profiles dev,prod' });
}

function listed(texts: readonly string[], separator: string | RegExp = ','): string[] {
  const words = texts.flatMap((text) => text.split(separator).map((word) => word.trim()));
  return [...new Set(words)].filter(Boolean);
}

/** All accounts that are meant, and a way to each: what keeps one from being asked is its line of the list. */
export async function accountsOf(
  context: Context,
  { accounts, role, externalId, profiles }: Options,
  sessions: readonly [Session, ...Session[]],
): Promise<Asked[]> {
  const named = context.regions;
  const regionsFor = ({ region }: Session) => (named.length > 0 ? named : [region]);
  const [base] = sessions;
  // Before the first call: a Region without the service.
  for (const session of sessions) for (const region of regionsFor(session)) connect(session, region);
  const unnamed = { accountName: null, profile: null, role: null, refusal: null };
  if (profiles.length > 0) {
    const asked: Asked[] = [];
    for (const session of sessions) {
      // One after another: each may ask the person for a code.
      const own = await whose(session);
      const same = typeof own === 'string' ? asked.filter(({ accountId }) => accountId === own) : [];
      const known = new Set(same.flatMap((one) => one.regions));
      const regions = regionsFor(session).filter((region) => !known.has(region));
      const place = { ...unnamed, profile: session.profile ?? null, regions };
      if (regions.length === 0)
        context.note(
          `profiles ${same[0]?.profile} and ${place.profile} are one account, ${own}: it is asked once.`,
        );
      else if (typeof own === 'string' || own === null) asked.push({ ...place, accountId: own, session });
      else
        asked.push({ ...place, accountId: null, session: null, refusal: { state: stateOf(own), why: own } });
    }
    return asked;
  }
  await signIn(context.io, base);
  const { caller, assuming } = await import('../../../aws/sts.ts');
  const who = await caller(connect(base)).catch((error) => {
    // Without it, who asks is only a name that is missing; unless others are to be asked as well.
    if (accounts.length > 0 || !(error instanceof RefusedError || error instanceof UnreachableError))
      throw error;
    return null;
  });
  const ownId = who?.accountId || null;
  if (accounts.length === 0 || role === undefined) {
    return [{ ...unnamed, accountId: ownId, session: base, regions: regionsFor(base) }];
  }
  const partition = who?.arn.split(':')[1] || 'aws';
  const signIns = limited(SIGN_INS);
  return Promise.all(
    (await meant(accounts, base)).map(async ({ id, name, state }): Promise<Asked> => {
      const own = { ...unnamed, accountId: id, accountName: name, regions: regionsFor(base) };
      if (state !== null && state !== 'ACTIVE') {
        return { ...own, session: null, refusal: { state: 'suspended', why: notActive(state) } };
      }
      if (id === ownId) return { ...own, session: base };
      const arn = `arn:${partition}:iam::${id}:role/${role.replace(/^\//, '')}`;
      const session = assuming(base, { arn, externalId });
      // Once for all Regions: what refuses the role is none of theirs.
      const why = await signIns(() => session.credentials().then(() => null, asRefusal));
      return why
        ? { ...own, role: arn, session: null, refusal: { state: stateOf(why), why } }
        : { ...own, role: arn, session };
    }),
  );
}

/** STS lets many through; a hundred at once are no faster. */
const SIGN_INS = 10;

function asRefusal(error: unknown): NfmError {
  if (error instanceof RefusedError || error instanceof UnreachableError) return error;
  throw error;
}

async function meant(accounts: readonly string[], base: Session): Promise<Account[]> {
  const ids = idsIn(accounts);
  if (ids !== null) return ids.map((id) => ({ id, name: null, state: null }));
  const organization = await import('../../../aws/organizations.ts');
  return organization.accounts(connect(base));
}

/** The account of a profile; null where only that is not known; or why its credentials cannot be used. */
async function whose(session: Session): Promise<string | null | NfmError> {
  const { accountId } = await import('../../../aws/sts.ts');
  try {
    return await accountId(connect(session));
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    if (error instanceof RefusedError || error instanceof UnreachableError) return null;
    throw error;
  }
}

function stateOf(error: NfmError): 'refused' | 'unreachable' {
  return error instanceof UnreachableError ? 'unreachable' : 'refused';
}

function notActive(state: string): NfmError {
  return new RefusedError('account-not-active', `Organizations says that the account is ${state}.`);
}
