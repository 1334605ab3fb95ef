import { describe, expect, test } from 'vitest';
import { identifyMonitorRow, joinAnswers } from '../../src/collect/flows.ts';
import { interfaceFinder } from '../../src/collect/names.ts';

describe('which network interface an address is on', () => {
  const described = (id: string, ...addresses: string[]) => ({
    id,
    vpcId: 'vpc-1',
    description: '',
    addresses,
  });
  const find = interfaceFinder([
    described('eni-1', '10.0.1.5', '10.0.1.16/28', '2001:db8:0:1::5'),
    described('eni-2', '10.0.1.6', '2001:db8:0:1:2::/80', 'no address'),
  ]);

  test.each([
    ['10.0.1.5', 'eni-1'],
    ['10.0.1.31', 'eni-1'],
    ['10.0.1.32', undefined],
    ['2001:0db8:0000:0001:0:0:0:5', 'eni-1'],
    ['10.0.1.6', 'eni-2'],
    ['2001:db8:0:1:2::9', 'eni-2'],
    ['', undefined],
  ])('%s: %s', (ip, id) => expect(find(ip)).toBe(id));
});

describe('the way in a row', () => {
  const part = (componentType: string, componentId: string) => ({ componentType, componentId });
  const eni = (id: string) => part('AWS::EC2::NetworkInterface', id);
  const [sender, receiver] = ['i-0a1b2c3d4e5f60718', 'i-0f31b9d8a27c4e655'];
  const row = {
    localIp: '10.0.1.5',
    localInstanceId: sender,
    remoteIp: '10.0.2.7',
    remoteInstanceId: receiver,
    remoteVpcId: 'vpc-1',
    value: 3,
  };
  const seen = (traversedConstructs: ReturnType<typeof part>[], more: object = {}) => {
    const { path, enis } = identifyMonitorRow({ ...row, ...more, traversedConstructs });
    return { path: path?.map(({ componentId }) => componentId), ...enis };
  };

  test('begins and ends with the instances and interfaces of its ends, which are nothing on the way', () => {
    const way = [
      part('AWS::EC2::Instance', sender),
      eni('eni-1'),
      eni('eni-2'),
      part('AWS::EC2::Instance', receiver),
    ];
    expect(seen(way)).toEqual({ path: [], local: 'eni-1', remote: 'eni-2' });
  });

  test('an instance in between is on it', () => {
    expect(seen([eni('eni-1'), part('AWS::EC2::Instance', 'i-0firewall'), eni('eni-2')])).toEqual({
      path: ['i-0firewall'],
      local: 'eni-1',
      remote: 'eni-2',
    });
  });

  test('that ends elsewhere has no interface there', () => {
    const outside = { remoteVpcId: '', remoteInstanceId: '' };
    expect(seen([eni('eni-1'), part('AWS::EC2::NatGateway', 'nat-1'), eni('eni-9')], outside)).toEqual({
      path: ['nat-1'],
      local: 'eni-1',
      remote: undefined,
    });
    expect(seen([eni('eni-1')])).toEqual({ path: [], local: 'eni-1', remote: undefined });
    expect(seen([])).toEqual({ path: [], local: undefined, remote: undefined });
  });

  test('lists that tell the interfaces and lists that do not are of one flow', () => {
    const answer = (
      metric: 'DATA_TRANSFERRED' | 'RETRANSMISSIONS',
      traversedConstructs: ReturnType<typeof part>[],
    ) => ({
      tile: 0,
      category: 'INTER_AZ',
      metric,
      rows: [{ ...row, traversedConstructs }],
    });
    const { flows } = joinAnswers(
      [answer('DATA_TRANSFERRED', []), answer('RETRANSMISSIONS', [eni('eni-1'), eni('eni-2')])],
      identifyMonitorRow,
    );
    expect(flows).toMatchObject([
      { local: { eniId: 'eni-1' }, remote: { eniId: 'eni-2' }, bytes: 3, retransmissions: 3 },
    ]);
  });
});
