import type { Resource } from './case.ts';

/*
 * What is to be deployed, before a format spells it: CloudFormation and Terraform name the same things differently, and
 * only render/cloudformation.ts and render/terraform.ts know how.
 */

/** Words of a name within the stack: each format joins them in its own way. */
export type Id = readonly string[];

/** A property of another resource of the stack. */
export interface Reference {
  of: Id;
  get: 'name' | 'arn';
}

/** What whoever deploys it gives. */
export interface ParameterReference {
  parameter: Id;
}

/** Text, known now or when it is deployed. */
export type Text = string | Reference | ParameterReference;

export type Tags = Readonly<Record<string, string>>;

/** A statistic of a metric of one monitor; its only dimension is MonitorId, the monitor's ARN. */
export interface MonitorMetric {
  name: string;
  monitorArn: string;
  statistic: string;
}

interface Existing {
  /** What the provider of Terraform imports it by. */
  importId: string;
  /** Where something else of the stack refers to it. */
  arn?: string;
  /** False where not all of it was read, its tags among others: it stays as it is. */
  whole: boolean;
}

interface Common {
  id: Id;
  tags?: Tags;
  dependsOn?: readonly Id[];
  /** It is there: Terraform adopts it, CloudFormation leaves it out. */
  existing?: Existing;
}

export interface MetricAlarm extends Common {
  kind: 'metric-alarm';
  name: string;
  description: string;
  /** One metric; or several by ID, and the expression of them that is watched. */
  watched:
    | MonitorMetric
    | { expression: string; label: string; metrics: Readonly<Record<string, MonitorMetric>> };
  periodSeconds: number;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  threshold: number;
  /** How missing datapoints are taken. */
  missing: 'missing' | 'breaching' | 'notBreaching';
}

export interface CompositeAlarm extends Common {
  kind: 'composite-alarm';
  name: string;
  description: string;
  /** Literal text and names of alarms, in turn. */
  rule: readonly (string | Reference)[];
  actions: readonly Text[];
}

export interface Dashboard extends Common {
  kind: 'dashboard';
  name: string;
  body: object;
}

export interface Scope extends Common {
  kind: 'scope';
  targets: readonly { accountId: string; region: string }[];
}

export interface Monitor extends Common {
  kind: 'monitor';
  name: string;
  scope: Text;
  local: readonly Resource[];
  remote: readonly Resource[];
}

export interface Role extends Common {
  kind: 'role';
  description: string;
  trust: object;
  /** ARNs of AWS's own policies. */
  policies: readonly string[];
  /** A policy of its own. */
  permissions?: object;
}

/** One permission more for a role that is there and is not of the stack. */
export interface RolePermission extends Common {
  kind: 'role-permission';
  roleName: string;
  description: string;
  /** The managed policy, where it can be attached; else its action. */
  policyArn: string;
  action: string;
}

export interface InstanceProfile extends Common {
  kind: 'instance-profile';
  role: Reference;
}

export interface Addon extends Common {
  kind: 'addon';
  cluster: string;
  name: string;
}

export interface PodIdentity extends Common {
  kind: 'pod-identity';
  cluster: string;
  namespace: string;
  serviceAccount: string;
  role: Text;
}

/** A document of Systems Manager, for commands on instances. */
export interface CommandDocument extends Common {
  kind: 'command-document';
  name: string;
  content: object;
}

/** A document that Systems Manager runs on instances, once on each. */
export interface HostAssociation extends Common {
  kind: 'host-association';
  name: string;
  document: Reference;
  target: { key: string; values: readonly string[] };
}

export interface Bucket extends Common {
  kind: 'bucket';
  name: string;
  /** What is in it is gone after so many days. */
  keptDays: number;
}

export interface LogGroup extends Common {
  kind: 'log-group';
  name: string;
  keptDays: number;
}

/** Commands in a machine that lives as long as they do (CodeBuild). */
export interface BuildProject extends Common {
  kind: 'build-project';
  name: string;
  description: string;
  role: Reference;
  image: string;
  computeType: 'BUILD_GENERAL1_SMALL' | 'BUILD_GENERAL1_MEDIUM';
  timeoutMinutes: number;
  environment: Readonly<Record<string, Text>>;
  buildSpec: object;
  logGroup: Reference;
}

/** In Amazon States Language. */
export interface StateMachine extends Common {
  kind: 'state-machine';
  name: string;
  role: Reference;
  definition: object;
}

/** Starts a state machine again and again. */
export interface Schedule extends Common {
  kind: 'schedule';
  name: string;
  description: string;
  /** As EventBridge has it: rate(1 hour). */
  expression: string;
  target: Reference;
  role: Reference;
}

export type StackResource =
  | MetricAlarm
  | CompositeAlarm
  | Dashboard
  | Scope
  | Monitor
  | Role
  | RolePermission
  | InstanceProfile
  | Addon
  | PodIdentity
  | CommandDocument
  | HostAssociation
  | Bucket
  | LogGroup
  | BuildProject
  | StateMachine
  | Schedule;

export interface Parameter {
  id: Id;
  description: string;
  pattern: string;
  /** Null: must be given. */
  default: string | null;
}

export interface Stack {
  /** What a stack of CloudFormation may be called. */
  name: string;
  /** What it is, in a line. */
  title: string;
  /** Where all of it belongs; null where that does not matter. */
  region: string | null;
  /** Why it is as it is: for who reads the template. */
  notes: readonly string[];
  /** What it lacks, and why: for who asked for it, too. */
  lacks: readonly string[];
  parameters: readonly Parameter[];
  resources: readonly StackResource[];
}
