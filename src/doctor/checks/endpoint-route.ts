import { aws } from '../../model/command-line.ts';
import { guide } from '../agent.ts';
import { failed, passed } from '../check.ts';
import type { Facts } from '../facts.ts';
import { instanceCheck } from '../subjects.ts';
import { endpointOf, isAvailable, wayToInternet } from '../way-out.ts';

export const endpointRoute = instanceCheck({
  id: 'endpoint-route',
  layer: 'network',
  title: 'there is a way to where agents publish',
  source: guide('troubleshooting'),
  async run(facts, instance) {
    const { id, subnetId, vpcId } = instance;
    const endpoint = await endpointOf(facts, instance);
    if (endpoint && isAvailable(endpoint)) {
      return passed(`${id} reaches interface endpoint ${endpoint.id}.`, { endpoint: endpoint.id });
    }
    const { by, obstacle } = await wayToInternet(facts, instance);
    const evidence = { subnetId, by, endpoint: endpoint && { id: endpoint.id, state: endpoint.state } };
    if (obstacle === null) {
      const known = /^(nat|igw|eigw)-/.test(by ?? '');
      return passed(
        `${id} gets out by ${by}${known ? '' : '; what lies behind it is out of sight'}.`,
        evidence,
      );
    }
    const state = endpoint ? ` Interface endpoint ${endpoint.id} is ${endpoint.state}.` : '';
    return failed({
      finding: `${id} cannot reach networkflowmonitorreports.${facts.region}.api.aws: ${obstacle}, and there is no interface endpoint that works in ${vpcId}.${state}`,
      evidence,
      fix: aws('ec2 create-vpc-endpoint', {
        'vpc-id': vpcId,
        'vpc-endpoint-type': 'Interface',
        'service-name': facts.reportsService,
        'subnet-ids': await stranded(facts, vpcId),
        'security-group-ids': [...instance.securityGroupIds].sort(),
        'private-dns-enabled': true,
        region: facts.region,
      }),
    });
  },
});

/** One subnet in each zone that has instances without a way out: an endpoint takes no more, and serves all of the VPC. */
async function stranded(facts: Facts, vpcId: string): Promise<string[]> {
  const instances = (await facts.instances()).filter((i) => i.vpcId === vpcId);
  const ways = await Promise.all(instances.map((i) => wayToInternet(facts, i)));
  const ids = new Set(instances.filter((_, i) => ways[i]?.obstacle).map((i) => i.subnetId));
  const subnets = (await facts.subnets()).filter((s) => ids.has(s.id));
  return [...new Map(subnets.map((s) => [s.azId, s.id])).values()];
}
