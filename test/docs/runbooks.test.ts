import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { account } from '../cli/helpers.ts';
import { problemsOf, type Template } from '../provision/template.ts';
import { ROOT, workplace } from './bin.ts';

/* docs/runbooks: each file as what reads it would read it, and its lines in a shell, against the sandbox. */

const FOLDER = path.join(ROOT, 'docs/runbooks');
const read = (file: string) => parse(readFileSync(path.join(FOLDER, file), 'utf8'));
const { home, env, program } = workplace();
// What installs nfm does nothing here; what is told to AWS is written down.
program('npm', 'exit 0');
program('aws', `printf '%s\\n' "$@" >> "${home}/aws.args"`);
const wrote = (file: string) => readFileSync(path.join(home, file), 'utf8');
afterAll(() => rmSync(path.join(home, 'aws.args'), { force: true }));

async function shell(
  lines: string,
  { scenario = 'aws-impairment', ...more }: Record<string, string> = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const at = await account({ scenario });
  // The clock of the account; bash as GitHub runs it.
  const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', lines], {
    cwd: home,
    env: { ...env, ...at.env, NFM_NOW: '2026-11-21T12:03:20Z', ...more },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, stdout, stderr };
}

const TOPIC = 'arn:aws:sns:ap-northeast-3:123456789012:on-call';
const REGION = 'ap-northeast-3';

describe('alarm-to-report.yaml', () => {
  const template: Template = read('alarm-to-report.yaml');

  it('is what the schemas of CloudFormation say', async () => {
    expect(await problemsOf(template)).toEqual([]);
  });

  it.each([
    ['nfm-aws-degraded', 'AWS INFRASTRUCTURE', {}],
    ['nfm-no-data-2', 'NOTHING FAILS', {}],
    // Who is told of an alarm must not wait for a report that never comes.
    ['nfm-retransmissions', 'error: ', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }],
  ])('sends what nfm says when %s goes off', async (alarm, report, more) => {
    const { build } = parse(template.Resources.Triage?.Properties.Source.BuildSpec).phases;
    const result = await shell(build.commands.join('\n'), {
      AWS_REGION: REGION,
      ALARM_NAME: alarm,
      REPORT_TOPIC: TOPIC,
      ...more,
    });
    expect(result).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(wrote('report.txt')).toContain(report);
    // SNS takes 256 KiB, and 100 characters of a subject.
    expect(wrote('report.txt').length).toBeLessThan(256 * 1024);
    expect(wrote('aws.args').trimEnd().split('\n').slice(-10)).toEqual([
      ...['sns', 'publish', '--region', REGION, '--topic-arn', TOPIC],
      ...['--subject', `${alarm} in ${REGION}`, '--message', 'file://report.txt'],
    ]);
  });

  it('starts for the composite alarms that are exported, and not for those below them', async () => {
    const at = await account({ scenario: 'quiet' });
    const { stdout } = await at.run(['export', 'alarms', '--since', '1d', '-o', 'json']);
    const prefixes: { prefix: string }[] =
      template.Resources.AlarmRule?.Properties.EventPattern.detail.alarmName;
    const starts = (name: string) => prefixes.some(({ prefix }) => name.startsWith(prefix));
    for (const { Type, Properties } of Object.values((JSON.parse(stdout) as Template).Resources)) {
      expect(starts(Properties.AlarmName), Properties.AlarmName).toBe(
        Type === 'AWS::CloudWatch::CompositeAlarm',
      );
    }
  });
});

describe('ssm-automation.yaml', () => {
  const runbook = read('ssm-automation.yaml');
  const given: Record<string, string> = {
    InstanceId: 'i-0123456789abcdef0',
    Region: REGION,
    ReportTopic: TOPIC,
  };

  it('runs nfm, and says its verdict', async () => {
    const [triage] = runbook.mainSteps;
    const lines: string[] = triage.inputs.Parameters.commands;
    const filled = lines.map((line) =>
      line.replace(/\{\{ (\w+) \}\}/g, (_, name) => given[name] ?? runbook.parameters[name].default),
    );
    const { code, stdout, stderr } = await shell(filled.join('\n'));
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const verdict = JSON.parse(stdout.slice(stdout.indexOf('\n{') + 1));
    expect(verdict).toMatchObject({ verdict: 'aws-infrastructure', confidence: expect.any(String) });
  });

  it('takes of each parameter only what cannot be more than a word in a shell', () => {
    for (const [name, { allowedPattern, default: value }] of Object.entries<Record<string, string>>(
      runbook.parameters,
    )) {
      const pattern = new RegExp(allowedPattern ?? '');
      expect(pattern.test(given[name] ?? value ?? ''), name).toBe(true);
      if (name === 'AutomationAssumeRole') continue;
      for (const bad of ["1h'; id #", '$(id)', '`id`', '1h\nid', ''])
        expect(pattern.test(bad), bad).toBe(false);
    }
  });

  it('names only what is there', () => {
    const text = JSON.stringify(runbook);
    const known = [...Object.keys(runbook.parameters), 'Triage.Output'];
    for (const [, name] of text.matchAll(/\{\{ ([\w.]+) \}\}/g)) expect(known).toContain(name);
  });
});

describe('github-actions.yml', () => {
  it('adds the report to the summary of a job that failed, and keeps the case', async () => {
    const { steps } = read('github-actions.yml').jobs.test;
    const step = steps.find(({ name }: { name?: string }) => name === 'Was it the network?');
    const { code, stdout, stderr } = await shell(step.run, {
      GITHUB_STEP_SUMMARY: path.join(home, 'summary.md'),
    });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: '::notice title=nfm triage::aws-infrastructure\n',
      stderr: '',
    });
    expect(wrote('summary.md')).toMatch(/^#+ .*AWS/i);
    const kept = steps.find(({ uses }: { uses?: string }) => uses?.startsWith('actions/upload-artifact'));
    expect(JSON.parse(wrote(kept.with.path)).schema).toBe('nfm.case/v1');
  });
});

describe('gitlab-ci.yml', () => {
  it('keeps the report of a job that failed, and the case', async () => {
    const job = read('gitlab-ci.yml')['was-it-the-network'];
    const { code, stdout, stderr } = await shell(job.script.join('\n'), { scenario: 'packet-loss' });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^WORKLOAD/m);
    for (const file of job.artifacts.paths) expect(wrote(file)).not.toBe('');
  });
});
