import type { SecurityGroup } from '../../aws/ec2-network.ts';
import { aws } from '../../model/command-line.ts';
import { guide } from '../agent.ts';
import { failed, passed, unknown } from '../check.ts';
import { instanceCheck } from '../subjects.ts';
import { endpointOf, letsIn, letsOut, takesAll } from '../way-out.ts';

export const endpointSecurityGroup = instanceCheck({
  id: 'endpoint-security-group',
  layer: 'network',
  title: 'security groups let reports out',
  source: guide('troubleshooting'),
  async run(facts, instance) {
    const { id, ip, securityGroupIds } = instance;
    const [found, all] = await Promise.all([endpointOf(facts, instance), facts.securityGroups()]);
    const endpoint = takesAll(found) ? found : null;
    const groupsOf = (ids: readonly string[]): SecurityGroup[] =>
      ids.flatMap((group) => all.get(group) ?? []);
    const evidence = {
      ip,
      securityGroupIds,
      endpoint: endpoint && { id: endpoint.id, securityGroupIds: endpoint.securityGroupIds },
    };
    if (securityGroupIds.length === 0) {
      return unknown({ finding: `EC2 names no security group of ${id}.`, evidence });
    }
    if (!letsOut(groupsOf(securityGroupIds), endpoint)) {
      return failed({
        finding: `The security groups of ${id} (${securityGroupIds.join(', ')}) let nothing out on port 443.`,
        evidence,
        fix: aws('ec2 authorize-security-group-egress', {
          'group-id': securityGroupIds[0] ?? '',
          'ip-permissions': 'IpProtocol=tcp,FromPort=443,ToPort=443,IpRanges=[{CidrIp=0.0.0.0/0}]',
          region: facts.region,
        }),
      });
    }
    if (endpoint && !letsIn(groupsOf(endpoint.securityGroupIds), instance)) {
      return failed({
        finding: `The security groups of interface endpoint ${endpoint.id} (${endpoint.securityGroupIds.join(', ')}) do not let ${id} in on port 443.`,
        evidence,
        fix: aws('ec2 authorize-security-group-ingress', {
          'group-id': endpoint.securityGroupIds[0] ?? '',
          protocol: 'tcp',
          port: '443',
          'source-group': securityGroupIds[0] ?? '',
          region: facts.region,
        }),
      });
    }
    return passed(`Security groups let ${id} out on port 443.`, evidence);
  },
});
