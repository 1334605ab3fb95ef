import { EXIT, VERDICT_EXIT } from '../../model/errors.ts';
import type { Verdict } from '../../model/report.ts';
import { DOCTOR_EXIT, LAYERS, type Layer, SWEEP_EXIT } from '../../model/words.ts';
import type { Format } from '../core/options.ts';
import { type Actions, type CommandSpec, commandName, DOCUMENT_NAMES } from '../core/spec.ts';

/** What no single command's help can say. 'nfm help', the manual page and the README's recipes are made from this. */
export interface Topic {
  name: string;
  summary: string;
  /** Of all commands, where it lists what they have. */
  blocks(commands: readonly CommandSpec[]): readonly Block[];
}

/** A paragraph, a list of terms, or lines to paste. */
export type Block = string | { terms: readonly (readonly [string, string])[] } | { code: string };

export interface Recipe {
  title: string;
  script: string;
}

/** Run by test/docs/readme.test.ts as printed, against the sandbox. */
export const RECIPES: readonly Recipe[] = [
  {
    title: 'Open an incident: the report as Markdown, for the ticket',
    script: 'nfm triage --sandbox -o markdown > incident.md',
  },
  {
    title: 'Show it: one page with charts, to open, send or print',
    script: 'nfm triage --sandbox -o html > incident.html',
  },
  {
    title: 'Page the owner only when the evidence points to the workload',
    script: `nfm triage --sandbox --exit-code > report.txt
case $? in
  11) echo 'page the owner of the pod' ;;
  10) echo 'open a case with AWS Support' ;;
esac`,
  },
  {
    title: 'Hand the worst pod to kubectl',
    script: `nfm triage --sandbox --query 'location.[podNamespace, podName]' |
  jq -r '.[] | values' | xargs -r kubectl describe pod -n`,
  },
  {
    title: 'Is it high, or always so at this hour? The same hour a week ago, as a second opinion',
    script: 'nfm triage --sandbox --baseline 7d-ago --query secondBaseline',
  },
  {
    title: 'The week, zone by zone, for a spreadsheet',
    script: 'nfm zones --sandbox --since 7d --baseline none -o csv > zones.csv',
  },
  {
    title: 'The last day in steps of an hour, for a plot',
    script: 'nfm metrics demo-vpc --sandbox --since 1d --period 1h -o csv > day.csv',
  },
  {
    title: 'Where is it bad, anywhere? Every account of the organization, the worst first',
    script: `nfm sweep --sandbox fleet --region eu-central-1 --accounts org \\
  --role nfm-read > fleet.txt`,
  },
  {
    title: 'The same on many machines of AWS, where one is too slow (docs/scale.md)',
    script: 'nfm export fleet --sandbox fleet --role nfm-read > fleet.yaml',
  },
  {
    title: "For graphs of your own: Prometheus' textfile collector reads it (docs/sweep.md)",
    script: 'nfm zones --sandbox -o prometheus > nfm.prom.$$ && mv nfm.prom.$$ nfm.prom',
  },
  {
    title: 'Wait, and hand on each change of verdict or place',
    script: `nfm watch --sandbox --for 3m -o text |
  while read -r change; do echo "to the channel: $change"; done`,
  },
  {
    title: 'Keep what was collected, and judge it again without AWS',
    script: `nfm triage --sandbox --save-case incident.json > report.txt
nfm triage --case incident.json --query summary`,
  },
  {
    title:
      'Hand it on without names: what is in it, and a copy in which names, addresses and IDs are replaced',
    script: `nfm triage --sandbox --save-case ours.json.gz > report.txt
nfm case show ours.json.gz
nfm case redact ours.json.gz > theirs.json 2> kept.txt`,
  },
  {
    title: 'Be told the next time: alarms that know what is usual, and the zones side by side',
    script: `nfm export alarms --sandbox quiet --since 2d > alarms.yaml
nfm export dashboard --sandbox -o terraform > dashboard.tf`,
  },
  {
    title: 'The whole set-up of a VPC as code: scope, monitors, agents and their roles',
    script: 'nfm export setup --sandbox no-scope > setup.yaml',
  },
  {
    title: 'Ask AWS: the text of a support case',
    script: 'nfm triage --sandbox aws-impairment -o support > support-case.txt',
  },
  {
    title: 'Tell the channel, by an incoming webhook of Slack',
    script: `nfm triage --sandbox -o slack | jq -Rs '{text: .}' > message.json
echo curl --json @message.json https://hooks.slack.com/services/YOURS`,
  },
  {
    title: 'Why is there no data? In a sentence, then the requests that mend it',
    script: `nfm doctor --sandbox pod-identity-agent-missing --query summary
nfm doctor --sandbox pod-identity-agent-missing --fix --dry-run`,
  },
  {
    title: 'See what would be created to watch each zone by itself',
    script: 'nfm triage --sandbox --vpc vpc-0d5c1a7be93f24a60 --create-monitors --dry-run',
  },
];

const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'The command did its job, whatever the verdict.',
  bug: 'Something in nfm itself went wrong.',
  hangup: 'The terminal went away (SIGHUP).',
  interrupted: 'Interrupted by Ctrl-C.',
  terminated: 'Asked to end (SIGTERM).',
  usage: 'The command line is wrong.',
  configuration: 'Region, credentials or local configuration are missing or wrong.',
  refused: 'AWS refused, or the named resource does not exist.',
  other:
    'Anything else: the network, a time limit, a file, or a change that you were asked about and declined.',
};

const VERDICT_MEANINGS: Readonly<Record<Verdict, string>> = {
  'no-impairment':
    'no more retransmissions per GiB than in the baseline, and next to nothing of the target is unknown',
  'aws-infrastructure': 'a zone is impaired as a whole, and AWS reports its own network degraded there',
  workload: 'one pod, instance, subnet or service carries it, and AWS reports its network healthy',
  inconclusive: 'something may be wrong, but the evidence does not decide; the reason says what is missing',
  'no-data': 'nothing was measured, which is not the same as healthy; the gaps say why',
};

const exitCodes: Topic = {
  name: 'exit-codes',
  summary: 'what the exit code says',
  blocks: () => [
    "0, 1 and 128 with the number of a signal as everywhere; above 250 as in the AWS CLI, so that a runbook's error handling works for both.",
    { terms: keysOf(EXIT).map((key) => [String(EXIT[key]), EXIT_MEANINGS[key]]) },
    'With --exit-code, nfm triage exits by its verdict. Failures never share a code with verdicts.',
    {
      terms: keysOf(VERDICT_EXIT).map((verdict) => [
        String(VERDICT_EXIT[verdict]),
        `${verdict}: ${VERDICT_MEANINGS[verdict]}.`,
      ]),
    },
    'With --exit-code, nfm health exits by the worst network health indicator, with the codes that mean the same.',
    {
      terms: [
        ['0', 'healthy: no indicator was degraded, and at least one was reported.'],
        [
          String(VERDICT_EXIT['aws-infrastructure']),
          'degraded: at least one was, in some minute of the window.',
        ],
        [String(VERDICT_EXIT['no-data']), 'unknown: none was reported.'],
      ],
    },
    'With --exit-code, nfm sweep exits by the worst of all that it asked.',
    {
      terms: [
        [String(SWEEP_EXIT.quiet), 'nothing stands out, and all that there is was seen.'],
        [String(SWEEP_EXIT.degraded), "AWS's indicator is degraded for at least one monitor."],
        [String(SWEEP_EXIT.standsOut), 'something is worse, silent or starved, or a part was not seen.'],
        [String(SWEEP_EXIT.nothingSeen), 'no monitor was seen at all.'],
      ],
    },
    'With --exit-code, nfm doctor exits by what it found.',
    {
      terms: [
        [String(DOCTOR_EXIT.passed), 'nothing fails; there may be warnings.'],
        [String(DOCTOR_EXIT.failed), 'a check fails.'],
        [String(DOCTOR_EXIT.unknown), 'none fails, and of some nothing is known.'],
      ],
    },
  ],
};

const FORMATS: Readonly<Record<Format, string>> = {
  table: 'For a person: fits the width of the terminal. Into a pipe or file, no name is cut.',
  wide: 'The same, and below it the list with every column, where nothing is cut.',
  text: 'As the AWS CLI: every column of the list, separated by tabs, without a header; what --query leaves, bare.',
  json: 'The whole document, indented.',
  ndjson:
    "One of the document's items a line, without the schema, which is the document's; a document that is no list is one line.",
  yaml: 'The same document as json.',
  csv: 'Every column of the list, RFC 4180.',
  markdown: 'For a ticket or a chat.',
  html: 'Of nfm triage: one page with charts, for a browser or a phone; it loads nothing and runs no script.',
  support: 'Of nfm triage: the text of a case with AWS Support, to paste.',
  slack:
    "Of nfm triage: five lines in Slack's mrkdwn, for a webhook or the API; nothing in them mentions anybody.",
  prometheus:
    "Of nfm zones and nfm sweep: Prometheus' text format, for the textfile collector; what is not known has no sample.",
};

const output: Topic = {
  name: 'output',
  summary: 'formats, documents, --query, --columns and --sort',
  blocks: () => [
    'The result goes to stdout, whole and alone; progress, hints and errors go to stderr, so a pipe is always safe. With -o json an error is one line of JSON on stderr.',
    '-o FORMAT',
    {
      terms: keysOf(FORMATS).map((format) => [format, FORMATS[format]]),
    },
    'What to show of it',
    {
      terms: [
        [
          '--query EXPRESSION',
          'JMESPath on the JSON document, as in the AWS CLI; prints JSON, YAML, NDJSON or text. A key that no document of the command has is refused before AWS is asked.',
        ],
        [
          '--columns KEYS',
          'Columns of a list, in this order: --columns az,retransmissions,bytes. In JSON, YAML and NDJSON --query chooses.',
        ],
        [
          '--sort KEY[:desc]',
          'By a column, in every format, before --query. What is not known comes last, either way.',
        ],
        ['--no-headers', 'No header line, in table and csv.'],
        ['--color WHEN', 'auto, always or never. No meaning is carried by colour alone.'],
      ],
    },
    `Every JSON document names its schema, and fields are only ever added to it. 'nfm schema DOCUMENT' (or a command, as in 'nfm schema monitor list') prints the JSON Schema of: ${DOCUMENT_NAMES.join(', ')}.`,
    { code: "nfm triage --sandbox --query 'zones[].[az, retransmissions, bytes]'" },
  ],
};

const environment: Topic = {
  name: 'environment',
  summary: 'variables that nfm reads',
  blocks: () => [
    'Credentials, profiles and Regions are found as the AWS CLI finds them; an option comes before its variable.',
    'AWS',
    {
      terms: [
        ['AWS_REGION, AWS_DEFAULT_REGION', 'The Region, where --region names none.'],
        ['AWS_PROFILE', 'The profile of the shared configuration, where --profile names none.'],
        [
          'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN',
          'Credentials. They come before AWS_PROFILE; --profile excludes them.',
        ],
        [
          'AWS_ROLE_ARN, AWS_ROLE_SESSION_NAME, AWS_WEB_IDENTITY_TOKEN_FILE',
          'A role to assume with a web identity, as in a pod.',
        ],
        [
          'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_AUTHORIZATION_TOKEN, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE',
          'Credentials of a container or of EKS Pod Identity.',
        ],
        ['AWS_EC2_METADATA_DISABLED', 'true: never ask the instance for its role.'],
        ['AWS_EC2_METADATA_SERVICE_ENDPOINT', 'Where the instance is asked for its role.'],
        [
          'AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE',
          'The shared files, if not ~/.aws/config and ~/.aws/credentials.',
        ],
        [
          'AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_NETWORKFLOWMONITOR',
          'Another endpoint for all services, or for one.',
        ],
        ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'true: use no endpoint of the configuration.'],
        ['AWS_USE_FIPS_ENDPOINT', 'true: FIPS endpoints.'],
        ['AWS_CA_BUNDLE', 'A file of certificates to trust, such as those of a proxy that looks inside.'],
        ['AWS_MAX_ATTEMPTS, AWS_RETRY_MODE', 'How often a call is tried (default 6), and how.'],
      ],
    },
    'Network',
    {
      terms: [
        ['HTTPS_PROXY, HTTP_PROXY', 'The proxy for AWS; in small letters too.'],
        ['NO_PROXY', 'Hosts and domains that are reached without it, separated by commas.'],
      ],
    },
    'Terminal',
    {
      terms: [
        ['NO_COLOR', 'Not empty: no colour.'],
        ['CLICOLOR_FORCE, FORCE_COLOR', 'Not 0: colour even into a pipe.'],
        ['CLICOLOR', '0: no colour. --color comes before all of these.'],
        ['TERM', 'dumb: no colour and no block characters.'],
        ['COLUMNS', 'The width, where stdout is no terminal; without it lists are as wide as they need.'],
        ['LC_ALL, LC_CTYPE, LANG', 'Without UTF-8, charts are drawn in ASCII.'],
      ],
    },
    'nfm',
    {
      terms: [
        ['NFM_FORCE_TTY', 'A number of columns: write as to a terminal of that width.'],
        ['NFM_CALL_TIMEOUT', 'How long one call to AWS may take: a duration (default 30s).'],
        [
          'NFM_SANDBOX_LATENCY, NFM_SANDBOX_QUERY_TIME, NFM_SANDBOX_RATE, NFM_SANDBOX_AT_ONCE',
          "How slow and how busy --sandbox is, as the options of 'nfm sandbox serve': 40ms, 3s, 5/s, 5.",
        ],
        [
          'NFM_NOW',
          'An instant in ISO 8601 that is taken for now, and put forward where nfm watch waits: for tests.',
        ],
        [
          'XDG_CACHE_HOME, HOME',
          "Where names for shell completion are kept for five minutes: nfm/ in it, or in ~/.cache. A home that can't be written to does no harm.",
        ],
      ],
    },
  ],
};

const runbooks: Topic = {
  name: 'runbooks',
  summary: 'recipes to paste; each works as it is, without an account',
  blocks: () => [
    'Leave out --sandbox to run them on your own account.',
    ...RECIPES.flatMap(({ title, script }) => [title, { code: script }]),
  ],
};

const LAYER_MEANINGS: Readonly<Record<Layer, string>> = {
  access:
    'Is Network Flow Monitor in this Region, and may you read it? Each family of queries is a permission.',
  scope: 'Is it enabled here, ready, and for this account and Region?',
  data: 'Is anything published at all? If so agents work, and what is missing is a monitor.',
  monitors: 'Are there monitors, ACTIVE, old enough, and do they watch the target?',
  kubernetes: "EKS: the agent's add-on, the Pod Identity Agent, the role of the agents and what it may do.",
  instances: 'EC2 outside clusters: Systems Manager, operating system, package, activation, role.',
  network: 'Is there a way to the endpoint that agents publish to, on port 443?',
  coverage: 'Which instances publish, which do not, and which never can.',
};

const noData: Topic = {
  name: 'no-data',
  summary: 'why there may be no data, in the order in which nfm doctor looks',
  blocks: () => [
    'The cause is the first check that fails and is no consequence of another. What AWS does not let nfm read is unknown, never passed.',
    { terms: LAYERS.map((layer) => [layer, LAYER_MEANINGS[layer]]) },
    'Commands that mend it are printed with it. --fix does what one safe call can do, after asking: it shows the requests, waits for each, and looks again; another run goes on where one was ended.',
    { code: 'nfm doctor --sandbox pod-identity-agent-missing --fix --dry-run' },
  ],
};

const iam: Topic = {
  name: 'iam',
  summary: 'the IAM actions that each command calls',
  blocks: (commands) => [
    "'nfm policy COMMAND' prints the least policy for a command, narrowed to resources as far as AWS allows; without one, for all that only reads. What is not allowed is a gap in the report, said with its action, and never taken for healthy.",
    {
      terms: commands
        .filter(({ actions }) => actions.reads.length > 0)
        .map((spec) => [commandName(spec), actionWords(spec.actions)]),
    },
    { code: 'nfm policy triage\nnfm policy --write' },
  ],
};

/** 'ec2: DescribeVpcs, DescribeSubnets; …' */
function actionWords({ reads, writes = [], implied = [] }: Actions): string {
  const byService = (actions: readonly string[]) => {
    const services = [...new Set(actions.map((action) => action.split(':')[0]))];
    const own = (service = '') => actions.filter((action) => action.startsWith(`${service}:`));
    const names = (service = '') => [...new Set(own(service))].map((a) => a.slice(service.length + 1)).sort();
    return services.map((service) => `${service}: ${names(service).join(', ')}`).join('; ');
  };
  const changes = byService([...writes, ...implied]);
  return `Reads ${byService(reads)}.${changes ? ` Can change ${changes}.` : ''}`;
}

export const TOPICS: readonly Topic[] = [exitCodes, output, environment, iam, noData, runbooks];

export const topicNames = TOPICS.map((topic) => topic.name);

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record) as K[];
}
