import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CreateDocumentCommand, SSMClient } from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { hclOf, templateOf } from '../provision/account.ts';
import type { Template } from '../provision/template.ts';
import { cleanEnv, lacks, run, type Server, serveMoto, until } from './programs.ts';

/* What is exported, in the hands of others: CloudFormation's linter, an AWS that others wrote, Terraform. */

const PAST = ['--since', '1d'];
const TOPIC = 'arn:aws:sns:ap-northeast-3:123456789012:on-call';
const FLEET = ['--role', 'nfm-read', '--every', '6h', '--sns-topic', TOPIC, '--tag', 'team=network'];
const RUNBOOKS = new URL('../../docs/runbooks/', import.meta.url);
const runbook = (file: string) => readFileSync(new URL(file, RUNBOOKS), 'utf8');

let clean: ReturnType<typeof cleanEnv>;
beforeAll(() => {
  clean = cleanEnv();
});
afterAll(() => clean.remove());

function file(name: string, text: string): string {
  const at = join(clean.env.HOME ?? '', name);
  writeFileSync(at, text);
  return at;
}

let made: Promise<[Template, Template, Template, Template, Template]> | undefined;

function exports() {
  made ??= Promise.all([
    templateOf('aws-impairment', 'alarms', ...PAST, '--tag', 'team=network'),
    templateOf('nothing', 'setup', '--tag', 'team=network'),
    templateOf('instance-role-without-permission', 'setup'),
    templateOf('quiet', 'dashboard'),
    templateOf('fleet', 'fleet', ...FLEET),
  ]);
  return made;
}

interface Finding {
  Rule: { Id: string };
  Message: string;
  Location: { Path: string[] | null };
}

const noLint = lacks('cfn-lint', '--version');

describe.skipIf(noLint)(noLint ?? 'cfn-lint', () => {
  it('has nothing to say but that it is older than two types, and the tags of a third', async () => {
    const [alarms, ...others] = await exports();
    // One file of all is read the sooner.
    const together = <K extends 'Parameters' | 'Resources'>(part: K): Template[K] =>
      Object.assign({}, ...[alarms, ...others].map((template) => template[part]));
    const all = { ...alarms, Parameters: together('Parameters'), Resources: together('Resources') };
    const templates = [file('all.json', JSON.stringify(all))];
    const other = file('alarm-to-report.yaml', runbook('alarm-to-report.yaml'));
    const args = ['--format', 'json', '--include-checks', 'W', '--', ...templates, other];
    const { stdout, stderr } = await run('cfn-lint', args, clean.env);
    expect(stderr).toBe('');
    const said = (JSON.parse(stdout) as Finding[]).map(
      ({ Rule, Message, Location }) => `${Rule.Id} ${Message} ${Location.Path?.join('.')}`,
    );
    const unknown =
      /^E3006 Resource type 'AWS::NetworkFlowMonitor::(Scope|Monitor)' does not exist|^E3002 .*'Tags'.* Resources\.AgentAssociation\w*\./;
    expect(said.filter((line) => !unknown.test(line))).toEqual([]);
  });
});

const noTerraform = lacks('terraform', 'version');

describe.skipIf(noTerraform)(noTerraform ?? 'terraform fmt', () => {
  it('would not write it otherwise', async () => {
    const texts = await Promise.all([
      hclOf(
        'aws-impairment',
        'alarms',
        ...PAST,
        '--tag',
        'a b=c',
        '--tag',
        '\u{1f600} \u{1f468}\u{1f3fd} e\u0301=d',
      ),
      hclOf('nothing', 'setup'),
      hclOf('quiet', 'setup'),
      hclOf('quiet', 'dashboard'),
      hclOf('fleet', 'fleet', ...FLEET),
    ]);
    const names = texts.map((text, i) => file(`${i}.tf`, text));
    const env = { ...clean.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1' };
    expect(await run('terraform', ['fmt', '-check', '-diff', '-no-color', ...names], env)).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: '',
    });
  });
});

const noMoto = lacks('moto_server', '--help');

describe.skipIf(noMoto)(noMoto ?? 'moto', () => {
  let moto: Server;
  const region = 'ap-northeast-3';
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI' };
  beforeAll(async () => {
    moto = await serveMoto(clean.env);
  });
  afterAll(() => moto?.stop());

  /** As the query protocol of CloudFormation has it. */
  async function cloudFormation(action: string, parameters: Record<string, string>): Promise<string> {
    const scope = `20261121/${region}/cloudformation/aws4_request`;
    const answer = await fetch(moto.endpoint, {
      method: 'POST',
      headers: {
        host: `cloudformation.${region}.amazonaws.com`,
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=host, Signature=0`,
      },
      body: new URLSearchParams({ Action: action, Version: '2010-05-15', ...parameters }).toString(),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return text;
  }

  async function deployed(name: string, template: string, parameters: Record<string, string> = {}) {
    const pairs = Object.entries(parameters).flatMap(([key, value], i) => [
      [`Parameters.member.${i + 1}.ParameterKey`, key],
      [`Parameters.member.${i + 1}.ParameterValue`, value],
    ]);
    await cloudFormation('CreateStack', {
      StackName: name,
      TemplateBody: template,
      'Capabilities.member.1': 'CAPABILITY_IAM',
      ...Object.fromEntries(pairs),
    });
    const found = await cloudFormation('DescribeStackResources', { StackName: name });
    const status = await cloudFormation('DescribeStacks', { StackName: name });
    expect(status).toContain('<StackStatus>CREATE_COMPLETE</StackStatus>');
    return [...found.matchAll(/<ResourceType>([^<]+)/g)].map(([, type]) => type).sort();
  }

  it('creates what it knows of the set-up, of the dashboard and of the runbook', async () => {
    const [, setup, , dashboard] = await exports();
    expect(await deployed('setup', JSON.stringify(setup))).toEqual(
      expect.arrayContaining(['AWS::IAM::InstanceProfile', 'AWS::IAM::Role', 'AWS::SSM::Document']),
    );
    expect(await deployed('dashboard', JSON.stringify(dashboard))).toEqual(['AWS::CloudWatch::Dashboard']);
    const parameters = { ReportTopic: TOPIC, ReadPolicy: 'arn:aws:iam::aws:policy/ReadOnlyAccess' };
    const report = without(parse(runbook('alarm-to-report.yaml')), 'AWS::CodeBuild::Project');
    expect(await deployed('report', JSON.stringify(report), parameters)).toEqual(
      expect.arrayContaining(['AWS::Events::Rule', 'AWS::IAM::Role', 'AWS::Logs::LogGroup']),
    );
  });

  it('takes the properties of each alarm for what they are, and gives them back', async () => {
    const [alarms] = await exports();
    const client = new CloudWatchClient({
      region,
      credentials,
      endpoint: moto.endpoint,
      disableRequestCompression: true,
    });
    // moto knows no alarm in a template, and no composite one at all; the properties are those of the call.
    for (const properties of propertiesOf(alarms, 'AWS::CloudWatch::Alarm')) {
      await client.send(new PutMetricAlarmCommand(properties as never));
    }
    const { MetricAlarms = [] } = await client.send(new DescribeAlarmsCommand({}));
    expect(MetricAlarms).toHaveLength(9);
    for (const { Tags: _, Metrics, ...properties } of propertiesOf(alarms, 'AWS::CloudWatch::Alarm')) {
      const found = MetricAlarms.find(({ AlarmName }) => AlarmName === properties.AlarmName);
      expect(found).toMatchObject(properties);
      expect(
        found?.Metrics?.map(({ Expression, MetricStat }) => Expression ?? MetricStat?.Stat) ?? [],
      ).toEqual(
        ((Metrics ?? []) as { Expression?: string; MetricStat?: { Stat: string } }[]).map(
          ({ Expression, MetricStat }) => Expression ?? MetricStat?.Stat,
        ),
      );
    }
  });

  /** As the JSON protocols have it. */
  async function call(service: string, target: string, body: object): Promise<Record<string, string>> {
    const scope = `20261121/${region}/${service}/aws4_request`;
    const answer = await fetch(moto.endpoint, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': target,
        authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=host, Signature=0`,
      },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Record<string, string>;
  }

  it('creates what it knows of a fleet, and runs its state machine', async () => {
    const [, , , , fleet] = await exports();
    const known = without(fleet, 'AWS::CodeBuild::Project', 'AWS::Scheduler::Schedule');
    expect(await deployed('fleet', JSON.stringify(known))).toEqual(
      expect.arrayContaining([
        'AWS::IAM::Role',
        'AWS::Logs::LogGroup',
        'AWS::S3::Bucket',
        'AWS::StepFunctions::StateMachine',
      ]),
    );
    await fetch(`${moto.endpoint}/moto-api/config`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ stepfunctions: { execute_state_machine: true } }),
    });
    const states = (action: string, body: object) => call('states', `AWSStepFunctions.${action}`, body);
    const roleArn = 'arn:aws:iam::123456789012:role/machine';
    const { Definition } = fleet.Resources.FleetMachine?.Properties ?? {};
    const { Bucket } = Definition.States.Sweep.ItemReader.Parameters;
    // As it is, its language is read whole; what a build is told is what its task comes to, for moto runs no build.
    await states('CreateStateMachine', { name: 'whole', roleArn, definition: JSON.stringify(Definition) });
    const { stateMachineArn } = await states('CreateStateMachine', {
      name: 'played',
      roleArn,
      definition: JSON.stringify(withoutBuilds(Definition)),
    });
    const parts = ['111122223333,222233334444', '333344445555'];
    const put = await fetch(`${moto.endpoint}/${Bucket}/runs/first/parts.json`, {
      method: 'PUT',
      body: JSON.stringify(parts),
    });
    expect(put.status).toBe(200);
    const started = '2026-11-21T12:03:20.123Z';
    const input = JSON.stringify({ started });
    const { executionArn } = await states('StartExecution', { stateMachineArn, name: 'first', input });
    const run = await until('the end of the state machine', async () => {
      const told = await states('DescribeExecution', { executionArn });
      return told.status === 'RUNNING' ? null : told;
    });
    expect(run).toMatchObject({ status: 'SUCCEEDED' });
    const told = ({ ProjectName, EnvironmentVariablesOverride }: Build) => [
      ProjectName,
      Object.fromEntries(EnvironmentVariablesOverride.map(({ Name, Value }) => [Name, Value])),
    ];
    const common = { FLEET_FOLDER: 'runs/first', FLEET_STARTED: started };
    const { parts: swept, rank }: { parts: Build[]; rank: Build } = JSON.parse(run.output ?? '');
    expect(swept.map(told)).toEqual(
      parts.map((FLEET_ACCOUNTS, i) => [
        'nfm-fleet-part',
        { ...common, FLEET_ACCOUNTS, FLEET_PART: String(i) },
      ]),
    );
    expect(told(rank)).toEqual(['nfm-fleet-rank', common]);
  });

  it('takes the runbook of Systems Manager', async () => {
    const client = new SSMClient({ region, credentials, endpoint: moto.endpoint });
    const { DocumentDescription } = await client.send(
      new CreateDocumentCommand({
        Name: 'nfm-triage',
        DocumentType: 'Automation',
        DocumentFormat: 'YAML',
        Content: runbook('ssm-automation.yaml'),
      }),
    );
    expect(DocumentDescription).toMatchObject({ SchemaVersion: '0.3', Status: 'Active' });
    expect(DocumentDescription?.Parameters?.map(({ Name }) => Name).sort()).toEqual([
      'AutomationAssumeRole',
      'InstanceId',
      'Region',
      'ReportTopic',
      'Since',
    ]);
  });
});

function propertiesOf({ Resources }: Template, type: string): Record<string, unknown>[] {
  return Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties] : []));
}

/** As if what moto does not know were there already: what refers to it has an ARN. */
function without(template: Template, ...types: string[]): Template {
  const gone = Object.entries(template.Resources).flatMap(([id, { Type }]) =>
    types.includes(Type) ? [id] : [],
  );
  const text = JSON.stringify(template, (key, value) => {
    const [target] = value?.['Fn::GetAtt'] ?? [];
    if (gone.includes(key)) return undefined;
    return gone.includes(target) ? `arn:aws:codebuild:ap-northeast-3:123456789012:project/${target}` : value;
  });
  return JSON.parse(text);
}

interface Build {
  ProjectName: string;
  EnvironmentVariablesOverride: { Name: string; Value: string }[];
}

/** A state machine whose builds are only what they are told; its output is all of that. */
function withoutBuilds(definition: object): object {
  const text = JSON.stringify(definition, (key, state) => {
    if (state?.Type === 'Map') {
      const { ResultWriter: _, Catch: __, ...map } = state;
      return { ...map, ResultPath: '$.parts' };
    }
    if (!state?.Resource?.includes(':codebuild:')) return state;
    const { Parameters, Next, End } = state;
    const path = key === 'Rank' ? '$.rank' : key === 'Sweep a part' ? '$' : null;
    return { Type: 'Pass', Parameters, ResultPath: path, ...(Next ? { Next } : { End }) };
  });
  // moto has a time there, and no text: it cannot hand it on.
  return JSON.parse(text.replaceAll('$$.Execution.StartTime', '$.started'));
}
