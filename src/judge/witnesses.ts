import type { Case, Gap, Window, Witnesses } from '../model/case.ts';
import type { Evidence, Verdict } from '../model/report.ts';
import { instant, SECOND } from '../model/time.ts';
import { dateTime, many, times } from '../model/units.ts';
import type { Observation } from './observe.ts';
import { RISE } from './thresholds.ts';
import { nameOf, shortZone } from './words.ts';

/*
 * What others say of the same place and time. Nearly all of it is optional: it is in the report for the reader, and the
 * verdict is the same without it. A median of latency hides what most probes miss; a status check sees one host and no
 * loss, so that one that passes clears nobody. Whose a whole host is that loses, only it tells.
 */

export function witnessEvidence(data: Case, seen: Observation): Evidence[] {
  const { witnesses } = data;
  if (!witnesses) return [];
  return [
    ...statusEvidence(data, seen, witnesses.statusChecks ?? []),
    ...latencyEvidence(data, seen, witnesses.latency),
    ...addonEvidence(witnesses.addon),
  ];
}

/** A witness that was refused matters where there is something to explain. */
export function missingWitnesses({ witnesses }: Case, verdict: Verdict): Gap[] {
  const asked = verdict !== 'no-impairment' && verdict !== 'no-data';
  return asked ? (witnesses?.missing ?? []) : [];
}

function optional(evidence: Omit<Evidence, 'strength'>): Evidence {
  return { ...evidence, strength: 'optional' };
}

type Checks = NonNullable<Witnesses['statusChecks']>;

/**
 * Whose the host of an instance is, by its status checks: AWS's where the system check fails, whatever the instance's own
 * says, which is then a consequence; ours where that one fails alone. One that failed before the baseline began explains
 * no rise. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/monitoring-system-instance-status-check.html
 */
export function hostOf(data: Case, instanceId: string | undefined): 'aws' | 'own' | 'passes' | 'unknown' {
  const check = data.witnesses?.statusChecks?.find((c) => c.instanceId === instanceId);
  if (!check) return 'unknown';
  const isOld = check.impairedSince !== null && check.impairedSince < (data.baseline ?? data.window).start;
  const fails = (of: 'system' | 'instance') => isFailing(data, check, of) && !isOld;
  if (fails('system')) return 'aws';
  if (fails('instance')) return 'own';
  return check.system === 'ok' && check.instance === 'ok' ? 'passes' : 'unknown';
}

/** Checks are of now: one that began to fail after the window says nothing about it. */
function isFailing({ window }: Case, check: Checks[number], of: 'system' | 'instance' | 'ebs'): boolean {
  return check[of] === 'impaired' && (check.impairedSince ?? '') < window.end;
}

function statusEvidence(data: Case, seen: Observation, checks: Checks): Evidence[] {
  const blamed = seen.where.culprit?.member.identity.instanceId;
  const failed = (of: 'system' | 'instance' | 'ebs') => checks.filter((c) => isFailing(data, c, of));
  const hosts = new Set(failed('system').map(({ instanceId }) => instanceId));
  // A host that fails takes the instance's own check with it: only the first of the two says whose it is.
  const isConsequence = (of: 'system' | 'instance' | 'ebs', id: string) => of !== 'system' && hosts.has(id);
  const told = (['system', 'instance', 'ebs'] as const).flatMap((of) =>
    failed(of).map(({ instanceId, impairedSince }) => {
      const follows = isConsequence(of, instanceId);
      const side = SIDE[of];
      return optional({
        code: `${of}-status-impaired`,
        supports: instanceId === blamed && !follows ? side : 'none',
        statement: `EC2's ${of === 'ebs' ? 'attached EBS' : of} status check of ${instanceName(data, instanceId)} fails${impairedSince ? `, since ${dateTime(impairedSince)}` : ''}: ${follows ? 'a consequence of the system check, which fails too' : CHECKED[of]}.`,
        data: { instanceId, since: impairedSince },
      });
    }),
  );
  if (told.length > 0 || checks.length === 0 || !seen.risen) return told;
  const passed = checks.filter((c) => c.system === 'ok' && c.instance === 'ok').length;
  return [
    optional({
      code: 'status-checks',
      supports: 'none',
      statement: `EC2's status checks pass on ${passed} of ${many(checks.length, 'instance', 'instances')} involved.`,
      data: { passed, checked: checks.length },
    }),
  ];
}

const CHECKED = {
  system: "its host, network or power, which are AWS's",
  instance: 'its own operating system or network configuration',
  ebs: 'its volumes do not answer, and what waits for them stalls',
};

/** Volumes lose no segment. */
const SIDE = { system: 'aws-infrastructure', instance: 'workload', ebs: 'none' } as const;

function instanceName({ flows }: Case, instanceId: string): string {
  const ends = flows.flatMap(({ local, remote }) => [local, remote]);
  const instance = ends.find((e) => e.instanceId === instanceId && e.instanceName);
  return nameOf({ instanceId, ...(instance ? { instanceName: instance.instanceName } : {}) });
}

type Latency = NonNullable<Witnesses['latency']>;

/** Blamed is a zone whose every pair is at least twice as slow as in the baseline, while no other pair is. */
function latencyEvidence(data: Case, seen: Observation, latency: Latency | null): Evidence[] {
  const { baseline, symptom, outlier, risen } = seen;
  if (!latency || !baseline) return [];
  const pairs = latency.pairs.flatMap(({ zones, median }) => {
    const before = medianOf(within(latency, median, baseline));
    const now = medianOf(within(latency, median, symptom));
    return before && now !== null ? [{ zones, ratio: now / before }] : [];
  });
  const raised = pairs.filter((p) => p.ratio >= RISE);
  const evidence = (code: string, supports: Evidence['supports'], statement: string) => [
    optional({ code, supports, statement: `By AWS's own probes, ${statement}.`, data: { pairs } }),
  ];
  const named = ({ zones }: { zones: string[] }) => zones.map((z) => shortZone(data, z)).join(' – ');
  if (raised.length === 0) {
    return risen && pairs.length > 0
      ? evidence('latency-steady', 'none', 'latency has not doubled between any two zones')
      : [];
  }
  const list = raised.map((p) => `${named(p)} ${times(p.ratio)}`).join(', ');
  const own = pairs.filter(({ zones }) => outlier && zones.includes(outlier.azId));
  const onlyHere = own.length > 0 && own.length < pairs.length && own.every((p) => raised.includes(p));
  return onlyHere && raised.length === own.length
    ? evidence(
        'latency-raised',
        'aws-infrastructure',
        `latency rose between this zone and every other, and nowhere else: ${list}`,
      )
    : evidence('latency-raised', 'none', `latency between zones rose: ${list}`);
}

function within({ start, periodSeconds }: Latency, median: (number | null)[], window: Window): number[] {
  return median.flatMap((value, bin) => {
    const from = instant(Date.parse(start) + bin * periodSeconds * SECOND);
    const to = instant(Date.parse(start) + (bin + 1) * periodSeconds * SECOND);
    return value !== null && from >= window.start && to <= window.end ? [value] : [];
  });
}

function medianOf(values: number[]): number | null {
  const sorted = values.sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

function addonEvidence(addon: Witnesses['addon']): Evidence[] {
  if (!addon || (addon.status === 'ACTIVE' && addon.issues.length === 0)) return [];
  const issues = addon.issues.length ? ` (${addon.issues.join(', ')})` : '';
  return [
    optional({
      code: 'addon-unhealthy',
      supports: 'none',
      statement: `The agents' add-on ${addon.version} of cluster ${addon.cluster} is ${addon.status}${issues}: some agents may not report.`,
      data: { ...addon },
    }),
  ];
}
