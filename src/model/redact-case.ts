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
  'whether an address is private or public, and the order of names by the alphabet',
  "AWS's words for a status, a kind of resource or a metric, and what a change is called",
  'codes and API actions of what is missing',
  'versions',
  "the name of a sandbox's scenario",
] as const;

export function redactCase(data: Case): Redacted {
  const names = new Names();
  const zones = new Map(data.zones.map(({ az, azId }) => [az, azId]));
  const zoneIds = new Set(data.zones.map(({ azId }) => azId).filter((id) => FORMS.zone.pattern.test(id)));
  let leftOut = 0;
  const text = (value: string, key: string, holder: Holder): string => {
    const rule = ruleOf(key, holder);
    if (value === '') return value;
    if (rule === null) return withoutWords(key, holder);
    if (rule === CALL) return callIn(value) ?? names.of(value, rule.kind);
    // A zone's name is the account's own, its ID the same in all.
    const known = rule === ZONE ? (zones.get(value) ?? value) : value;
    if (rule.keep?.test(known) || (rule === ZONE && zoneIds.has(known))) return known;
    return rule === MONITORS
      ? value
          .split(', ')
          .map((one) => names.of(one, rule.kind))
          .join(', ')
      : names.of(known, rule.kind);
  };
  const copy = (part: unknown, key: string, holder: Holder): unknown => {
    if (typeof part === 'string') return text(part, key, holder);
    if (Array.isArray(part)) return part.map((item) => copy(item, key, holder));
    if (typeof part !== 'object' || part === null) return part;
    const own: Holder = { key, fields: part as Holder['fields'] };
    const members = Object.entries(part).flatMap(([name, inner]) => {
      if (SENTENCES.has(name) && inner) leftOut++;
      if (name === 'fix' || name === 'az' || name === 'words') return [[name, null]];
      // Of metrics that a host publishes, its owner may have named a dimension.
      const called = key === 'dimensions' && !DIMENSIONS.has(name) ? names.of(name, 'dimension') : name;
      return LEFT_OUT.has(name) ? [] : [[called, copy(inner, name, own)]];
    });
    return Object.fromEntries(members);
  };
  // In the order of their names, they would tell which is which.
  const ordered = { ...data, zones: [...data.zones].sort((a, b) => (a.azId < b.azId ? -1 : 1)) };
  // Once to see all that there is to replace, an item at a time: of millions of flows, none is held.
  for (const [key, part] of Object.entries(ordered)) {
    for (const item of Array.isArray(part) ? part : [part]) copy(item, key, ROOT);
  }
  names.settle();
  leftOut = 0;
  return { data: copy(ordered, '', ROOT) as Case, replaced: names.counts(), leftOut };
}

/** What a text stands in: by what name, and beside what. */
interface Holder {
  key: string;
  fields: Readonly<Record<string, unknown>>;
}

const ROOT: Holder = { key: '', fields: {} };

/** What stands for a sentence, which may name anybody: the code or check that is beside it says what it was about. */
function withoutWords(key: string, { fields: { code, id } }: Holder): string {
  const about = [code, id].find((word) => typeof word === 'string' && WORD.keep?.test(word)) ?? 'this';
  return key === 'finding'
    ? `The check ${about} fails; what it found is left out.`
    : `What ${about} leaves unknown is left out.`;
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
/** eu-central-1, us-gov-west-1, us-isob-east-1, eusc-de-east-1. */
const REGION: Rule = {
  keep: /^[a-z]{2,4}(-gov|-iso[a-z]?|-[a-z]{2})?-(central|(north|south)?(east|west)|north|south)-\d+$/,
  kind: 'region',
};
/** IDs: use1-az1, usw2-lax1-az1, use1-wl1-bos-wlz1. */
const ZONE: Rule = { keep: /^[a-z]{2,}\d+(-[a-z0-9]+)*-(az|wlz)\d+$/, kind: 'zone' };
const VERSION: Rule = { keep: /^v?\d[\w.+-]*$/, kind: 'version' };
const SCENARIO: Rule = { keep: /^[a-z0-9-]+(\+[a-z0-9-]+)*$/, kind: 'scenario' };
const AWS_SERVICE: Rule = {
  keep: /^(S3|DynamoDB|com\.amazonaws\.[a-z]{2}[a-z0-9-]*\.(s3|dynamodb))$/,
  kind: 'service',
};

const SOURCE: Rule = { keep: /^(CloudTrail|EKS|Auto Scaling|Kubernetes)$/, kind: 'source' };

/** What was done, without what to: see `callIn`. */
const CALL: Rule = { kind: 'change' };
/** Names with commas between them. */
const MONITORS: Rule = { kind: 'monitor' };

const RULES: Readonly<Record<string, Rule>> = {
  ...rules(TIME, ['collectedAt', 'at', 'start', 'end', 'createdAt', 'impairedSince', 'askedAt']),
  ...rules(WORD, ['schema', 'kind', 'status', 'code', 'action', 'category', 'counter', 'lost']),
  ...rules(WORD, ['service', 'type', 'componentType', 'system', 'instance', 'ebs', 'issues', 'state']),
  ...rules(ZONE, ['azId', 'zones', 'targetZones']),
  sandbox: SCENARIO,
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
  what: CALL,
  by: { kind: 'person' },
  where: { kind: 'place' },
  ids: { kind: 'resource' },
  vpcIds: { kind: 'vpc' },
  subnetIds: { kind: 'subnet' },
  instanceIds: { kind: 'instance' },
  // Of Kubernetes; those of CloudWatch are AWS's.
  namespace: { kind: 'namespace' },
  pods: { kind: 'pod' },
  serviceName: { kind: 'service' },
  componentId: { kind: 'component' },
  arn: { kind: 'ARN' },
  componentArn: { kind: 'ARN' },
};

function rules(rule: Rule, keys: readonly string[]): Record<string, Rule> {
  return Object.fromEntries(keys.map((key) => [key, rule]));
}

/** CloudWatch's names of what metrics are of, those of its agent among them. */
const DIMENSIONS = new Set([
  ...['InstanceId', 'ImageId', 'InstanceType', 'AutoScalingGroupName', 'host', 'interface', 'driver'],
  ...['NatGatewayId', 'TransitGateway', 'TransitGatewayAttachment'],
  ...['LoadBalancer', 'TargetGroup', 'AvailabilityZone'],
]);

/** Null for a sentence. */
function ruleOf(key: string, { key: place, fields }: Holder): Rule | null {
  if (place === 'dimensions') {
    if (key === 'AvailabilityZone') return ZONE;
    // As it is called where flows pass it.
    if (key === 'LoadBalancer') return { kind: 'component' };
    return { kind: DIMENSIONS.has(key) ? key : 'dimension value' };
  }
  switch (key) {
    case 'effect':
    case 'finding':
      return null;
    case 'id':
      if (place === 'cause') return WORD;
      if (place !== 'target') return { kind: place };
      if (fields.kind === 'zone') return ZONE;
      // Where there is no scope, its Region stands in for its ID.
      return fields.kind === 'scope' && fields.id === fields.region ? REGION : { kind: String(fields.kind) };
    case 'name':
      if (place === 'tool' || place === 'metrics') return WORD;
      if (place === 'sources') return SOURCE;
      return fields.kind === 'workload-insights' ? { kind: 'scope' } : MONITORS;
    case 'identifier':
      if (fields.type === 'AWS::AvailabilityZone') return ZONE;
      return fields.type === 'AWS::Region' ? REGION : AWS_SERVICE;
    case 'namespace':
      if (place === 'metrics') return WORD;
      break;
    case 'serviceName':
      if (place === 'path') return AWS_SERVICE;
  }
  return Object.hasOwn(RULES, key) ? (RULES[key] ?? UNKNOWN) : UNKNOWN;
}

const UNKNOWN: Rule = { kind: 'text' };

/** AWS's name of a call or of an update, and what nfm and Auto Scaling say of pods and instances. */
function callIn(what: string): string | null {
  const call =
    /^[A-Z][a-z]+[A-Z]\w*(?= |$)|^(rollout, )?\d+ pods? made$|^container restarted\b|^[A-Z][a-z]+ing(?= .*\bEC2 instance\b)/;
  return call.exec(what)?.[0] ?? null;
}

/** An ID of a resource: what it is of stands before its number. */
const RESOURCE_ID =
  /^(i|vpc|subnet|eni|nat|igw|eigw|tgw|tgw-attach|tgw-rtb|vpce|vpce-svc|pcx|vgw|cgw|vpn|lgw|sg|acl|rtb|eipalloc|dopt)-[0-9a-f]{8,17}$/;
/** Of a load balancer, as it ends its ARN: the console and CloudWatch go by its kind. */
const BALANCER = /^(app|net|gwy)\/[^/]+\/[0-9a-f]+$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Of services whose resources a case names in other ways, too; any other is replaced whole. */
const ARN =
  /^arn:(aws(?:-[a-z-]+)?):(ec2|eks|elasticloadbalancing|networkflowmonitor):([^:]*):([^:]*):([a-z-]+)([/:])(.+)$/;

/** Types in ARNs, and what is known by the name behind them. */
const ARN_TYPES = new Map([
  ...['monitor', 'scope', 'cluster', 'vpc', 'subnet', 'instance'].map((type) => [type, type] as const),
  ['loadbalancer', 'component'],
]);

class Names {
  /** By kind: each text, and what replaces it once that is settled. */
  readonly #known = new Map<string, Map<string, string>>();

  /** The replacement; before all are known, the text itself. */
  of(text: string, kind: string): string {
    const arn = ARN.exec(text);
    if (arn) return this.#arn(text, arn.slice(1));
    const [, mapped] = /^::ffff:([\d.]+)$/i.exec(text) ?? [];
    if (mapped && isIPv4(mapped)) return `::ffff:${this.of(mapped, kind)}`;
    const [, prefix] = RESOURCE_ID.exec(text) ?? [];
    if (prefix) return this.#named(text, `${prefix} ID`);
    const [, balancer] = BALANCER.exec(text) ?? [];
    if (balancer) return this.#named(text, `load balancer (${balancer})`);
    if (isIPv4(text)) return this.#named(text, `IPv4 ${blockOf(text).name}`);
    if (isIPv6(text)) return this.#named(text, `IPv6 ${blockOf(text).name}`);
    return this.#named(text, /^\d{12}$/.test(text) ? 'account' : UUID.test(text) ? 'scope' : kind);
  }

  #arn(
    text: string,
    [partition, service, region = '', account = '', type = '', separator, name = '']: string[],
  ): string {
    const kind = ARN_TYPES.get(type) ?? (RESOURCE_ID.test(name) ? type : null);
    if (kind === null) return this.#named(text, 'ARN');
    const where = region === '' || REGION.keep?.test(region) ? region : this.#named(region, 'region');
    const whose = account === '' ? '' : this.of(account, 'account');
    return ['arn', partition, service, where, whose, `${type}${separator}${this.of(name, kind)}`].join(':');
  }

  #named(text: string, kind: string): string {
    const known = this.#known.get(kind) ?? new Map<string, string>();
    this.#known.set(kind, known);
    const made = known.get(text);
    if (made === undefined) known.set(text, text);
    return made ?? text;
  }

  /** Nothing is replaced by what stands in the case itself, except where a block of addresses has no room for that. */
  settle(): void {
    const taken = new Set([...this.#known.values()].flatMap((texts) => [...texts.keys()]));
    for (const [kind, texts] of this.#known) {
      const sorted = [...texts.keys()].sort();
      let next = 0;
      const isRoomy = !kind.startsWith('IPv') || 2 * sorted.length <= blockOf(sorted[0] ?? '').size;
      for (const text of sorted) {
        let made: string;
        do made = make(kind, text, next++);
        while (isRoomy && taken.has(made));
        texts.set(text, made);
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

/** Addresses that mean the same kind of place, and one of them by its number: in the order of their texts. */
interface Block {
  name: string;
  matches: RegExp;
  size: number;
  address(number: number): string;
}

const OCTETS = Array.from({ length: 256 }, (_, octet) => String(octet)).sort();

/** `10`, 3: all of 10.0.0.0/8; `172`, 2, the sixteen from 16 on: all of 172.16.0.0/12. */
function ipv4(name: string, matches: RegExp, first: string, free: number, second?: readonly string[]): Block {
  const size = 256 ** free * (second?.length ?? 1);
  const address = (number: number) => {
    const octets = Array.from(
      { length: free },
      (_, i) => OCTETS[Math.floor(number / 256 ** (free - 1 - i)) % 256],
    );
    const chosen = second?.[Math.floor(number / 256 ** free) % second.length];
    return [first, ...(chosen === undefined ? [] : [chosen]), ...octets].join('.');
  };
  return { name, matches, size, address };
}

function ipv6(name: string, matches: RegExp, prefix: string): Block {
  const group = (number: number) => number.toString(16).padStart(4, '0');
  const address = (number: number) => `${prefix}::${group(number >>> 16)}:${group(number & 0xffff)}`;
  return { name, matches, size: 2 ** 32, address };
}

const from = (first: number, length: number) =>
  OCTETS.filter((octet) => Number(octet) >= first && Number(octet) < first + length);

/** RFC 1918, 6598, 3927 and 4193; for public ones, what is on no network: RFC 1112's reserve and RFC 3849's. */
const BLOCKS: readonly Block[] = [
  ipv4('private (10/8)', /^10\./, '10', 3),
  ipv4('private (172.16/12)', /^172\.(1[6-9]|2\d|3[01])\./, '172', 2, from(16, 16)),
  ipv4('private (192.168/16)', /^192\.168\./, '192.168', 2),
  ipv4('shared (100.64/10)', /^100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\./, '100', 2, from(64, 64)),
  ipv4('link-local', /^169\.254\./, '169.254', 2),
  ipv4('loopback', /^127\./, '127', 3),
  ipv6('private', /^f[cd][0-9a-f]*:/i, 'fd00'),
  ipv6('link-local', /^fe[89ab][0-9a-f]*:/i, 'fe80'),
  ipv6('public', /:/, '2001:db8'),
];

const PUBLIC_IPV4 = ipv4('public', /./, '240', 3);

function blockOf(address: string): Block {
  return BLOCKS.find(({ matches }) => matches.test(address)) ?? PUBLIC_IPV4;
}
