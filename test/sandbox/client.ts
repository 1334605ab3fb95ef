import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/server.ts';

/** Mid-minute and mid-slot on purpose. */
export const NOW = Date.parse('2026-11-21T12:03:20Z');
/** Minutes up to here, exclusive, have landed at NOW. */
export const LANDED = Date.parse('2026-11-21T12:01:00Z');
export const MINUTE = 60_000;
export const SCOPE_ID = 'c8e1f4a2-5b7d-4c39-9a06-2f3d8b1e7c54';
export const arnOf = (resource: string) =>
  `arn:aws:networkflowmonitor:ap-northeast-3:123456789012:${resource}`;
export const SCOPE_ARN = arnOf(`scope/${SCOPE_ID}`);
export const iso = (time: number) => new Date(time).toISOString();

const SIGNATURE =
  'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/ap-northeast-3/networkflowmonitor/aws4_request, ' +
  'SignedHeaders=host;x-amz-date, Signature=0000';

interface Resource {
  type: string;
  identifier: string;
}

/** Every member that a test reads, of any answer. */
interface Body {
  message: string;
  nextToken?: string;
  status: string;
  scopes: object[];
  scopeArn: string;
  targets: object[];
  monitors: { monitorName: string }[];
  monitorStatus: string;
  localResources: Resource[];
  remoteResources: Resource[];
  queryId: string;
  topContributors: { value: number; localAz: string; remoteIp: string; traversedConstructs: object[] }[];
  datapoints: { label: string; timestamps: string[]; values: number[] }[];
  unit?: string;
}

export interface Answer {
  status: number;
  code: string | null;
  body: Body;
}

export type Call = (method: string, path: string, body?: object) => Promise<Answer>;

/** Clocks that a test moves by hand. */
export interface Clocks {
  now: number;
  elapsed: number;
}

/** A sandbox with clocks that stand still, and a way to call it over real HTTP. */
export async function start(
  options: Partial<SandboxOptions> = {},
): Promise<{ sandbox: Sandbox; call: Call; clocks: Clocks }> {
  const clocks: Clocks = { now: NOW, elapsed: 1_000_000 };
  const sandbox = await startSandbox({
    scenario: 'packet-loss',
    now: () => clocks.now,
    elapsed: () => clocks.elapsed,
    queryMillis: 0,
    settleMillis: 2000,
    ...options,
  });
  const call: Call = async (method, path, body) => {
    const response = await fetch(`${sandbox.endpoint}${path}`, {
      method,
      headers: { authorization: SIGNATURE, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    return {
      status: response.status,
      code: response.headers.get('x-amzn-errortype'),
      body: (await response.json()) as Body,
    };
  };
  return { sandbox, call, clocks };
}

/** Starts a query that is done at once and reads its first page. */
export async function ask(call: Call, path: string, body: object, page = ''): Promise<Answer> {
  const started = await call('POST', path, body);
  if (started.status !== 200) return started;
  return call('GET', `${path}/${started.body.queryId}/results${page}`);
}
