import { type Aws, type Call, connect } from '../aws/aws.ts';
import { type NfmError, RefusedError, UnreachableError, UsageError } from '../model/errors.ts';
import { REGIONS } from '../model/facts.ts';
import { sanitize } from '../render/sanitize.ts';
import type { Io } from './io.ts';
import type { Options } from './program.ts';

/** What 'packet-loss' is called when --sandbox names none. */
export const DEFAULT_SCENARIO = 'packet-loss';

/** Connects to AWS, or to a sandbox that lives as long as the work does. One Region; a command that reads asks in several. */
export async function withAws<T>(io: Io, options: Options, work: (aws: Aws) => Promise<T>): Promise<T> {
  const [region, second] = regionsOf(options);
  if (second) {
    throw new UsageError('one-region', 'This command works in one Region at a time.', {
      hint: 'Name --region once.',
    });
  }
  return withRegion(io, options, region, work);
}

/** The answer of each Region that was asked, and the errors of those that gave none. */
export interface Answers<T> {
  answers: T[];
  failures: { region: string; error: NfmError }[];
}

/** Asks in every Region that is named, at once. Some may fail; if all do, the first failure is the answer. */
export async function eachRegion<T>(
  io: Io,
  options: Options,
  work: (aws: Aws) => Promise<T>,
): Promise<Answers<T>> {
  const regions = regionsOf(options);
  if (regions.length < 2) return { answers: [await withRegion(io, options, regions[0], work)], failures: [] };
  const answers: T[] = [];
  const failures: Answers<T>['failures'] = [];
  await Promise.all(
    regions.map(async (region) => {
      try {
        answers.push(await withRegion(io, options, region, work));
      } catch (error) {
        // The same wrong command line or missing credentials would fail everywhere.
        if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
        failures.push({ region, error });
      }
    }),
  );
  if (answers.length === 0 && failures[0]) throw failures[0].error;
  for (const { region, error } of failures)
    io.stderr.write(`warning: ${region}: ${sanitize(error.message)}\n`);
  return { answers, failures };
}

function regionsOf({ region }: Options): string[] {
  const named = Array.isArray(region) ? region : [];
  return named.includes('all') ? [...REGIONS] : [...new Set(named)];
}

async function withRegion<T>(
  io: Io,
  options: Options,
  region: string | undefined,
  work: (aws: Aws) => Promise<T>,
): Promise<T> {
  const common = {
    env: io.env,
    signal: io.signal,
    concurrency: positive('--concurrency', options.concurrency ?? '5'),
    version: io.version,
    onCall: options.debug ? (call: Call) => io.stderr.write(`${callLine(call)}\n`) : undefined,
  };
  if (options.sandbox !== undefined) {
    const { startSandbox } = await import('../sandbox/server.ts');
    const scenario = options.sandbox === true ? DEFAULT_SCENARIO : String(options.sandbox);
    const sandbox = await startSandbox({ scenario, now: io.now });
    try {
      return await work(
        await connect({
          ...common,
          region: sandbox.world.region,
          endpointUrl: sandbox.endpoint,
          credentials: async () => ({ accessKeyId: 'sandbox', secretAccessKey: 'sandbox' }),
        }),
      );
    } finally {
      await sandbox.close();
    }
  }
  return work(
    await connect({
      ...common,
      region,
      profile: text(options.profile),
      endpointUrl: text(options.endpointUrl),
      mfaCodeProvider: io.interactive ? (serial) => io.ask(`MFA code for ${serial}: `) : undefined,
    }),
  );
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
