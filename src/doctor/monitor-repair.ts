import { flowMonitor } from '../aws/monitors.ts';
import { type CommandLine, nfm } from '../model/command-line.ts';
import type { Repair } from './check.ts';
import type { Facts } from './facts.ts';
import { monitorSettling } from './settling.ts';

/** Commands that make the monitors that the target lacks, zone by zone too. */
export async function monitorCommands(facts: Facts): Promise<CommandLine[]> {
  const { kind, id } = facts.target;
  const { region } = facts;
  const flags = { 'per-zone': true, region } as const;
  if (kind === 'vpc' || kind === 'cluster') return [nfm('monitor create', { [kind]: id, ...flags })];
  if (kind === 'subnet' || kind === 'zone') return [nfm('monitor create', { [kind]: id, region })];
  const vpcs = await vpcsOf(facts);
  return vpcs.length > 0
    ? vpcs.map((vpc) => nfm('monitor create', { vpc, ...flags }))
    : [nfm('monitor create', { 'region-wide': true, region })];
}

/** One monitor for each VPC, as 'nfm monitor create' names it: the zones' own can be added whenever. */
export async function createMonitors(facts: Facts): Promise<Repair[]> {
  const [scope, present, vpcs] = await Promise.all([facts.scope(), facts.monitors(), vpcsOf(facts)]);
  if (scope?.status !== 'SUCCEEDED') return [];
  const [, partition = 'aws', , , accountId = ''] = scope.arn.split(':');
  return vpcs.flatMap((vpc): Repair[] => {
    const monitorName = `nfm-${vpc}`;
    if (present.some((m) => m.name === monitorName)) return [];
    const identifier = `arn:${partition}:ec2:${facts.region}:${accountId}:vpc/${vpc}`;
    const localResources = [{ type: 'AWS::EC2::VPC', identifier }];
    const request = { monitorName, localResources, scopeArn: scope.arn };
    return [
      {
        title: `Create monitor ${monitorName}`,
        details: ['it publishes paid CloudWatch metrics'],
        action: 'networkflowmonitor:CreateMonitor',
        request,
        run: async () => {
          await flowMonitor(facts.aws).create(request);
        },
        settling: monitorSettling(facts, monitorName),
      },
    ];
  });
}

async function vpcsOf(facts: Facts): Promise<string[]> {
  return [...new Set((await facts.instances()).map((i) => i.vpcId))];
}
