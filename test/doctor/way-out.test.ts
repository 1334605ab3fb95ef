import { describe, expect, test } from 'vitest';
import { doctorSchema } from '../../src/model/doctor.ts';
import type { Change, Playable } from '../../src/sandbox/scenarios/scenario.ts';
import { account } from '../cli/helpers.ts';

const withoutRoute: Change = (world) => {
  for (const table of world.routeTables)
    table.routes = table.routes.filter(({ target }) => !target.startsWith('nat-'));
};
const toOneThatIsGone: Change = (world) => {
  for (const { routes } of world.routeTables)
    for (const route of routes) if (route.target.startsWith('nat-')) route.target = 'nat-0deadbeefdeadbeef';
};
const withoutNat: Change = (world) => {
  world.natGateways = [];
};

describe('the cheapest way out is offered, with its cost', () => {
  test.each<[string, Change[], RegExp, RegExp]>([
    [
      'a NAT gateway without a route to it',
      [withoutRoute],
      /NAT gateway nat-0c5b8e1f7a3d92460 of the VPC is there already: .*\$0\.045 a GB/,
      /^aws ec2 create-route --route-table-id rtb-0b4f8c3e5a1d97260 --destination-cidr-block 0\.0\.0\.0\/0 --nat-gateway-id nat-0c5b8e1f7a3d92460/,
    ],
    [
      'a route to one that is gone, beside one that works',
      [toOneThatIsGone],
      /is there already/,
      /^aws ec2 replace-route /,
    ],
    [
      'none at all',
      [withoutRoute, withoutNat],
      /An interface endpoint costs about \$0\.02 an hour .*a new NAT gateway \$0\.045/,
      /^aws ec2 create-vpc-endpoint /,
    ],
  ])('%s', async (name, changes, finding, fix) => {
    const scenario: Playable = { name, recording: 'quiet', changes };
    const { run } = await account({ scenario });
    const { stdout } = await run(['doctor', '-o', 'json', '--only', 'endpoint-route']);
    const [check] = doctorSchema.parse(JSON.parse(stdout)).checks;
    expect(check).toMatchObject({
      id: 'endpoint-route',
      status: 'fail',
      fixable: false,
      finding: expect.stringMatching(finding),
      fix: expect.stringMatching(fix),
    });
  });
});
