import { findScenario } from '../../src/sandbox/scenarios/index.ts';
import type { Change } from '../../src/sandbox/scenarios/scenario.ts';
import { startSandbox } from '../../src/sandbox/server.ts';
import { LB_GROUP, LB_PROFILE, PRIVATE_A, VPC } from '../../src/sandbox/world/demo.ts';
import { arn } from '../../src/sandbox/world/place.ts';
import { DEMO_WORLD } from '../../src/sandbox/world/topology.ts';
import type { World } from '../../src/sandbox/world/world.ts';
import { type Call, startProxy } from './proxy.ts';

/** An account and what it is to be like: the size of a real one, and a real service's waits and limits. */
export interface Account {
  scenario: string;
  /** Monitors of VPCs and of zones in all; beyond the demo's three, each has a VPC of its own, which is healthy. */
  monitors?: number;
  zones?: number;
  /** How long a call and a query take, ms. */
  latency?: number;
  query: number;
  /** Queries at once, and calls a second, that the service takes. */
  atOnce?: number;
  rate?: number;
  /** Every n-th call is refused. */
  throttle?: number;
}

/** Serves it until its parent goes, and hands out the calls that came by on every message. */
export async function serveAccount(account: Account): Promise<void> {
  const { monitors = 3, zones = 3 } = account;
  const scenario = findScenario(account.scenario);
  const sandbox = await startSandbox({
    scenario: { ...scenario, changes: [...(scenario.changes ?? []), enlarged(monitors, zones)] },
    queryMillis: account.query,
    ...(account.atOnce && { queriesAtOnce: account.atOnce }),
    ...(account.rate && { pace: { callsPerSecond: account.rate } }),
  });
  const { latency = 40, throttle = 0 } = account;
  const proxy = await startProxy(sandbox.endpoint, { latency, throttle });
  process.on('message', () => process.send?.(proxy.calls satisfies Call[]));
  process.on('disconnect', () => process.exit());
  process.send?.(proxy.endpoint);
}

/** More zones in the demo's VPC, and as many further VPCs as there are monitors left. */
function enlarged(monitors: number, zones: number): Change {
  return (world) => {
    for (const letter of 'def'.slice(0, Math.max(0, zones - world.zones.length))) {
      world.zones.push({ name: `${world.region}${letter}`, id: `apne3-az${' abcdef'.indexOf(letter)}` });
    }
    addHosts(world, VPC, world.zones.slice(3), PRIVATE_A);
    for (let n = world.monitors.length; n < monitors; n++) {
      const id = hexId('vpc', n);
      world.vpcs.push({ id, name: `bench-${n}`, cidr: `10.${n}.0.0/16` });
      const [table] = DEMO_WORLD.routeTables;
      if (table)
        world.routeTables.push({ ...table, id: hexId('rtb', n), vpcId: id, main: true, subnetIds: [] });
      addHosts(world, id, world.zones);
      const local = [{ type: 'AWS::EC2::VPC', identifier: arn(world, 'ec2', `vpc/${id}`) }];
      world.monitors.push({ name: `bench-vpc-${n}`, local, ageMinutes: 30 * 24 * 60 });
    }
  };
}

/** A host with an agent in each of the zones; each sends to the next one and to S3. */
function addHosts(world: World, vpcId: string, zones: World['zones'], nextTo?: string): void {
  const [likeThis] = world.instances;
  if (!likeThis) return;
  const names = zones.map(({ id: zoneId, name }) => {
    const n = world.instances.length;
    const subnetId = hexId('subnet', n);
    const host = `host-${n}`;
    const cidr = `10.${n}.0.0/24`;
    world.subnets.push({ id: subnetId, name: `bench-${name.at(-1)}-${n}`, vpcId, zoneId, cidr });
    const own = { id: hexId('i', n), name: host, subnetId, ip: `10.${n}.0.10`, eniId: hexId('eni', n) };
    const access = { securityGroupIds: [LB_GROUP], instanceProfile: LB_PROFILE };
    world.instances.push({ ...likeThis, ...own, ...access, publicIp: `203.0.113.${100 + (n % 100)}` });
    return host;
  });
  const last = nextTo ? world.peers.find((peer) => peer.subnetId === nextTo)?.name : names[0];
  const common = { recorded: 'worker-a', bytes: 1, events: 1 };
  for (const [i, local] of names.entries()) {
    const remote = names[i + 1] ?? last ?? 's3';
    if (remote !== local) world.flows.push({ ...common, local, remote, targetPort: 443 });
    world.flows.push({ ...common, events: 0, local, remote: 's3', targetPort: 443 });
  }
}

function hexId(prefix: string, n: number): string {
  return `${prefix}-${n.toString(16).padStart(17, '0')}`;
}
