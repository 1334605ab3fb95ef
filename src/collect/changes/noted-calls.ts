import type { NotedCall } from '../../aws/cloudtrail.ts';
import { instant } from '../../model/time.ts';
import type { Found } from './found.ts';

/*
 * Calls as CloudTrail noted them. A request may hold anything, passwords and scripts too: nothing of it is kept but IDs
 * of the network's resources, the names below, ports and address blocks.
 */

/** Calls that can touch a network or what runs in it; the others are left out. */
const WANTED: Readonly<Record<string, RegExp>> = {
  ec2: /SecurityGroup|NetworkAcl|Route|VpcEndpoint|NatGateway|TransitGateway|Vpc(Peering|Attribute|Cidr|$)|NetworkInterface|(Ip|Ipv6)Addresses|^(Run|Start|Stop|Reboot|Terminate)Instances$|ModifyInstance|Subnet|InternetGateway|Address$|DhcpOptions|Vpn/,
  elasticloadbalancing: /^(?!.*Tags$)/,
  eks: /Addon|Nodegroup|ClusterConfig|ClusterVersion|^(Create|Delete)Cluster$|PodIdentity|Fargate/,
  autoscaling:
    /AutoScalingGroup|DesiredCapacity|InstanceRefresh|Process(es)?$|ScalingPolicy|TerminateInstance|(Enter|Exit)Standby/,
  ssm: /^(SendCommand|StartAutomationExecution)$/,
  ecs: /Service$|TaskSet/,
  rds: /^(Modify|Reboot|Failover|Switchover)/,
  'network-firewall': /^(Create|Update|Delete|Associate|Disassociate)/,
  'arc-zonal-shift': /Shift/,
};

/** Those that took effect, and are of this kind. */
export function changesOf(calls: readonly NotedCall[]): Found[] {
  return calls.flatMap((call) => {
    const service = call.service.replace(/\.amazonaws\.com$/, '');
    const isWanted = Object.hasOwn(WANTED, service) && WANTED[service]?.test(call.name);
    // What Auto Scaling does, it tells itself, with its reason.
    const isScaling = call.identity.invokedBy === 'autoscaling.amazonaws.com';
    return isWanted && call.error === null && !isScaling ? [toFound(call, service)] : [];
  });
}

function toFound({ at, name, identity, request, response }: NotedCall, service: string): Found {
  const names = namesIn(request);
  const ids = [
    ...idsIn([request, response]),
    ...(service === 'elasticloadbalancing' && names.loadBalancer ? [names.loadBalancer] : []),
  ];
  const details = [names.addonVersion, names.version, ...portsIn(request), ...blocksIn(request)];
  const update = memberOf(memberOf(response, 'update'), 'id');
  return {
    at: instant(at.getTime()),
    source: 'CloudTrail',
    what: [name, ...new Set(details)].filter(Boolean).join(' '),
    by: whoIn(identity),
    where: whereOf(name, service, ids, names),
    ids,
    ...(service === 'eks' && names.cluster ? { cluster: names.cluster } : {}),
    ...(typeof update === 'string' ? { update } : {}),
  };
}

const ID =
  /^(sg|subnet|vpc|rtb|acl|nat|tgw|tgw-attach|tgw-rtb|i|eni|igw|eigw|pcx|vpce|dopt|vgw|vpn)-[0-9a-f]{8,17}$/;
const MOST_IDS = 20;
const DEEPEST = 8;

/** Of the network's resources, wherever they stand. */
function idsIn(value: unknown): string[] {
  const found = new Set<string>();
  const look = (part: unknown, depth: number): void => {
    if (found.size >= MOST_IDS || depth > DEEPEST) return;
    if (typeof part === 'string') {
      if (ID.test(part)) found.add(part);
    } else if (typeof part === 'object' && part !== null) {
      for (const inner of Object.values(part)) look(inner, depth + 1);
    }
  };
  look(value, 0);
  return [...found];
}

const NAME = /^[\w.:/+=@ -]{1,128}$/;

interface Names {
  cluster?: string;
  addon?: string;
  addonVersion?: string;
  version?: string;
  nodegroup?: string;
  group?: string;
  document?: string;
  loadBalancer?: string;
  database?: string;
  service?: string;
}

function namesIn(request: unknown): Names {
  const read = (...keys: string[]) => {
    const value = keys.map((key) => memberOf(request, key)).find((v) => typeof v === 'string');
    return typeof value === 'string' && NAME.test(value) ? value : undefined;
  };
  const all: { [Key in keyof Names]: string | undefined } = {
    cluster: read('clusterName', 'name', 'cluster'),
    addon: read('addonName'),
    addonVersion: read('addonVersion'),
    version: read('version'),
    nodegroup: read('nodegroupName'),
    group: read('autoScalingGroupName'),
    document: read('documentName'),
    // arn:…:loadbalancer/app/NAME/ID, listener/app/NAME/…, targetgroup/NAME/ID
    loadBalancer: read('loadBalancerArn', 'listenerArn', 'targetGroupArn')?.split('/').slice(1, 4).join('/'),
    database: read('dBInstanceIdentifier', 'dBClusterIdentifier'),
    service: read('service', 'serviceName'),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value)) as Names;
}

/** `tcp 5432`: of the rules of a security group, or of an entry of a network ACL. */
function portsIn(request: unknown): string[] {
  const items = memberOf(memberOf(request, 'ipPermissions'), 'items');
  const rules = Array.isArray(items) ? items.slice(0, 3) : [request];
  return rules.flatMap((rule) => {
    const range = memberOf(rule, 'portRange') ?? rule;
    const [from, to] = [
      memberOf(range, 'fromPort') ?? memberOf(range, 'from'),
      memberOf(range, 'toPort') ?? memberOf(range, 'to'),
    ];
    const protocol = memberOf(rule, 'ipProtocol') ?? memberOf(rule, 'aclProtocol');
    if (protocol === '-1') return ['all traffic'];
    const name = PROTOCOLS[String(protocol)];
    if (name === undefined) return [];
    if (typeof from !== 'number' || typeof to !== 'number') return [name];
    return [`${name} ${from === to ? from : `${from}-${to}`}`];
  });
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  tcp: 'tcp',
  udp: 'udp',
  icmp: 'icmp',
  '6': 'tcp',
  '17': 'udp',
  '1': 'icmp',
};

const BLOCK = /^[0-9a-f.:]+\/\d{1,3}$/i;

/** The destination of a route, or what an entry of a network ACL is for. */
function blocksIn(request: unknown): string[] {
  const keys = ['destinationCidrBlock', 'destinationIpv6CidrBlock', 'cidrBlock', 'ruleAction'];
  return keys.flatMap((key) => {
    const value = memberOf(request, key);
    return typeof value === 'string' && (BLOCK.test(value) || /^(allow|deny)$/.test(value)) ? [value] : [];
  });
}

/** Who asked: a role with the name of its session, which often is a person's, a user, or a service of AWS. */
function whoIn(identity: NotedCall['identity']): string | null {
  const { type, arn, userName, invokedBy, sessionContext } = identity;
  const role = memberOf(memberOf(sessionContext, 'sessionIssuer'), 'userName');
  const session = typeof arn === 'string' ? arn.split('/').at(-1) : undefined;
  if (typeof role === 'string') return `role ${role}${session && session !== role ? ` (${session})` : ''}`;
  if (type === 'Root') return "the account's root user";
  if (typeof userName === 'string') return `user ${userName}`;
  return typeof invokedBy === 'string' ? invokedBy : null;
}

/** The kind of ID that a call is about, by its name: the first that fits. */
const ABOUT: readonly [call: RegExp, prefix: string, noun: string][] = [
  [/SecurityGroup/, 'sg', 'security group'],
  [/NetworkAcl/, 'acl', 'network ACL'],
  [/TransitGatewayRoute/, 'tgw-rtb', 'transit gateway route table'],
  [/TransitGateway.*Attachment/, 'tgw-attach', 'transit gateway attachment'],
  [/TransitGateway/, 'tgw', 'transit gateway'],
  [/Route/, 'rtb', 'route table'],
  [/VpcEndpoint/, 'vpce', 'VPC endpoint'],
  [/NatGateway/, 'nat', 'NAT gateway'],
  [/Peering/, 'pcx', 'peering connection'],
  [/NetworkInterface|IpAddresses|Ipv6Addresses/, 'eni', 'network interface'],
  [/Instance|SendCommand/, 'i', 'instance'],
  [/Subnet/, 'subnet', 'subnet'],
  [/Vpc/, 'vpc', 'VPC'],
];
const MOST_NAMED = 3;

function whereOf(call: string, service: string, ids: readonly string[], names: Names): string | null {
  const { cluster, addon, nodegroup, group, document, loadBalancer, database } = names;
  if (service === 'eks' && cluster) {
    if (addon) return `add-on ${addon} of cluster ${cluster}`;
    return nodegroup ? `node group ${nodegroup} of cluster ${cluster}` : `cluster ${cluster}`;
  }
  if (service === 'ecs' && names.service) return `service ${names.service}`;
  if (service === 'autoscaling' && group) return `Auto Scaling group ${group}`;
  if (service === 'elasticloadbalancing' && loadBalancer) return `load balancer ${loadBalancer}`;
  if (service === 'rds' && database) return `database ${database}`;
  const [, prefix, noun] = ABOUT.find(([pattern]) => pattern.test(call)) ?? [];
  const own = ids.filter((id) => id.replace(/-[0-9a-f]+$/, '') === prefix);
  const named = own.length > 0 ? own : ids;
  const more = named.length > MOST_NAMED ? ` and ${named.length - MOST_NAMED} more` : '';
  const list = `${named.slice(0, MOST_NAMED).join(', ')}${more}`;
  if (document) return named.length > 0 ? `${document} on ${list}` : document;
  if (named.length === 0) return null;
  return own.length === 1 ? `${noun} ${list}` : list;
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return Reflect.get(value, key);
}
