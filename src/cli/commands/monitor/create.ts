import type { Aws } from '../../../aws/aws.ts';
import { flowMonitor, type MonitorRecord, tagsOf } from '../../../aws/monitors.ts';
import type { CreateMonitorCommandInput } from '../../../aws/networkflowmonitor/index.ts';
import { checkGiven, lookups } from '../../../manage/resources.ts';
import { checkName, MAX_MONITORS, parseTags } from '../../../manage/rules.ts';
import {
  explainQuota,
  type MonitorWish,
  planMonitors,
  readyScope,
  wantedMonitors,
} from '../../../manage/wanted.ts';
import { UsageError } from '../../../model/errors.ts';
import { ownerOf } from '../../../model/ids.ts';
import type { MonitorChange } from '../../../model/monitor-documents.ts';
import { allMonitors, toItem } from '../../../network/monitors.ts';
import type { TargetSpec } from '../../../network/targets.ts';
import { monitorChangeColumns, resourceWords } from '../../../render/monitors.ts';
import { carryOut, checkChange, type Step } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { positive } from '../../core/values.ts';
import type { monitorCreate } from './command.ts';
import { untilActive } from './follow.ts';
import { localGiven, remoteGiven } from './given.ts';
import { printChanges } from './monitor.ts';

/** What `monitor create` and `triage --create-monitors` ask for. */
interface CreateWish extends MonitorWish {
  /** Beside a triage, whose document does not tell of it. */
  aside?: boolean;
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
async function createMonitors(context: Context, aws: Aws, wish: CreateWish): Promise<MonitorChange[] | null> {
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
