import { connect, type Session } from '../../../aws/aws.ts';
import { hasService } from '../../../aws/regions.ts';
import { parseTags } from '../../../manage/rules.ts';
import { RefusedError, UsageError } from '../../../model/errors.ts';
import { FORMS, ownerOf } from '../../../model/ids.ts';
import { policyFor } from '../../../model/policy.ts';
import { REGIONS } from '../../../model/service.ts';
import { MINUTE } from '../../../model/time.ts';
import { type FleetOptions, fleetStack } from '../../../provision/fleet.ts';
import { signIn } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { lengthOf, positive } from '../../core/values.ts';
import { checkRole } from '../sweep/accounts.ts';
import { sweep } from '../sweep/command.ts';
import { checkTopic, topicOf } from './alarms.ts';
import type { exportFleet } from './command.ts';
import { printStack } from './print-stack.ts';

type Options = OptionsOf<typeof exportFleet.options>;

export async function printFleet(context: Context, options: Options): Promise<number> {
  const given = {
    role: checkRole(options.role),
    externalId: externalIdOf(options.externalId),
    regions: regionsOf(options.regions),
    since: lengthIn('--since', options.since),
    everyMinutes: options.every === undefined ? null : minutesOf('--every', options.every),
    atOnce: positive('--at-once', options.atOnce),
    topic: standard(topicOf(options.snsTopic)),
    tags: parseTags(options.tag),
    version: context.io.version,
    reads: policyFor([{ command: 'sweep', actions: sweep.actions.reads }]),
  };
  if (context.regions.length > 1) {
    throw new UsageError('one-region', 'The machines are in one Region.', {
      hint: 'Name --region once; what is swept is --regions.',
    });
  }
  const stack = await context.withProgress(({ update }) =>
    context.sessions([options.profile], async ([session]) => {
      update({ phase: 'Reading the organization', done: 0, planned: 0 });
      await signIn(context.io, session);
      const organization = await organizationOf(session);
      checkTopic(given.topic, organization.owner.region);
      return fleetStack({ ...organization, ...given });
    }),
  );
  return printStack(context, options.output, stack, []);
}

async function organizationOf(session: Session): Promise<Pick<FleetOptions, 'owner' | 'accounts'>> {
  const aws = connect(session);
  const [{ caller }, organization] = await Promise.all([
    import('../../../aws/sts.ts'),
    import('../../../aws/organizations.ts'),
  ]);
  const who = await caller(aws);
  const found = await organization.accounts(aws).catch((error) => {
    // Who writes the template need not be who may list.
    if (error instanceof RefusedError) return null;
    throw error;
  });
  const active = found?.filter(({ state }) => state === null || state === 'ACTIVE').length ?? 0;
  return {
    owner: { ...ownerOf(who.arn, aws.region), accountId: who.accountId },
    accounts: found && { active, others: found.length - active },
  };
}

/** A message without a group is for standard topics (sns:Publish). */
function standard(topic: string | null): string | null {
  if (!topic?.endsWith('.fifo')) return topic;
  throw new UsageError(
    'malformed-topic',
    '--sns-topic is a FIFO topic, which takes nothing without a message group.',
    { hint: 'Name a standard topic: FIFO topics tell queues alone, no people.' },
  );
}

/** AssumeRole's own pattern. */
function externalIdOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  if (/^[\w+=,.@:/-]{2,1224}$/.test(text)) return text;
  throw new UsageError('malformed-id', `--external-id does not look right: '${text}'.`, {
    hint: 'It takes letters, digits and +=,.@:/-_ (sts:AssumeRole).',
  });
}

/** Words of a command, which is why they must look like nothing else. */
function regionsOf(text: string): string[] {
  const names = [...new Set(text.split(',').map((name) => name.trim()))].filter(Boolean);
  if (names.length > 0 && names.every((name) => name === 'all' || FORMS.region.pattern.test(name))) {
    const odd = names.find((name) => name !== 'all' && !hasService(name));
    if (odd === undefined) return names.includes('all') ? ['all'] : names;
  }
  throw new UsageError('region-without-service', `--regions does not look right: '${text}'.`, {
    hint: `It takes 'all', or names separated by commas, of: ${REGIONS.join(', ')}.`,
  });
}

/** As it was written: nfm reads it again. */
function lengthIn(option: string, text: string): string {
  lengthOf(option, text);
  return text;
}

/** EventBridge has whole minutes; more often than that, a run would not have ended. */
const SHORTEST = 10;

function minutesOf(option: string, text: string): number {
  const minutes = lengthOf(option, text) / MINUTE;
  if (Number.isInteger(minutes) && minutes >= SHORTEST) return minutes;
  throw new UsageError('bad-time', `${option} takes whole minutes, ${SHORTEST} at least, not '${text}'.`, {
    hint: `For example: ${option} 1h`,
  });
}
