import { aws } from '../../model/command-line.ts';
import { failed, notApplicable, passed, warned } from '../check.ts';
import { instanceCheck } from '../subjects.ts';
import { endpointOf, isAvailable, wayToInternet } from '../way-out.ts';

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
