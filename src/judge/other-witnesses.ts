import type { Case, Window, Witnesses } from '../model/case.ts';
import type { Evidence } from '../model/report.ts';
import { SECOND } from '../model/time.ts';
import { count, dateTime, many, share } from '../model/units.ts';
import type { Observation } from './observe.ts';
import { componentOf } from './place.ts';
import { nameOf, shortZone } from './words.ts';

/*
 * What other services counted at the same place and time: network interfaces, gateways, load balancers, and AWS's own
 * shifts of traffic. Each rules something in where it speaks; what its silence is worth is said with it.
 */

export function otherEvidence(data: Case, seen: Observation): Evidence[] {
  const { metrics: counted, autoshifts, issues } = data.witnesses ?? {};
  const metrics = counted ?? [];
  if (!seen.risen && metrics.length === 0 && !autoshifts?.length && !issues?.length) return [];
  const since = seen.symptom;
  return [
    ...allowanceEvidence(data, seen, ofService(metrics, 'CWAgent'), since),
    ...natEvidence(seen, ofService(metrics, 'AWS/NATGateway'), since),
    ...transitEvidence(seen, ofService(metrics, 'AWS/TransitGateway'), since),
    ...balancerEvidence(
      [...ofService(metrics, 'AWS/ApplicationELB'), ...ofService(metrics, 'AWS/NetworkELB')],
      since,
    ),
    ...shiftEvidence(data, seen, autoshifts ?? []),
    ...issueEvidence(data, seen, issues ?? null),
  ];
}

type Metric = NonNullable<Witnesses['metrics']>[number];

function ofService(metrics: readonly Metric[], namespace: string): Metric[] {
  return metrics.filter((metric) => metric.namespace === namespace);
}

function optional(evidence: Omit<Evidence, 'strength'>): Evidence {
  return { ...evidence, strength: 'optional' };
}

/** Values before the onset, and since. */
function parted({ start, periodSeconds, values }: Metric, since: Window) {
  const at = (bin: number) => Date.parse(start) + bin * periodSeconds * SECOND;
  const onset = Date.parse(since.start);
  const end = Date.parse(since.end);
  const before = values.filter((value, bin) => value !== null && at(bin) < onset) as number[];
  const after = values.filter(
    (value, bin) => value !== null && at(bin) >= onset && at(bin) < end,
  ) as number[];
  return { before, after };
}

const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const mean = (values: readonly number[]) => (values.length > 0 ? sum(values) / values.length : 0);

/** As many a minute as before are not new: what they explain was there, too. */
function isNew(before: readonly number[], after: readonly number[]): boolean {
  return sum(after) > 0 && mean(after) > 2 * mean(before);
}

/** Of a counter that only grows, but for a driver that is set up anew: how much it grew in each bin. */
function growth(metric: Metric): Metric {
  let last: number | null = null;
  const values = metric.values.map((value) => {
    if (value === null) return null;
    const grew = last === null ? null : value >= last ? value - last : value;
    last = value;
    return grew;
  });
  return { ...metric, values };
}

const WHAT: Readonly<Record<string, string>> = {
  bw_in: 'inbound bandwidth',
  bw_out: 'outbound bandwidth',
  pps: 'packets a second',
  conntrack: 'tracked connections',
  linklocal: 'packets to DNS, time and metadata services',
};

/** An instance that is over its allowance drops its own packets: its size, whatever AWS's network does. */
function allowanceEvidence(data: Case, seen: Observation, metrics: Metric[], since: Window): Evidence[] {
  if (metrics.length === 0) return [];
  const blamed = seen.where.culprit?.member.identity.instanceId;
  const told = metrics.map(growth).map((metric) => ({
    instanceId: metric.dimensions.InstanceId ?? '',
    allowance: /^ethtool_(.+)_allowance_exceeded$/.exec(metric.name)?.[1] ?? metric.name,
    ...parted(metric, since),
  }));
  const over = told.filter(({ before, after }) => isNew(before, after));
  const known = new Set(told.filter(({ after }) => after.length > 0).map(({ instanceId }) => instanceId));
  if (over.length === 0) {
    if (known.size === 0) return [];
    const all = many(known.size, 'instance', 'instances');
    return [
      optional({
        code: 'allowances',
        supports: 'none',
        statement: `No more packets than before were over the allowances of ${all} (ENA, by the CloudWatch agent): their size is not what drops them.`,
        data: { instances: known.size },
      }),
    ];
  }
  return over.map(({ instanceId, allowance, before, after }) =>
    optional({
      code: 'allowance-exceeded',
      // What is dropped on the way to DNS and the like is none of these flows.
      supports: instanceId === blamed && allowance !== 'linklocal' ? 'workload' : 'none',
      statement: `${count(sum(after))} packets of ${nameOf({ instanceId, ...named(data, instanceId) })} were over its allowance of ${WHAT[allowance] ?? allowance} since then, and ${count(sum(before))} in the hour before: that is its size, whatever AWS's network does.`,
      data: { instanceId, allowance, packets: sum(after), before: sum(before) },
    }),
  );
}

function named({ flows }: Case, instanceId: string) {
  const end = flows
    .flatMap((f) => [f.local, f.remote])
    .find((e) => e.instanceId === instanceId && e.instanceName);
  return end ? { instanceName: end.instanceName } : {};
}

/** The component that is blamed. */
function blamedComponent({ where }: Observation): string | undefined {
  return where.named?.kind === 'component' ? componentOf(where.named.key).id : undefined;
}

function byDimension(metrics: readonly Metric[], dimension: string): Map<string, Metric[]> {
  const groups = new Map<string, Metric[]>();
  for (const metric of metrics) {
    const id = metric.dimensions[dimension];
    if (id) groups.set(id, [...(groups.get(id) ?? []), metric]);
  }
  return groups;
}

function totals(metrics: readonly Metric[], since: Window) {
  const parts = metrics.map((metric) => parted(metric, since));
  return { before: parts.flatMap((p) => p.before), after: parts.flatMap((p) => p.after) };
}

/** Above this share of its packets, AWS says to look at the Health Dashboard (vpc-nat-gateway-cloudwatch). */
const NAT_DROPS = 0.0001;

function natEvidence(seen: Observation, metrics: Metric[], since: Window): Evidence[] {
  return [...byDimension(metrics, 'NatGatewayId')].flatMap(([id, own]) => {
    const of = (...names: string[]) =>
      totals(
        own.filter(({ name }) => names.includes(name)),
        since,
      );
    const ports = of('ErrorPortAllocation');
    const drops = of('PacketsDropCount');
    const packets = of('PacketsInFromSource', 'PacketsInFromDestination');
    const isBlamed = blamedComponent(seen) === id;
    const rate = sum(packets.after) > 0 ? sum(drops.after) / sum(packets.after) : null;
    const told: Evidence[] = [];
    if (isNew(ports.before, ports.after)) {
      told.push(
        optional({
          code: 'nat-ports',
          supports: isBlamed ? 'workload' : 'none',
          statement: `NAT gateway ${id} had no port left ${count(sum(ports.after))} times since then: too many connections at once to one destination, which is ours to spread.`,
          data: { id, errors: sum(ports.after), before: sum(ports.before) },
        }),
      );
    }
    if (isNew(drops.before, drops.after) && (rate === null || rate > NAT_DROPS)) {
      told.push(
        optional({
          code: 'nat-drops',
          supports: isBlamed ? 'aws-infrastructure' : 'none',
          statement: `NAT gateway ${id} dropped ${many(sum(drops.after), 'packet', 'packets')} since then${rate === null ? '' : `, ${percent(rate)} of them`}: above 0.01 %, AWS says to look at its Health Dashboard.`,
          data: { id, packets: sum(drops.after), rate },
        }),
      );
    }
    if (told.length > 0 || ports.after.length + drops.after.length === 0) return told;
    return [
      optional({
        code: 'nat-steady',
        supports: 'none',
        statement: `NAT gateway ${id} ran out of no port and drops no more than before; what is lost beyond it, it does not see.`,
        data: { id },
      }),
    ];
  });
}

function percent(rate: number): string {
  return rate < 0.005 ? `${(100 * rate).toPrecision(2)} %` : share(rate);
}

function transitEvidence(seen: Observation, metrics: Metric[], since: Window): Evidence[] {
  // Of an attachment, where it is told: the gateway's own count is of all of them.
  const attached = metrics.filter(({ dimensions }) => dimensions.TransitGatewayAttachment);
  const [all, dimension] =
    attached.length > 0
      ? ([attached, 'TransitGatewayAttachment'] as const)
      : ([metrics, 'TransitGateway'] as const);
  return [...byDimension(all, dimension)].flatMap(([id, own]) => {
    const { before, after } = totals(own, since);
    if (after.length === 0) return [];
    if (!isNew(before, after)) {
      return [
        optional({
          code: 'transit-steady',
          supports: 'none',
          statement: `Transit gateway ${id} drops no more for want of a route than before; that clears no firewall behind it, no MTU and no limit of bandwidth.`,
          data: { id },
        }),
      ];
    }
    const blackhole = sum(
      totals(
        own.filter(({ name }) => name.endsWith('Blackhole')),
        since,
      ).after,
    );
    const isBlamed = blamedComponent(seen) === id;
    return [
      optional({
        code: 'transit-drops',
        supports: isBlamed ? 'workload' : 'none',
        statement: `Transit gateway ${id} dropped ${many(sum(after), 'packet', 'packets')} since then for want of a route, ${count(blackhole)} of them into a black hole: routes are ours.`,
        data: { id, packets: sum(after), blackhole, before: sum(before) },
      }),
    ];
  });
}

/** A zone of a load balancer in which no target is healthy any more. */
function balancerEvidence(metrics: Metric[], since: Window): Evidence[] {
  return metrics.flatMap((metric) => {
    const { LoadBalancer: id, AvailabilityZone: az, TargetGroup } = metric.dimensions;
    const { before, after } = parted(metric, since);
    if (!id || !az || !TargetGroup || !(mean(before) > 0) || !after.includes(0)) return [];
    return [
      optional({
        code: 'balancer-zone-unhealthy',
        supports: 'none',
        statement: `Load balancer ${id} has had no healthy target of ${TargetGroup} in ${az} in ${many(after.filter((v) => v === 0).length, 'period', 'periods')} since then: by its own checks, which fail by the targets too.`,
        data: { id, az, targetGroup: TargetGroup },
      }),
    ];
  });
}

type Shift = NonNullable<Witnesses['autoshifts']>[number];

/** AWS moves traffic away where it sees a zone impaired, by signs of its own. */
function shiftEvidence(data: Case, seen: Observation, shifts: readonly Shift[]): Evidence[] {
  const { symptom, outlier } = seen;
  const around = shifts.filter(
    ({ start, end }) => start < data.window.end && (end === null || end > symptom.start),
  );
  return around.map(({ azId, start, end }) => {
    const isHere = outlier?.azId === azId;
    return optional({
      code: 'autoshift',
      supports: isHere ? 'aws-infrastructure' : 'none',
      statement: `AWS moved traffic away from ${shortZone(data, azId)} by itself (ARC autoshift), from ${dateTime(start)}${end === null ? '' : ` to ${dateTime(end)}`}: it saw that zone impaired${isHere ? '' : ', which is not where this is'}.`,
      data: { azId, start, end },
    });
  });
}

type Issue = NonNullable<Witnesses['issues']>[number];
type Whereabouts = 'here' | 'somewhere' | 'elsewhere';

/** More would hide the rest of the page: those that are here first. */
const MOST_ISSUES = 4;

/** AWS lists what it knows of, often late: an issue here speaks for AWS, one of the Region may be another, and none clears nobody. */
function issueEvidence(data: Case, seen: Observation, issues: readonly Issue[] | null): Evidence[] {
  if (!issues) return [];
  const { symptom } = seen;
  const around = issues.filter(
    ({ start, end }) => start < data.window.end && (end === null || end > symptom.start),
  );
  if (around.length === 0) {
    if (!seen.risen) return [];
    return [
      optional({
        code: 'no-health-issue',
        supports: 'none',
        statement:
          'AWS Health lists no issue of the network in this Region since then; what it lists, it often lists late.',
        data: {},
      }),
    ];
  }
  const order: readonly Whereabouts[] = ['here', 'somewhere', 'elsewhere'];
  return around
    .map((issue) => ({ issue, where: whereIs(data, issue, seen) }))
    .sort((a, b) => order.indexOf(a.where) - order.indexOf(b.where))
    .slice(0, MOST_ISSUES)
    .map(({ issue, where }) => {
      const { service, code, start, end, zones, ids, words } = issue;
      const isNew = start >= (data.baseline ?? data.window).start;
      return optional({
        code: 'health-issue',
        supports: where === 'here' && isNew ? 'aws-infrastructure' : 'none',
        statement: `AWS Health lists an issue of ${service}${placeIn(data, issue)}, ${end === null ? `open since ${dateTime(start)}` : `from ${dateTime(start)} to ${dateTime(end)}`} (${code})${isNew ? SAYS[where] : ', from before all that this is compared with'}.${words === null || where === 'elsewhere' ? '' : ` AWS writes: "${words}"`}`,
        data: { service, code, start, end, zones, ids },
      });
    });
}

const SAYS: Readonly<Record<Whereabouts, string>> = {
  here: '',
  somewhere: ': whether it is this one, it does not say',
  elsewhere: ', which is not where this is',
};

/** By what it names: of the blamed, else of the zone that stands out. */
function whereIs(data: Case, { zones, ids, isOwn, others }: Issue, seen: Observation): Whereabouts {
  const { member } = seen.where.culprit ?? {};
  const blamed = [member?.identity.instanceId, blamedComponent(seen)];
  if (ids.some((id) => blamed.includes(id))) return 'here';
  const [only, ...more] = data.targetZones ?? [];
  const zone = seen.outlier?.azId ?? (more.length === 0 ? only : undefined);
  if (zone && zones.length > 0) return zones.includes(zone) ? 'here' : 'elsewhere';
  return isOwn && ids.length === 0 && others > 0 ? 'elsewhere' : 'somewhere';
}

function placeIn(data: Case, { zones, ids, isOwn, others }: Issue): string {
  const named =
    ids.length > 0
      ? ` that names ${ids.join(', ')}`
      : isOwn && others > 0
        ? ` that names ${many(others, 'other resource', 'other resources')} of this account`
        : '';
  return zones.length > 0
    ? `${named} in ${zones.map((id) => shortZone(data, id)).join(', ')}`
    : named || ' in this Region';
}
