import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import {
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSubnetCommand,
  CreateTagsCommand,
  CreateVpcCommand,
  EC2Client,
  ModifySubnetAttributeCommand,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { CreateClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRolePolicyCommand,
  IAMClient,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckReport, DoctorDocument } from '../../src/model/doctor.ts';
import {
  cleanEnv,
  type Env,
  lacks,
  nfm,
  type ServedSandbox,
  type Server,
  serveMoto,
  serveSandbox,
} from './programs.ts';

/*
 * The doctor on an AWS that others wrote: EC2, EKS, IAM, Systems Manager and STS are moto's, Network Flow Monitor
 * and CloudWatch the sandbox's. What moto does not have stands between the two: EKS's add-ons and pod identity
 * associations, and SimulatePrincipalPolicy, which is answered from the policies that moto's IAM holds.
 */

const CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' };
const CLUSTER = 'shop';
const AGENT = 'aws-network-flow-monitoring-agent';
const NAMESPACE = 'amazon-network-flow-monitor';
const SERVICE_ACCOUNT = 'aws-network-flow-monitor-agent-service-account';

const missing = lacks('moto_server', '--help');

describe.skipIf(missing)(
  missing ?? 'nfm doctor with EC2, EKS, IAM, Systems Manager and STS from moto',
  () => {
    let clean: ReturnType<typeof cleanEnv>;
    let sandbox: ServedSandbox;
    let moto: Server;
    let front: Awaited<ReturnType<typeof standBetween>>;
    let env: Env;
    let iam: IAMClient;

    beforeAll(async () => {
      clean = cleanEnv();
      const started = await Promise.allSettled([serveSandbox(clean.env, 'quiet'), serveMoto(clean.env)]);
      if (started[0].status === 'fulfilled') sandbox = started[0].value;
      if (started[1].status === 'fulfilled') moto = started[1].value;
      for (const one of started) if (one.status === 'rejected') throw one.reason;
      const config = { region: sandbox.region, endpoint: moto.endpoint, credentials: CREDENTIALS };
      iam = new IAMClient(config);
      front = await standBetween(sandbox, moto, iam);
      env = {
        ...clean.env,
        AWS_REGION: sandbox.region,
        AWS_ENDPOINT_URL: front.endpoint,
        // What moto has no answer for is asked once.
        AWS_MAX_ATTEMPTS: '1',
      };
      await build(config, iam);
    }, 60_000);

    afterAll(async () => {
      front?.close();
      await Promise.all([sandbox?.stop(), moto?.stop()]);
      clean.remove();
    });

    async function doctor(...args: string[]): Promise<DoctorDocument> {
      // The sandbox's monitors watch the sandbox's own VPC.
      const { exitCode, stdout, stderr } = await nfm(
        ['doctor', '-o', 'json', '--skip', 'monitors', ...args],
        env,
      );
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      return JSON.parse(stdout);
    }

    const check = ({ checks }: DoctorDocument, id: string): CheckReport | undefined =>
      checks.find((c) => c.id === id);

    it('a cluster with the add-on and without the Pod Identity Agent: that is the cause', async () => {
      front.addons.add(AGENT);
      const seen = await doctor('--cluster', CLUSTER);
      expect(seen.cause).toBe('pod-identity-agent');
      expect(check(seen, 'eks-addon-installed')).toMatchObject({ status: 'pass' });
      expect(check(seen, 'endpoint-route')).toMatchObject({
        status: 'pass',
        finding: expect.stringContaining('igw-'),
      });
      expect(seen.summary).toContain(`The Pod Identity Agent is not installed in cluster ${CLUSTER}`);
    });

    it('then with it, and a role without the permission', async () => {
      front.addons.add('eks-pod-identity-agent');
      const seen = await doctor('--cluster', CLUSTER);
      expect(check(seen, 'pod-identity-agent')).toMatchObject({ status: 'pass' });
      expect(check(seen, 'agent-role-trust')).toMatchObject({ status: 'pass' });
      expect(seen.cause).toBe('agent-role-permission');
      expect(check(seen, 'agent-role-permission')?.fix).toMatch(
        /^aws iam attach-role-policy --role-name agents /,
      );
    });

    it('then with it: nothing is left that an API can show, but nothing is published', async () => {
      const { Policy } = await iam.send(
        new CreatePolicyCommand({
          PolicyName: 'publish',
          PolicyDocument: document('networkflowmonitor:Publish'),
        }),
      );
      await iam.send(new AttachRolePolicyCommand({ RoleName: 'agents', PolicyArn: Policy?.Arn ?? '' }));
      const seen = await doctor('--cluster', CLUSTER);
      expect(check(seen, 'agent-role-permission')).toMatchObject({ status: 'pass' });
      // The sandbox has flows of other subnets only; the roles of the service were made a moment ago.
      expect(check(seen, 'data-published')?.status).toBe('warn');
      expect(seen.checks.filter((c) => c.status === 'fail')).toEqual([]);
    });

    it("an instance profile whose name is not its role's: the role is asked, without the permission and with it", async () => {
      const before = await doctor('--only', 'instances');
      expect(check(before, 'instance-profile')).toMatchObject({
        status: 'pass',
        finding: expect.stringMatching(/instance profile web-servers, with role web\.$/),
      });
      expect(before.cause).toBe('instance-role-permission');
      expect(check(before, 'instance-role-permission')?.finding).toMatch(/^Role web may not call/);
      // Inline and by a wildcard: no name of a policy would tell.
      await iam.send(
        new PutRolePolicyCommand({
          RoleName: 'web',
          PolicyName: 'monitoring',
          PolicyDocument: document('networkflowmonitor:*'),
        }),
      );
      const after = await doctor('--only', 'instances');
      expect(check(after, 'instance-role-permission')).toMatchObject({ status: 'pass' });
      expect(after.cause).toBeNull();
    });

    it('what moto does not answer is unknown, and never passes', async () => {
      const seen = await doctor('--only', 'instances');
      expect(check(seen, 'ssm-online')?.status).toBe('unknown');
      // The name of the image says which system it is, and not which kernel.
      expect(check(seen, 'agent-os')?.status).toBe('warn');
      expect(check(seen, 'agent-package')?.status).toBe('skipped');
    });
  },
);

function document(action: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
  });
}

function trust(service: string): string {
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { Service: service }, Action: ['sts:AssumeRole', 'sts:TagSession'] },
    ],
  });
}

type Config = { region: string; endpoint: string; credentials: typeof CREDENTIALS };

/** A cluster with one node, and a web server beside it, in a public subnet. */
async function build(config: Config, iam: IAMClient): Promise<void> {
  const role = (RoleName: string, service: string) =>
    iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: trust(service) }));
  const { Role } = await role('agents', 'pods.eks.amazonaws.com');
  await role('web', 'ec2.amazonaws.com');
  // moto would name them after the service.
  await role('AWSServiceRoleForNetworkFlowMonitor', 'networkflowmonitor.amazonaws.com');
  await role('AWSServiceRoleForNetworkFlowMonitor_Topology', 'topology.networkflowmonitor.amazonaws.com');
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'web-servers' }));
  await iam.send(
    new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'web-servers', RoleName: 'web' }),
  );

  const ec2 = new EC2Client(config);
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.88.0.0/16' }));
  const VpcId = Vpc?.VpcId ?? '';
  const subnet = { VpcId, CidrBlock: '10.88.1.0/24', AvailabilityZone: `${config.region}a` };
  const { Subnet } = await ec2.send(new CreateSubnetCommand(subnet));
  const SubnetId = Subnet?.SubnetId ?? '';
  await ec2.send(new ModifySubnetAttributeCommand({ SubnetId, MapPublicIpOnLaunch: { Value: true } }));
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
  const RouteTableId = RouteTable?.RouteTableId ?? '';
  await ec2.send(new CreateRouteCommand({ RouteTableId, GatewayId, DestinationCidrBlock: '0.0.0.0/0' }));
  await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
  const run = async (profile?: string) => {
    const { Instances } = await ec2.send(
      new RunInstancesCommand({
        // Amazon Linux 2, in moto's list.
        ImageId: 'ami-04681a1dbd79675a5',
        MinCount: 1,
        MaxCount: 1,
        SubnetId,
        ...(profile ? { IamInstanceProfile: { Name: profile } } : {}),
      }),
    );
    return Instances?.[0]?.InstanceId ?? '';
  };
  await run('web-servers');
  const node = await run();
  const Tags = [{ Key: `kubernetes.io/cluster/${CLUSTER}`, Value: 'owned' }];
  await ec2.send(new CreateTagsCommand({ Resources: [node], Tags }));
  await new EKSClient(config).send(
    new CreateClusterCommand({
      name: CLUSTER,
      version: '1.33',
      roleArn: Role?.Arn ?? '',
      resourcesVpcConfig: { subnetIds: [SubnetId] },
    }),
  );
}

/** One endpoint for all: it forwards by the service that a request is signed for. */
async function standBetween(sandbox: ServedSandbox, moto: Server, iam: IAMClient) {
  const addons = new Set<string>();
  const server = http.createServer(async (request, response) => {
    const body = await buffer(request);
    const { authorization = '' } = request.headers;
    const service = /\/([a-z0-9-]+)\/aws4_request/.exec(authorization)?.[1] ?? '';
    const answer = service === 'eks' ? eksAnswer(request, addons) : undefined;
    if (answer) {
      response.writeHead(answer.status, {
        'content-type': 'application/json',
        ...(answer.status === 404 ? { 'x-amzn-errortype': 'ResourceNotFoundException' } : {}),
      });
      response.end(JSON.stringify(answer.body));
      return;
    }
    const form = new URLSearchParams(body.toString());
    if (service === 'iam' && form.get('Action') === 'SimulatePrincipalPolicy') {
      const decision = await decide(
        iam,
        form.get('PolicySourceArn') ?? '',
        form.get('ActionNames.member.1') ?? '',
      );
      response
        .writeHead(200, { 'content-type': 'text/xml' })
        .end(
          `<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults><member><EvalActionName>networkflowmonitor:Publish</EvalActionName><EvalDecision>${decision}</EvalDecision></member></EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>`,
        );
      return;
    }
    const ours = service === 'networkflowmonitor' || service === 'monitoring';
    const onward = http.request(
      `${ours ? sandbox.endpoint : moto.endpoint}${request.url}`,
      { method: request.method, headers: request.headers },
      (said) => {
        response.writeHead(said.statusCode ?? 500, said.headers);
        said.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    addons,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Add-ons and the association of the agents' role, as the EKS API writes them. */
function eksAnswer({ url = '' }: http.IncomingMessage, addons: ReadonlySet<string>) {
  const path = new URL(url, 'http://eks').pathname;
  const association = {
    associationId: 'a-1',
    clusterName: CLUSTER,
    namespace: NAMESPACE,
    serviceAccount: SERVICE_ACCOUNT,
  };
  const addon = new RegExp(`^/clusters/${CLUSTER}/addons/([^/]+)$`).exec(path)?.[1];
  if (addon) {
    return addons.has(addon)
      ? {
          status: 200,
          body: { addon: { addonName: addon, addonVersion: 'v1.1.6-eksbuild.1', status: 'ACTIVE' } },
        }
      : { status: 404, body: { message: `No addon: ${addon} found in cluster: ${CLUSTER}` } };
  }
  if (path === `/clusters/${CLUSTER}/pod-identity-associations`) {
    return { status: 200, body: { associations: [association] } };
  }
  if (path === `/clusters/${CLUSTER}/pod-identity-associations/a-1`) {
    const roleArn = 'arn:aws:iam::123456789012:role/agents';
    return { status: 200, body: { association: { ...association, roleArn } } };
  }
  return undefined;
}

/** From the policies that moto's IAM has of the role: attached, and its own. */
async function decide(iam: IAMClient, roleArn: string, action: string): Promise<string> {
  const RoleName = roleArn.split('/').at(-1) ?? '';
  const [attached, inline] = await Promise.all([
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
  ]);
  const documents = await Promise.all([
    ...(attached.AttachedPolicies ?? []).map(async ({ PolicyArn = '' }) => {
      const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
      const VersionId = Policy?.DefaultVersionId ?? 'v1';
      const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
      return PolicyVersion?.Document;
    }),
    ...(inline.PolicyNames ?? []).map(async (PolicyName) => {
      return (await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))).PolicyDocument;
    }),
  ]);
  const allowed = documents.some((text = '{}') => {
    const { Statement = [] } = JSON.parse(decodeURIComponent(text));
    return [Statement].flat().some(({ Action }: { Action: string }) => {
      return Action === action || (Action.endsWith('*') && action.startsWith(Action.slice(0, -1)));
    });
  });
  return allowed ? 'allowed' : 'implicitDeny';
}
