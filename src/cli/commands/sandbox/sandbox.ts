import { SANDBOX_LIST_SCHEMA, type SandboxListDocument } from '../../../model/documents.ts';
import { ConfigurationError, UsageError } from '../../../model/errors.ts';
import { DEFAULT_SCENARIO } from '../../../model/sandbox.ts';
import { instant } from '../../../model/time.ts';
import { renderScenarios, scenarioColumns } from '../../../render/scenarios.ts';
import { SCENARIOS } from '../../../sandbox/scenarios/index.ts';
import { startSandbox } from '../../../sandbox/server.ts';
import type { Io } from '../../core/context.ts';
import { print } from '../../core/output.ts';
import type { Options } from '../../core/parse.ts';

export async function list(io: Io, _args: readonly string[], options: Options): Promise<number> {
  const document: SandboxListDocument = {
    schema: SANDBOX_LIST_SCHEMA,
    generatedAt: instant(io.now()),
    scenarios: SCENARIOS.map(({ name, title, verdict, cause }) => ({ name, title, verdict, cause })),
  };
  await print(io, options, document, {
    rows: (d) => d.scenarios,
    columns: scenarioColumns,
    table: renderScenarios,
    tableIsList: true,
  });
  return 0;
}

/** Until Ctrl-C. The first line on stdout is for programs, what is on stderr for people. */
export async function serve(io: Io, [name]: readonly string[], options: Options): Promise<number> {
  const port = portOf(options.port);
  const sandbox = await startSandbox({ scenario: name ?? DEFAULT_SCENARIO, now: io.now, port }).catch(
    (error) => {
      throw portError(port, error);
    },
  );
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
  await ended(io, options.withParent === true);
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

function portOf(value: Options[string]): number {
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
