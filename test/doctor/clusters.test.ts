import { describe, expect, test } from 'vitest';
import { type DoctorDocument, doctorSchema } from '../../src/model/doctor.ts';
import { account } from '../cli/helpers.ts';
import { mutated } from './mutated.ts';

/* Clusters as they are: what differs from the handbook, as EKS answers it (shared rows: ns, assocpol, warm). */

const ROLE = 'arn:aws:iam::123456789012:role/AmazonEKSPodIdentityAWSNetworkFlowMonitorAgentRole';
const ASSOCIATION = {
  clusterName: 'demo',
  namespace: 'amazon-network-flow-monitor',
  serviceAccount: 'aws-network-flow-monitor-agent-service-account',
  associationArn: 'arn:aws:eks:ap-northeast-3:123456789012:podidentityassociation/demo/a-abcdefghijklmnop1',
  associationId: 'a-abcdefghijklmnop1',
};

async function doctor(scenario: string, mutate: Parameters<typeof mutated>[1]): Promise<DoctorDocument> {
  const { sandbox, run } = await account({ scenario });
  const { code, stdout, stderr } = await run(['doctor', '-o', 'json'], {
    env: { AWS_ENDPOINT_URL: await mutated(sandbox.endpoint, mutate) },
  });
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return doctorSchema.strict().parse(JSON.parse(stdout));
}

const of = ({ checks }: DoctorDocument, id: string) => checks.find((c) => c.id === id);
const isAddon = (path: string) => path.includes('/addons/aws-network-flow');
const isList = (path: string) => /\/pod-identity-associations(\?|$)/.test(path);
const isOne = (path: string) => path.includes('/pod-identity-associations/');

/** The association, with something of its own. */
const associated =
  (other: object) =>
  (path: string): object | undefined => {
    if (isList(path)) return { associations: [ASSOCIATION] };
    return isOne(path) ? { association: { ...ASSOCIATION, roleArn: ROLE, ...other } } : undefined;
  };

describe.concurrent('clusters as they are', () => {
  test('an add-on in a namespace of its own: its association passes, and no fix names another', {
    timeout: 60_000,
  }, async () => {
    const inOwn = { ...ASSOCIATION, namespace: 'observability' };
    const seen = await doctor('association-missing', (path, answer) => {
      if (isAddon(path) && (answer as { addon?: object }).addon) {
        const { addon } = answer as { addon: object };
        return { addon: { ...addon, namespaceConfig: { namespace: 'observability' } } };
      }
      if (isList(path)) return { associations: [inOwn] };
      return isOne(path) ? { association: { ...inOwn, roleArn: ROLE } } : undefined;
    });
    expect(of(seen, 'pod-identity-association')).toMatchObject({
      status: 'pass',
      finding: expect.stringContaining('in observability'),
    });
    expect(JSON.stringify(seen.checks.map((c) => c.fix))).not.toContain('amazon-network-flow-monitor ');
  });

  test('a session policy that lacks Publish is what fails, and is named', { timeout: 60_000 }, async () => {
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*' }],
    });
    const seen = await doctor('role-without-permission', associated({ disableSessionTags: true, policy }));
    expect(seen.cause).toBe('agent-role-permission');
    expect(seen.summary).toMatch(/^The session policy of pod identity association a-abcdefghijklmnop1 /);
    expect(of(seen, 'agent-role-permission')?.fix).toMatch(
      /update-pod-identity-association .*networkflowmonitor:Publish/,
    );
  });

  test('DEGRADED while every node publishes is a warning', { timeout: 60_000 }, async () => {
    const seen = await doctor('quiet', (path, answer) => {
      if (!isAddon(path)) return undefined;
      const issue = { code: 'InsufficientNumberOfReplicas', message: 'It lacks replicas.', resourceIds: [] };
      const { addon } = answer as { addon: object };
      return { addon: { ...addon, status: 'DEGRADED', health: { issues: [issue] } } };
    });
    expect(seen.cause).toBeNull();
    expect(of(seen, 'eks-addon-health')).toMatchObject({
      status: 'warn',
      finding: expect.stringMatching(/DEGRADED.*every node publishes/),
    });
  });

  test("a role of another account that agents act as is that account's to judge", {
    timeout: 60_000,
  }, async () => {
    const targetRoleArn = 'arn:aws:iam::210987654321:role/central';
    const seen = await doctor('role-without-permission', associated({ targetRoleArn }));
    for (const id of ['agent-role-trust', 'agent-role-permission']) {
      expect(of(seen, id)).toMatchObject({
        status: 'unknown',
        finding: expect.stringContaining('account 210987654321'),
      });
    }
    const own = 'arn:aws:iam::123456789012:role/demo-node';
    const here = await doctor('role-without-permission', associated({ targetRoleArn: own }));
    expect(here.cause).toBe('agent-role-trust');
    expect(here.summary).toContain('demo-node, which does not trust their role');
  });

  test('where an association and IRSA both give a role, the association wins', {
    timeout: 60_000,
  }, async () => {
    const seen = await doctor('quiet', (path, answer) => {
      if (!isAddon(path)) return undefined;
      const { addon } = answer as { addon: object };
      return { addon: { ...addon, serviceAccountRoleArn: 'arn:aws:iam::123456789012:role/nobody' } };
    });
    expect(of(seen, 'pod-identity-association')).toMatchObject({
      status: 'pass',
      finding: expect.stringContaining('nobody (IRSA), is not used'),
    });
    expect(of(seen, 'agent-role-trust')?.evidence).toMatchObject({
      items: [{ roleArn: ROLE, by: 'pod-identity' }],
    });
  });
});
