import { type Draw, drawFrom } from '../bench/verdict/random.ts';
import { KINDS, type Kind, RULES, type Rule } from './rules.ts';
import { WITNESSED } from './witnesses.ts';

export const FORMATS = ['json', 'yaml', 'csv', 'table', 'markdown'] as const;
export type Format = (typeof FORMATS)[number];

export const COMMANDS = ['triage', 'zones', 'top', 'health', 'doctor', 'monitor list', 'scope list'] as const;
export type Command = (typeof COMMANDS)[number];

/** One command line against one scenario, with one thing that goes wrong. */
export interface Run {
  index: number;
  seed: number;
  rule: Rule;
  scenario: string;
  command: Command;
  format: Format;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
}

/** A window and a baseline that hold the incident and cost few queries. */
const SHORT = ['--since', '30m', '--baseline', '1h', '--concurrency', '8'];

const METRICS = ['cloudwatch:GetMetricData'];
const MONITORS = ['networkflowmonitor:ListMonitors', 'networkflowmonitor:GetMonitor'];
const ZONES = ['ec2:DescribeAvailabilityZones', 'ec2:DescribeSubnets'];
const SCOPES = ['networkflowmonitor:ListScopes'];
const queriesOf = (family: string) =>
  ['StartQuery', 'GetQueryStatus', 'GetQueryResults'].map((verb) => `networkflowmonitor:${verb}${family}`);
const FLOWS = queriesOf('MonitorTopContributors');
const INSIGHTS = queriesOf('WorkloadInsightsTopContributors');

/** What each asks for: a rule that meets none of it would change nothing. */
const ASKS: Readonly<Record<Command, { weight: number; actions: readonly string[] }>> = {
  triage: {
    weight: 6,
    actions: [
      ...METRICS,
      ...MONITORS,
      ...ZONES,
      ...SCOPES,
      ...FLOWS,
      'ec2:DescribeInstances',
      'ec2:DescribeInstanceStatus',
      'ec2:GetAwsNetworkPerformanceData',
      'sts:GetCallerIdentity',
    ],
  },
  zones: { weight: 2, actions: [...METRICS, ...MONITORS, ...ZONES, ...SCOPES] },
  top: { weight: 2, actions: [...SCOPES, ...INSIGHTS, ...ZONES] },
  health: { weight: 2, actions: [...METRICS, ...MONITORS, ...ZONES] },
  doctor: {
    weight: 2,
    actions: [
      ...METRICS,
      ...MONITORS,
      ...SCOPES,
      ...FLOWS,
      ...INSIGHTS,
      'ec2:DescribeSubnets',
      'ec2:DescribeInstances',
      'eks:ListClusters',
      'iam:GetRole',
    ],
  },
  'monitor list': { weight: 1, actions: [...METRICS, ...MONITORS, ...ZONES] },
  'scope list': { weight: 1, actions: SCOPES },
};

const SCENARIOS = ['packet-loss', 'aws-impairment', 'quiet', 'total-loss', 'fargate'];
const BROKEN = ['addon-missing', 'association-missing', 'monitor-error', 'scope-pending'];

/** Waits for what never comes are cut short; all else has time for its retries. */
const SLOW: readonly Kind[] = ['silence', 'endless-query', 'fresh-tokens', 'witness-late', 'witness-endless'];
/** What never answers. */
const SILENT: readonly Kind[] = ['silence', 'witness-late'];

/** Kinds take turns, and so do the rules of each: four thousand runs meet every rule. */
export function plan(seed: number, index: number, kinds: readonly Kind[] = KINDS): Run {
  const draw = drawFrom((seed * 7919 + index + 1) >>> 0);
  const kind = kinds[index % kinds.length];
  const rules = RULES.filter((rule) => rule.kind === kind);
  // The first round begins anywhere, so that small samples of other seeds meet other rules.
  const rule = rules[(seed + Math.floor(index / kinds.length)) % rules.length];
  if (!rule) throw new Error(`No rule of kind ${kind}.`);
  return runOf(rule, index, seed, draw);
}

function runOf(rule: Rule, index: number, seed: number, draw: Draw): Run {
  const fitting = COMMANDS.filter(
    (name) =>
      (rule.commands?.includes(name) ?? true) &&
      (rule.kind === 'none' || rule.isWitness || ASKS[name].actions.some((action) => rule.on.test(action))),
  );
  const command = draw.pick(fitting.flatMap((name) => new Array<Command>(ASKS[name].weight).fill(name)));
  const broken = command === 'doctor' || (command === 'scope list' && draw.uniform() < 0.5);
  const scenario = draw.pick(
    rule.isWitness ? WITNESSED : broken && draw.uniform() < 0.6 ? BROKEN : SCENARIOS,
  );
  const format = draw.uniform() < 0.5 ? 'json' : draw.pick(FORMATS);
  return {
    index,
    seed,
    rule,
    scenario,
    command,
    format,
    args: [
      ...command.split(' '),
      ...windowOf(command),
      // Whose verdict must be the truth is asked about all of it.
      ...(rule.isWitness ? [] : targetOf(command, draw)),
      // Where the document is not read back, the code tells the verdict.
      ...(command === 'triage' && (format !== 'json' || draw.uniform() < 0.2) ? ['--exit-code'] : []),
      ...['-o', format, '--timeout', SLOW.includes(rule.kind) ? '12s' : '20s'],
    ],
    env: {
      NFM_CALL_TIMEOUT: SILENT.includes(rule.kind) ? '2s' : '10s',
      ...(draw.uniform() < 0.3 ? {} : { AWS_MAX_ATTEMPTS: String(draw.whole(1, 3)) }),
    },
  };
}

function windowOf(command: Command): string[] {
  if (command === 'triage' || command === 'zones') return SHORT;
  return command === 'top' || command === 'health' ? ['--since', '30m'] : [];
}

function targetOf(command: Command, draw: Draw): string[] {
  if (command !== 'triage' || draw.uniform() < 0.4) return [];
  return draw.pick([
    ['--monitor', 'demo-zone-b'],
    ['--monitor', 'demo-vpc'],
    ['--zone', 'ap-northeast-3b'],
  ]);
}
