import { flowMonitor } from '../aws/monitors.ts';
import type { Repair } from './check.ts';
import type { Facts } from './facts.ts';
import { monitorSettling } from './settling.ts';
import { quote } from './shell.ts';

/** Makes the monitors that the target lacks, zone by zone too. */
export async function monitorCommand(facts: Facts): Promise<string> {
  const { kind, id } = facts.target;
  const place = `--region ${facts.region}`;
  if (kind === 'vpc' || kind === 'cluster') {
    return `nfm monitor create --${kind} ${quote(id ?? '')} --per-zone ${place}`;
  }
  if (kind === 'subnet' || kind === 'zone') return `nfm monitor create --${kind} ${quote(id ?? '')} ${place}`;
  const vpcs = await vpcsOf(facts);
  return vpcs.length > 0
    ? vpcs.map((vpc) => `nfm monitor create --vpc ${vpc} --per-zone ${place}`).join('\n')
    : `nfm monitor create --region-wide ${place}`;
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
