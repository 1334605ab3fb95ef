import type { Aws } from '../../../aws/aws.ts';
import { flowMonitor, type MonitorRecord, scopesOf, tagsOf } from '../../../aws/monitors.ts';
import type { CreateMonitorCommandInput } from '../../../aws/networkflowmonitor/index.ts';
import {
  checkGiven,
  type Given,
  type Kind,
  type Lookups,
  lookups,
  resolveAll,
} from '../../../manage/resources.ts';
import { checkName, checkResources, MAX_MONITORS, parseTags } from '../../../manage/rules.ts';
import { monitorsPerZone, oneMonitor, planMonitors, type WantedMonitor } from '../../../manage/wanted.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import { NfmError, RefusedError, UsageError } from '../../../model/errors.ts';
import { type Owner, ownerOf } from '../../../model/ids.ts';
import {
  MONITOR_CHANGES_SCHEMA,
  type MonitorChange,
  type MonitorChangesDocument,
} from '../../../model/monitor-documents.ts';
import { instant } from '../../../model/time.ts';
import { allMonitors, toItem } from '../../../network/monitors.ts';
import type { TargetSpec } from '../../../network/targets.ts';
import { monitorChangeColumns, resourceWords } from '../../../render/monitors.ts';
import { carryOut, checkChange, type Followed, followToEnd, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { AnyOptions, OptionsOf } from '../../core/spec.ts';
import { positive } from '../../core/values.ts';
import type { monitorCreate } from './command.ts';

/** What `monitor create` and `triage --create-monitors` ask for. */
interface MonitorWish {
  /** Beside a triage, whose document does not tell of it. */
  aside?: boolean;
  name: string | undefined;
  local: readonly Given[];
  remote: readonly Given[];
  /** The VPC's monitor and one for each of its zones, instead of one. */
  perZone: boolean;
  tags: Readonly<Record<string, string>>;
  quota: number;
}

/** With `triage --create-monitors`: the monitors that the target lacks. */
export async function ensureMonitors(context: Context, aws: Aws, target: TargetSpec): Promise<void> {
  const { kind, id } = target;
  if (!id || (kind !== 'vpc' && kind !== 'cluster')) {
    throw new UsageError('no-vpc', '--create-monitors needs to know the VPC.', {
      hint: 'Name it: --vpc vpc-…, or --cluster NAME.',
    });
  }
  await createMonitors(context, aws, {
    aside: true,
    name: undefined,
    local: [{ kind, value: id, option: `--${kind}` }],
    remote: [],
    perZone: true,
    tags: {},
    quota: MAX_MONITORS,
  });
}

/** Makes what is missing and says what it did; null where the requests were only printed. */
async function createMonitors(
  context: Context,
  aws: Aws,
  wish: MonitorWish,
): Promise<MonitorChange[] | null> {
  if (wish.name !== undefined) checkName(wish.name);
  checkGiven(wish.local, wish.remote, aws.region);
  const scope = await readyScope(aws);
  const owner = ownerOf(scope, aws.region);
  const look = lookups(aws);
  const [wanted, monitors] = await Promise.all([wantedMonitors(wish, owner, look), allMonitors(aws)]);
  const { tags, quota, aside = false } = wish;
  const plan = planMonitors(wanted, { scopeArn: scope, monitors, tags, quota, region: aws.region });
  const changes: MonitorChange[] = plan.present.map((m) => ({
    ...toItem(m, aws.region),
    change: 'unchanged',
  }));
  const say = (text: string) => (aside ? context.tell(text) : context.say(text));
  const done = await carryOut(context, {
    aside,
    steps: [
      ...plan.create.map((request) =>
        creation(aws, request, (made) => {
          changes.push({ ...toItem(made, aws.region), change: 'created' });
          say(`Created ${made.name}: ${made.status}. Its first data can take up to 30 minutes.`);
        }),
      ),
      ...plan.tag.map((request): Step => {
        const present = changes.find((m) => m.arn === request.resourceArn);
        return {
          action: 'networkflowmonitor:TagResource',
          request,
          title: `Tag monitor ${present?.name}: ${Object.entries(request.tags ?? {})
            .map((t) => t.join('='))
            .join(', ')}`,
          run: async () => {
            await tagsOf(aws).tag(request);
            if (present)
              Object.assign(present, { change: 'updated', tags: { ...present.tags, ...request.tags } });
          },
        };
      }),
    ],
    question: question(plan.create.length),
    nothing: `${sentence(plan.present)} already.`,
  });
  return done ? changes.sort((a, b) => (a.name < b.name ? -1 : 1)) : null;
}

function creation(aws: Aws, request: CreateMonitorCommandInput, onMade: (made: MonitorRecord) => void): Step {
  const { monitorName, localResources = [], remoteResources = [] } = request;
  return {
    action: 'networkflowmonitor:CreateMonitor',
    request,
    title: `Create monitor ${monitorName} in ${aws.region}`,
    details: [
      `local:  ${resourceWords(localResources)}`,
      `remote: ${resourceWords(remoteResources) || `everything that ends in ${aws.region}`}`,
    ],
    run: async () => {
      try {
        onMade(await flowMonitor(aws).create(request));
      } catch (error) {
        throw explainQuota(error, aws.region);
      }
    },
  };
}

/** The service says only that a limit is reached. */
function explainQuota(error: unknown, region: string): unknown {
  if (!(error instanceof NfmError) || error.code !== 'quota-exceeded') return error;
  return new RefusedError(
    'too-many-monitors',
    `${region} has as many monitors as this account may have there (${MAX_MONITORS}, unless the quota was raised).`,
    {
      hint: advise(
        'Delete monitors that nobody reads, or ask for more in the Service Quotas console. To see them:',
        nfm('monitor list'),
      ),
      action: 'networkflowmonitor:CreateMonitor',
      cause: error,
    },
  );
}

async function wantedMonitors(wish: MonitorWish, owner: Owner, look: Lookups): Promise<WantedMonitor[]> {
  const [local, remote] = await Promise.all([
    resolveAll(wish.local, 'local', owner, look),
    resolveAll(wish.remote, 'remote', owner, look),
  ]);
  checkResources(local, remote, owner.region);
  if (!wish.perZone) return [oneMonitor(wish.name, local, remote)];
  const vpc = await vpcOf(wish.local, owner, look);
  return monitorsPerZone(wish.name, vpc, remote, await look.topology(), owner);
}

async function vpcOf([only, second]: readonly Given[], owner: Owner, look: Lookups) {
  if (!only || second || (only.kind !== 'vpc' && only.kind !== 'cluster')) {
    throw new UsageError('no-vpc', '--per-zone takes one VPC, or the cluster that is in it.', {
      hint: 'For example: nfm monitor create --vpc vpc-0123456789abcdef0 --per-zone',
    });
  }
  if (only.kind === 'vpc') return (await resolveAll([only], 'local', owner, look))[0] ?? missingVpc(only);
  const { vpcId } = await look.cluster(only.value.split('/').at(-1) ?? only.value);
  if (!vpcId) return missingVpc(only);
  const [vpc] = await resolveAll([{ ...only, kind: 'vpc', value: vpcId }], 'local', owner, look);
  return vpc ?? missingVpc(only);
}

function missingVpc({ value }: Given): never {
  throw new RefusedError('no-vpc', `EKS does not say which VPC '${value}' is in.`, {
    hint: 'Name the VPC: --vpc vpc-…',
  });
}

/** The ARN of the scope that monitors are made in. */
async function readyScope(aws: Aws): Promise<string> {
  const scopes = await scopesOf(aws).list();
  const ready = scopes.find((s) => s.status === 'SUCCEEDED');
  if (ready) return ready.arn;
  const [other] = scopes;
  throw new UsageError(
    'no-scope',
    `Monitors need a scope that is ready; the scope in ${aws.region} is ${other?.status ?? 'missing'}.`,
    {
      hint: other
        ? advise('See what holds it up:', nfm('scope show', { region: aws.region }))
        : advise('Create it first:', nfm('scope create', { region: aws.region })),
    },
  );
}

function question(count: number): string {
  if (count === 0) return 'Set the tags?';
  return `Create ${count === 1 ? 'this monitor? It publishes' : `these ${count} monitors? They publish`} paid CloudWatch metrics.`;
}

function sentence(present: readonly MonitorRecord[]): string {
  const names = present.map((m) => m.name);
  if (names.length === 1) return `Monitor ${names[0]} does this`;
  return `Monitors ${names.slice(0, -1).join(', ')} and ${names.at(-1)} do this`;
}

type Options = OptionsOf<typeof monitorCreate.options>;

export async function createMonitor(
  context: Context,
  options: Options,
  [name]: readonly string[],
): Promise<number> {
  checkChange(context, monitorChangeColumns);
  const { perZone, wait } = options;
  const tags = parseTags(options.tag);
  const quota = options.quota === undefined ? MAX_MONITORS : positive('--quota', options.quota);
  const [local, remote] = [localGiven(options), remoteGiven(options)];
  return context.connect(async (aws) => {
    const made = await createMonitors(context, aws, { name, local, remote, perZone, tags, quota });
    if (made) await printChanges(context, wait ? await untilActive(context, aws, made) : made);
    return 0;
  });
}

export async function printChanges(context: Context, items: MonitorChange[]): Promise<void> {
  const document: MonitorChangesDocument = {
    schema: MONITOR_CHANGES_SCHEMA,
    generatedAt: instant(context.now()),
    items,
  };
  await context.print(document, { rows: (d) => d.items, columns: monitorChangeColumns });
}

const LOCAL: readonly Kind[] = ['vpc', 'subnet', 'zone', 'cluster'];
const REMOTE: readonly Kind[] = ['vpc', 'subnet', 'zone', 'region', 'service'];

/** --vpc, --subnet, … and --region-wide; with 'add-' before them, --add-vpc and so on. */
export function localGiven(options: AnyOptions, prefix = ''): Given[] {
  const wide = `${prefix}region-wide`;
  const region: Given[] = options[camel(wide)] ? [{ kind: 'region', value: '', option: `--${wide}` }] : [];
  return [...LOCAL.flatMap((kind) => valuesOf(options, prefix, kind)), ...region];
}

/** --to-vpc, --to-region, …; with 'add-' before them, --add-to-vpc and so on. */
export function remoteGiven(options: AnyOptions, prefix = ''): Given[] {
  return REMOTE.flatMap((kind) => valuesOf(options, `${prefix}to-`, kind));
}

function valuesOf(options: AnyOptions, prefix: string, kind: Kind): Given[] {
  const values = options[camel(prefix + kind)] as readonly string[];
  return values.map((value) => ({ kind, value, option: `--${prefix}${kind}` }));
}

function camel(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Follows monitors from PENDING to ACTIVE. What was made stays, whatever ends the wait. */
async function untilActive(
  context: Context,
  aws: Aws,
  monitors: readonly MonitorChange[],
): Promise<MonitorChange[]> {
  const service = flowMonitor(aws);
  const isDone = (name: string, status: string) => {
    if (status === 'PENDING') return false;
    if (status === 'ACTIVE') return true;
    throw new RefusedError('monitor-failed', `Monitor '${name}' will not become ACTIVE: it is ${status}.`, {
      hint: advise(
        'The service gives no reason. Delete it and create it again:',
        nfm('monitor delete', {}, name),
      ),
    });
  };
  await followMonitors(context, aws, {
    all: monitors.map(({ name }) => ({
      name,
      read: async () => (await service.record(name)).status,
      isDone: (status: string) => isDone(name, status),
    })),
    wanted: 'ACTIVE',
    afterwards: 'The monitors are there and go on by themselves:',
  });
  return Promise.all(
    monitors.map(async (m) => ({ ...toItem(await service.record(m.name), aws.region), change: m.change })),
  );
}

/** Until the service has forgotten them: only then are their names and the scope free. */
export async function untilGone(context: Context, aws: Aws, names: readonly string[]): Promise<void> {
  const service = flowMonitor(aws);
  const read = async (name: string) => {
    try {
      return (await service.record(name)).status;
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'not-found') return 'GONE';
      throw error;
    }
  };
  await followMonitors(context, aws, {
    all: names.map((name) => ({ name, read: () => read(name), isDone: (status) => status === 'GONE' })),
    wanted: 'GONE',
    afterwards: 'The monitors are being deleted all the same:',
  });
}

interface Waiting {
  all: readonly (Omit<Followed, 'what'> & { name: string })[];
  wanted: string;
  /** What is true although the wait ended early. */
  afterwards: string;
}

function followMonitors(context: Context, aws: Aws, { all, wanted, afterwards }: Waiting): Promise<void> {
  const hint = nfm('monitor list', { region: aws.region });
  return followToEnd(context, {
    signal: aws.signal,
    all: all.map(({ name, ...one }) => ({ what: `Monitor '${name}'`, ...one })),
    phase: (_status, done) => `Waiting for ${wanted}: ${done} of ${all.length}`,
    hint,
    afterwards: advise(afterwards, hint),
  });
}
