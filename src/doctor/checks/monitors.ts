import { flowMonitor } from '../../aws/monitors.ts';
import { MAX_MONITORS } from '../../manage/rules.ts';
import { monitorsPerZone, oneMonitor, planMonitors } from '../../manage/wanted.ts';
import { aws, type CommandLine, nfm } from '../../model/command-line.ts';
import { arnOf, ownerOf } from '../../model/ids.ts';
import { all, duration, many } from '../../model/units.ts';
import { TYPES } from '../../network/holdings.ts';
import { isActive, isGoing, isReady, MONITOR_WAY } from '../../network/status.ts';
import { guide, WARM_UP } from '../agent.ts';
import { check, failed, notApplicable, passed, type Repair, warned } from '../check.ts';
import type { Facts } from '../facts.ts';
import { monitorSettling } from '../settling.ts';

export const monitorsExist = check({
  id: 'monitors-exist',
  layer: 'monitors',
  title: 'there are monitors',
  source: guide('configure-evaluate-flows'),
  needs: ['scope-exists'],
  async run(facts) {
    const monitors = await facts.monitors();
    const evidence = { monitors: monitors.map(({ name, status }) => ({ name, status })) };
    if (monitors.length > 0) return passed(`${monitors.map((m) => m.name).join(', ')}.`, evidence);
    return failed({
      finding:
        'There is no monitor: only what workload insights tell is known, without pods, round-trip times, metrics by the minute and the health indicator of AWS.',
      evidence,
      fix: await monitorCommands(facts),
    });
  },
  repair: (facts) => createMonitors(facts),
});

export const monitorState = check({
  id: 'monitor-state',
  layer: 'monitors',
  title: 'monitors are ACTIVE',
  source: guide('components'),
  needs: ['monitors-exist'],
  async run(facts) {
    const monitors = await facts.monitors();
    const evidence = {
      monitors: monitors.map(({ name, status, createdAt }) => ({ name, status, createdAt })),
    };
    const others = monitors.filter((m) => !isActive(m) && !isGoing(m));
    if (others.length === 0) return passed('All monitors are ACTIVE.', evidence);
    const words = others.map((m) => `${m.name} is ${m.status}`).join(', ');
    const pending = others.every((m) => MONITOR_WAY.by.includes(m.status));
    const [first] = others;
    return failed({
      ...(pending && first ? { settling: monitorSettling(facts, first.name) } : {}),
      finding: pending
        ? `${words}: nothing is published before it is ACTIVE, which takes up to half an hour.`
        : `${words}: nothing is published, and the service gives no reason.`,
      evidence,
      fix: pending
        ? others.map(({ name }) => nfm('monitor show', { region: facts.region }, name))
        : [
            nfm('monitor delete', { region: facts.region }, ...others.map(({ name }) => name)),
            ...(await monitorCommands(facts)),
          ],
    });
  },
});

export const monitorAge = check({
  id: 'monitor-age',
  layer: 'monitors',
  title: 'monitors are old enough to have data',
  source: 'https://aws-observability.github.io/observability-best-practices/',
  needs: ['monitors-exist'],
  async run(facts) {
    const aged = (await facts.monitors()).flatMap(({ name, createdAt }) =>
      createdAt ? [{ name, createdAt, age: facts.now - Date.parse(createdAt) }] : [],
    );
    const young = aged.filter((m) => m.age < WARM_UP);
    const evidence = { monitors: aged.map(({ name, createdAt }) => ({ name, createdAt })) };
    if (young.length === 0) return passed('All monitors were made more than 30 minutes ago.', evidence);
    const words = young.map((m) => `${m.name} is ${duration(m.age)} old`).join(', ');
    return warned({
      finding: `${words}: a monitor may take 30 minutes to its first datapoint, and knows nothing of the time before it was made.`,
      evidence,
    });
  },
});

export const monitorCoverage = check({
  id: 'monitor-coverage',
  layer: 'monitors',
  title: 'monitors watch the target',
  source: guide('configure-evaluate-flows'),
  needs: ['monitors-exist'],
  async run(facts) {
    const [monitors, instances] = await Promise.all([facts.monitors(), facts.instances()]);
    if (instances.length === 0)
      return notApplicable('No instance runs in the target: there is nothing to watch.');
    const held = await Promise.all(monitors.map((m) => facts.heldBy(m)));
    const watched = new Set(held.flat().map((i) => i.id));
    const missed = instances.filter((i) => !watched.has(i.id));
    const evidence = {
      instances: instances.length,
      unwatched: missed.map((i) => i.id),
      monitors: monitors.map(({ name, local }) => ({ name, local })),
    };
    const zones = facts.perZone && missed.length === 0 ? await createMonitors(facts) : [];
    if (zones.length > 0) {
      return failed({
        evidence,
        finding: `${many(zones.length, 'monitor', 'monitors')} of a VPC or of a zone ${zones.length === 1 ? 'is' : 'are'} missing.`,
        fix: await monitorCommands(facts),
      });
    }
    if (missed.length === 0)
      return passed(`Monitors watch ${all(instances.length, 'instance')} of the target.`, evidence);
    const found = { evidence, fix: await monitorCommands(facts) };
    const names = monitors.map((m) => m.name).join(', ');
    if (watched.size === 0) {
      return failed({
        ...found,
        finding: `No monitor watches the target: ${names} ${monitors.length === 1 ? 'watches' : 'watch'} other resources.`,
      });
    }
    return warned({
      ...found,
      finding: `${missed.length} of ${instances.length} instances ${missed.length === 1 ? 'is' : 'are'} watched by no monitor: ${missed.map((i) => i.id).join(', ')}.`,
    });
  },
  repair: (facts) => createMonitors(facts),
});

export const monitorMetrics = check({
  id: 'monitor-metrics',
  layer: 'monitors',
  title: 'metrics of monitors arrive in CloudWatch',
  source:
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor-cw-metrics.html',
  needs: ['data-published', 'monitors-exist'],
  symptom: true,
  async run(facts) {
    const [monitors, points, senders] = await Promise.all([
      facts.monitors(),
      facts.datapoints(),
      facts.senders(),
    ]);
    const active = monitors.filter(isActive);
    if (active.length === 0) return notApplicable('No monitor is ACTIVE.');
    const empty = active.filter((m) => !points.get(m.arn));
    const evidence = {
      window: facts.window,
      dimension: 'MonitorId',
      monitors: active.map(({ name, arn }) => ({ name, arn, datapoints: points.get(arn) ?? 0 })),
    };
    if (empty.length === 0)
      return passed(
        `${many(active.length, 'monitor has', 'monitors have')} datapoints in the last hour.`,
        evidence,
      );
    const names = empty.map((m) => m.name).join(', ');
    const queried = empty.find((m) => senders.rows.get(m.name));
    if (queried && !(await facts.justChanged())) {
      return failed({
        finding: `${queried.name} has flows, but no metric in CloudWatch: the role AWSServiceRoleForNetworkFlowMonitor publishes them. Dashboards and alarms must name the dimension MonitorId with the ARN of the monitor.`,
        evidence,
        fix: aws('cloudwatch list-metrics', {
          namespace: 'AWS/NetworkFlowMonitor',
          dimensions: `Name=MonitorId,Value=${queried.arn}`,
          region: facts.region,
        }),
      });
    }
    return warned({
      finding: `${names} ${empty.length === 1 ? 'has' : 'have'} no datapoint of the last hour: no traffic there, or no agent that publishes.`,
      evidence,
    });
  },
});

/** Commands that make the monitors that the target lacks, zone by zone too. */
async function monitorCommands(facts: Facts): Promise<CommandLine[]> {
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

/** A monitor for each VPC, and where that is asked for one for each of its zones, as 'nfm monitor create' makes them. */
async function createMonitors(facts: Facts): Promise<Repair[]> {
  const [scope, monitors, vpcs, subnets] = await Promise.all([
    facts.scope(),
    facts.monitors(),
    vpcsOf(facts),
    facts.subnets(),
  ]);
  if (!scope || !isReady(scope)) return [];
  const topology = { zones: [], subnets, clusterVpcs: new Map() };
  const wanted = vpcs.flatMap((vpc) => {
    // A VPC that another account shares is that account's.
    const owner = ownerOf(subnets.find((s) => s.vpcId === vpc && s.arn)?.arn ?? scope.arn, facts.region);
    const local = { type: TYPES.vpc, identifier: arnOf('ec2', owner, 'vpc', vpc) };
    return facts.perZone
      ? monitorsPerZone(undefined, local, [], topology, owner)
      : [oneMonitor(undefined, [local], [])];
  });
  const context = { scopeArn: scope.arn, monitors, tags: {}, quota: MAX_MONITORS, region: facts.region };
  return planMonitors(wanted, context).create.map((request): Repair => {
    const name = request.monitorName ?? '';
    return {
      title: `Create monitor ${name}`,
      details: ['it publishes paid CloudWatch metrics'],
      action: 'networkflowmonitor:CreateMonitor',
      request,
      run: async () => {
        await flowMonitor(facts.aws).create(request);
      },
      settling: monitorSettling(facts, name),
    };
  });
}

async function vpcsOf(facts: Facts): Promise<string[]> {
  return [...new Set((await facts.instances()).map((i) => i.vpcId))];
}
