import { describe, expect, it } from 'vitest';
import { type FarEnds, withFarEnds, withTranslations } from '../../src/collect/on-the-way.ts';
import type { Flow } from '../../src/model/case.ts';
import { buildCase, fleet } from '../judge/build.ts';

const flows: Flow[] = buildCase({ pods: fleet(['az1'], 3) }).flows.slice(0, 3);
const of = (more: (flow: Flow, i: number) => Partial<Flow>) =>
  flows.map((flow, i) => ({ ...flow, ...more(flow, i) }));
const paths = (all: readonly Flow[]) =>
  all.map(({ path = [] }) => path.map(({ componentType, componentId }) => `${componentType} ${componentId}`));

describe('addresses that stand for others', () => {
  it('are passed by the flows of several hosts', () => {
    expect(paths(withTranslations(of(() => ({ snatIp: '203.0.113.1' }))))[0]).toEqual(['SNAT 203.0.113.1']);
  });

  it("are no place of their own where one host's flows have them: it is that host", () => {
    const own = of((_, i) => ({ snatIp: `10.0.1.${i}` }));
    expect(paths(withTranslations(own)).flat()).toEqual([]);
  });

  it('are passed where several ends stand behind one', () => {
    const behind = of((_, i) => ({ dnatIp: '172.20.0.9', remote: { ip: `10.9.0.${i % 2}` } }));
    expect(paths(withTranslations(behind))[0]).toEqual(['DNAT 172.20.0.9']);
    const single = of(() => ({ dnatIp: '172.20.0.9', remote: { ip: '10.9.0.1' } }));
    expect(paths(withTranslations(single)).flat()).toEqual([]);
  });
});

describe('far ends that are a load balancer', () => {
  const balancer = { componentType: 'AWS::ElasticLoadBalancingV2::LoadBalancer', componentId: 'app/a/1' };
  const farEnds: FarEnds = new Map([['vpc-1 10.9.0.1', { eniId: 'eni-1', construct: balancer }]]);

  it('are named once, by VPC and address', () => {
    const there = of(() => ({ remote: { ip: '10.9.0.1', vpcId: 'vpc-1' } }));
    const once = withFarEnds(there, farEnds);
    expect(once[0]).toMatchObject({ path: [balancer], remote: { eniId: 'eni-1' } });
    expect(withFarEnds(once, farEnds)).toEqual(once);
    const elsewhere = of(() => ({ remote: { ip: '10.9.0.1', vpcId: 'vpc-2' } }));
    expect(withFarEnds(elsewhere, farEnds)).toEqual(elsewhere);
  });
});
