import { METRIC_NAMESPACE } from '../model/service.ts';
import type { Id, MonitorMetric, Stack, StackResource, Text } from '../model/stack.ts';

/* A stack as CloudFormation reads it. Types and properties: the resource schemas, which a test holds this to. */

interface Template {
  AWSTemplateFormatVersion: '2010-09-09';
  Description: string;
  Metadata: { Generator: string; Notes: readonly string[] };
  Rules?: object;
  Parameters?: object;
  Resources: Record<string, TemplateResource>;
}

interface TemplateResource {
  Type: string;
  DependsOn?: string[];
  Properties: Record<string, unknown>;
}

/** Null where there is nothing to create: a template has one resource at least. */
export function toCloudFormation(stack: Stack, generator: string): Template | null {
  const own = stack.resources.filter(({ existing }) => existing === undefined);
  if (own.length === 0) return null;
  const inStack = new Set(own.map(({ id }) => logicalId(id)));
  const { region, parameters } = stack;
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: stack.title,
    Metadata: { Generator: generator, Notes: stack.notes },
    ...(region !== null && { Rules: { Region: onlyIn(region) } }),
    ...(parameters.length > 0 && {
      Parameters: Object.fromEntries(
        parameters.map(({ id, description, pattern, default: value }) => [
          logicalId(id),
          {
            Type: 'String',
            Description: description,
            AllowedPattern: pattern,
            ...(value !== null && { Default: value }),
          },
        ]),
      ),
    }),
    Resources: Object.fromEntries(
      own.map((resource) => {
        const needs = (resource.dependsOn ?? []).map(logicalId).filter((id) => inStack.has(id));
        const { Type, Properties } = spelled(resource, stack.resources);
        return [
          logicalId(resource.id),
          {
            Type,
            ...(needs.length > 0 && { DependsOn: needs }),
            Properties: { ...Properties, ...tagged(resource) },
          },
        ];
      }),
    ),
  };
}

/** Elsewhere its alarms would wait for ever for metrics that are here. */
function onlyIn(region: string): object {
  return {
    Assertions: [
      {
        Assert: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, region] },
        AssertDescription: `What this template is about is in ${region}.`,
      },
    ],
  };
}

/** ['demo', 'zone', 'b'] → DemoZoneB */
export function logicalId(id: Id): string {
  return id.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** Their types take no tags. */
const UNTAGGED: readonly StackResource['kind'][] = ['role-permission', 'instance-profile', 'schedule'];

function tagged({ kind, tags }: StackResource): { Tags?: { Key: string; Value: string }[] } {
  const pairs = Object.entries(tags ?? {});
  if (pairs.length === 0 || UNTAGGED.includes(kind)) return {};
  return { Tags: pairs.map(([Key, Value]) => ({ Key, Value })) };
}

function spelled(
  resource: StackResource,
  all: readonly StackResource[],
): { Type: string; Properties: Record<string, unknown> } {
  const text = (value: Text) => textOf(value, all);
  switch (resource.kind) {
    case 'metric-alarm': {
      const { watched, periodSeconds } = resource;
      return {
        Type: 'AWS::CloudWatch::Alarm',
        Properties: {
          AlarmName: resource.name,
          AlarmDescription: resource.description,
          ...('expression' in watched
            ? {
                Metrics: [
                  { Id: 'rate', Expression: watched.expression, Label: watched.label, ReturnData: true },
                  ...Object.entries(watched.metrics).map(([Id, metric]) => ({
                    Id,
                    MetricStat: {
                      Metric: metricOf(metric),
                      Period: periodSeconds,
                      Stat: metric.statistic,
                    },
                    ReturnData: false,
                  })),
                ],
              }
            : { ...metricOf(watched), Statistic: watched.statistic, Period: periodSeconds }),
          EvaluationPeriods: resource.evaluationPeriods,
          DatapointsToAlarm: resource.datapointsToAlarm,
          ComparisonOperator: resource.comparison,
          Threshold: resource.threshold,
          TreatMissingData: resource.missing,
        },
      };
    }
    case 'composite-alarm': {
      const actions = resource.actions.map(text);
      return {
        Type: 'AWS::CloudWatch::CompositeAlarm',
        Properties: {
          AlarmName: resource.name,
          AlarmDescription: resource.description,
          AlarmRule: {
            'Fn::Sub': resource.rule
              .map((part) =>
                typeof part === 'string' ? part.replaceAll('${', () => '${!') : `\${${logicalId(part.of)}}`,
              )
              .join(''),
          },
          AlarmActions: actions,
          OKActions: actions,
        },
      };
    }
    case 'dashboard':
      return {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: { DashboardName: resource.name, DashboardBody: JSON.stringify(resource.body, null, 2) },
      };
    case 'scope':
      return {
        Type: 'AWS::NetworkFlowMonitor::Scope',
        Properties: {
          Targets: resource.targets.map(({ accountId, region }) => ({
            TargetIdentifier: { TargetId: { AccountId: accountId }, TargetType: 'ACCOUNT' },
            Region: region,
          })),
        },
      };
    case 'monitor': {
      const sides = (list: typeof resource.local) =>
        list.map(({ type, identifier }) => ({ Type: type, Identifier: identifier }));
      return {
        Type: 'AWS::NetworkFlowMonitor::Monitor',
        Properties: {
          MonitorName: resource.name,
          ScopeArn: text(resource.scope),
          LocalResources: sides(resource.local),
          ...(resource.remote.length > 0 && { RemoteResources: sides(resource.remote) }),
        },
      };
    }
    case 'role':
      return {
        Type: 'AWS::IAM::Role',
        Properties: {
          Description: resource.description,
          AssumeRolePolicyDocument: resource.trust,
          ...(resource.policies.length > 0 && { ManagedPolicyArns: resource.policies }),
          ...(resource.permissions && {
            Policies: [{ PolicyName: 'own', PolicyDocument: resource.permissions }],
          }),
        },
      };
    case 'role-permission':
      return {
        // AWS's own policy cannot be attached to a role that is not of the template; one of ours can.
        Type: 'AWS::IAM::ManagedPolicy',
        Properties: {
          Description: resource.description,
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: resource.action, Resource: '*' }],
          },
          Roles: [resource.roleName],
        },
      };
    case 'instance-profile':
      return { Type: 'AWS::IAM::InstanceProfile', Properties: { Roles: [text(resource.role)] } };
    case 'addon':
      return {
        Type: 'AWS::EKS::Addon',
        Properties: { ClusterName: resource.cluster, AddonName: resource.name },
      };
    case 'pod-identity':
      return {
        Type: 'AWS::EKS::PodIdentityAssociation',
        Properties: {
          ClusterName: resource.cluster,
          Namespace: resource.namespace,
          ServiceAccount: resource.serviceAccount,
          RoleArn: text(resource.role),
        },
      };
    case 'command-document':
      return {
        Type: 'AWS::SSM::Document',
        Properties: {
          Name: resource.name,
          DocumentType: 'Command',
          DocumentFormat: 'JSON',
          UpdateMethod: 'NewVersion',
          Content: resource.content,
        },
      };
    case 'host-association':
      return {
        Type: 'AWS::SSM::Association',
        Properties: {
          AssociationName: resource.name,
          Name: text(resource.document),
          Targets: [{ Key: resource.target.key, Values: resource.target.values }],
        },
      };
    case 'bucket':
      return {
        Type: 'AWS::S3::Bucket',
        Properties: {
          BucketName: resource.name,
          BucketEncryption: {
            ServerSideEncryptionConfiguration: [
              { ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } },
            ],
          },
          PublicAccessBlockConfiguration: {
            BlockPublicAcls: true,
            BlockPublicPolicy: true,
            IgnorePublicAcls: true,
            RestrictPublicBuckets: true,
          },
          LifecycleConfiguration: {
            Rules: [
              {
                Id: 'old',
                Status: 'Enabled',
                ExpirationInDays: resource.keptDays,
                AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
              },
            ],
          },
        },
      };
    case 'log-group':
      return {
        Type: 'AWS::Logs::LogGroup',
        Properties: { LogGroupName: resource.name, RetentionInDays: resource.keptDays },
      };
    case 'build-project':
      return {
        Type: 'AWS::CodeBuild::Project',
        Properties: {
          Name: resource.name,
          Description: resource.description,
          ServiceRole: text(resource.role),
          TimeoutInMinutes: resource.timeoutMinutes,
          Artifacts: { Type: 'NO_ARTIFACTS' },
          LogsConfig: { CloudWatchLogs: { Status: 'ENABLED', GroupName: text(resource.logGroup) } },
          Environment: {
            Type: 'LINUX_CONTAINER',
            ComputeType: resource.computeType,
            Image: resource.image,
            EnvironmentVariables: Object.entries(resource.environment).map(([Name, value]) => ({
              Name,
              Type: 'PLAINTEXT',
              Value: text(value),
            })),
          },
          Source: { Type: 'NO_SOURCE', BuildSpec: JSON.stringify(resource.buildSpec, null, 2) },
        },
      };
    case 'state-machine':
      return {
        Type: 'AWS::StepFunctions::StateMachine',
        Properties: {
          StateMachineName: resource.name,
          StateMachineType: 'STANDARD',
          RoleArn: text(resource.role),
          Definition: resource.definition,
        },
      };
    case 'schedule':
      return {
        Type: 'AWS::Scheduler::Schedule',
        Properties: {
          Name: resource.name,
          Description: resource.description,
          ScheduleExpression: resource.expression,
          FlexibleTimeWindow: { Mode: 'OFF' },
          Target: { Arn: text(resource.target), RoleArn: text(resource.role) },
        },
      };
  }
}

function metricOf({ name, monitorArn }: MonitorMetric): object {
  return {
    Namespace: METRIC_NAMESPACE,
    MetricName: name,
    Dimensions: [{ Name: 'MonitorId', Value: monitorArn }],
  };
}

/** What Ref gives of a resource is its name; its ARN has an attribute of its own. */
const ARNS: Partial<Record<StackResource['kind'], string>> = { scope: 'ScopeArn' };

function textOf(value: Text, all: readonly StackResource[]): unknown {
  if (typeof value === 'string') return value;
  if ('parameter' in value) return { Ref: logicalId(value.parameter) };
  const id = logicalId(value.of);
  const target = all.find((resource) => logicalId(resource.id) === id);
  if (!target) throw new Error(`no ${id} in the stack`);
  if (value.get === 'name') return target.existing && 'name' in target ? target.name : { Ref: id };
  return target.existing?.arn ?? { 'Fn::GetAtt': [id, ARNS[target.kind] ?? 'Arn'] };
}
