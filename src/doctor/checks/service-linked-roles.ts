import { aws } from '../../model/command-line.ts';
import { SERVICE_ROLES } from '../agent.ts';
import { check, failed, passed } from '../check.ts';

const SERVICES: Readonly<Record<(typeof SERVICE_ROLES)[number], string>> = {
  AWSServiceRoleForNetworkFlowMonitor: 'networkflowmonitor.amazonaws.com',
  AWSServiceRoleForNetworkFlowMonitor_Topology: 'topology.networkflowmonitor.amazonaws.com',
};

export const serviceLinkedRoles = check({
  id: 'service-linked-roles',
  layer: 'scope',
  title: 'the service has both its roles',
  source:
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-service-linked-roles-network-flow-monitor.html',
  needs: ['scope-exists'],
  async run(facts) {
    const roles = await Promise.all(
      SERVICE_ROLES.map(async (name) => ({ name, role: await facts.role(name) })),
    );
    const missing = roles.flatMap(({ name, role }) => (role ? [] : [name]));
    const evidence = { roles: roles.map(({ name, role }) => ({ name, createdAt: role?.createdAt ?? null })) };
    if (missing.length === 0) return passed(`${SERVICE_ROLES.join(' and ')} are there.`, evidence);
    return failed({
      finding: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: without it the service can neither see the network nor publish metrics.`,
      evidence,
      fix: missing.map((name) =>
        aws('iam create-service-linked-role', { 'aws-service-name': SERVICES[name], region: facts.region }),
      ),
    });
  },
});
