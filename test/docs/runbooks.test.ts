import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alarmsStack } from '../../src/provision/alarms.ts';
import { account, nfm, type Run, ran } from '../cli/helpers.ts';
import { problemsOf, type Template } from '../provision/template.ts';
import { ROOT, workplace } from './bin.ts';

/* docs/runbooks: each file as what reads it would read it, and its lines in a shell, against the sandbox. */

const FOLDER = path.join(ROOT, 'docs/runbooks');
const read = (file: string) => parse(readFileSync(path.join(FOLDER, file), 'utf8'));
const { home, env, program } = workplace();
// What installs nfm does nothing here; what is told to AWS is written down.
program('npm', 'test -z "$NPM" || { echo "npm: no registry" >&2; exit 1; }');
program('aws', `printf '%s\\n' "$@" >> "${home}/aws.args"`);
const wrote = (file: string) => readFileSync(path.join(home, file), 'utf8');
afterAll(() => rmSync(path.join(home, 'aws.args'), { force: true }));

async function shell(
  lines: string,
  { scenario = 'aws-impairment', ...more }: Record<string, string> = {},
): Promise<Run> {
  const at = await account({ scenario });
  // The clock of the account; bash as GitHub runs it.
  return ran(['bash', '-e', '-o', 'pipefail', '-c', lines], {
    cwd: home,
    env: { ...env, ...at.env, NFM_NOW: '2026-11-21T12:03:20Z', ...more },
  });
}

type Pattern = { [key: string]: Pattern } | ({ prefix?: string; exists?: true } | string)[];

/** As EventBridge matches, as far as these files use it. */
function matches(pattern: Pattern, event: unknown): boolean {
  if (!Array.isArray(pattern)) {
    return Object.entries(pattern).every(([key, inner]) =>
      matches(inner, (event as Record<string, unknown> | undefined)?.[key]),
    );
  }
  return pattern.some((one) => {
    if (typeof one === 'string') return one === event;
    return one.prefix === undefined ? event !== undefined : String(event).startsWith(one.prefix);
  });
}

const TOPIC = 'arn:aws:sns:ap-northeast-3:123456789012:on-call';
const REGION = 'ap-northeast-3';

describe('alarm-to-report.yaml', () => {
  const template: Template = read('alarm-to-report.yaml');

  it('is what the schemas of CloudFormation say', async () => {
    expect(await problemsOf(template)).toEqual([]);
  });

  it.each([
    ['nfm-aws-degraded', 'AWS INFRASTRUCTURE'],
    ['nfm-no-data-2', 'NOTHING FAILS'],
  ])('sends what nfm says when %s goes off', async (alarm, report) => {
    const { build } = parse(template.Resources.Triage?.Properties.Source.BuildSpec).phases;
    const result = await shell(build.commands.join('\n'), {
      AWS_REGION: REGION,
      ALARM_NAME: alarm,
      REPORT_TOPIC: TOPIC,
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

  it.each([
    ['nfm has no credentials', { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' }, 'nfm triage'],
    ['AWS cannot be reached', { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' }, 'error: '],
    ['nfm cannot be installed', { NPM: 'no' }, 'npm: no registry'],
  ])(
    'tells those who wait that nothing could be found out, and fails, where %s',
    async (_, broken, words) => {
      const { build } = parse(template.Resources.Triage?.Properties.Source.BuildSpec).phases;
      const alarm = `nfm-retransmissions-${'m'.repeat(240)}`;
      const { code } = await shell(build.commands.join('\n'), {
        AWS_REGION: 'eu-central-1',
        ALARM_NAME: alarm,
        REPORT_TOPIC: TOPIC,
        ...broken,
      });
      expect(code).not.toBe(0);
      expect(wrote('report.txt')).toMatch(/^nfm could not tell/m);
      expect(wrote('report.txt')).toContain(words);
      const told = wrote('aws.args').trimEnd().split('\n').slice(-10);
      // By the topic's own Region, and with a subject that SNS takes.
      expect(told[3]).toBe(REGION);
      expect(told[7]).toHaveLength(100);
    },
  );

  it('starts for the composite alarms that are exported, of a part too, and not for those below them', () => {
    const past = { start: '2026-11-20T00:00:00Z', end: '2026-11-21T00:00:00Z' };
    const { detail: pattern } = template.Resources.AlarmRule?.Properties.EventPattern ?? {};
    for (const part of [[], ['no-data']]) {
      const stack = alarmsStack([{ name: 'no-data', arn: 'arn:x', past: null }], {
        ...{ region: REGION, window: past, topic: null, tags: {}, part },
      });
      for (const { kind, ...alarm } of stack.resources) {
        // Events of composite alarms have their rule (user guide: cloudwatch-and-eventbridge).
        const configuration = kind === 'composite-alarm' ? { alarmRule: 'x' } : { metrics: [] };
        const name = 'name' in alarm ? alarm.name : '';
        const event = { alarmName: name, configuration, state: { value: 'ALARM' } };
        expect(matches(pattern, event), name).toBe(kind === 'composite-alarm');
        expect(matches(pattern, { ...event, state: { value: 'OK' } }), name).toBe(false);
      }
    }
  });
});

describe('fleet-role.yaml', () => {
  it('lets nfm sweep read, no more and no less', async () => {
    const template: Template = read('fleet-role.yaml');
    expect(await problemsOf(template)).toEqual([]);
    const { stdout } = await nfm(['policy', 'sweep']);
    const actions = (statements: { Action: string | string[] }[]) =>
      statements.flatMap(({ Action }) => Action).sort();
    // What whoever sweeps needs, and not the accounts that are swept.
    const own = ['organizations:ListAccounts', 'sts:AssumeRole', 'sts:GetCallerIdentity'];
    const [policy] = template.Resources.SweptRole?.Properties.Policies ?? [];
    expect(actions(policy.PolicyDocument.Statement)).toEqual(
      actions(JSON.parse(stdout).Statement).filter((action) => !own.includes(action)),
    );
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
