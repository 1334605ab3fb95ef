import type { DocumentUse, OptionSpec, OptionsOf } from './spec.ts';

/* Options that several commands share. */

export const TARGET = [
  { flags: '--vpc <id>', description: 'a VPC', group: 'target' },
  { flags: '--subnet <id>', description: 'a subnet', group: 'target' },
  { flags: '--cluster <name>', description: 'an EKS cluster', group: 'target' },
  { flags: '--zone <name|id>', description: 'an Availability Zone', group: 'target' },
  {
    flags: '--monitor <name>',
    description: 'what a monitor watches (default: the whole scope)',
    group: 'target',
  },
] as const satisfies readonly OptionSpec[];

export const WINDOW = [
  {
    flags: '--since <time>',
    description: 'start of the window: 45m or 2h ago, 14:30 (UTC), or an instant in ISO 8601',
    default: '1h',
    group: 'time',
  },
  {
    flags: '--until <time>',
    description: 'end of the window; the newest 5 minutes are still landing',
    default: 'now',
    group: 'time',
  },
] as const satisfies readonly OptionSpec[];

export const BASELINE = [
  {
    flags: '--baseline <time>',
    description:
      'length (3h) or start of what the window is compared with, or none (default: 3 times the window); of triage, 1d-ago or 7d-ago: that, and the same hours then',
    group: 'time',
  },
] as const satisfies readonly OptionSpec[];

/** Of a command that reads what AWS measured. */
export const CASE = [
  { flags: '--case <file>', description: "read a case file instead of asking AWS ('-': stdin)" },
  {
    flags: '--save-case <file>',
    description: 'also write what was collected, for later or for a colleague (packed: FILE.gz)',
  },
] as const satisfies readonly OptionSpec[];

export const SAVED_CASE = {
  name: 'case',
  when: 'written by --save-case',
  toFile: true,
} as const satisfies DocumentUse;

/** Where AWS is, and who asks. */
export const REACHED = [
  {
    flags: '--sandbox [scenario]',
    description: "run on an embedded AWS, without an account (see 'nfm sandbox list')",
    group: 'connection',
  },
  {
    flags: '--region <region>',
    description: "AWS Region, or 'all'",
    repeat: true,
    also: ['all'],
    group: 'connection',
  },
  {
    flags: '--any-region',
    description: 'also a Region that is not known to have the service',
    group: 'connection',
  },
  {
    flags: '--profile <name>',
    description: 'profile of the shared AWS configuration',
    group: 'connection',
  },
  { flags: '--endpoint-url <url>', description: 'one endpoint for all services', group: 'connection' },
] as const satisfies readonly OptionSpec[];

const ASSUMED = [
  {
    flags: '--role <arn>',
    description: 'a role to assume first, as of another account',
    group: 'connection',
  },
  {
    flags: '--external-id <id>',
    description: 'what the trust policy of that role asks for',
    group: 'connection',
  },
] as const satisfies readonly OptionSpec[];

export const TIMEOUT = [
  {
    flags: '--timeout <duration>',
    description:
      'end after so long, with what is known by then (default: 10m; none where something is changed)',
    group: 'connection',
  },
] as const satisfies readonly OptionSpec[];

const CONCURRENCY = [
  {
    flags: '--concurrency <number>',
    description: 'queries at once, at most; as many as AWS takes where not given',
    group: 'connection',
  },
] as const satisfies readonly OptionSpec[];

export const CONNECTION = [
  ...REACHED,
  ...ASSUMED,
  ...TIMEOUT,
  ...CONCURRENCY,
] as const satisfies readonly OptionSpec[];

const FORMATS = ['table', 'wide', 'text', 'json', 'ndjson', 'yaml', 'csv', 'markdown'] as const;
/** Of a report, which is read by many. */
const REPORT_FORMATS = [...FORMATS, 'html', 'support', 'slack'] as const;

/** Of what is measured now. */
const METRIC_FORMATS = [...FORMATS, 'prometheus'] as const;
export type Format = (typeof REPORT_FORMATS | typeof METRIC_FORMATS)[number];

function outputOption<const C extends readonly string[]>(choices: C) {
  return {
    flags: '-o, --output <format>',
    description: 'output format',
    choices,
    default: 'table',
    group: 'output',
  } as const;
}

const LISTED = [
  {
    flags: '--query <jmespath>',
    description: 'filter the JSON document, as in the AWS CLI',
    group: 'output',
  },
  { flags: '--columns <keys>', description: 'columns of a list, separated by commas', group: 'output' },
  { flags: '--sort <key[:desc]>', description: 'sort a list by a column', group: 'output' },
  { flags: '--no-headers', description: 'no header line', group: 'output' },
] as const satisfies readonly OptionSpec[];

export const DEBUG = [
  {
    flags: '--debug',
    description: 'print each call and the cause of errors on stderr',
    group: 'output',
  },
] as const satisfies readonly OptionSpec[];

const ON_THE_WAY = [
  { flags: '--no-progress', description: 'no progress line', group: 'output' },
  ...DEBUG,
] as const satisfies readonly OptionSpec[];

const SAID = [
  {
    flags: '--color <when>',
    description: 'colour',
    choices: ['auto', 'always', 'never'],
    default: 'auto',
    group: 'output',
  },
  ...ON_THE_WAY,
] as const satisfies readonly OptionSpec[];

/** Of what is measured now: for who keeps graphs of their own. */
export const METRIC_DISPLAY = [
  outputOption(METRIC_FORMATS),
  ...LISTED,
  ...SAID,
] as const satisfies readonly OptionSpec[];

export const DISPLAY = [outputOption(FORMATS), ...LISTED, ...SAID] as const satisfies readonly OptionSpec[];

/** Of `nfm triage`. */
export const REPORT_DISPLAY = [
  outputOption(REPORT_FORMATS),
  ...LISTED,
  ...SAID,
] as const satisfies readonly OptionSpec[];

/** Whatever any command has to say how it prints. */
export type Display = Omit<OptionsOf<typeof REPORT_DISPLAY>, 'output'> & { readonly output: Format };

/** Of `nfm watch`, which prints as time goes on. */
export const STREAM_DISPLAY = [
  outputOption(['table', 'text', 'ndjson']),
  ...SAID,
] as const satisfies readonly OptionSpec[];

/** Of `nfm export`, which prints what others deploy. */
export const TEMPLATE_DISPLAY = [
  {
    flags: '-o, --output <format>',
    description: 'CloudFormation as YAML or JSON, or Terraform (HCL)',
    choices: ['yaml', 'json', 'terraform'],
    default: 'yaml',
    group: 'output',
  },
  ...ON_THE_WAY,
] as const satisfies readonly OptionSpec[];

/** Of every command that changes something in AWS. */
export const CHANGE = [
  { flags: '--dry-run', description: 'print the requests and change nothing', group: 'changes' },
  { flags: '--yes', description: 'do not ask before something is changed', group: 'changes' },
] as const satisfies readonly OptionSpec[];

export const TAGS = [
  { flags: '--tag <key=value>', description: 'tag to set', repeat: true },
] as const satisfies readonly OptionSpec[];
