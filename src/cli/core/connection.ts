import { setMaxListeners } from 'node:events';
import { type Aws, type Call, connect, openSession, type Session, sandboxSession } from '../../aws/aws.ts';
import { unlessAborted } from '../../aws/pause.ts';
import type { Role } from '../../aws/sts.ts';
import type { Gap } from '../../model/case.ts';
import {
  InterruptedError,
  type NfmError,
  RefusedError,
  RunTimeoutError,
  UnreachableError,
  UsageError,
} from '../../model/errors.ts';
import { redact } from '../../model/redact.ts';
import { REGIONS } from '../../model/service.ts';
import { duration } from '../../model/units.ts';
import { DEFAULT_SCENARIO } from '../../model/words.ts';
import { sanitize } from '../../render/sanitize.ts';
import type { Io } from './io.ts';
import type { CONNECTION, Display } from './options.ts';
import { hasRegions, regionsOf } from './reach.ts';
import { type Asked, rememberMonitors } from './remembered.ts';
import { type CommandSpec, commandName, type OptionsOf } from './spec.ts';
import { lengthOf, paceOf, positive, RUN_MILLIS } from './values.ts';

type Options = Partial<OptionsOf<typeof CONNECTION> & Display>;

/** Whether a run ends after --timeout: by default too, only if it is given (a change is followed to its end), or never. */
export type Deadline = 'default' | 'if-given' | 'none';

/** Connects to AWS, or to a sandbox that lives as long as the work does. One Region; a command that reads asks in several. */
export async function withAws<T>(
  io: Io,
  options: Options,
  command: CommandSpec,
  work: (aws: Aws) => Promise<T>,
  deadline?: Deadline,
): Promise<T> {
  if (regionsOf(options).length > 1) {
    throw new UsageError('one-region', 'This command works in one Region at a time.', {
      hint: 'Name --region once.',
    });
  }
  return withConnections(io, options, command, ([aws]) => work(aws), deadline);
}

/** The answer of each Region that was asked, and the errors of those that gave none. */
export interface Answers<T> {
  answers: T[];
  failures: { region: string; error: NfmError }[];
}

/** Asks in every Region that is named, at once; answers come in the order of the Regions. If all fail, the first failure is the answer. */
export async function eachRegion<T>(
  io: Io,
  options: Options,
  command: CommandSpec,
  work: (aws: Aws) => Promise<T>,
  deadline?: Deadline,
): Promise<Answers<T>> {
  const askAll = async (connections: Some<Aws>): Promise<Answers<T>> => {
    if (connections.length === 1) return { answers: [await work(connections[0])], failures: [] };
    const results = await Promise.all(
      connections.map(async (aws) => {
        try {
          return [await work(aws)] as const;
        } catch (error) {
          // The same wrong command line or missing credentials would fail everywhere.
          if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
          return { region: aws.region, error };
        }
      }),
    );
    const answers = results.flatMap((r) => ('error' in r ? [] : [...r]));
    const failures = results.flatMap((r) => ('error' in r ? [r] : []));
    if (answers.length === 0 && failures[0]) throw failures[0].error;
    for (const { region, error } of failures) {
      io.stderr.write(`warning: ${region}: ${sanitize(redact(error.message))}\n`);
    }
    return { answers, failures };
  };
  return withConnections(io, options, command, askAll, deadline);
}

type Some<T> = readonly [T, ...T[]];

/** A connection for each Region, before the first call in any: a Region without the service is said at once. */
async function withConnections<T>(
  io: Io,
  options: Options,
  command: CommandSpec,
  work: (connections: Some<Aws>) => Promise<T>,
  deadline?: Deadline,
): Promise<T> {
  const [, ...others] = regionsOf(options);
  const role = roleOf(options);
  const ask = async ([own]: Some<Session>) => {
    const session = role ? (await import('../../aws/sts.ts')).assuming(own, role) : own;
    const connections: Some<Aws> = [connect(session), ...others.map((region) => connect(session, region))];
    await signIn(io, session);
    return interruptible(io, connections, work);
  };
  return withSessions(io, options, command, { profiles: [options.profile], deadline }, ask);
}

/** A session for each profile, undefined for the one that is meant without a name; or one with a sandbox that lives as long as the work does. */
export async function withSessions<T>(
  io: Io,
  options: Options,
  command: CommandSpec,
  {
    profiles,
    deadline = command.actions.changes ? 'if-given' : 'default',
  }: { profiles: Some<string | undefined>; deadline?: Deadline | undefined },
  work: (sessions: Some<Session>) => Promise<T>,
): Promise<T> {
  const timeout = timeoutOf(options, deadline);
  const { NFM_CALL_TIMEOUT } = io.env;
  const over = new AbortController();
  const signal = AbortSignal.any([io.signal, over.signal]);
  // Every call under way listens.
  setMaxListeners(0, signal);
  const common = {
    env: io.env,
    signal,
    ...(options.concurrency !== undefined && {
      concurrency: positive('--concurrency', options.concurrency),
    }),
    ...(NFM_CALL_TIMEOUT && { callMillis: lengthOf('NFM_CALL_TIMEOUT', NFM_CALL_TIMEOUT) }),
    version: io.version,
    command: commandName(command),
    onCall: options.debug ? (call: Call) => io.stderr.write(`${callLine(call)}\n`) : undefined,
    onMonitors: (region: string, names: readonly string[]) => {
      // For who types; a host was promised that nothing is written.
      if (!io.host) rememberMonitors(io.env, askedOf(options, region), names);
    },
  };
  const timed: typeof work = async (sessions) => {
    const timer = timeout === null ? undefined : setTimeout(() => over.abort(outOfTime(timeout)), timeout);
    try {
      return await work(sessions);
    } finally {
      clearTimeout(timer);
    }
  };
  if (options.sandbox !== undefined) {
    const { HOME_REGION, startSandbox } = await import('../../sandbox/server.ts');
    const scenario = options.sandbox === true ? DEFAULT_SCENARIO : options.sandbox;
    refuseOutsideSandbox(options, scenario, HOME_REGION);
    const sandbox = await startSandbox({ scenario, now: io.now, ...sandboxPace(io.env) });
    const { endpoint, world } = sandbox;
    try {
      const region = regionsOf(options)[0] ?? world.region;
      return await timed([sandboxSession({ ...common, region, endpoint })]);
    } finally {
      await sandbox.close();
    }
  }
  const open = (profile: string | undefined) =>
    openSession({
      ...common,
      region: regionsOf(options)[0],
      profile,
      endpointUrl: options.endpointUrl,
      anyRegion: options.anyRegion === true,
      identities: io.host?.identities,
      mfaCodeProvider: io.interactive ? (serial) => io.ask(`MFA code for ${sanitize(serial)}: `) : undefined,
    });
  const [first, ...others] = profiles;
  const sessions: Some<Session> = [await open(first), ...(await Promise.all(others.map(open)))];
  return timed(sessions);
}

const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** The role that is to be assumed first. */
function roleOf({ role, externalId }: Options): Role | null {
  if (role === undefined) {
    if (externalId === undefined) return null;
    throw new UsageError('role-missing', '--external-id goes with --role.', {
      hint: 'Say which role asks for it.',
    });
  }
  if (ROLE_ARN.test(role)) return { arn: role, externalId };
  throw new UsageError('malformed-id', `--role does not look right: '${role}'.`, {
    hint: 'It looks like arn:aws:iam::111122223333:role/nfm-read.',
  });
}

/** A question must not meet a progress line. */
export async function signIn(io: Io, session: Session): Promise<void> {
  if (io.interactive) await unlessAborted(session.credentials(), io.signal);
}

/** The sandbox is an account and a place of its own: who names another would be shown something else than asked for. */
export function refuseOutsideSandbox(options: Options, scenario: string, home: string): void {
  const regions: readonly string[] = hasRegions(scenario) ? REGIONS : [home];
  const [flag] = [
    ...regionsOf(options).flatMap((region) => (regions.includes(region) ? [] : [`--region ${region}`])),
    ...(options.endpointUrl === undefined ? [] : ['--endpoint-url']),
    ...(options.profile === undefined ? [] : ['--profile']),
  ];
  if (flag === undefined) return;
  throw new UsageError(
    'sandbox-is-elsewhere',
    `--sandbox is an embedded AWS in ${regions.length === 1 ? regions[0] : `${regions.length} Regions`}; it does not go with ${flag}.`,
    { hint: `Leave out ${flag} to see the sandbox, or --sandbox to ask AWS.` },
  );
}

/** How long the run may take, ms; null for as long as it takes. */
function timeoutOf({ timeout }: Options, deadline: Deadline): number | null {
  if (deadline === 'none') return null;
  if (timeout !== undefined) return lengthOf('--timeout', timeout);
  return deadline === 'default' ? RUN_MILLIS : null;
}

/** How fast the sandbox is, as 'nfm sandbox serve' takes it. */
function sandboxPace(env: Io['env']) {
  const { NFM_SANDBOX_LATENCY, NFM_SANDBOX_QUERY_TIME, NFM_SANDBOX_RATE, NFM_SANDBOX_AT_ONCE } = env;
  return paceOf({
    latency: ['NFM_SANDBOX_LATENCY', NFM_SANDBOX_LATENCY],
    queryTime: ['NFM_SANDBOX_QUERY_TIME', NFM_SANDBOX_QUERY_TIME],
    rate: ['NFM_SANDBOX_RATE', NFM_SANDBOX_RATE],
    atOnce: ['NFM_SANDBOX_AT_ONCE', NFM_SANDBOX_AT_ONCE],
  });
}

function outOfTime(millis: number): RunTimeoutError {
  return new RunTimeoutError('run-timeout', `The time for this run was over after ${duration(millis)}.`, {
    hint: 'Give it more with --timeout, or ask for less: a shorter --since, a narrower target.',
  });
}

/** After Ctrl-C, running queries are asked to stop; the prompt comes back when they were, and says so. */
async function interruptible<T>(
  io: Io,
  connections: Some<Aws>,
  work: (connections: Some<Aws>) => Promise<T>,
): Promise<T> {
  try {
    return await work(connections);
  } catch (error) {
    if (!connections.some((aws) => aws.signal.aborted)) throw error;
    await Promise.all(connections.map((aws) => aws.queries.idle()));
    if (!io.signal.aborted) throw error;
    const stopped = connections.reduce((sum, aws) => sum + aws.stopped.length, 0);
    const queries = stopped === 1 ? 'One running query was' : `${stopped} running queries were`;
    const hint = stopped > 0 ? `${queries} asked to stop.` : undefined;
    throw new InterruptedError(io.signal, hint);
  }
}

/** As completion will see the command line: a default Region has no name there. */
function askedOf(options: Options, region: string): Asked {
  return {
    region: regionsOf(options).find((named) => named === region),
    profile: options.profile,
    role: options.role,
    endpointUrl: options.endpointUrl,
    sandbox: options.sandbox,
  };
}

function callLine({ action, millis, error }: Call): string {
  return `${action} ${error ?? 'ok'} ${Math.round(millis)} ms`;
}

/** Gaps of one document over several Regions: each says which Region it is of, those that gave no answer too. */
export function regionGaps({ answers, failures }: Answers<{ region: string; gaps: readonly Gap[] }>): Gap[] {
  const several = answers.length + failures.length > 1;
  const named = answers.flatMap(({ region, gaps }) =>
    gaps.map((gap) => (several ? { ...gap, effect: `${region}: ${gap.effect}` } : gap)),
  );
  const unanswered = failures.map(({ region, error }) => ({
    code: error.code === 'access-denied' ? 'permission' : error.code,
    action: error.action ?? null,
    effect: `${region}: nothing could be read.`,
    fix: error.hint ?? null,
    ...(error.answer !== undefined && { answer: error.answer }),
  }));
  return [...named, ...unanswered];
}
