import type { Aws } from '../aws/aws.ts';
import { ec2, type Instance, type Subnet } from '../aws/ec2.ts';
import {
  ec2Network,
  type NetworkAcl,
  type RouteTable,
  type SecurityGroup,
  type VpcDns,
  type VpcEndpoint,
} from '../aws/ec2-network.ts';
import {
  type Addon,
  type Association,
  type AssociationDetails,
  type ClusterDetails,
  eks,
  type Nodegroup,
} from '../aws/eks.ts';
import { type Decision, iam, type Role } from '../aws/iam.ts';
import { type Limit, limited } from '../aws/limit.ts';
import { type MonitorRecord, type ScopeDetails, type ScopeSummary, scopesOf } from '../aws/monitors.ts';
import { type Invocation, type Managed, type Package, ssm } from '../aws/ssm.ts';
import { type Caller, caller } from '../aws/sts.ts';
import type { Zone } from '../model/case.ts';
import { RefusedError } from '../model/errors.ts';
import { nameIn } from '../model/ids.ts';
import { allMonitors } from '../network/monitors.ts';
import { scopeInUse } from '../network/status.ts';
import { PUBLISH, SYSTEM_PACKAGE } from './agent.ts';

/** Calls of one kind for each instance or role, at once. */
const AT_ONCE = 10;

/** Packages that an inventory is asked for: the agent, and kernels by what systems call them. */
const KERNELS = [
  'kernel',
  'kernel-core',
  'kernel-default',
  'kernel6.1',
  'kernel6.12',
  'linux-image-aws',
  'linux-aws',
];

/**
 * Questions to AWS, each asked once however many checks want the answer. A refusal is thrown, again to each that
 * asks: the check that needed the answer becomes unknown, and names the action.
 */
export class Questions {
  readonly aws: Aws;
  readonly region: string;
  readonly #answers = new Map<string, Promise<unknown>>();
  protected readonly each: Limit = limited(AT_ONCE);

  constructor(aws: Aws) {
    this.aws = aws;
    this.region = aws.region;
  }

  once<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question) ?? ask();
    this.#answers.set(question, known);
    // Whoever wants it is told of the failure; nobody may want it any more.
    known.catch(() => undefined);
    return known as Promise<T>;
  }

  /** Who asks. */
  caller(): Promise<Caller> {
    return this.once('caller', () => caller(this.aws));
  }

  async accountId(): Promise<string> {
    return (await this.caller()).accountId;
  }

  scopes(): Promise<ScopeSummary[]> {
    return this.once('scopes', () => scopesOf(this.aws).list());
  }

  /** An account has one in each Region. */
  async scope(): Promise<ScopeSummary | null> {
    return scopeInUse(await this.scopes());
  }

  scopeDetails(): Promise<ScopeDetails | null> {
    return this.once('scope details', async () => {
      const scope = await this.scope();
      return scope && scopesOf(this.aws).get(scope.id);
    });
  }

  monitors(): Promise<MonitorRecord[]> {
    return this.once('monitors', () => allMonitors(this.aws));
  }

  zones(): Promise<Zone[]> {
    return this.once('zones', () => ec2(this.aws).zones());
  }

  subnets(): Promise<Subnet[]> {
    return this.once('subnets', () => ec2(this.aws).subnets());
  }

  /** All instances of the Region that run. */
  running(): Promise<Instance[]> {
    return this.once('running', () => ec2(this.aws).running());
  }

  routeTables(): Promise<RouteTable[]> {
    return this.once('route tables', () => ec2Network(this.aws).routeTables());
  }

  natGateways(): ReturnType<ReturnType<typeof ec2Network>['natGateways']> {
    return this.once('nat gateways', () => ec2Network(this.aws).natGateways());
  }

  /** Interface endpoints that agents publish to. */
  async endpoints(): Promise<VpcEndpoint[]> {
    return (await this.#ownEndpoints()).filter((e) => e.service === this.reportsService);
  }

  /** Interface endpoints that monitors, scopes and queries are asked by. */
  async apiEndpoints(): Promise<VpcEndpoint[]> {
    return (await this.#ownEndpoints()).filter((e) => e.service === this.apiService);
  }

  #ownEndpoints(): Promise<VpcEndpoint[]> {
    return this.once('endpoints', () => ec2Network(this.aws).endpoints(this.reportsService, this.apiService));
  }

  get reportsService(): string {
    return `${this.apiService}reports`;
  }

  get apiService(): string {
    return `com.amazonaws.${this.region}.networkflowmonitor`;
  }

  networkAcls(): Promise<NetworkAcl[]> {
    return this.once('network acls', () => ec2Network(this.aws).networkAcls());
  }

  vpcDns(vpcId: string): Promise<VpcDns> {
    return this.once(`dns ${vpcId}`, () => this.each(() => ec2Network(this.aws).vpcDns(vpcId)));
  }

  async securityGroups(): Promise<Map<string, SecurityGroup>> {
    const groups = await this.once('security groups', () => ec2Network(this.aws).securityGroups());
    return new Map(groups.map((group) => [group.id, group]));
  }

  /** Null where the cluster does not have it. */
  addon({ name }: ClusterDetails, addonName: string): Promise<Addon | null> {
    return this.once(`addon ${name} ${addonName}`, () => orNull(eks(this.aws).addon(name, addonName)));
  }

  addonVersions(addonName: string, kubernetesVersion: string): Promise<string[]> {
    return this.once(`versions ${addonName} ${kubernetesVersion}`, () =>
      eks(this.aws).addonVersions(addonName, kubernetesVersion),
    );
  }

  associations({ name }: ClusterDetails): Promise<Association[]> {
    return this.once(`associations ${name}`, () => eks(this.aws).associations(name));
  }

  associationDetails({ name }: ClusterDetails, { id }: Association): Promise<AssociationDetails> {
    return this.once(`association ${name} ${id}`, () => eks(this.aws).associationDetails(name, id));
  }

  nodegroups({ name }: ClusterDetails): Promise<Nodegroup[]> {
    return this.once(`nodegroups ${name}`, () => eks(this.aws).nodegroups(name));
  }

  fargateProfiles({ name }: ClusterDetails): Promise<string[]> {
    return this.once(`fargate ${name}`, () => eks(this.aws).fargateProfiles(name));
  }

  /** Null where there is none. */
  role(nameOrArn: string): Promise<Role | null> {
    const name = nameIn(nameOrArn);
    return this.once(`role ${name}`, () => this.each(() => orNull(iam(this.aws).role(name))));
  }

  identityProviders(): Promise<string[]> {
    return this.once('identity providers', () => iam(this.aws).identityProviders());
  }

  /** Null where there is none. */
  instanceProfile(nameOrArn: string): Promise<{ roleArn: string | null } | null> {
    const name = nameIn(nameOrArn);
    return this.once(`profile ${name}`, () => this.each(() => orNull(iam(this.aws).instanceProfile(name))));
  }

  /** Null where the profile is gone, or empty. */
  async profileRole(profileArn: string): Promise<string | null> {
    return (await this.instanceProfile(profileArn))?.roleArn ?? null;
  }

  /** May this role publish? */
  mayPublish(roleArn: string): Promise<Decision> {
    return this.once(`publish ${roleArn}`, () => this.each(() => iam(this.aws).simulate(roleArn, PUBLISH)));
  }

  managed(): Promise<Map<string, Managed>> {
    return this.once('managed', () => ssm(this.aws).managed());
  }

  /** The agent and the kernels in an instance's inventory; null where it was never gathered. */
  packages({ id }: Instance): Promise<Package[] | null> {
    return this.once(`packages ${id}`, () =>
      this.each(() => ssm(this.aws).packages(id, [SYSTEM_PACKAGE, ...KERNELS])),
    );
  }

  history(document: string): Promise<Invocation[]> {
    return this.once(`history ${document}`, () => ssm(this.aws).history(document));
  }
}

/** What AWS does not know is not there; other refusals stay refusals. */
export async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RefusedError && error.code === 'not-found') return null;
    throw error;
  }
}
