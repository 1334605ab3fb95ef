import { ACCOUNT, REGION } from '../../world/demo.ts';
import { noMonitors, monitors as standing } from '../changes.ts';
import type { Change, Scenario } from '../scenario.ts';

const OTHER_VPC = 'vpc-0f6b2d8e4a1c93750';

/** Every monitor is of another VPC, in which nothing runs. */
const ofAnotherVpc: Change = (world) => {
  world.vpcs.push({ id: OTHER_VPC, name: 'staging', cidr: '10.78.0.0/16' });
  const identifier = `arn:aws:ec2:${REGION}:${ACCOUNT}:vpc/${OTHER_VPC}`;
  const [first] = world.monitors;
  if (first)
    world.monitors = [{ ...first, name: 'staging-vpc', local: [{ type: 'AWS::EC2::VPC', identifier }] }];
};

/** Workload insights go on without monitors: triage has data, and less of it. */
const broken = { verdict: 'no-impairment', recording: 'quiet' } as const;

export const monitors: Scenario[] = [
  {
    ...broken,
    name: 'no-monitor',
    title: 'Agents publish, and there is no monitor',
    cause: 'monitors-exist',
    changes: [noMonitors],
  },
  {
    ...broken,
    name: 'monitor-pending',
    title: 'The monitors have been PENDING for an hour',
    cause: 'monitor-state',
    changes: [standing({ stuck: 'PENDING', ageMinutes: 60 })],
  },
  {
    ...broken,
    name: 'monitor-error',
    title: 'The monitors are in state ERROR',
    cause: 'monitor-state',
    changes: [standing({ stuck: 'ERROR' })],
  },
  {
    ...broken,
    name: 'monitor-of-another-vpc',
    title: 'The only monitor is of another VPC',
    cause: 'monitor-coverage',
    changes: [ofAnotherVpc],
  },
];
