import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { blocks, INSTALLS, workplace } from './bin.ts';

const { home, env, program } = workplace();
// What is written down is what a real kubectl would have been told.
program('kubectl', `echo "$@" > "${home}/kubectl.args"`);

function shell(script: string) {
  const { status, stdout, stderr } = spawnSync('bash', ['-o', 'pipefail', '-c', script], {
    cwd: home,
    encoding: 'utf8',
    env,
  });
  return { status, stdout, stderr };
}

const wrote = (file: string) => readFileSync(path.join(home, file), 'utf8');

/** What a recipe must have done, beyond ending well. */
const OUTCOMES: Readonly<Record<string, (stdout: string) => void>> = {
  'incident.md': () => expect(wrote('incident.md')).toMatch(/^#+ .*workload/i),
  'case $?': (stdout) => expect(stdout).toBe('page the owner of the pod\n'),
  kubectl: () => expect(wrote('kubectl.args')).toBe('describe pod -n default web-b\n'),
  '--case': (stdout) => expect(stdout).toContain('pod default/web-b'),
  'theirs.json': (stdout) => {
    expect(stdout).toContain('demo-zone-b');
    expect(wrote('theirs.json')).not.toMatch(/demo-|web-b|10\.77\./);
    expect(wrote('kept.txt')).toContain('zone IDs');
  },
  'support-case.txt': () => expect(wrote('support-case.txt')).toMatch(/^Subject: .*apne3-az3/),
  'message.json': () => expect(JSON.parse(wrote('message.json')).text.split('\n')).toHaveLength(6),
  'alarms.yaml': () => {
    expect(wrote('alarms.yaml')).toContain('Type: AWS::CloudWatch::CompositeAlarm');
    expect(wrote('dashboard.tf')).toContain('resource "aws_cloudwatch_dashboard" "dashboard" {');
  },
  'setup.yaml': () => expect(wrote('setup.yaml')).toContain('Type: AWS::NetworkFlowMonitor::Scope'),
  'zones.csv': () => expect(wrote('zones.csv').split('\n').length).toBeGreaterThan(2),
};

describe('README', () => {
  const recipes = blocks('sh').filter(
    (block) => !Object.values(INSTALLS).some((install) => install.test(block)),
  );

  it('has recipes for an incident, a page, kubectl and a report', () => {
    for (const mark of Object.keys(OUTCOMES)) expect(recipes.filter((r) => r.includes(mark))).toHaveLength(1);
  });

  it.each(recipes)('runs as printed: %s', (recipe) => {
    const { status, stdout, stderr } = shell(recipe);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const [mark, check] of Object.entries(OUTCOMES)) if (recipe.includes(mark)) check(stdout);
  });

  it.each(blocks('console'))('shows what the program prints', (session) => {
    const [command = '', ...output] = session.split('\n');
    expect(shell(command.replace(/^\$ /, '')).stdout).toBe(output.join('\n'));
  });
});
