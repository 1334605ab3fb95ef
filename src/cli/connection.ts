import { type Aws, type Call, connect } from '../aws/aws.ts';
import { UsageError } from '../model/errors.ts';
import type { Io } from './io.ts';
import type { Options } from './program.ts';

/** What 'packet-loss' is called when --sandbox names none. */
export const DEFAULT_SCENARIO = 'packet-loss';

/** Connects to AWS, or to a sandbox that lives as long as the work does. */
export async function withAws<T>(io: Io, options: Options, work: (aws: Aws) => Promise<T>): Promise<T> {
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
      region: text(options.region),
      profile: text(options.profile),
      endpointUrl: text(options.endpointUrl),
      mfaCodeProvider: io.interactive ? (serial) => io.ask(`MFA code for ${serial}: `) : undefined,
    }),
  );
}

export function positive(option: string, value: string | boolean): number {
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
