import type { SecurityGroup } from '../../aws/ec2-network.ts';
import { aws } from '../../model/command-line.ts';
import { guide, PUBLISH } from '../agent.ts';
import { policyAllows, withAllowed } from '../agent-role.ts';
import { failed, instanceCheck, notApplicable, passed, unknown, warned } from '../check.ts';
import {
  aclOf,
  cheapestWay,
  endpointOf,
  isAvailable,
  letsIn,
  letsOut,
  stoppedBy,
  takesAll,
  wayToInternet,
} from '../way-out.ts';

export const endpointRoute = instanceCheck({
  id: 'endpoint-route',
  layer: 'network',
  title: 'there is a way to where agents publish',
  // Prices of us-east-1: aws.amazon.com/privatelink/pricing, aws.amazon.com/vpc/pricing.
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
    // By a proxy, or by whatever EC2 does not tell.
    if ((await facts.publishes(instance)) === 'yes')
      return passed(`${id} publishes: it has a way out.`, { ...evidence, publishes: true });
    const state = endpoint ? ` Interface endpoint ${endpoint.id} is ${endpoint.state}.` : '';
    const { words, fix } = await cheapestWay(facts, instance);
    return failed({
      finding: `${id} cannot reach networkflowmonitorreports.${facts.region}.api.aws: ${obstacle}, and there is no interface endpoint that works in ${vpcId}.${state} ${words}`,
      evidence,
      fix,
    });
  },
});

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

export const endpointDns = instanceCheck({
  id: 'endpoint-dns',
  layer: 'network',
  title: 'the public name leads to the interface endpoint',
  source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/interface-endpoints.html',
  needs: ['endpoint-route'],
  async run(facts, instance) {
    const endpoint = await endpointOf(facts, instance);
    if (!endpoint || !isAvailable(endpoint))
      return notApplicable(`${instance.vpcId} has no interface endpoint for reports.`);
    const evidence = { endpoint: endpoint.id, privateDns: endpoint.privateDns };
    if (endpoint.privateDns) return passed(`Private DNS of ${endpoint.id} is on.`, evidence);
    const found = {
      evidence,
      fix: aws('ec2 modify-vpc-endpoint', {
        'vpc-endpoint-id': endpoint.id,
        'private-dns-enabled': true,
        region: facts.region,
      }),
    };
    const words = `Private DNS of interface endpoint ${endpoint.id} is off: the name that agents of ${instance.vpcId} publish to does not lead to it`;
    const { obstacle } = await wayToInternet(facts, instance);
    return obstacle === null
      ? warned({ ...found, finding: `${words}; reports take the way to the internet.` })
      : failed({ ...found, finding: `${words}, and there is no other way.` });
  },
});

export const endpointNetworkAcl = instanceCheck({
  id: 'endpoint-network-acl',
  layer: 'network',
  title: 'network ACLs let reports out and answers in',
  source: 'https://docs.aws.amazon.com/vpc/latest/userguide/custom-network-acl.html',
  async run(facts, instance) {
    const { id, subnetId, ip } = instance;
    const [acl, found] = await Promise.all([aclOf(facts, instance), endpointOf(facts, instance)]);
    if (!acl) return unknown({ finding: `EC2 names no network ACL of ${subnetId}.` });
    const stopped = stoppedBy(acl, takesAll(found) ? ip : null);
    const evidence = { networkAcl: acl.id, subnetId, entries: acl.entries };
    if (stopped === null) return passed(`Network ACL ${acl.id} lets reports of ${id} out.`, evidence);
    if ((await facts.publishes(instance)) === 'yes') return passed(`${id} publishes.`, { publishes: true });
    const outbound = stopped.includes('out');
    const taken = new Set(acl.entries.filter((e) => e.outbound === outbound).map((e) => e.number));
    const first = Math.min(...acl.entries.filter((e) => e.outbound === outbound).map((e) => e.number), 32766);
    const number = Array.from({ length: first }, (_, i) => first - 1 - i).find((n) => n > 0 && !taken.has(n));
    return failed({
      finding: `Network ACL ${acl.id} ${stopped}: reports of ${id} do not get through.`,
      evidence,
      fix: aws('ec2 create-network-acl-entry', {
        'network-acl-id': acl.id,
        ...(outbound ? { egress: true } : { ingress: true }),
        'rule-number': String(number ?? 1),
        protocol: 'tcp',
        'port-range': outbound ? 'From=443,To=443' : 'From=1024,To=65535',
        'cidr-block': '0.0.0.0/0',
        'rule-action': 'allow',
        region: facts.region,
      }),
    });
  },
});

export const vpcDns = instanceCheck({
  id: 'vpc-dns',
  layer: 'network',
  title: 'the VPC resolves names',
  source: 'https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html',
  async run(facts, instance) {
    const { id, vpcId } = instance;
    const [{ support, hostnames }, found] = await Promise.all([
      facts.vpcDns(vpcId),
      endpointOf(facts, instance),
    ]);
    const evidence = { vpcId, enableDnsSupport: support, enableDnsHostnames: hostnames };
    if (support && (hostnames || !takesAll(found)))
      return passed(`${vpcId} resolves names by AWS's own resolver.`, evidence);
    // A VPC may have resolvers of its own.
    if ((await facts.publishes(instance)) === 'yes') return passed(`${id} publishes.`, { publishes: true });
    const fix = aws('ec2 modify-vpc-attribute', {
      'vpc-id': vpcId,
      [support ? 'enable-dns-hostnames' : 'enable-dns-support']: { Value: true },
      region: facts.region,
    });
    return failed({
      finding: support
        ? `${vpcId} has no DNS host names: the private name of interface endpoint ${found?.id} does not resolve there, so agents do not reach it.`
        : `DNS is switched off in ${vpcId}: its instances resolve no name by AWS's resolver, so ${id} does not find where to publish.`,
      evidence,
      fix,
    });
  },
});

export const endpointPolicy = instanceCheck({
  id: 'endpoint-policy',
  layer: 'network',
  title: "the interface endpoint's policy lets agents publish",
  source: 'https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html',
  needs: ['endpoint-route'],
  async run(facts, instance) {
    const { vpcId } = instance;
    const [endpoint, asked] = await Promise.all([endpointOf(facts, instance), facts.apiEndpoints()]);
    const api = asked.find((e) => e.vpcId === vpcId && isAvailable(e)) ?? null;
    if (!takesAll(endpoint) && !api)
      return notApplicable(`${vpcId} has no interface endpoint that takes it all.`);
    const evidence = { reports: endpoint?.policy ?? null, api: api?.policy ?? null };
    if (takesAll(endpoint) && endpoint.policy !== null && policyAllows(endpoint.policy, PUBLISH) === false) {
      return failed({
        finding: `The policy of interface endpoint ${endpoint.id} does not allow ${PUBLISH}: AWS answers reports of agents in ${vpcId} with 403, whatever their role may.`,
        evidence,
        fix: aws('ec2 modify-vpc-endpoint', {
          'vpc-endpoint-id': endpoint.id,
          'policy-document': withAllowed(endpoint.policy, PUBLISH),
          region: facts.region,
        }),
      });
    }
    const QUERY = 'networkflowmonitor:StartQueryMonitorTopContributors';
    if (api && api.policy !== null && policyAllows(api.policy, QUERY) === false) {
      return warned({
        finding: `The policy of interface endpoint ${api.id} allows no queries: agents publish, and whoever asks from inside ${vpcId} is refused.`,
        evidence,
        fix: aws('ec2 modify-vpc-endpoint', {
          'vpc-endpoint-id': api.id,
          'policy-document': withAllowed(api.policy, 'networkflowmonitor:*'),
          region: facts.region,
        }),
      });
    }
    return passed(
      `Policies of interface endpoints in ${vpcId} allow what agents and queries call.`,
      evidence,
    );
  },
});
