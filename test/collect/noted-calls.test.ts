import { expect, test } from 'vitest';
import { changesOf } from '../../src/collect/changes/noted-calls.ts';

const arn = (rest: string) => `arn:aws:elasticloadbalancing:eu-central-1:123456789012:${rest}`;

test.each([
  [{ loadBalancerArn: arn('loadbalancer/app/shop/50dc6c495c0c9188') }],
  [{ listenerArn: arn('listener/app/shop/50dc6c495c0c9188/f2f7dc8efc522ab2') }],
])('what is done to a load balancer is known by the ID that flows and metrics name it by: %o', (request) => {
  const call = {
    at: new Date('2026-11-21T11:38:00Z'),
    service: 'elasticloadbalancing.amazonaws.com',
    name: 'ModifyListener',
    identity: { userName: 'bob' },
    request,
    response: null,
    error: null,
  };
  expect(changesOf([call])).toMatchObject([
    { ids: ['app/shop/50dc6c495c0c9188'], where: 'load balancer app/shop/50dc6c495c0c9188', by: 'user bob' },
  ]);
});
