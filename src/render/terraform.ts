import { METRIC_NAMESPACE } from '../model/service.ts';
import type {
  Bucket,
  Id,
  MonitorMetric,
  Parameter,
  Role,
  Stack,
  StackResource,
  Text,
} from '../model/stack.ts';
import { type Block, call, type Expression, renderHcl, template, type Value } from './hcl.ts';

/*
 * A stack as Terraform reads it, for the provider hashicorp/aws: names and IDs for import as in its documentation
 * (https://registry.terraform.io/providers/hashicorp/aws/latest/docs). No provider is declared, so that the file fits
 * into any module.
 */

/** aws_networkflowmonitor_monitor came with 6.21, `region` of each resource with 6.0. */
const PROVIDER = '6.21';
/** Blocks that import. */
const TERRAFORM = '1.5';

export function toTerraform(stack: Stack, generator: string): string {
  const { title, notes, region, parameters, resources } = stack;
  const comments = [
    `${title}. ${generator}.`,
    `Needs Terraform ${TERRAFORM} and the provider hashicorp/aws ${PROVIDER}, or newer.`,
    ...notes.flatMap((note) => ['', note]),
  ];
  return renderHcl(comments, [
    ...parameters.map(variable),
    ...resources.flatMap((resource) => [
      ...(resource.existing ? [adoption(resource, resource.existing.importId, region)] : []),
      ...blocksOf(resource, resources, region),
    ]),
  ]);
}

function variable({ id, description, pattern, default: value }: Parameter): Block {
  const name = nameOf(id);
  return {
    type: ['variable', name],
    body: [
      ['type', { raw: 'string' }],
      ['description', description],
      ...(value === null ? [] : [['default', value] as const]),
      {
        type: ['validation'],
        body: [
          ['condition', { raw: `can(regex(${JSON.stringify(pattern)}, var.${name}))` }],
          ['error_message', `${description}, which looks like this: ${pattern}`],
        ],
      },
    ],
  };
}

/** By the Region that the resource names, whatever the provider's own is ('Enhanced Region Support' of the provider's guides). */
function adoption(resource: StackResource, importId: string, region: string | null): Block {
  const id = region === null || GLOBAL.includes(resource.kind) ? importId : `${importId}@${region}`;
  return {
    type: ['import'],
    body: [
      ['to', { raw: addressOf(resource) }],
      ['id', id],
    ],
  };
}

const TYPES: Readonly<Record<StackResource['kind'], string>> = {
  'metric-alarm': 'aws_cloudwatch_metric_alarm',
  'composite-alarm': 'aws_cloudwatch_composite_alarm',
  dashboard: 'aws_cloudwatch_dashboard',
  scope: 'aws_networkflowmonitor_scope',
  monitor: 'aws_networkflowmonitor_monitor',
  role: 'aws_iam_role',
  'role-permission': 'aws_iam_role_policy_attachment',
  'instance-profile': 'aws_iam_instance_profile',
  addon: 'aws_eks_addon',
  'pod-identity': 'aws_eks_pod_identity_association',
  'command-document': 'aws_ssm_document',
  'host-association': 'aws_ssm_association',
  bucket: 'aws_s3_bucket',
  'log-group': 'aws_cloudwatch_log_group',
  'build-project': 'aws_codebuild_project',
  'state-machine': 'aws_sfn_state_machine',
  schedule: 'aws_scheduler_schedule',
};

/** Belong to no Region. */
const GLOBAL: readonly StackResource['kind'][] = ['dashboard', 'role', 'role-permission', 'instance-profile'];
/** Their types take no tags. */
const UNTAGGED: readonly StackResource['kind'][] = ['dashboard', 'role-permission', 'schedule'];

function nameOf(id: Id): string {
  const name = id.join('_');
  return /^[a-z_]/.test(name) ? name : `_${name}`;
}

function addressOf({ kind, id }: StackResource): string {
  return `${TYPES[kind]}.${nameOf(id)}`;
}

type Body = Block['body'];

function blocksOf(resource: StackResource, all: readonly StackResource[], region: string | null): Block[] {
  const { kind, id, tags = {}, dependsOn = [], existing } = resource;
  const own = spelled(resource, (value) => valueIn(value, all));
  const needed = all.filter((other) => dependsOn.some((need) => nameOf(need) === nameOf(other.id)));
  // A role can do nothing before what it may is there, too.
  const allowed = all.filter((other) => other.kind === 'role' && other.permissions && isBy(resource, other));
  const first = [
    ...needed.map(addressOf),
    ...allowed.map((role) => `aws_iam_role_policy.${ownPolicy(role)}`),
  ];
  const body: Body = [
    ...(region === null || GLOBAL.includes(kind) ? [] : [['region', region] as const]),
    ...own,
    ...(Object.keys(tags).length === 0 || UNTAGGED.includes(kind) ? [] : [['tags', { ...tags }] as const]),
    ...(first.length === 0 ? [] : [['depends_on', first.map((raw): Expression => ({ raw }))] as const]),
    // An argument that is not written is taken away: the role of an add-on's service account, for one.
    ...(existing?.whole === false
      ? [{ type: ['lifecycle'], body: [['ignore_changes', { raw: 'all' }] as const] }]
      : []),
  ];
  return [{ type: ['resource', TYPES[kind], nameOf(id)], body }, ...attachments(resource, region)];
}

/** Whether it acts as that role. */
function isBy(resource: StackResource, { id }: StackResource): boolean {
  const by = 'role' in resource ? resource.role : null;
  return by !== null && typeof by === 'object' && 'of' in by && nameOf(by.of) === nameOf(id);
}

function ownPolicy({ id }: StackResource): string {
  return nameOf([...id, 'own']);
}

function spelled(resource: StackResource, text: (value: Text) => Value): Body {
  switch (resource.kind) {
    case 'metric-alarm': {
      const { watched, periodSeconds } = resource;
      return [
        ['alarm_name', resource.name],
        ['alarm_description', resource.description],
        ...('expression' in watched ? [] : metricOf(watched, periodSeconds, 'statistic')),
        ['evaluation_periods', resource.evaluationPeriods],
        ['datapoints_to_alarm', resource.datapointsToAlarm],
        ['comparison_operator', resource.comparison],
        ['threshold', resource.threshold],
        ['treat_missing_data', resource.missing],
        ...('expression' in watched
          ? [
              query('rate', [
                ['expression', watched.expression],
                ['label', watched.label],
                ['return_data', true],
              ]),
              ...Object.entries(watched.metrics).map(([name, metric]) =>
                query(name, [{ type: ['metric'], body: metricOf(metric, periodSeconds, 'stat') }]),
              ),
            ]
          : []),
      ];
    }
    case 'composite-alarm': {
      const actions = resource.actions.map(text);
      return [
        ['alarm_name', resource.name],
        ['alarm_description', resource.description],
        [
          'alarm_rule',
          template(
            resource.rule.map((part) => (typeof part === 'string' ? part : (text(part) as Expression))),
          ),
        ],
        ['alarm_actions', actions],
        ['ok_actions', actions],
      ];
    }
    case 'dashboard':
      return [
        ['dashboard_name', resource.name],
        ['dashboard_body', call('jsonencode', resource.body as Value)],
      ];
    case 'scope':
      return resource.targets.map(({ accountId, region }) => ({
        type: ['target'],
        body: [
          ['region', region],
          {
            type: ['target_identifier'],
            body: [['target_type', 'ACCOUNT'], { type: ['target_id'], body: [['account_id', accountId]] }],
          },
        ],
      }));
    case 'monitor':
      return [
        ['monitor_name', resource.name],
        ['scope_arn', text(resource.scope)],
        ...(['local', 'remote'] as const).flatMap((side) =>
          resource[side].map(
            ({ type, identifier }): Block => ({
              type: [`${side}_resource`],
              body: [
                ['type', type],
                ['identifier', identifier],
              ],
            }),
          ),
        ),
      ];
    case 'role':
      return [
        ['description', resource.description],
        ['assume_role_policy', call('jsonencode', resource.trust as Value)],
      ];
    case 'role-permission':
      return [
        ['role', resource.roleName],
        ['policy_arn', resource.policyArn],
      ];
    case 'instance-profile':
      return [['role', text(resource.role)]];
    case 'addon':
      return [
        ['cluster_name', resource.cluster],
        ['addon_name', resource.name],
      ];
    case 'pod-identity':
      return [
        ['cluster_name', resource.cluster],
        ['namespace', resource.namespace],
        ['service_account', resource.serviceAccount],
        ['role_arn', text(resource.role)],
      ];
    case 'command-document':
      return [
        ['name', resource.name],
        ['document_type', 'Command'],
        ['document_format', 'JSON'],
        ['content', call('jsonencode', resource.content as Value)],
      ];
    case 'host-association':
      return [
        ['association_name', resource.name],
        ['name', text(resource.document)],
        {
          type: ['targets'],
          body: [
            ['key', resource.target.key],
            ['values', [...resource.target.values]],
          ],
        },
      ];
    case 'bucket':
      return [['bucket', resource.name]];
    case 'log-group':
      return [
        ['name', resource.name],
        ['retention_in_days', resource.keptDays],
      ];
    case 'build-project':
      return [
        ['name', resource.name],
        ['description', resource.description],
        ['service_role', text(resource.role)],
        ['build_timeout', resource.timeoutMinutes],
        { type: ['artifacts'], body: [['type', 'NO_ARTIFACTS']] },
        {
          type: ['environment'],
          body: [
            ['type', 'LINUX_CONTAINER'],
            ['compute_type', resource.computeType],
            ['image', resource.image],
            ...Object.entries(resource.environment).map(
              ([name, value]): Block => ({
                type: ['environment_variable'],
                body: [
                  ['name', name],
                  ['value', text(value)],
                ],
              }),
            ),
          ],
        },
        {
          type: ['logs_config'],
          body: [{ type: ['cloudwatch_logs'], body: [['group_name', text(resource.logGroup)]] }],
        },
        {
          type: ['source'],
          body: [
            ['type', 'NO_SOURCE'],
            ['buildspec', call('jsonencode', resource.buildSpec as Value, '    ')],
          ],
        },
      ];
    case 'state-machine':
      return [
        ['name', resource.name],
        ['type', 'STANDARD'],
        ['role_arn', text(resource.role)],
        ['definition', call('jsonencode', resource.definition as Value)],
      ];
    case 'schedule':
      return [
        ['name', resource.name],
        ['description', resource.description],
        ['schedule_expression', resource.expression],
        { type: ['flexible_time_window'], body: [['mode', 'OFF']] },
        {
          type: ['target'],
          body: [
            ['arn', text(resource.target)],
            ['role_arn', text(resource.role)],
          ],
        },
      ];
  }
}

/** What CloudFormation has as properties, and the provider as resources of their own. */
function attachments(resource: StackResource, region: string | null): Block[] {
  switch (resource.kind) {
    case 'role':
      return policiesOf(resource);
    case 'bucket':
      return settingsOf(resource, region);
    default:
      return [];
  }
}

/** Those that others attach to the role stay. */
function policiesOf(role: Role): Block[] {
  const { id, policies, permissions } = role;
  const of = (type: string, name: string, body: Body): Block => ({
    type: ['resource', type, name],
    body: [['role', { raw: `${addressOf(role)}.name` }], ...body],
  });
  return [
    ...policies.map((arn) =>
      of(TYPES['role-permission'], nameOf([...id, ...wordsIn(arn)]), [['policy_arn', arn]]),
    ),
    ...(permissions
      ? [of('aws_iam_role_policy', ownPolicy(role), [['policy', call('jsonencode', permissions as Value)]])]
      : []),
  ];
}

function settingsOf(bucket: Bucket, region: string | null): Block[] {
  const of = (setting: string, body: Body): Block => ({
    type: ['resource', `${TYPES.bucket}_${setting}`, nameOf(bucket.id)],
    body: [
      ...(region === null ? [] : [['region', region] as const]),
      ['bucket', { raw: `${addressOf(bucket)}.id` }],
      ...body,
    ],
  });
  return [
    of('server_side_encryption_configuration', [
      {
        type: ['rule'],
        body: [{ type: ['apply_server_side_encryption_by_default'], body: [['sse_algorithm', 'AES256']] }],
      },
    ]),
    of('public_access_block', [
      ['block_public_acls', true],
      ['block_public_policy', true],
      ['ignore_public_acls', true],
      ['restrict_public_buckets', true],
    ]),
    of('lifecycle_configuration', [
      {
        type: ['rule'],
        body: [
          ['id', 'old'],
          ['status', 'Enabled'],
          { type: ['filter'], body: [] },
          { type: ['expiration'], body: [['days', bucket.keptDays]] },
          { type: ['abort_incomplete_multipart_upload'], body: [['days_after_initiation', 1]] },
        ],
      },
    ]),
  ];
}

/** Of one of AWS's policies: its name, in words. */
function wordsIn(policyArn: string): string[] {
  return (policyArn.split('/').at(-1) ?? '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(' ');
}

function query(id: string, body: Body): Block {
  return { type: ['metric_query'], body: [['id', id], ...body] };
}

function metricOf({ name, monitorArn, statistic }: MonitorMetric, period: number, stat: string): Body {
  return [
    ['namespace', METRIC_NAMESPACE],
    ['metric_name', name],
    ['dimensions', { MonitorId: monitorArn }],
    ['period', period],
    [stat, statistic],
  ];
}

/** What the provider calls a name, and an ARN, where it is not so. */
const NAMES: Partial<Record<StackResource['kind'], string>> = { 'metric-alarm': 'alarm_name' };
const ARNS: Partial<Record<StackResource['kind'], string>> = { scope: 'scope_arn' };

function valueIn(value: Text, all: readonly StackResource[]): Value {
  if (typeof value === 'string') return value;
  if ('parameter' in value) return { raw: `var.${nameOf(value.parameter)}` };
  const target = all.find(({ id }) => nameOf(id) === nameOf(value.of));
  if (!target) throw new Error(`no ${nameOf(value.of)} in the stack`);
  const attribute = (value.get === 'name' ? NAMES : ARNS)[target.kind] ?? value.get;
  return { raw: `${addressOf(target)}.${attribute}` };
}
