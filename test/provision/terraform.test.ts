import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stack } from '../../src/model/stack.ts';
import { named, wordsOf } from '../../src/provision/words.ts';
import { toCloudFormation } from '../../src/render/cloudformation.ts';
import { renderHcl, template } from '../../src/render/hcl.ts';
import { toTerraform } from '../../src/render/terraform.ts';
import { renderYaml } from '../../src/render/yaml.ts';
import { hclOf, templateOf } from './account.ts';
import { literal, readHcl, readTemplate, resourcesIn } from './hcl.ts';

describe('Terraform', () => {
  it('has the alarms of CloudFormation, figure by figure', async () => {
    const args = ['--since', '1d', '--sns-topic', 'arn:aws:sns:ap-northeast-3:123456789012:on-call'];
    const [text, template] = await Promise.all([
      hclOf('packet-loss', 'alarms', ...args),
      templateOf('packet-loss', 'alarms', ...args),
    ]);
    const file = await readHcl(text);
    const alarms = resourcesIn(file).filter(({ address }) => /metric_alarm/.test(address));
    expect(alarms).toHaveLength(9);
    for (const { body } of alarms) {
      const [, { Properties: p }] = Object.entries(template.Resources).find(
        ([, resource]) => resource.Properties.AlarmName === body.alarm_name,
      ) ?? ['', { Properties: {} as Record<string, never> }];
      expect(body).toMatchObject({
        region: 'ap-northeast-3',
        alarm_description: p.AlarmDescription,
        evaluation_periods: p.EvaluationPeriods,
        datapoints_to_alarm: p.DatapointsToAlarm,
        comparison_operator: p.ComparisonOperator,
        threshold: p.Threshold,
        treat_missing_data: p.TreatMissingData,
      });
      const queries = (body.metric_query ?? []) as {
        id: string;
        expression?: string;
        return_data?: boolean;
        metric?: object[];
      }[];
      expect(queries.map((query) => [query.id, query.expression, query.return_data ?? false])).toEqual(
        (p.Metrics ?? []).map((metric: Record<string, unknown>) => [
          metric.Id,
          metric.Expression,
          metric.ReturnData,
        ]),
      );
      const metrics = queries.length > 0 ? queries.flatMap(({ metric = [] }) => metric) : [body];
      for (const metric of metrics) {
        expect(metric).toMatchObject({
          namespace: 'AWS/NetworkFlowMonitor',
          dimensions: { MonitorId: expect.stringMatching(/:monitor\/demo-/) },
          period: 300,
        });
      }
    }
    expect(file.variable?.alarm_topic?.[0]).toMatchObject({ default: args.at(-1) });
    const told = resourcesIn(file).filter(({ address }) => /composite_alarm/.test(address));
    for (const { body } of told) {
      const topics = [body.alarm_actions, body.ok_actions].map((list) => String(list));
      expect(topics.map((topic) => topic.replace(/[${}]/g, ''))).toEqual([
        'var.alarm_topic',
        'var.alarm_topic',
      ]);
    }
    // What a composite alarm names is there.
    const rules = resourcesIn(file).flatMap(({ body }) => (body.alarm_rule ? [String(body.alarm_rule)] : []));
    expect(rules).toHaveLength(3);
    const addresses = resourcesIn(file).map(({ address }) => address);
    for (const [, address] of rules.join().matchAll(/\$\{([\w.]+)\.alarm_name\}/g)) {
      expect(addresses).toContain(address);
    }
  });

  it('imports what is there, in its Region, and nothing else', async () => {
    const file = await readHcl(await hclOf('quiet', 'setup'));
    const there = (file.import ?? []).map(({ to, id }) => [to.replace(/^\$\{|\}$/g, ''), id]);
    expect(there).toEqual([
      ['aws_networkflowmonitor_scope.scope', 'c8e1f4a2-5b7d-4c39-9a06-2f3d8b1e7c54@ap-northeast-3'],
      ['aws_networkflowmonitor_monitor.demo_vpc_monitor', 'demo-vpc@ap-northeast-3'],
      ['aws_networkflowmonitor_monitor.demo_zone_a_monitor', 'demo-zone-a@ap-northeast-3'],
      ['aws_networkflowmonitor_monitor.demo_zone_b_monitor', 'demo-zone-b@ap-northeast-3'],
      ['aws_eks_addon.demo_cluster_pod_identity_agent', 'demo:eks-pod-identity-agent@ap-northeast-3'],
      [
        'aws_eks_pod_identity_association.demo_cluster_agents_association',
        'demo,a-2kf0q7x9m4r1d8tzc@ap-northeast-3',
      ],
      ['aws_eks_addon.demo_cluster_agents', 'demo:aws-network-flow-monitoring-agent@ap-northeast-3'],
    ]);
    const addresses = resourcesIn(file).map(({ address }) => address);
    for (const [address] of there) expect(addresses).toContain(address);
    const fresh = await readHcl(await hclOf('nothing', 'setup'));
    expect(fresh.import).toBeUndefined();
    expect(resourcesIn(fresh).map(({ address }) => address)).toContain(
      'aws_iam_role_policy_attachment.agent_role_cloud_watch_network_flow_monitor_agent_publish_policy',
    );
  });

  it('has the dashboard of CloudFormation', async () => {
    const [text, template] = await Promise.all([
      hclOf('quiet', 'dashboard'),
      templateOf('quiet', 'dashboard'),
    ]);
    const [{ body } = { body: {} as Record<string, unknown> }] = resourcesIn(await readHcl(text));
    const literal = String(body.dashboard_body);
    for (const { properties } of JSON.parse(template.Resources.Dashboard?.Properties.DashboardBody).widgets) {
      if (properties.title) expect(literal).toContain(`title   = "${properties.title}"`);
    }
  });
});

/** A stack in which everything that others name is hostile. */
function hostile(text: string): Stack {
  return {
    name: 'x',
    title: text,
    region: 'eu-central-1',
    notes: [text],
    lacks: [],
    parameters: [],
    resources: [
      {
        kind: 'monitor',
        id: [...wordsOf(text), 'monitor'],
        name: text,
        scope: text,
        local: [{ type: text, identifier: text }],
        remote: [],
        tags: { [text]: text, plain: text },
      },
    ],
  };
}

const HOSTILE = [
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one in Terraform
  '${file("/etc/passwd")}',
  '$${x}',
  '$$$${',
  '%{ if true }',
  '%%{',
  '"\n}\nresource "aws_iam_user" "x" {',
  '\\"',
  '*/ # //',
  '<<EOT\n\tEOT',
  '\u001b[31m\u202e\u{e0041}\u0000',
  'yes',
  '2010-09-09',
  '0123',
  '- {a: !Ref AWS::AccountId}',
  '&a *a !!python/object',
  '\ud800',
  '$'.repeat(2).concat('{{$'),
  '%'.repeat(3).concat('{if}'),
];

describe('what others name', () => {
  const check = async (text: string) => {
    const stack = hostile(text);
    const hcl = toTerraform(stack, 'test');
    const file = await readHcl(hcl);
    const [{ address, body } = { address: '', body: {} as Record<string, unknown> }, ...others] =
      resourcesIn(file);
    expect(others).toEqual([]);
    expect(address).toMatch(/^aws_\w+\.[a-z_][a-z0-9_]*$/);
    expect(Object.keys(file)).toEqual(['resource']);
    // A half of a pair is no character.
    const whole = text.replace(/\p{Cs}/gu, '\ufffd');
    expect(literal(body.monitor_name)).toBe(whole);
    expect(literal((body.tags as Record<string, unknown>).plain)).toBe(whole);
    // A template that is still one would be evaluated: every beginning is escaped.
    expect(String(body.monitor_name).replace(/([$%])\1\{/g, ' ')).not.toMatch(/[$%]\{/);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing that a terminal obeys is in it
    expect(hcl.replaceAll('\n', '')).not.toMatch(/[\x00-\x1f\x7f\u202e]/);
  };

  it.each(HOSTILE)('stays text in HCL: %j', check);

  it('stays text in HCL, whatever it is', async () => {
    const piece = fc.constantFrom('$', '{', '}', '%', '"', '\\', '\n', '~', 'a', '\u202e', '\u{1f600}', ' ');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { minLength: 1, maxLength: 12 }), (parts) => check(parts.join(''))),
      { numRuns: 60 },
    );
  });

  const REFERENCE = { raw: 'aws_cloudwatch_metric_alarm.x.alarm_name' };
  const whole = (text: string) => text.replace(/\p{Cs}/gu, '\ufffd');
  const checkBeside = async (before: string, after: string) => {
    const { raw } = template([before, REFERENCE, after]);
    const pieces = [whole(before), REFERENCE, whole(after)].filter((piece) => piece !== '');
    expect(await readTemplate(raw), raw).toEqual(pieces);
  };

  it.each([
    ...HOSTILE,
    '$',
    '$$',
    '%',
    'a$%$',
    '\\$',
    '${',
    '%{',
    'a\n',
    '"$',
    '\u{1f600}$',
    '\ud83d',
    '\u202e%',
  ])('stays text beside a reference, and leaves it one: %j', async (text) => {
    await checkBeside(text, text);
  });

  it('stays text beside a reference, whatever it is', async () => {
    const piece = fc.constantFrom(
      '$',
      '$',
      '%',
      '{',
      '}',
      '"',
      '\\',
      '\n',
      '~',
      'a',
      '\ud800',
      '\u{1f600}',
      ' ',
    );
    const text = fc.array(piece, { maxLength: 6 }).map((parts) => parts.join(''));
    await fc.assert(fc.asyncProperty(text, text, checkBeside), { numRuns: 100 });
  });

  it.each(HOSTILE)('stays text in YAML, for readers of 1.1 too: %j', async (text) => {
    const { parse: parseYaml } = await import('yaml');
    const document = toCloudFormation(hostile(text), 'test');
    const yaml = renderYaml(document, { old: true });
    for (const version of ['1.1', '1.2'] as const) {
      const { Properties } = Object.values(parseYaml(yaml, { version }).Resources)[0] as {
        Properties: { MonitorName: unknown; Tags: { Key: unknown; Value: unknown }[] };
      };
      expect(Properties.MonitorName).toBe(text);
      expect(Properties.Tags[0]).toEqual({ Key: text, Value: text });
    }
  });

  it('stays text in a rule of CloudFormation', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: Fn::Sub would fill it in
    const [text, kept] = ['${AWS::Region} $ {} ', '${!AWS::Region} $ {} '];
    const alarm = { kind: 'composite-alarm' as const, id: ['a'], name: 'a', description: '', actions: [] };
    const stack = { ...hostile('x'), resources: [{ ...alarm, rule: [text] }] };
    expect(toCloudFormation(stack, 'test')?.Resources.A?.Properties.AlarmRule).toEqual({ 'Fn::Sub': kept });
  });

  it("quotes what Python's YAML would stop at", () => {
    expect(renderYaml({ a: '=', '=': ['='] }, { old: true })).toBe('a: "="\n"=":\n  - "="\n');
  });

  it('makes IDs that are valid, by themselves always the same, and different for different names', () => {
    const names = [
      'a-b',
      'a.b',
      'A-B',
      'a_b',
      'ab',
      'a-1',
      'a1',
      'a--b',
      '-',
      '.',
      '1',
      'nfm-vpc-0abc',
      'x'.repeat(255),
    ];
    const words = names.map((name) => wordsOf(name).join(' '));
    expect(new Set(words).size).toBe(names.length);
    expect(words[0]).toBe('a b');
    for (const one of words) expect(one).toMatch(/^[a-z0-9 ]{1,200}$/);
    expect(named('nfm-', 'x'.repeat(255), '-no-data')).toHaveLength(255);
    expect(named('nfm-', 'x'.repeat(255), '-no-data')).not.toBe(
      named('nfm-', `${'x'.repeat(254)}y`, '-no-data'),
    );
  });

  it("has its signs of equality below each other as 'terraform fmt' counts characters", () => {
    const tags = { '\u{1f600}': 'a', '\u{1f468}\u{1f3fd} e\u0301': 'b', plain: 'c' };
    expect(renderHcl([], [{ type: ['locals'], body: [['tags', tags]] }])).toBe(
      'locals {\n  tags = {\n    "\u{1f600}"   = "a"\n    "\u{1f468}\u{1f3fd} e\u0301" = "b"\n    plain = "c"\n  }\n}\n',
    );
  });

  it('keeps comments comments', () => {
    expect(renderHcl(['a\nb\r\u001b[2J'], [])).toBe('# a\\nb\\r\\x1b[2J\n');
  });
});
