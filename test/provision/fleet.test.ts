import { appendFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SweepDocument, SweptPlace } from '../../src/model/sweep.ts';
import { account, expectError, NOW, ran } from '../cli/helpers.ts';
import { workplace } from '../docs/bin.ts';
import { hclOf, templateOf } from './account.ts';
import { readHcl, resourcesIn } from './hcl.ts';
import { problemsOf, type Template } from './template.ts';

/* nfm sweep on many machines: the template, its state machine, and what its builds do in a shell. */

const require = createRequire(import.meta.url);
const validate = require('asl-validator') as (definition: object, options?: object) => { errors: unknown[] };

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

const ROLE = ['--role', 'nfm-read'];
const TOPIC = 'arn:aws:sns:ap-northeast-3:123456789012:on-call';
const ALL = [...ROLE, '--external-id', 'nfm-sandbox', '--every', '6h', '--sns-topic', TOPIC, '--tag', 'a=b'];

const made = new Map<string, Promise<Template>>();
function templateWith(args: string[]): Promise<Template> {
  const key = args.join(' ');
  const own = made.get(key) ?? templateOf('fleet', 'fleet', ...args);
  made.set(key, own);
  return own;
}

describe('nfm export fleet', () => {
  it.each([
    ['least', ROLE],
    ['all', ALL],
  ])('is what the schemas of CloudFormation and the language of state machines say: %s', async (_, args) => {
    const template = await templateWith(args);
    expect(await problemsOf(template)).toEqual([]);
    // What may assume a role in every account does not change by itself.
    expect(template.Parameters?.Package?.Default).toBe(`nfm-cli@${version}`);
    const { Definition } = template.Resources.FleetMachine?.Properties ?? {};
    expect(validate(Definition, { checkArn: true }).errors).toEqual([]);
    // What the state machine starts is there.
    const projects = JSON.stringify(Definition).matchAll(/"ProjectName":"([^"]+)"/g);
    const names = Object.values(template.Resources).map(({ Properties }) => Properties.Name);
    expect([...projects].map(([, name]) => name)).toEqual([
      'nfm-fleet-list',
      'nfm-fleet-part',
      'nfm-fleet-rank',
    ]);
    for (const name of ['list', 'part', 'rank']) expect(names).toContain(`nfm-fleet-${name}`);
  });

  it('lets nobody further than the role of that name', async () => {
    const template = await templateWith(ALL);
    const [policy] = template.Resources.BuildRole?.Properties.Policies ?? [];
    const statements: { Action: string | string[]; Resource: unknown }[] = policy.PolicyDocument.Statement;
    const of = (action: string) => statements.filter(({ Action }) => [Action].flat().includes(action));
    expect(of('sts:AssumeRole').map(({ Resource }) => Resource)).toEqual(['arn:aws:iam::*:role/nfm-read']);
    expect(of('s3:PutObject').map(({ Resource }) => Resource)).toEqual([
      'arn:aws:s3:::nfm-fleet-123456789012-ap-northeast-3/runs/*',
    ]);
    const wide = statements.filter(({ Resource }) => Resource === '*').flatMap(({ Action }) => Action);
    for (const action of wide) expect(action).toMatch(/:(Get|List|Describe)/);
    for (const id of ['BuildRole', 'MachineRole', 'ScheduleRole']) {
      const { AssumeRolePolicyDocument } = template.Resources[id]?.Properties ?? {};
      expect(AssumeRolePolicyDocument.Statement[0].Condition).toEqual({
        StringEquals: { 'aws:SourceAccount': '123456789012' },
      });
    }
  });

  it('lets its roles do what AWS documents that they must', async () => {
    const template = await templateWith(ALL);
    const ours = (service: string, rest: string) => `arn:aws:${service}:ap-northeast-3:123456789012:${rest}`;
    const bucket = 'arn:aws:s3:::nfm-fleet-123456789012-ap-northeast-3';
    const project = (step: string) => ours('codebuild', `project/nfm-fleet-${step}`);
    const rule = ours('events', 'rule/StepFunctionsGetEventForCodeBuildStartBuildRule');
    const child = ours('states', 'execution:nfm-fleet/*');
    const log = ours('logs', 'log-group:/nfm/nfm-fleet:*');
    // Step Functions: codebuild-iam, iam-policies-eg-dist-map; CodeBuild: setting-up-service-role; EventBridge Scheduler: setting-up.
    const needs: Record<string, Record<string, string[]>> = {
      MachineRole: {
        'codebuild:StartBuild codebuild:StopBuild codebuild:BatchGetBuilds': ['list', 'part', 'rank'].map(
          project,
        ),
        'events:PutTargets events:PutRule events:DescribeRule': [rule],
        'states:StartExecution': [ours('states', 'stateMachine:nfm-fleet')],
        'states:DescribeExecution states:StopExecution states:RedriveExecution': [child],
        's3:GetObject s3:PutObject s3:ListMultipartUploadParts s3:AbortMultipartUpload': [`${bucket}/runs/*`],
        'sns:Publish': [TOPIC],
      },
      BuildRole: {
        's3:GetObject s3:PutObject': [`${bucket}/runs/*`],
        's3:ListBucket': [bucket],
        'logs:CreateLogStream logs:PutLogEvents': [log],
        'sns:Publish': [TOPIC],
        'organizations:ListAccounts': ['*'],
      },
      ScheduleRole: { 'states:StartExecution': [ours('states', 'stateMachine:nfm-fleet')] },
    };
    for (const [role, wanted] of Object.entries(needs)) {
      const [policy] = template.Resources[role]?.Properties.Policies ?? [];
      const may = policy.PolicyDocument.Statement.flatMap(
        ({ Action, Resource }: { Action: string | string[]; Resource: string | string[] }) =>
          [Action].flat().flatMap((action) => [Resource].flat().map((resource) => `${action} ${resource}`)),
      );
      for (const [actions, resources] of Object.entries(wanted))
        for (const action of actions.split(' '))
          for (const resource of resources) expect(may).toContain(`${action} ${resource}`);
    }
  });

  it('waits where builds wait, and goes on where one fails', async () => {
    const { Resources } = await templateWith([...ALL, '--at-once', '7']);
    const { States } = Resources.FleetMachine?.Properties.Definition ?? {};
    expect(States.Sweep.MaxConcurrency).toBe(7);
    // An organization has 10,000 accounts at most.
    expect(States.Sweep.ToleratedFailureCount).toBeGreaterThanOrEqual(10_000 / 50);
    const [waits] = States.Sweep.ItemProcessor.States['Sweep a part'].Retry;
    expect(waits.ErrorEquals).toContain('CodeBuild.AccountLimitExceededException');
    // As long as a build before may take.
    expect(waits.MaxAttempts * waits.MaxDelaySeconds).toBeGreaterThan(60 * 60);
    for (const step of ['Part', 'Rank']) {
      const { Source, TimeoutInMinutes } = Resources[`Fleet${step}`]?.Properties ?? {};
      const [, minutes] = /--timeout (\d+)m /.exec(Source.BuildSpec) ?? [];
      expect(TimeoutInMinutes).toBeGreaterThan(Number(minutes));
    }
  });

  it('is the same in Terraform', async () => {
    const [file, template] = await Promise.all([
      hclOf('fleet', 'fleet', ...ALL).then(readHcl),
      templateWith(ALL),
    ]);
    const resources = new Map(resourcesIn(file).map(({ address, body }) => [address, body]));
    expect([...resources.keys()].sort()).toEqual([
      'aws_cloudwatch_log_group.builds_log',
      ...['list', 'part', 'rank'].map((step) => `aws_codebuild_project.fleet_${step}`),
      ...['build_role', 'machine_role', 'schedule_role'].map((role) => `aws_iam_role.${role}`),
      ...['build_role', 'machine_role', 'schedule_role'].map((role) => `aws_iam_role_policy.${role}_own`),
      'aws_s3_bucket.results_bucket',
      'aws_s3_bucket_lifecycle_configuration.results_bucket',
      'aws_s3_bucket_public_access_block.results_bucket',
      'aws_s3_bucket_server_side_encryption_configuration.results_bucket',
      'aws_scheduler_schedule.fleet_schedule',
      'aws_sfn_state_machine.fleet_machine',
    ]);
    for (const step of ['list', 'part', 'rank']) {
      const body = resources.get(`aws_codebuild_project.fleet_${step}`) as {
        environment: { environment_variable: { name: string; value: string }[] }[];
        source: { buildspec: string }[];
      };
      const { Properties: p } =
        Object.values(template.Resources).find(({ Properties }) => Properties.Name === `nfm-fleet-${step}`) ??
        ({} as never);
      expect(body.environment[0]?.environment_variable.map(({ name, value }) => [name, value])).toEqual(
        p.Environment.EnvironmentVariables.map(({ Name, Value }: { Name: string; Value: unknown }) => [
          Name,
          // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference in Terraform
          typeof Value === 'string' ? Value : '${var.package}',
        ]),
      );
      for (const command of JSON.parse(p.Source.BuildSpec).phases.build.commands)
        expect(body.source[0]?.buildspec).toContain(JSON.stringify(command));
    }
  });

  it.each([
    [[], 'The role to assume in the accounts is missing.'],
    [['--role', '$(id)'], "--role does not look right: '$(id)'."],
    [[...ROLE, '--external-id', "'; id #"], "--external-id does not look right: ''; id #'."],
    [[...ROLE, '--regions', 'eu-central-1,x; id'], "--regions does not look right: 'eu-central-1,x; id'."],
    [[...ROLE, '--since', '2w'], "--since does not understand '2w'."],
    [[...ROLE, '--every', '90s'], "--every takes whole minutes, 10 at least, not '90s'."],
    [
      [...ROLE, '--sns-topic', `${TOPIC}.fifo`],
      '--sns-topic is a FIFO topic, which takes nothing without a message group.',
    ],
    [[...ROLE, '--sns-topic', 'on-call'], "--sns-topic does not look like the ARN of a topic: 'on-call'."],
    [
      [...ROLE, '--sns-topic', TOPIC.replace('ap-northeast-3', 'eu-west-1')],
      `What is in ap-northeast-3 tells topics of ap-northeast-3 alone; this one is elsewhere: '${TOPIC.replace('ap-northeast-3', 'eu-west-1')}'.`,
    ],
  ])('refuses %j', async (args, message) => {
    const at = await account({ scenario: 'fleet' });
    const run = await at.run(['export', 'fleet', ...args]);
    expect([run.code, expectError(run).message]).toEqual([252, message]);
  });

  it('says where Organizations does not answer', async () => {
    const at = await account({ scenario: 'quiet' });
    const { code, stderr } = await at.run(['export', 'fleet', ...ROLE]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: Organizations does not tell these credentials its accounts/m);
  });
});

describe('the builds of nfm export fleet', () => {
  const { home, env, program } = workplace();
  program('npm', 'exit 0');
  // A bucket is a folder; what is published is a file.
  program(
    'aws',
    `case "$1 $2" in
"organizations list-accounts") printf '%s\\t' $ACCOUNTS | sed 's/\\t$/\\n/' ;;
"s3 cp") shift 2; options=; while case "$1" in --*) true ;; *) false ;; esac; do [ "$1" = --recursive ] && options=-r; shift; done
  from="\${1#s3:/}"; to="\${2#s3:/}"; [ "$from" = "$1" ] || from="${home}/s3$from"; [ "$to" = "$2" ] || to="${home}/s3$to"
  [ -z "$options" ] || { [ -d "$from" ] || exit 0; from="$from."; }
  mkdir -p "$(dirname "$to")" && cp $options "$from" "$to" ;;
"sns publish") cp "\${8#file://}" "${home}/published" ;;
*) echo "no aws $*" >&2; exit 1 ;;
esac`,
  );
  const LATER = '2026-11-21T12:12:20Z';
  const ACCOUNTS =
    '123456789012 111122223333 222233334444 333344445555 444455556666 555566667777 666677778888 777788889999 888899990000 999900001111';

  /** Its commands, one after the other in one shell, until one fails: as CodeBuild runs them. */
  async function build(
    template: Template,
    step: string,
    variables: Readonly<Record<string, string>>,
    change = (command: string) => command,
  ) {
    const { Properties } = template.Resources[`Fleet${step}`] ?? ({} as never);
    const { phases } = JSON.parse(Properties.Source.BuildSpec);
    const commands: string[] = [...(phases.install?.commands ?? []), ...phases.build.commands];
    const own = Object.fromEntries(
      Properties.Environment.EnvironmentVariables.map(({ Name, Value }: { Name: string; Value: unknown }) => [
        Name,
        typeof Value === 'string' ? Value : 'nfm-cli',
      ]),
    );
    const cwd = join(home, `${step}-${variables.FLEET_PART ?? ''}`);
    mkdirSync(cwd, { recursive: true });
    const script = commands.map((command) => `${change(command)} || exit`).join('\n');
    return ran(['sh', '-c', script], {
      cwd,
      env: { ...env, ...own, ACCOUNTS, FLEET_FOLDER: 'runs/one', FLEET_STARTED: NOW, ...variables },
    });
  }

  it('rank what a single sweep does, also where a part was lost', async () => {
    const at = await account({ scenario: 'fleet' });
    const access = { ...at.env, NFM_NOW: NOW };
    const regions = ['eu-central-1', 'us-east-1', 'eu-west-1'];
    const template = await templateWith([...ALL, '--regions', regions.join(',')]);
    const ok = { code: 0, stdout: '', stderr: '' };
    expect(await build(template, 'List', access, (command) => command.replace('-n 50', '-n 4'))).toEqual(ok);
    const bucket = join(home, 's3/nfm-fleet-123456789012-ap-northeast-3/runs/one');
    const parts: string[] = JSON.parse(readFileSync(join(bucket, 'parts.json'), 'utf8'));
    expect(parts.map((part) => part.split(',').length)).toEqual([4, 4, 2]);
    expect(parts.join(' ').replaceAll(',', ' ')).toBe(ACCOUNTS);
    // The second never ran. The third begins when the newest minutes have settled that had not before.
    for (const [i, later] of [
      [0, NOW],
      [2, LATER],
    ] as const) {
      const variables = { ...access, FLEET_ACCOUNTS: parts[i] ?? '', FLEET_PART: `${i}`, NFM_NOW: later };
      expect(await build(template, 'Part', variables)).toEqual(ok);
      // As if nfm had been killed within a line: the next file must not begin behind it.
      appendFileSync(join(bucket, `parts/${i}.ndjson`), '{"sch');
    }
    // What ends in the midst ranks nothing: accounts that are not in its lines would read as none.
    const killed = await build(template, 'Rank', access, (command) =>
      command.replace('nfm sweep --accounts', "sh -c 'exit 137' --accounts"),
    );
    expect(killed).toMatchObject({ code: 1, stderr: expect.stringContaining('nfm sweep ended with 137') });
    expect(readdirSync(bucket)).toEqual(['parts', 'parts.json']);
    expect(await build(template, 'Rank', access)).toEqual(ok);

    const read = (file: string) => readFileSync(join(bucket, file), 'utf8');
    const ranking: SweepDocument = JSON.parse(read('ranking.json'));
    const single = await at.run([
      ...['sweep', '--accounts', 'org', ...ALL.slice(0, 4), '-o', 'json'],
      ...regions.flatMap((region) => ['--region', region]),
      // A file does not tell whether its baseline was the usual one.
      ...['--since', '1h', '--until', '2026-11-21T11:58:20Z', '--baseline', '2026-11-21T07:55:00Z'],
    ]);
    const whole: SweepDocument = JSON.parse(single.stdout);
    expect(whole.items.length).toBeGreaterThan(25);
    // Gaps come in the order in which places are done.
    const sorted = ({ gaps, ...document }: SweepDocument) => ({
      ...document,
      gaps: gaps.map(({ effect }) => effect).sort(),
    });
    expect(sorted(ranking)).toEqual(sorted(whole));
    expect(ranking.items.find(({ accountName }) => accountName === 'retired')?.state).toBe('suspended');

    const places = read('places.ndjson')
      .trimEnd()
      .split('\n')
      .map((line): SweptPlace => JSON.parse(line));
    expect([...new Set(places.map(({ accountId }) => accountId))].sort()).toEqual(ACCOUNTS.split(' ').sort());
    // Nobody is asked twice: who asked later asked for the same window.
    const busy = places.filter(({ accountId }) => accountId === '888899990000');
    expect(busy.map(({ at }) => at)).toEqual(regions.map(() => LATER));
    expect(readFileSync(join(home, 'published'), 'utf8')).toBe(read('ranking.txt'));
    expect(read('ranking.txt')).toContain(ranking.summary.slice(0, 40));
  });

  it.each([
    ['a page', 9, []],
    [
      'more than a message holds',
      20_000,
      ['The rest is in s3://nfm-fleet-123456789012-ap-northeast-3/runs/one/ranking.txt'],
    ],
  ])('publish whole lines: %s', async (_, count, rest) => {
    const template = await templateWith(ALL);
    const line = 'quiet · demo-zone-a';
    mkdirSync(join(home, 'Rank-'), { recursive: true });
    writeFileSync(join(home, 'Rank-/ranking.txt'), `${line}\n`.repeat(count));
    const { code } = await build(template, 'Rank', {}, (command) =>
      command.startsWith('case $code') ? `code=12; ${command}` : 'true',
    );
    const message = readFileSync(join(home, 'published'), 'utf8');
    const lines = message.trimEnd().split('\n');
    expect({ code, rest: lines.filter((own) => own !== line) }).toEqual({ code: 0, rest });
    // SNS counts bytes, and a message has 256 KiB.
    expect(Buffer.byteLength(message)).toBeLessThan(256 * 1024);
    expect(lines.length).toBeGreaterThan(Math.min(count, 10_000) - 1);
  });

  it('take whatever others name as data', async () => {
    const hostile = {
      FLEET_ROLE: '"; touch role; echo "$(touch role2)',
      FLEET_ACCOUNTS: '1 `touch a` $(touch b)',
    };
    const template = await templateWith(ROLE);
    const { code, stderr } = await build(template, 'Part', { ...hostile, FLEET_PART: 'x' });
    expect(code).toBe(1);
    expect(stderr).toContain('--role does not look right');
    expect(readdirSync(join(home, 'Part-x'))).toEqual(['part.ndjson']);
  });
});
