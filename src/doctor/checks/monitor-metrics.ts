import { aws } from '../../model/command-line.ts';
import { check, failed, notApplicable, passed, warned } from '../check.ts';

export const monitorMetrics = check({
  id: 'monitor-metrics',
  layer: 'monitors',
  title: 'metrics of monitors arrive in CloudWatch',
  source:
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-NetworkFlowMonitor-cw-metrics.html',
  cheap: true,
  needs: ['data-published', 'monitors-exist'],
  symptom: true,
  async run(facts) {
    const [monitors, points, senders] = await Promise.all([
      facts.monitors(),
      facts.datapoints(),
      facts.senders(),
    ]);
    const active = monitors.filter((m) => m.status === 'ACTIVE');
    if (active.length === 0) return notApplicable('No monitor is ACTIVE.');
    const empty = active.filter((m) => !points.get(m.arn));
    const evidence = {
      window: facts.window,
      dimension: 'MonitorId',
      monitors: active.map(({ name, arn }) => ({ name, arn, datapoints: points.get(arn) ?? 0 })),
    };
    if (empty.length === 0)
      return passed(`${active.length} monitors have datapoints in the last hour.`, evidence);
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
