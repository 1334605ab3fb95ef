import type { SandboxListDocument } from '../../../model/documents.ts';
import { ConfigurationError, UsageError } from '../../../model/errors.ts';
import { SANDBOX_LIST_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { DEFAULT_SCENARIO } from '../../../model/words.ts';
import { renderScenarios, scenarioColumns } from '../../../render/scenarios.ts';
import { SCENARIOS } from '../../../sandbox/scenarios/index.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import type { Context } from '../../core/context.ts';
import type { Io } from '../../core/io.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { paceOf } from '../../core/values.ts';
import type { sandboxServe } from './command.ts';

export async function listScenarios(context: Context): Promise<number> {
  const document: SandboxListDocument = {
    schema: SANDBOX_LIST_SCHEMA,
    generatedAt: instant(context.now()),
    scenarios: SCENARIOS.map(({ name, title, verdict, cause }) => ({ name, title, verdict, cause })),
  };
  await context.print(document, {
    rows: (d) => d.scenarios,
    columns: scenarioColumns,
    table: renderScenarios,
    tableIsList: true,
  });
  return 0;
}

/** Until Ctrl-C. The first line on stdout is for programs, what is on stderr for people. */
export async function serveSandbox(
  { io }: Context,
  options: OptionsOf<typeof sandboxServe.options>,
  [name = DEFAULT_SCENARIO]: readonly string[],
): Promise<number> {
  const port = portOf(options.port);
  const { latency, queryTime, rate, atOnce } = options;
  const pace = paceOf({
    latency: ['--latency', latency],
    queryTime: ['--query-time', queryTime],
    rate: ['--rate', rate],
    atOnce: ['--at-once', atOnce],
  });
  const sandbox = await startSandbox({ scenario: name, now: io.now, port, ...pace }).catch((error) => {
    throw portError(port, error);
  });
  const { endpoint, world, scenario } = sandbox;
  io.stdout.write(
    `${JSON.stringify({ endpoint, region: world.region, accountId: world.accountId, scenario: scenario.name, vpcId: world.vpcs[0]?.id })}\n`,
  );
  io.stderr.write(
    [
      'Point any AWS client at it:',
      `export AWS_ENDPOINT_URL=${endpoint}`,
      `export AWS_REGION=${world.region} AWS_DEFAULT_REGION=${world.region}`,
      'export AWS_ACCESS_KEY_ID=sandbox AWS_SECRET_ACCESS_KEY=sandbox',
      'Ctrl-C ends it.\n',
    ].join('\n'),
  );
  await ended(io, options.withParent);
  await sandbox.close();
  return 0;
}

/** How soon it is seen that the parent is gone; nothing tells. */
const LOOK_MILLIS = 250;

function ended(io: Io, withParent: boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = withParent ? setInterval(() => io.hasParent() || end(), LOOK_MILLIS) : undefined;
    const end = () => {
      clearInterval(timer);
      resolve();
    };
    if (io.signal.aborted) end();
    io.signal.addEventListener('abort', end, { once: true });
  });
}

function portOf(value: string | undefined): number {
  if (value === undefined) return 0;
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new UsageError('bad-port', `--port takes a number from 0 to 65535, not '${value}'.`, {
    hint: '0 means a free one.',
  });
}

function portError(port: number, error: unknown): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'EADDRINUSE' && code !== 'EACCES') return error;
  const why = code === 'EACCES' ? 'this user may not listen on it' : 'something listens there already';
  return new ConfigurationError('port-unavailable', `Port ${port} cannot be used: ${why}.`, {
    hint: 'Leave out --port, and a free one is taken.',
    cause: error,
  });
}
