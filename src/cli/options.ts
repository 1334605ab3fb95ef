import type { OptionSpec } from './program.ts';

export const TARGET: readonly OptionSpec[] = [
  { flags: '--vpc <id>', description: 'the target is a VPC' },
  { flags: '--subnet <id>', description: 'the target is a subnet' },
  { flags: '--cluster <name>', description: 'the target is an EKS cluster' },
  { flags: '--zone <name|id>', description: 'the target is an Availability Zone' },
  {
    flags: '--monitor <name>',
    description: 'the target is what a monitor watches (default: the whole scope)',
  },
];

export const WINDOW: readonly OptionSpec[] = [
  {
    flags: '--since <time>',
    description: 'start of the window: 45m, 2h ago, or an instant in ISO 8601',
    default: '1h',
  },
  { flags: '--until <time>', description: 'end of the window', default: 'now' },
  {
    flags: '--baseline <time>',
    description:
      'length (3h) or start of what the window is compared with, or none (default: 3 times the window)',
  },
];

export const SANDBOX: readonly OptionSpec[] = [
  {
    flags: '--sandbox [scenario]',
    description: "run on an embedded AWS, without an account (see 'nfm sandbox list')",
  },
];

export const CONNECTION: readonly OptionSpec[] = [
  { flags: '--region <region>', description: "AWS Region, or 'all'", repeat: true },
  { flags: '--any-region', description: 'also a Region that is not known to have the service' },
  { flags: '--profile <name>', description: 'profile of the shared AWS configuration' },
  { flags: '--endpoint-url <url>', description: 'one endpoint for all services' },
  {
    flags: '--timeout <duration>',
    description:
      'end after so long, with what is known by then (default: 10m; none where something is changed)',
  },
  {
    flags: '--concurrency <number>',
    description: 'queries at once, at most; as many as AWS takes where not given',
  },
];

export const DISPLAY: readonly OptionSpec[] = [
  {
    flags: '-o, --output <format>',
    description: 'output format',
    choices: ['table', 'wide', 'json', 'ndjson', 'yaml', 'csv', 'markdown'],
    default: 'table',
  },
  { flags: '--query <jmespath>', description: 'filter the JSON document, as in the AWS CLI' },
  { flags: '--columns <keys>', description: 'columns of a list, separated by commas' },
  { flags: '--sort <key[:desc]>', description: 'sort a list by a column' },
  { flags: '--no-headers', description: 'no header line' },
  { flags: '--color <when>', description: 'colour', choices: ['auto', 'always', 'never'], default: 'auto' },
  { flags: '--no-progress', description: 'no progress line' },
  { flags: '--debug', description: 'print each call and the cause of errors on stderr' },
];

/** Of every command that changes something in AWS. */
export const CHANGE: readonly OptionSpec[] = [
  { flags: '--dry-run', description: 'print the requests and change nothing' },
  { flags: '--yes', description: 'do not ask before something is changed' },
];
