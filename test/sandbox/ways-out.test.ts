import {
  DescribeImagesCommand,
  DescribeInstancesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeRouteTablesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVpcEndpointsCommand,
  type EC2Client,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { demoWorld } from '../../src/sandbox/world/topology.ts';
import { obstacle } from '../../src/sandbox/world/way-out.ts';
import type { Rule } from '../../src/sandbox/world/world.ts';
import { account, LB } from './account.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';
const PRIVATE_C = 'subnet-0e93b5d7f2c146a81';

describe('EC2', () => {
  const routes = async (ec2: EC2Client, subnetId: string) => {
    const Filters = [{ Name: 'association.subnet-id', Values: [subnetId] }];
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
    return RouteTables?.flatMap((table) => table.Routes ?? []).map((route) => [
      route.DestinationCidrBlock,
      route.GatewayId ?? route.NatGatewayId,
      route.State,
    ]);
  };

  it('describes the way out of a subnet', async () => {
    const { ec2 } = await account();
    expect(await routes(ec2, PRIVATE_C)).toEqual([
      ['10.77.0.0/16', 'local', 'active'],
      ['0.0.0.0/0', 'nat-0c5b8e1f7a3d92460', 'active'],
    ]);
    const { NatGateways } = await ec2.send(
      new DescribeNatGatewaysCommand({ Filter: [{ Name: 'vpc-id', Values: [VPC] }] }),
    );
    expect(NatGateways).toMatchObject([
      { State: 'available', ConnectivityType: 'public', NatGatewayAddresses: [{ PrivateIp: '10.77.0.10' }] },
    ]);
  });

  it('shows a route to a NAT gateway that is gone as a black hole', async () => {
    const { ec2 } = await account({ scenario: 'no-route' });
    expect(await routes(ec2, PRIVATE_C)).toContainEqual(['0.0.0.0/0', 'nat-0c5b8e1f7a3d92460', 'blackhole']);
    const { NatGateways } = await ec2.send(new DescribeNatGatewaysCommand({}));
    expect(NatGateways?.map(({ State }) => State)).toEqual(['deleted']);
  });

  it('names the main route table', async () => {
    const { ec2 } = await account();
    const Filters = [{ Name: 'association.main', Values: ['true'] }];
    const { RouteTables } = await ec2.send(new DescribeRouteTablesCommand({ Filters }));
    expect(RouteTables?.map(({ Tags }) => Tags?.[0]?.Value)).toEqual(['demo-private']);
  });

  it('describes an interface endpoint, its interfaces and its security group', async () => {
    const { ec2 } = await account({ scenario: 'private-endpoint' });
    const service = 'com.amazonaws.ap-northeast-3.networkflowmonitorreports';
    const find = async (Values: string[]) => {
      const Filters = [{ Name: 'service-name', Values }];
      return (await ec2.send(new DescribeVpcEndpointsCommand({ Filters }))).VpcEndpoints;
    };
    expect(await find(['com.amazonaws.ap-northeast-3.ssm'])).toEqual([]);
    const [endpoint] = (await find([service])) ?? [];
    expect(endpoint).toMatchObject({ State: 'available', PrivateDnsEnabled: true, VpcId: VPC });
    expect(endpoint?.DnsEntries?.map(({ DnsName }) => DnsName)).toContain(
      'networkflowmonitorreports.ap-northeast-3.api.aws',
    );
    const NetworkInterfaceIds = endpoint?.NetworkInterfaceIds ?? [];
    const { NetworkInterfaces } = await ec2.send(
      new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds }),
    );
    expect(NetworkInterfaces?.map(({ InterfaceType, Groups }) => [InterfaceType, Groups])).toEqual([
      ['vpc_endpoint', endpoint?.Groups],
      ['vpc_endpoint', endpoint?.Groups],
    ]);
    const GroupIds = endpoint?.Groups?.map(({ GroupId }) => GroupId ?? '') ?? [];
    const { SecurityGroups } = await ec2.send(new DescribeSecurityGroupsCommand({ GroupIds }));
    expect(SecurityGroups?.[0]?.IpPermissions).toMatchObject([
      {
        IpProtocol: 'tcp',
        FromPort: 443,
        ToPort: 443,
        UserIdGroupPairs: [{ GroupId: 'sg-0d6a2f8c4b71e9350' }],
      },
      { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, IpRanges: [{ CidrIp: '10.77.0.0/16' }] },
    ]);
  });

  it('says of an instance what an agent needs of it', async () => {
    const { ec2 } = await account();
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [LB] }));
    const [lb] = Reservations?.flatMap(({ Instances }) => Instances ?? []) ?? [];
    expect(lb).toMatchObject({
      IamInstanceProfile: { Arn: 'arn:aws:iam::123456789012:instance-profile/demo-lb-profile' },
      MetadataOptions: { State: 'applied', HttpEndpoint: 'enabled', HttpTokens: 'required' },
      SecurityGroups: [{ GroupName: 'demo-lb' }],
      PlatformDetails: 'Linux/UNIX',
      PublicIpAddress: '203.0.113.20',
    });
    const { Images } = await ec2.send(new DescribeImagesCommand({ ImageIds: [lb?.ImageId ?? ''] }));
    expect(Images).toMatchObject([{ Name: expect.stringContaining('kernel-6.12'), Architecture: 'x86_64' }]);
  });

  it.each([
    ['InvalidGroup.NotFound', new DescribeSecurityGroupsCommand({ GroupIds: ['sg-00000000'] })],
    ['InvalidRouteTableID.NotFound', new DescribeRouteTablesCommand({ RouteTableIds: ['rtb-00000000'] })],
    ['NatGatewayNotFound', new DescribeNatGatewaysCommand({ NatGatewayIds: ['nat-00000000'] })],
    ['InvalidVpcEndpointId.NotFound', new DescribeVpcEndpointsCommand({ VpcEndpointIds: ['vpce-00000000'] })],
    ['InvalidAMIID.NotFound', new DescribeImagesCommand({ ImageIds: ['ami-00000000'] })],
  ])('refuses with %s', async (name, command) => {
    const { ec2 } = await account();
    await expect(ec2.send(command as DescribeImagesCommand)).rejects.toMatchObject({ name });
  });
});

describe('the way out of a host', () => {
  const tcp = (port: number, peer: Rule['peer']): Rule => ({ protocol: 'tcp', port, peer });
  const anywhere = { cidr: '0.0.0.0/0' };
  const withGroup = (egress: Rule[]) => {
    const world = demoWorld();
    for (const group of world.securityGroups) group.egress = egress;
    return obstacle(world, world.instances[0] ?? nobody());
  };
  const nobody = () => {
    throw new Error('The demo world has no instances.');
  };

  it.each<[string, Rule[], boolean]>([
    ['everything', [{ protocol: '-1', peer: anywhere }], true],
    ['HTTPS', [tcp(443, anywhere)], true],
    ['HTTP', [tcp(80, anywhere)], false],
    ['HTTPS inside', [tcp(443, { cidr: '10.0.0.0/8' })], false],
    ['nothing', [], false],
  ])('where its security group lets %s out', (_, egress, open) => {
    expect(withGroup(egress) === undefined).toBe(open);
  });

  it('asks for a public address behind an internet gateway, and none behind NAT', () => {
    const world = demoWorld();
    const [lb, node] = world.instances;
    if (!lb || !node) throw nobody();
    expect([obstacle(world, lb), obstacle(world, node)]).toEqual([undefined, undefined]);
    delete lb.publicIp;
    expect(obstacle(world, lb)).toBe('no route to the endpoint');
    const [nat] = world.natGateways;
    if (nat) nat.subnetId = PRIVATE_C;
    expect(obstacle(world, node)).toBe('no route to the endpoint');
  });
});
