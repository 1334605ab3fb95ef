import type { Owner } from '../model/ids.ts';
import type { Policy } from '../model/policy.ts';
import { SETTLE_MINUTES } from '../model/service.ts';
import type {
  BuildProject,
  Id,
  Parameter,
  Reference,
  Role,
  Stack,
  StackResource,
  Tags,
} from '../model/stack.ts';
import { MINUTE, SECOND } from '../model/time.ts';
import { many } from '../model/units.ts';

/*
 * nfm sweep on many machines: a state machine of Step Functions lists the accounts of the organization, has builds of
 * CodeBuild sweep so many of them each, and a last one rank what they saw. docs/scale.md says why so, and what it costs.
 */

export interface FleetOptions {
  owner: Owner;
  /** Its accounts by what Organizations says of them; null where it does not tell. */
  accounts: { active: number; others: number } | null;
  /** The role in each account, with its path. */
  role: string;
  externalId: string | null;
  /** As --region takes them: names, or 'all'. */
  regions: readonly string[];
  /** What nfm sweep reads, as its own account must allow it. */
  reads: Policy;
  /** Length of the window: 1h. */
  since: string;
  /** Null: it is started by hand. */
  everyMinutes: number | null;
  atOnce: number;
  topic: string | null;
  tags: Tags;
  /** That of nfm: what the builds install, unless told otherwise. */
  version: string;
}

/** What one machine sweeps within a minute (docs/sweep.md), and 100 parts of 5,000 accounts. */
const ACCOUNTS_OF_PART = 50;
/** AWS's own, with Node and the AWS CLI. */
const IMAGE = 'aws/codebuild/amazonlinux-x86_64-standard:5.0';
const BUILD_MINUTES = 60;
/** It asks as long as a part may, and then reads all of it twice: minutes each, for a million monitors (docs/scale.md). */
const RANK_MINUTES = 180;
/** nfm ends by itself before, with what it knows. */
const RUN = '50m';
/** Of the 8 GiB of the machine that ranks (CodeBuild: compute types); Node by itself takes a part of them only. */
const RANK_HEAP = '--max-old-space-size=6000';
const KEPT_DAYS = 90;
/** SNS takes 256 KiB. */
const MESSAGE_BYTES = 250_000;
const LONGEST_RUN_SECONDS = 12 * 3600;
/** More than there can be parts: an organization has 10,000 accounts at most (AWS Organizations quotas). */
const ALL_PARTS = 10_000;

const PACKAGE: Id = ['package'];
const BUILDS: Reference = { of: ['build', 'role'], get: 'arn' };
const LOG: Id = ['builds', 'log'];
const MACHINE: Id = ['fleet', 'machine'];
const NAME = 'nfm-fleet';

export function fleetStack(options: FleetOptions): Stack {
  const { owner, accounts, everyMinutes, tags } = options;
  const bucket = `${NAME}-${owner.accountId}-${owner.region}`;
  const project = projectsOf(options, bucket);
  const resources: StackResource[] = [
    { kind: 'bucket', id: ['results', 'bucket'], name: bucket, keptDays: KEPT_DAYS, tags },
    { kind: 'log-group', id: LOG, name: `/nfm/${NAME}`, keptDays: 30, tags },
    roleOf(
      BUILDS.of,
      'codebuild',
      'Builds sweep accounts and keep what they saw',
      buildPolicy(options, bucket),
      options,
    ),
    ...Object.values(project),
    roleOf(
      ['machine', 'role'],
      'states',
      'The state machine starts builds',
      machinePolicy(options, bucket, Object.values(project)),
      options,
    ),
    {
      kind: 'state-machine',
      id: MACHINE,
      name: NAME,
      role: { of: ['machine', 'role'], get: 'arn' },
      definition: definitionOf(options, bucket, project),
      tags,
    },
    ...(everyMinutes === null
      ? []
      : [
          roleOf(
            ['schedule', 'role'],
            'scheduler',
            'The schedule starts the state machine',
            policy([allow('states:StartExecution', machineArn(owner))]),
            options,
          ),
          {
            kind: 'schedule' as const,
            id: ['fleet', 'schedule'],
            name: NAME,
            description: 'A sweep of the organization again and again',
            expression: `rate(${everyMinutes} ${everyMinutes === 1 ? 'minute' : 'minutes'})`,
            target: { of: MACHINE, get: 'arn' as const },
            role: { of: ['schedule', 'role'], get: 'arn' as const },
          },
        ]),
  ];
  return {
    name: NAME,
    title: `nfm sweep over the accounts of the organization, on ${many(options.atOnce, 'machine', 'machines')} at once`,
    region: owner.region,
    notes: [
      `Deploy it in account ${owner.accountId}: the organization's management account, or a delegated administrator's. Every other account needs the role ${options.role}, which trusts that account and may what 'nfm policy sweep' prints (docs/runbooks/fleet-role.yaml).`,
      ...(accounts
        ? [
            `When this was made, the organization had ${many(accounts.active, 'active account', 'active accounts')}${accounts.others > 0 ? ` and ${accounts.others} that ${accounts.others === 1 ? 'is' : 'are'} not` : ''}: a run is ${many(builds(accounts.active + accounts.others), 'build', 'builds')} of CodeBuild. docs/scale.md says what a run costs.`,
          ]
        : []),
      `Of each run s3://${bucket}/runs/NAME-OF-THE-EXECUTION has places.ndjson (a line for each account and Region), ranking.json and ranking.txt: nfm sweep --from places.ndjson prints it in any other format. It is gone after ${KEPT_DAYS} days.`,
      'A part that failed ends nothing: the last build asks for what is missing, and what does not answer it either is a line of the ranking.',
    ],
    lacks:
      accounts === null
        ? [
            `Organizations does not tell these credentials its accounts: outside its management account and those of delegated administrators, runs end at once.`,
          ]
        : [],
    parameters: [packageParameter(options.version)],
    resources,
  };
}

/** That version alone: what may assume a role in every account must not change by itself, nor what its commands mean. */
function packageParameter(version: string): Parameter {
  return {
    id: PACKAGE,
    description: 'What npm installs nfm from: a name with its version, or the URL of a tarball',
    // No option of npm's.
    pattern: '^[^-\\s].*$',
    default: `nfm-cli@${version}`,
  };
}

/** List, parts, ranking. */
function builds(accounts: number): number {
  return Math.ceil(accounts / ACCOUNTS_OF_PART) + 2;
}

type Projects = Record<'list' | 'part' | 'rank', BuildProject>;

/*
 * Whatever others name reaches a shell as the value of a variable, in quotes: names of Regions alone are words of the
 * command, and are checked before.
 */
function projectsOf(options: FleetOptions, bucket: string): Projects {
  const { role, externalId, regions, since, topic, tags } = options;
  const folder = `"s3://$FLEET_BUCKET/$FLEET_FOLDER/`;
  const copy = (from: string, to: string) => `aws s3 cp --only-show-errors ${from} ${folder}${to}"`;
  const external = externalId === null ? '' : ' --external-id "$FLEET_EXTERNAL_ID"';
  const sweep = (more: string) =>
    `nfm sweep ${more} --role "$FLEET_ROLE"${external}${regions.map((region) => ` --region ${region}`).join('')} --since "$FLEET_SINCE" --until "$end" --timeout ${RUN}`;
  const ends = 'code=$?; echo "nfm sweep ended with $code" >&2';
  // The newest minutes are still landing: whoever asks later must ask for the same window.
  const end = `end=$(date -u -d "@$(($(date -u -d "$FLEET_STARTED" +%s) - ${(SETTLE_MINUTES * MINUTE) / SECOND}))" +%Y-%m-%dT%H:%M:%SZ)`;
  const project = (
    step: string,
    description: string,
    commands: string[],
    more: Pick<BuildProject, 'computeType' | 'timeoutMinutes'> & { needsNfm: boolean },
  ): BuildProject => ({
    kind: 'build-project',
    id: ['fleet', step],
    name: `${NAME}-${step}`,
    description,
    role: BUILDS,
    image: IMAGE,
    computeType: more.computeType,
    timeoutMinutes: more.timeoutMinutes,
    environment: {
      FLEET_BUCKET: bucket,
      ...(more.needsNfm && {
        NFM_PACKAGE: { parameter: PACKAGE },
        FLEET_ROLE: role,
        ...(externalId !== null && { FLEET_EXTERNAL_ID: externalId }),
        FLEET_SINCE: since,
      }),
      // Which encoding a message is read in is otherwise for the image's locale to say.
      ...(step === 'rank' && topic !== null && { FLEET_TOPIC: topic, AWS_CLI_FILE_ENCODING: 'UTF-8' }),
      ...(step === 'rank' && { NODE_OPTIONS: RANK_HEAP }),
    },
    buildSpec: {
      version: '0.2',
      phases: {
        ...(more.needsNfm && {
          install: {
            'runtime-versions': { nodejs: 22 },
            commands: ['npm install --global "$NFM_PACKAGE"'],
          },
        }),
        build: { commands },
      },
    },
    logGroup: { of: LOG, get: 'name' },
    tags,
  });
  const small = {
    computeType: 'BUILD_GENERAL1_SMALL',
    timeoutMinutes: BUILD_MINUTES,
    needsNfm: true,
  } as const;
  // In whole lines: a part of a character is no text.
  const message = `LC_ALL=C awk '(bytes += length + 1) > ${MESSAGE_BYTES} { print "The rest is in s3://" ENVIRON["FLEET_BUCKET"] "/" ENVIRON["FLEET_FOLDER"] "/ranking.txt"; exit } 1' ranking.txt > message.txt`;
  return {
    list: project(
      'list',
      'Lists the accounts of the organization, in parts',
      [
        'aws organizations list-accounts --query "Accounts[].Id" --output text > accounts.txt',
        `xargs -n ${ACCOUNTS_OF_PART} < accounts.txt | sed 's/ /,/g; s/.*/"&"/' | paste -s -d , - | sed 's/.*/[&]/' > parts.json`,
        copy('parts.json', 'parts.json'),
      ],
      { ...small, needsNfm: false },
    ),
    part: project(
      'part',
      'Sweeps some of the accounts',
      [
        end,
        `${sweep('--accounts "$FLEET_ACCOUNTS"')} -o ndjson > part.ndjson || { ${ends}; }`,
        'test -s part.ndjson',
        copy('part.ndjson', 'parts/$FLEET_PART.ndjson'),
      ],
      small,
    ),
    rank: project(
      'rank',
      'Asks for what is missing, and ranks all',
      [
        end,
        'mkdir -p parts',
        `aws s3 cp --recursive --only-show-errors ${folder}parts/" parts/`,
        // A part may end within a line, if its nfm was killed: awk ends that, where cat would go on behind it.
        'find parts -name "*.ndjson" -exec awk 1 {} + > known.ndjson',
        // Refused (254) and unreachable (255) are lines. What ends otherwise lacks accounts, which would read as none.
        `${sweep('--accounts org --resume known.ndjson')} -o ndjson > places.ndjson || { ${ends}; case $code in 254 | 255) ;; *) false ;; esac; }`,
        `nfm sweep --from places.ndjson${external} -o json > ranking.json`,
        `code=0; nfm sweep --from places.ndjson${external} --exit-code > ranking.txt || code=$?`,
        ...['places.ndjson', 'ranking.json', 'ranking.txt'].map((file) => copy(file, file)),
        `case $code in 0) ;; 10 | 12 | 13) ${topic === null ? 'echo "something stands out, or was not seen: ranking.txt"' : `${message} && aws sns publish --topic-arn "$FLEET_TOPIC" --subject "nfm sweep: something stands out, or was not seen" --message file://message.txt`} ;; *) (exit $code) ;; esac`,
      ],
      { ...small, computeType: 'BUILD_GENERAL1_MEDIUM', timeoutMinutes: RANK_MINUTES },
    ),
  };
}

const FOLDER = "States.Format('runs/{}', $$.Execution.Name)";
const STARTED = "States.Format('{}', $$.Execution.StartTime)";

/**
 * In JSONPath, which Step Functions, the validator of its language and the emulators of it all know. Three states, whatever
 * the number of accounts: the list of parts is read from the bucket, so that neither 256 KiB of a state's input nor 25,000
 * events of a history are met (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
 */
function definitionOf({ atOnce, topic }: FleetOptions, bucket: string, project: Projects): object {
  const build = ({ name }: BuildProject, variables: Readonly<Record<string, string>>) => ({
    Type: 'Task',
    Resource: 'arn:aws:states:::codebuild:startBuild.sync',
    Parameters: {
      ProjectName: name,
      EnvironmentVariablesOverride: Object.entries(variables).map(([Name, path]) => ({
        Name,
        Type: 'PLAINTEXT',
        'Value.$': path,
      })),
    },
    ResultPath: null,
    Retry: RETRY,
  });
  const failed = topic === null ? {} : { Catch: [{ ErrorEquals: ['States.ALL'], Next: 'Tell' }] };
  const started = { FLEET_FOLDER: FOLDER, FLEET_STARTED: STARTED };
  return {
    Comment: 'nfm sweep over the accounts of an organization, in parts',
    StartAt: 'List accounts',
    TimeoutSeconds: LONGEST_RUN_SECONDS,
    States: {
      'List accounts': { ...build(project.list, { FLEET_FOLDER: FOLDER }), ...failed, Next: 'Sweep' },
      Sweep: {
        Type: 'Map',
        Label: 'Parts',
        ItemReader: {
          Resource: 'arn:aws:states:::s3:getObject',
          ReaderConfig: { InputType: 'JSON' },
          Parameters: { Bucket: bucket, 'Key.$': "States.Format('runs/{}/parts.json', $$.Execution.Name)" },
        },
        ItemSelector: {
          'accounts.$': '$$.Map.Item.Value',
          'part.$': "States.Format('{}', $$.Map.Item.Index)",
          'folder.$': FOLDER,
          'started.$': STARTED,
        },
        MaxConcurrency: atOnce,
        ToleratedFailureCount: ALL_PARTS,
        ItemProcessor: {
          ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' },
          StartAt: 'Sweep a part',
          States: {
            'Sweep a part': {
              ...build(project.part, {
                FLEET_FOLDER: '$.folder',
                FLEET_STARTED: '$.started',
                FLEET_ACCOUNTS: '$.accounts',
                FLEET_PART: '$.part',
              }),
              End: true,
            },
          },
        },
        ResultWriter: {
          Resource: 'arn:aws:states:::s3:putObject',
          Parameters: { Bucket: bucket, 'Prefix.$': "States.Format('runs/{}/map', $$.Execution.Name)" },
        },
        ResultPath: null,
        ...failed,
        Next: 'Rank',
      },
      Rank: { ...build(project.rank, started), ...failed, End: true },
      ...(topic !== null && {
        Tell: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sns:publish',
          Parameters: {
            TopicArn: topic,
            Subject: 'nfm sweep failed',
            'Message.$': "States.Format('{} ended with {}: its states say why.', $$.Execution.Id, $.Error)",
          },
          Next: 'Failed',
        },
        Failed: { Type: 'Fail', Error: 'SweepFailed', Cause: 'A step failed: see the states before it.' },
      }),
    },
  };
}

/** Where as many builds wait already as may, and where AWS throttles; a build that failed is tried once more. */
const RETRY = [
  {
    ErrorEquals: ['CodeBuild.AccountLimitExceededException', 'CodeBuild.CodeBuildException'],
    IntervalSeconds: 60,
    BackoffRate: 1.5,
    MaxDelaySeconds: 600,
    JitterStrategy: 'FULL',
    MaxAttempts: 20,
  },
  { ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 30, MaxAttempts: 1 },
];

interface Statement {
  Effect: 'Allow';
  Action: string | readonly string[];
  Resource: string | readonly string[];
  Condition?: object;
}

function allow(Action: Statement['Action'], Resource: Statement['Resource']): Statement {
  return { Effect: 'Allow', Action, Resource };
}

function policy(Statement: readonly object[]): object {
  return { Version: '2012-10-17', Statement };
}

function arn({ partition, region, accountId }: Owner, service: string, rest: string): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${rest}`;
}

function machineArn(owner: Owner): string {
  return arn(owner, 'states', `stateMachine:${NAME}`);
}

/** For one service, on behalf of this account alone (the confused deputy, IAM user guide). */
function roleOf(
  id: Id,
  service: string,
  description: string,
  permissions: object,
  { owner, tags }: FleetOptions,
): Role {
  const trust = policy([
    {
      Effect: 'Allow',
      Principal: { Service: `${service}.amazonaws.com` },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': owner.accountId } },
    },
  ]);
  return { kind: 'role', id, description, trust, policies: [], permissions, tags };
}

/** Its own account is read as it is; of others, it gets no further than the role of that name. */
function buildPolicy({ owner, role, reads, topic }: FleetOptions, bucket: string): object {
  const objects = `arn:${owner.partition}:s3:::${bucket}/runs/*`;
  return policy([
    ...reads.Statement.map((statement) =>
      statement.Action.includes('sts:AssumeRole')
        ? { ...statement, Resource: `arn:${owner.partition}:iam::*:role/${role.replace(/^\//, '')}` }
        : statement,
    ),
    allow(['s3:GetObject', 's3:PutObject'], objects),
    allow('s3:ListBucket', `arn:${owner.partition}:s3:::${bucket}`),
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], arn(owner, 'logs', `log-group:/nfm/${NAME}:*`)),
    ...(topic === null ? [] : [allow('sns:Publish', topic)]),
  ]);
}

/** As AWS lists them for builds, distributed maps and their results (Step Functions: codebuild-iam, iam-policies-eg-dist-map). */
function machinePolicy({ owner, topic }: FleetOptions, bucket: string, projects: BuildProject[]): object {
  const objects = `arn:${owner.partition}:s3:::${bucket}/runs/*`;
  return policy([
    allow(
      ['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'],
      projects.map(({ name }) => arn(owner, 'codebuild', `project/${name}`)),
    ),
    allow(
      ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'],
      arn(owner, 'events', 'rule/StepFunctionsGetEventForCodeBuildStartBuildRule'),
    ),
    allow('states:StartExecution', machineArn(owner)),
    allow(
      ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'],
      [arn(owner, 'states', `execution:${NAME}:*`), arn(owner, 'states', `execution:${NAME}/*`)],
    ),
    allow(
      ['s3:GetObject', 's3:PutObject', 's3:ListMultipartUploadParts', 's3:AbortMultipartUpload'],
      objects,
    ),
    ...(topic === null ? [] : [allow('sns:Publish', topic)]),
  ]);
}
