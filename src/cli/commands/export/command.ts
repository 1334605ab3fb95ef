import { CONNECTION, REACHED, TAGS, TEMPLATE_DISPLAY, TIMEOUT } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import {
  ACCOUNT,
  ec2Actions,
  eksActions,
  flowMonitorActions,
  iamActions,
  METRICS,
  MONITOR,
  RESOURCES,
  SCOPE,
  ssmActions,
  ZONES,
} from '../actions.ts';

const READS_ONLY = 'nfm only reads; what it prints is deployed by you.';

export const exportAlarms = defineCommand({
  usage: 'export alarms [monitors...]',
  summary: 'CloudWatch alarms for monitors: indicator, retransmissions, no data',
  details: `For the named monitors, or all: AWS's indicator above 0; retransmissions per GiB above what is usual for the monitor; no report for longer than it was ever silent. What is usual is read from the past, by default 14 days. Composite alarms tell one SNS topic. ${READS_ONLY}`,
  examples: [
    'nfm export alarms --sandbox --since 2d > alarms.yaml',
    'nfm export alarms demo-zone-b --sandbox --since 2d -o terraform',
  ],
  options: [
    {
      flags: '--sns-topic <arn>',
      description: 'the topic that is told (default: asked for where it is deployed)',
    },
    ...TAGS,
    {
      flags: '--since <time>',
      description: 'start of the past that tells what is usual, 63 days at most',
      default: '14d',
      group: 'time',
    },
    { flags: '--until <time>', description: 'end of that past', default: 'now', group: 'time' },
    ...CONNECTION,
    ...TEMPLATE_DISPLAY,
  ],
  actions: { reads: [...flowMonitorActions('ListMonitors'), ...METRICS] },
  documents: [],
});

export const exportSetup = defineCommand({
  usage: 'export setup',
  summary: 'the whole set-up: scope, monitors for each zone, agents and their roles',
  details: `Of the named VPCs, or those in which instances run: what they lack, to be created; what is there, for Terraform to import, while CloudFormation leaves it out. On EKS the agents' add-on with a Pod Identity association, on EC2 an association of Systems Manager that installs the agent and activates it. ${READS_ONLY}`,
  examples: [
    'nfm export setup --sandbox nothing > setup.yaml',
    `nfm export setup --sandbox --vpc vpc-0d5c1a7be93f24a60 -o terraform`,
  ],
  options: [
    {
      flags: '--vpc <id>',
      description: 'a VPC (default: those in which instances run)',
      repeat: true,
      group: 'target',
    },
    {
      flags: '--host-tag <key=value>',
      description: 'agents go on instances with this tag, now and later (default: those that run now)',
    },
    ...TAGS,
    { flags: '--quota <number>', description: 'monitors that the account may have, if its 20 were raised' },
    ...CONNECTION,
    ...TEMPLATE_DISPLAY,
  ],
  actions: {
    reads: [
      ...ACCOUNT,
      ...SCOPE,
      ...RESOURCES,
      ...ec2Actions('DescribeInstances'),
      ...eksActions(
        'ListClusters',
        'DescribeAddon',
        'ListPodIdentityAssociations',
        'DescribePodIdentityAssociation',
      ),
      ...iamActions('GetInstanceProfile', 'GetRole', 'SimulatePrincipalPolicy'),
      ...ssmActions('DescribeInstanceInformation', 'ListAssociations'),
    ],
  },
  documents: [],
});

export const exportDashboard = defineCommand({
  usage: 'export dashboard [monitors...]',
  summary: 'a CloudWatch dashboard: zones side by side, indicator, rates, bytes',
  details: `Of the named monitors, or all; those that lie in one zone stand side by side. ${READS_ONLY}`,
  examples: ['nfm export dashboard --sandbox > dashboard.yaml'],
  options: [...CONNECTION, ...TEMPLATE_DISPLAY],
  actions: { reads: [...MONITOR, ...ZONES, 'eks:DescribeCluster'] },
  documents: [],
});

export const exportFleet = defineCommand({
  usage: 'export fleet',
  summary: 'nfm sweep over a whole organization, on many machines of AWS',
  details: `A state machine of Step Functions: a distributed map over the accounts, 50 at a time, each part a build of CodeBuild that runs nfm sweep; the last one asks for what is missing and ranks all. Lines, ranking and text are in a bucket. For more than one machine does; docs/scale.md has costs and limits. ${READS_ONLY}`,
  examples: [
    'nfm export fleet --sandbox fleet --role nfm-read > fleet.yaml',
    'nfm export fleet --sandbox fleet --role nfm-read --every 6h -o terraform',
  ],
  options: [
    { flags: '--role <name>', description: 'the role to assume in each account but its own (required)' },
    { flags: '--external-id <id>', description: 'what the trust policy of that role asks for' },
    {
      flags: '--regions <names|all>',
      description: 'Regions that are swept, separated by commas',
      also: ['all'],
      default: 'all',
    },
    { flags: '--since <duration>', description: 'length of the window of each run', default: '1h' },
    { flags: '--every <duration>', description: 'a run so often (default: only when it is started)' },
    {
      flags: '--at-once <number>',
      description: 'builds at once, at most; a new account of AWS runs one, and lets five wait',
      default: '5',
    },
    {
      flags: '--sns-topic <arn>',
      description: 'the topic that is told where something stands out or a run fails',
    },
    ...TAGS,
    ...REACHED,
    ...TIMEOUT,
    ...TEMPLATE_DISPLAY,
  ],
  actions: { reads: [...ACCOUNT, 'organizations:ListAccounts'] },
  documents: [],
});
