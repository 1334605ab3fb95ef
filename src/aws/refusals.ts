import { type Advice, advise, nfm } from '../model/command-line.ts';
import { statementFor } from '../model/policy.ts';

/*
 * Why IAM refused, as AWS says it: 'because no POLICY allows the … action', or 'with an explicit deny in a POLICY'
 * (docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html). Only a missing identity-based policy is
 * mended by one more Allow.
 */

const POLICIES = [
  'identity-based policy',
  'resource-based policy',
  'service control policy',
  'resource control policy',
  'permissions boundary',
  'session policy',
  'VPC endpoint policy',
  'role trust policy',
] as const;
type Policy = (typeof POLICIES)[number];

export interface Refusal {
  /** Null where AWS does not say. */
  policy: Policy | null;
  explicit: boolean;
  /** Of the policy, where AWS names it. */
  arn: string | null;
}

const IMPLICIT = /because no ([\w -]+?) allows?\b/gi;
const EXPLICIT = /explicit deny(?: in (?:an?|the) ([\w -]+))?/gi;
const POLICY_ARN = /arn:aws[\w-]*:(?:organizations|iam)::[^\s,;()]*:policy\/[^\s,;()]*[\w/]/;

/** The reason stands at the end; names before it are written by others. */
export function refusedBy(message: string): Refusal {
  const denied = [...message.matchAll(EXPLICIT)].at(-1);
  const missing = [...message.matchAll(IMPLICIT)].at(-1);
  const explicit = denied !== undefined && denied.index > (missing?.index ?? -1);
  const said = explicit ? denied[1] : missing?.[1];
  return { policy: policyNamed(said), explicit, arn: POLICY_ARN.exec(message)?.[0] ?? null };
}

function policyNamed(said = ''): Policy | null {
  const words = said.toLowerCase();
  // Older wordings: 'permissions boundary policy', 'VPC endpoint policy statement', 'trust policy'.
  const found = POLICIES.find((policy) => words.startsWith(policy.toLowerCase()));
  return found ?? (/^(role )?trust policy/.test(words) ? 'role trust policy' : null);
}

/** What lifts an explicit deny. */
const LIFTED: Readonly<Record<Policy, string>> = {
  'identity-based policy': 'Take it out of the policies of this role or user, or of its groups.',
  'service control policy':
    'Nothing in this account lifts it: ask who manages the organization to except this role or action.',
  'resource control policy':
    'Nothing in this account lifts it: ask who manages the organization to except this identity or resource.',
  'permissions boundary': 'Take it out of the boundary, or use a role with another one.',
  'session policy': 'Sign in without that session policy, or with another one.',
  'VPC endpoint policy': "Take it out of the endpoint's policy, or call from where the endpoint is not used.",
  'resource-based policy': 'Ask the owner of the resource to take it out of its policy.',
  'role trust policy': 'Ask who manages the role to take it out of its trust policy.',
};

const READS = /:(Get|List|Describe|Start|Stop|Simulate|Assume)/;

/** What helps, by the kind of policy that refused. */
export function adviceOn({ policy, explicit, arn }: Refusal, action: string, command: string): Advice {
  const statement = statementFor(action, command);
  const which = arn === null ? '' : ` (${arn})`;
  if (explicit) {
    return advise(
      `An explicit deny${policy ? ` in ${article(policy)}` : ''}${which} refuses it: one more Allow does not help. ${policy ? LIFTED[policy] : "Show AWS's message to who manages your policies."}`,
    );
  }
  const all = nfm('policy', { write: READS.test(action) ? null : true }, ...command.split(' '));
  switch (policy) {
    case 'identity-based policy':
      return { ...advise('Allow it:', all), policy: statement };
    case 'service control policy':
    case 'resource control policy':
      return advise(
        `No ${policy} of the organization${which} allows it: an Allow in this account does not help. Ask who manages the organization for ${action}.`,
      );
    case 'permissions boundary':
      return {
        ...advise(
          `The permissions boundary of this role or user${which} does not allow it: an Allow in another of its policies does not help. The boundary must hold:`,
        ),
        policy: statement,
      };
    case 'session policy':
      return {
        ...advise(
          'The policy that this session was opened with does not allow it. Sign in without one, or with one that holds:',
        ),
        policy: statement,
      };
    case 'VPC endpoint policy':
      return advise(
        `The policy of the VPC endpoint that the call went through does not allow it: an Allow for this identity does not help. Allow ${action} in the endpoint's policy, or call from where the endpoint is not used.`,
      );
    case 'resource-based policy':
      return advise(`The policy of the resource itself does not allow it. Ask its owner for ${action}.`);
    case 'role trust policy':
      return advise(
        'The trust policy of the role does not let this identity assume it. Ask who manages the role.',
      );
    case null:
      return {
        ...advise(
          'AWS does not say which policy refuses it. Where it is a policy of this identity, allow it:',
          all,
        ),
        policy: statement,
      };
  }
}

function article(policy: Policy): string {
  return `${/^[ai]/.test(policy) ? 'an' : 'a'} ${policy}`;
}

/** AWS's own words, without what only AWS can read. */
export function answerOf(message: string): string {
  return message.replace(/\s*Encoded authorization failure message: \S+/, '').trim();
}
