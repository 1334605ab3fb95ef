import { isIPv4, isIPv6 } from 'node:net';
import type { Case } from './case.ts';
import { FORMS } from './ids.ts';

/*
 * A case without what names its owner. Whatever no rule keeps is replaced, so that a field that is new here gives
 * nothing away. The same text has the same replacement throughout, and replacements of a kind are in the order of what
 * they stand for: what is judged by equality, and where it ties by order, is judged alike.
 */

export interface Redacted {
  data: Case;
  /** How many different texts of each kind were replaced. */
  replaced: ReadonlyMap<string, number>;
  /** Sentences, fixes and AWS's answers that were left out: names may stand anywhere in them. */
  leftOut: number;
}

/** What is kept, in words. */
export const KEPT = [
  'times',
  'counts, bytes and round-trip times',
  'Regions and zone IDs',
  'ports and destination categories',
  "AWS's words for a status and for a kind of resource",
  'codes and API actions of what is missing',
  'versions',
] as const;

export function redactCase(data: Case): Redacted {
  const names = new Names();
  const zones = new Map(data.zones.map(({ az, azId }) => [az, azId]));
  let leftOut = 0;
  const text = (value: string, key: string, holder: Holder): string => {
    const rule = ruleOf(key, holder);
    if (value === '') return value;
    // The operation, without what it was called with.
    if (key === 'what') return /^[A-Za-z]+/.exec(value)?.[0] ?? names.of(value, 'change');
    if (rule === null) return `Left out (${holder.fields.code ?? holder.fields.id}).`;
    if (rule.keep === undefined)
      return value
        .split(', ')
        .map((one) => names.of(one, rule.kind))
        .join(', ');
    // A zone's name is the account's own, its ID the same in all.
    const known = zones.get(value) ?? value;
    return rule.keep.test(known) ? known : names.of(known, rule.kind);
  };
  const copy = (part: unknown, key: string, holder: Holder): unknown => {
    if (typeof part === 'string') return text(part, key, holder);
    if (Array.isArray(part)) return part.map((item) => copy(item, key, holder));
    if (typeof part !== 'object' || part === null) return part;
    const own: Holder = { key, fields: part as Holder['fields'] };
    const members = Object.entries(part).flatMap(([name, inner]) => {
      if (SENTENCES.has(name) && inner) leftOut++;
      if (name === 'fix' || name === 'az' || name === 'words') return [[name, null]];
      return LEFT_OUT.has(name) ? [] : [[name, copy(inner, name, own)]];
    });
    return Object.fromEntries(members);
  };
  // In the order of their names, they would tell which is which.
  const ordered = { ...data, zones: [...data.zones].sort((a, b) => (a.azId < b.azId ? -1 : 1)) };
  const redact = () => copy(ordered, '', { key: '', fields: {} }) as Case;
  // Once to see all that there is to replace.
  redact();
  names.settle();
  leftOut = 0;
  return { data: redact(), replaced: names.counts(), leftOut };
}

/** What a text stands in: by what name, and beside what. */
interface Holder {
  key: string;
  fields: Readonly<Record<string, unknown>>;
}

const SENTENCES = new Set(['effect', 'finding', 'fix', 'answer', 'words']);
/** What may be absent. */
const LEFT_OUT = new Set(['answer', 'said']);

/** What is kept where it looks like that; else, and without a look, it is replaced as one of its kind. */
interface Rule {
  keep?: RegExp | undefined;
  kind: string;
}

/** AWS's own and ours: INTER_AZ, AWS::EC2::NatGateway, insufficient-data, networkflowmonitor:GetMonitor, nfm.case/v1. */
const WORD: Rule = { keep: /^[A-Za-z][\w:./-]*$/, kind: 'word' };
const TIME: Rule = { keep: /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, kind: 'time' };
const REGION: Rule = { keep: FORMS.region.pattern, kind: 'region' };
const ZONE: Rule = { keep: FORMS.zone.pattern, kind: 'zone' };
const VERSION: Rule = { keep: /^v?\d[\w.+-]*$/, kind: 'version' };
const AWS_SERVICE: Rule = {
  keep: /^(S3|DynamoDB|com\.amazonaws\.[a-z]{2}[a-z0-9-]*\.(s3|dynamodb))$/,
  kind: 'service',
};

const SOURCE: Rule = { keep: /^(CloudTrail|EKS|Auto Scaling|Kubernetes)$/, kind: 'source' };

const RULES: Readonly<Record<string, Rule>> = {
  ...rules(TIME, ['collectedAt', 'at', 'start', 'end', 'createdAt', 'impairedSince', 'askedAt']),
  ...rules(WORD, ['schema', 'kind', 'status', 'code', 'action', 'category', 'counter', 'lost', 'sandbox']),
  ...rules(WORD, ['service', 'type', 'componentType', 'system', 'instance', 'ebs', 'issues', 'state']),
  ...rules(ZONE, ['azId', 'zones', 'targetZones']),
  region: REGION,
  version: VERSION,
  ip: { kind: 'address' },
  snatIp: { kind: 'address' },
  dnatIp: { kind: 'address' },
  accountId: { kind: 'account' },
  cluster: { kind: 'cluster' },
  clusters: { kind: 'cluster' },
  profile: { kind: 'profile' },
  instanceId: { kind: 'instance' },
  instanceName: { kind: 'name' },
  eniId: { kind: 'interface' },
  subnetId: { kind: 'subnet' },
  vpcId: { kind: 'vpc' },
  podNamespace: { kind: 'namespace' },
  podName: { kind: 'pod' },
  source: SOURCE,
  by: { kind: 'person' },
  where: { kind: 'place' },
  ids: { kind: 'resource' },
  vpcIds: { kind: 'vpc' },
  subnetIds: { kind: 'subnet' },
  instanceIds: { kind: 'instance' },
  // Of Kubernetes; those of CloudWatch are AWS's.
  namespace: { keep: /^(AWS\/\w+|CWAgent)$/, kind: 'namespace' },
  AvailabilityZone: ZONE,
  pods: { kind: 'pod' },
  serviceName: { kind: 'service' },
  componentId: { kind: 'component' },
  arn: { kind: 'resource' },
};

function rules(rule: Rule, keys: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(keys.map((key) => [key, rule]));
}

/** Null for a sentence. */
function ruleOf(key: string, { key: place, fields }: Holder): Rule | null {
  // CloudWatch's names of what it counts, and what of.
  if (place === 'dimensions') return key === 'AvailabilityZone' ? ZONE : { kind: key };
  switch (key) {
    case 'effect':
    case 'finding':
      return null;
    case 'id':
      if (place === 'cause') return WORD;
      return place === 'target' && fields.kind === 'zone'
        ? ZONE
        : // Where there is no scope, its Region stands in for its ID.
          { keep: REGION.keep, kind: place === 'target' ? String(fields.kind) : place };
    case 'name':
      if (place === 'tool' || place === 'metrics') return WORD;
      if (place === 'sources') return SOURCE;
      if (place === 'metrics') return WORD;
      return { kind: fields.kind === 'workload-insights' ? 'scope' : 'monitor' };
    case 'identifier':
      return { 'AWS::AvailabilityZone': ZONE, 'AWS::Region': REGION }[String(fields.type)] ?? AWS_SERVICE;
    case 'namespace':
      if (place === 'metrics') return WORD;
      break;
    case 'serviceName':
      if (place === 'path') return AWS_SERVICE;
  }
  return RULES[key] ?? { kind: 'text' };
}

/** An ID of a resource: what it is of stands before its number. */
const RESOURCE_ID =
  /^(i|vpc|subnet|eni|nat|igw|eigw|tgw|tgw-attach|tgw-rtb|vpce|vpce-svc|pcx|vgw|cgw|vpn|lgw|sg|acl|rtb|eipalloc)-[0-9a-f]{8,17}$/;
/** Of a load balancer, as it ends its ARN: the console and CloudWatch go by its kind. */
const BALANCER = /^(app|net|gwy)\/[^/]+\/[0-9a-f]+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const ARN = /^arn:(aws[a-z-]*):([a-z0-9-]+):([^:]*):([^:]*):(.+)$/;

/** Types in ARNs, and what is known by the name behind them. */
const ARN_TYPES: Readonly<Record<string, string>> = {
  monitor: 'monitor',
  scope: 'scope',
  cluster: 'cluster',
  vpc: 'id',
  subnet: 'id',
  instance: 'id',
  natgateway: 'id',
  'network-interface': 'id',
  'transit-gateway': 'id',
  'vpc-endpoint': 'id',
  loadbalancer: 'resource',
};

class Names {
  readonly #known = new Map<string, Set<string>>();
  readonly #replacements = new Map<string, string>();

  /** The replacement; before all are known, the text itself. */
  of(text: string, kind: string): string {
    const arn = ARN.exec(text);
    if (arn) return this.#arn(arn.slice(1));
    const [, prefix] = RESOURCE_ID.exec(text) ?? [];
    if (prefix) return this.#named(text, `${prefix} ID`);
    const [, balancer] = BALANCER.exec(text) ?? [];
    if (balancer) return this.#named(text, `load balancer (${balancer})`);
    if (isIPv4(text)) return this.#named(text, `IPv4 ${blockOf(text).name}`);
    if (isIPv6(text)) return this.#named(text, `IPv6 ${blockOf(text).name}`);
    return this.#named(text, /^\d{12}$/.test(text) ? 'account' : UUID.test(text) ? 'scope' : kind);
  }

  #arn([partition, service, region = '', account = '', resource = '']: string[]): string {
    const [, type = '', separator = '', name = ''] = /^([a-z-]+)([/:])(.+)$/.exec(resource) ?? [];
    const kind = ARN_TYPES[type];
    const where = region === '' || REGION.keep?.test(region) ? region : this.#named(region, 'region');
    const whose = account === '' ? '' : this.of(account, 'account');
    const what = kind ? `${type}${separator}${this.of(name, kind)}` : this.#named(resource, 'resource');
    return ['arn', partition, service, where, whose, what].join(':');
  }

  #named(text: string, kind: string): string {
    const known = this.#known.get(kind) ?? new Set();
    this.#known.set(kind, known.add(text));
    return this.#replacements.get(`${kind} ${text}`) ?? text;
  }

  settle(): void {
    const taken = new Set([...this.#known.values()].flatMap((texts) => [...texts]));
    for (const [kind, texts] of this.#known) {
      let next = 0;
      for (const text of [...texts].sort()) {
        let made: string;
        do made = make(kind, text, next++);
        while (taken.has(made));
        this.#replacements.set(`${kind} ${text}`, made);
      }
    }
  }

  counts(): Map<string, number> {
    return new Map(
      [...this.#known].map(([kind, texts]) => [kind.replace(/^i ID$/, 'instance ID'), texts.size]),
    );
  }
}

/** Of the same length for all of a kind, so that they are in the order of their numbers. */
function make(kind: string, text: string, number: number): string {
  if (kind.startsWith('IPv')) return blockOf(text).address(number);
  if (kind === 'account') return String(number + 1).padStart(12, '0');
  const hex = (number + 1).toString(16);
  if (kind === 'scope') return `00000000-0000-0000-0000-${hex.padStart(12, '0')}`;
  const [, balancer] = /^load balancer \((\w+)\)$/.exec(kind) ?? [];
  if (balancer) return `${balancer}/load-balancer/${hex.padStart(16, '0')}`;
  if (kind.endsWith(' ID')) return `${kind.slice(0, -' ID'.length)}-${hex.padStart(17, '0')}`;
  return `${kind}-${String(number + 1).padStart(6, '0')}`;
}

/** Addresses that mean the same kind of place, and one of them by its number. */
interface Block {
  name: string;
  matches: RegExp;
  address(number: number): string;
}

/** A number as that many octets from 100 to 249. */
function octets(number: number, length: number): string {
  return Array.from({ length }, (_, i) => 100 + (Math.floor(number / 150 ** (length - 1 - i)) % 150)).join(
    '.',
  );
}

const group = (number: number) =>
  `${(number >>> 16).toString(16).padStart(4, '0')}:${(number & 0xffff).toString(16).padStart(4, '0')}`;

/** RFC 1918, 6598, 3927 and 4193; for public ones, what is on no network: RFC 1112's reserve and RFC 3849's. */
const BLOCKS: readonly Block[] = [
  { name: 'private (10/8)', matches: /^10\./, address: (n) => `10.${octets(n, 3)}` },
  {
    name: 'private (172.16/12)',
    matches: /^172\.(1[6-9]|2\d|3[01])\./,
    address: (n) => `172.${16 + Math.floor(n / 150 ** 2)}.${octets(n, 2)}`,
  },
  { name: 'private (192.168/16)', matches: /^192\.168\./, address: (n) => `192.168.${octets(n, 2)}` },
  {
    name: 'shared (100.64/10)',
    matches: /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./,
    address: (n) => `100.${100 + Math.floor(n / 150 ** 2)}.${octets(n, 2)}`,
  },
  { name: 'link-local', matches: /^169\.254\./, address: (n) => `169.254.${octets(n, 2)}` },
  { name: 'loopback', matches: /^127\./, address: (n) => `127.${octets(n, 3)}` },
  { name: 'private', matches: /^f[cd][0-9a-f]*:/i, address: (n) => `fd00::${group(n)}` },
  { name: 'link-local', matches: /^fe[89ab][0-9a-f]*:/i, address: (n) => `fe80::${group(n)}` },
  { name: 'public', matches: /:/, address: (n) => `2001:db8::${group(n)}` },
];

const PUBLIC_IPV4: Block = { name: 'public', matches: /./, address: (n) => `240.${octets(n, 3)}` };

function blockOf(address: string): Block {
  return BLOCKS.find(({ matches }) => matches.test(address)) ?? PUBLIC_IPV4;
}
