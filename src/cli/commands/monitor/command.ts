import { CHANGE, CONNECTION, DISPLAY, SANDBOX } from '../../core/options.ts';
import type { CommandSpec, OptionSpec } from '../../core/parse.ts';

const VPC = 'vpc-0d5c1a7be93f24a60';
const COMMON = [...SANDBOX, ...CONNECTION, ...DISPLAY];

const WAIT: OptionSpec = { flags: '--wait', description: 'wait until it is done, with progress' };
const TAG: OptionSpec = { flags: '--tag <key=value>', description: 'tag to set', repeat: true };

const LOCAL: readonly [flag: string, description: string][] = [
  ['vpc <id>', 'local: a VPC, by its ID or ARN'],
  ['subnet <id>', 'local: a subnet, by its ID or ARN'],
  ['zone <name|id>', 'local: an Availability Zone'],
  ['cluster <name>', 'local: an EKS cluster, by its name or ARN'],
];
const REMOTE: readonly [flag: string, description: string][] = [
  ['to-vpc <id>', 'remote: a VPC, by its ID or ARN'],
  ['to-subnet <id>', 'remote: a subnet, by its ID or ARN'],
  ['to-zone <name|id>', 'remote: an Availability Zone'],
  ['to-region <region>', 'remote: a whole Region'],
  ['to-service <name>', 'remote: an AWS service'],
];

function resources(verb: '' | 'add' | 'remove'): OptionSpec[] {
  const prefix = verb ? `${verb}-` : '';
  const words = verb ? `${verb} ` : '';
  const toSpec = ([flag, description]: readonly [string, string]): OptionSpec => ({
    flags: `--${prefix}${flag}`,
    description: words + description,
    repeat: true,
    ...(flag.startsWith('to-service') ? { choices: ['S3', 'DynamoDB'] } : {}),
  });
  return [
    ...LOCAL.map(toSpec),
    { flags: `--${prefix}region-wide`, description: `${words}local: all of the Region` },
    ...REMOTE.map(toSpec),
  ];
}

export const monitorList: CommandSpec = {
  usage: 'monitor list',
  summary: 'the monitors: what each watches, where, and its health indicator now',
  examples: [
    'nfm monitor list --sandbox',
    'nfm monitor list --sandbox aws-impairment -o json',
    'nfm monitor list --sandbox -o wide --sort nhi',
  ],
  options: COMMON,
  run: async (...args) => (await import('./monitor.ts')).list(...args),
};

export const monitorShow: CommandSpec = {
  usage: 'monitor show <name>',
  summary: 'one monitor, whole: resources, zones, health and traffic of 30 minutes',
  examples: ['nfm monitor show demo-vpc --sandbox', 'nfm monitor show demo-zone-b --sandbox -o yaml'],
  options: COMMON,
  run: async (...args) => (await import('./monitor.ts')).show(...args),
};

export const monitorCreate: CommandSpec = {
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
    TAG,
    WAIT,
    { flags: '--quota <number>', description: 'monitors that the account may have, if its 20 were raised' },
    ...CHANGE,
    ...COMMON,
  ],
  run: async (...args) => (await import('./monitor.ts')).create(...args),
};

export const monitorUpdate: CommandSpec = {
  usage: 'monitor update <name>',
  summary: 'change what a monitor watches; its name is for good',
  examples: [
    'nfm monitor update demo-vpc --sandbox --add-to-service S3 --dry-run',
    'nfm monitor update demo-vpc --sandbox --add-to-zone apne3-az3 --yes',
  ],
  options: [...resources('add'), ...resources('remove'), ...CHANGE, ...COMMON],
  run: async (...args) => (await import('./update.ts')).update(...args),
};

export const monitorDelete: CommandSpec = {
  usage: 'monitor delete <name...>',
  summary: 'delete monitors, after naming what goes',
  examples: [
    'nfm monitor delete demo-zone-a demo-zone-b --sandbox --dry-run',
    'nfm monitor delete demo-vpc --sandbox --yes --wait',
  ],
  options: [WAIT, ...CHANGE, ...COMMON],
  run: async (...args) => (await import('./delete.ts')).remove(...args),
};

export const monitorTag: CommandSpec = {
  usage: 'monitor tag <name>',
  summary: 'set, remove and list the tags of a monitor',
  examples: [
    'nfm monitor tag demo-vpc --sandbox',
    'nfm monitor tag demo-vpc --sandbox --tag team=network --untag owner --yes',
  ],
  options: [
    TAG,
    { flags: '--untag <key>', description: 'tag to remove', repeat: true },
    ...CHANGE,
    ...COMMON,
  ],
  run: async (...args) => (await import('./tag.ts')).tag(...args),
};
