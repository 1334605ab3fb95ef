import { CHANGE, CONNECTION, DISPLAY, TAGS } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { flowMonitorActions, METRICS, MONITOR, RESOURCES, ZONES } from '../actions.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';
const WAIT = { flags: '--wait', description: 'wait until it is done, with progress' } as const;
const WHOLE = [...MONITOR, ...METRICS, ...ZONES, 'eks:DescribeCluster'];
const PLAN = { name: 'plan', when: 'with --dry-run' } as const;

/** What a monitor watches: local resources, and remote ones where to. For an update: what to add, what to remove. */
function resources<const P extends '' | 'add-' | 'remove-'>(prefix: P) {
  const verb = prefix.replace('-', ' ');
  return [
    { flags: `--${prefix}vpc <id>`, description: `${verb}local: a VPC, by its ID or ARN`, repeat: true },
    {
      flags: `--${prefix}subnet <id>`,
      description: `${verb}local: a subnet, by its ID or ARN`,
      repeat: true,
    },
    { flags: `--${prefix}zone <name|id>`, description: `${verb}local: an Availability Zone`, repeat: true },
    {
      flags: `--${prefix}cluster <name>`,
      description: `${verb}local: an EKS cluster, by its name or ARN`,
      repeat: true,
    },
    { flags: `--${prefix}region-wide`, description: `${verb}local: all of the Region` },
    { flags: `--${prefix}to-vpc <id>`, description: `${verb}remote: a VPC, by its ID or ARN`, repeat: true },
    {
      flags: `--${prefix}to-subnet <id>`,
      description: `${verb}remote: a subnet, by its ID or ARN`,
      repeat: true,
    },
    {
      flags: `--${prefix}to-zone <name|id>`,
      description: `${verb}remote: an Availability Zone`,
      repeat: true,
    },
    { flags: `--${prefix}to-region <region>`, description: `${verb}remote: a whole Region`, repeat: true },
    {
      flags: `--${prefix}to-service <name>`,
      description: `${verb}remote: an AWS service`,
      repeat: true,
      choices: ['S3', 'DynamoDB'],
    },
  ] as const;
}

export const monitorList = defineCommand({
  usage: 'monitor list',
  summary: 'the monitors: what each watches, where, and its health indicator now',
  examples: [
    'nfm monitor list --sandbox',
    'nfm monitor list --sandbox aws-impairment -o json',
    'nfm monitor list --sandbox -o wide --sort nhi',
  ],
  options: [...CONNECTION, ...DISPLAY],
  actions: { reads: WHOLE },
  documents: [{ name: 'monitor-list' }],
});

export const monitorShow = defineCommand({
  usage: 'monitor show <name>',
  summary: 'one monitor, whole: resources, zones, health and traffic of 30 minutes',
  examples: ['nfm monitor show demo-vpc --sandbox', 'nfm monitor show demo-zone-b --sandbox -o yaml'],
  options: [...CONNECTION, ...DISPLAY],
  actions: { reads: WHOLE },
  documents: [{ name: 'monitor' }],
});

export const monitorCreate = defineCommand({
  usage: 'monitor create [name]',
  summary: 'create what is missing: one monitor, or one for a VPC and each of its zones',
  details:
    'Local is what the monitor watches, remote is where to (without: everything that ends in the Region). At most 25 of each; all remote ones in one Region, another Region only as a whole; a cluster only as local. Without a name nfm derives one from the resources, always the same for the same. A second run changes nothing.',
  examples: [
    'nfm monitor create --sandbox --cluster demo --per-zone --dry-run',
    `nfm monitor create --sandbox --vpc ${VPC} --yes`,
    'nfm monitor create --sandbox --zone apne3-az1 --to-service S3 --yes --wait',
  ],
  options: [
    ...resources(''),
    { flags: '--per-zone', description: "make the VPC's monitor and one for each of its zones" },
    ...TAGS,
    WAIT,
    { flags: '--quota <number>', description: 'monitors that the account may have, if its 20 were raised' },
    ...CHANGE,
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: {
    reads: [...flowMonitorActions('ListScopes'), ...RESOURCES],
    writes: flowMonitorActions('CreateMonitor', 'TagResource'),
    changes: true,
  },
  documents: [{ name: 'monitor-changes' }, PLAN],
});

export const monitorUpdate = defineCommand({
  usage: 'monitor update <name>',
  summary: 'change what a monitor watches; its name is for good',
  examples: [
    'nfm monitor update demo-vpc --sandbox --add-to-service S3 --dry-run',
    'nfm monitor update demo-vpc --sandbox --add-to-zone apne3-az3 --yes',
  ],
  options: [...resources('add-'), ...resources('remove-'), ...CHANGE, ...CONNECTION, ...DISPLAY],
  actions: { reads: RESOURCES, writes: flowMonitorActions('UpdateMonitor'), changes: true },
  documents: [{ name: 'monitor-changes' }, PLAN],
});

export const monitorDelete = defineCommand({
  usage: 'monitor delete <name...>',
  summary: 'delete monitors, after naming what goes',
  examples: [
    'nfm monitor delete demo-zone-a demo-zone-b --sandbox --dry-run',
    'nfm monitor delete demo-vpc --sandbox --yes --wait',
  ],
  options: [WAIT, ...CHANGE, ...CONNECTION, ...DISPLAY],
  actions: { reads: MONITOR, writes: flowMonitorActions('DeleteMonitor'), changes: true },
  documents: [{ name: 'monitor-changes' }, PLAN],
});

export const monitorTag = defineCommand({
  usage: 'monitor tag <name>',
  summary: 'set, remove and list the tags of a monitor',
  examples: [
    'nfm monitor tag demo-vpc --sandbox',
    'nfm monitor tag demo-vpc --sandbox --tag team=network --untag owner --yes',
  ],
  options: [
    ...TAGS,
    { flags: '--untag <key>', description: 'tag to remove', repeat: true },
    ...CHANGE,
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: {
    reads: flowMonitorActions('ListMonitors', 'ListTagsForResource'),
    writes: flowMonitorActions('TagResource', 'UntagResource'),
    changes: true,
  },
  documents: [{ name: 'tags' }, PLAN],
});
