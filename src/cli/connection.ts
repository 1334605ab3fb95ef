import { setMaxListeners } from 'node:events';
import { type Aws, type Call, connect, openSession, sandboxSession } from '../aws/aws.ts';
import { unlessAborted } from '../aws/pause.ts';
import {
  InterruptedError,
  type NfmError,
  RefusedError,
  RunTimeoutError,
  UnreachableError,
  UsageError,
} from '../model/errors.ts';
import { REGIONS } from '../model/facts.ts';
import { redact } from '../model/redact.ts';

import { DEFAULT_SCENARIO } from '../model/sandbox.ts';
import { MINUTE } from '../model/time.ts';
import { duration } from '../model/units.ts';

import { sanitize } from '../render/sanitize.ts';
import { ACTIONS, commandIn } from './actions.ts';
import { type Asked, rememberMonitors } from './completion-cache.ts';
import type { Io } from './io.ts';
import type { Options } from './program.ts';
import { lengthOf } from './time.ts';

/** Connects to AWS, or to a sandbox that lives as long as the work does. One Region; a command that reads asks in several. */
export async function withAws<T>(io: Io, options: Options, work: (aws: Aws) => Promise<T>): Promise<T> {
  if (regionsOf(options).length > 1) {
    throw new UsageError('one-region', 'This command works in one Region at a time.', {
      hint: 'Name --region once.',
    });
  }
  return withConnections(io, options, async ([aws]) => work(aws));
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
  work: (aws: Aws) => Promise<T>,
): Promise<Answers<T>> {
  return withConnections(io, options, async (connections) => {
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
  });
}

/** The Regions that are named, each once. */
export function regionsOf({ region }: Options): string[] {
  const named = Array.isArray(region) ? region : [];
  return named.includes('all') ? [...REGIONS] : [...new Set(named)];
}

type Some<T> = readonly [T, ...T[]];

/** A connection for each Region, before the first call in any: a Region without the service is said at once. */
async function withConnections<T>(
  io: Io,
  options: Options,
  work: (connections: Some<Aws>) => Promise<T>,
): Promise<T> {
  const timeout = timeoutOf(io, options);
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
    command: commandIn(io.args),
    onCall: options.debug ? (call: Call) => io.stderr.write(`${callLine(call)}\n`) : undefined,
    onMonitors: (region: string, names: readonly string[]) =>
      rememberMonitors(io.env, askedOf(options, region), names),
  };
  const timed: typeof work = async (connections) => {
    const timer = timeout === null ? undefined : setTimeout(() => over.abort(outOfTime(timeout)), timeout);
    try {
      return await work(connections);
    } finally {
      clearTimeout(timer);
    }
  };
  if (options.sandbox !== undefined) {
    const { HOME_REGION, startSandbox } = await import('../sandbox/server.ts');
    refuseOutsideSandbox(options, HOME_REGION);
    const scenario = options.sandbox === true ? DEFAULT_SCENARIO : String(options.sandbox);
    const sandbox = await startSandbox({ scenario, now: io.now });
    const { endpoint, world } = sandbox;
    try {
      return await interruptible(
        io,
        [connect(sandboxSession({ ...common, region: world.region, endpoint }))],
        timed,
      );
    } finally {
      await sandbox.close();
    }
  }
  const [first, ...others] = regionsOf(options);
  const session = await openSession({
    ...common,
    region: first,
    profile: text(options.profile),
    endpointUrl: text(options.endpointUrl),
    anyRegion: options.anyRegion === true,
    mfaCodeProvider: io.interactive ? (serial) => io.ask(`MFA code for ${sanitize(serial)}: `) : undefined,
  });
  const connections: Some<Aws> = [connect(session), ...others.map((region) => connect(session, region))];
  // A question must not meet a progress line.
  if (io.interactive) await unlessAborted(session.credentials(), io.signal);
  return interruptible(io, connections, timed);
}

/** The sandbox is an account and a place of its own: who names another would be shown something else than asked for. */
function refuseOutsideSandbox(options: Options, home: string): void {
  const [flag] = [
    ...regionsOf(options).flatMap((region) => (region === home ? [] : [`--region ${region}`])),
    ...(options.endpointUrl === undefined ? [] : ['--endpoint-url']),
    ...(options.profile === undefined ? [] : ['--profile']),
  ];
  if (flag === undefined) return;
  throw new UsageError(
    'sandbox-is-elsewhere',
    `--sandbox is an embedded AWS in ${home}; it does not go with ${flag}.`,
    { hint: `Leave out ${flag} to see the sandbox, or --sandbox to ask AWS.` },
  );
}

/** Long enough for a day of a large account; who waits for an answer in an incident wants what there is by then. */
const TIMEOUT = 10 * MINUTE;

/** How long the run may take, ms; null for as long as it takes: what is changed is followed to its end, by its own rules. */
function timeoutOf(io: Io, { timeout, fix, createMonitors }: Options): number | null {
  const changes = Boolean(fix || createMonitors || ACTIONS[commandIn(io.args)]?.changes);
  // There it is how long each repair is waited for.
  if (timeout === undefined || fix) return changes ? null : TIMEOUT;
  return lengthOf('--timeout', String(timeout));
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
    const hint = stopped > 0 ? `${stopped} running queries were asked to stop.` : undefined;
    throw new InterruptedError(io.signal, hint);
  }
}

/** As completion will see the command line: a default Region has no name there. */
function askedOf(options: Options, region: string): Asked {
  return {
    region: regionsOf(options).find((named) => named === region),
    profile: text(options.profile),
    endpointUrl: text(options.endpointUrl),
    sandbox: options.sandbox === true ? true : text(options.sandbox),
  };
}

export function positive(option: string, value: Options[string]): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0) return number;
  throw new UsageError('bad-number', `${option} takes a whole number above 0, not '${value}'.`, {
    hint: 'See --help.',
  });
}

export function text(value: Options[string]): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function callLine({ action, millis, error }: Call): string {
  return `${action} ${error ?? 'ok'} ${Math.round(millis)} ms`;
}
