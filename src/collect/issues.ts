import type { Aws } from '../aws/aws.ts';
import type { Listed } from '../aws/health.ts';
import type { Flow, Window, Witnesses, Zone } from '../model/case.ts';

type Issue = NonNullable<Witnesses['issues']>[number];

/** What AWS writes grows with each of its updates: the newest, and no more of it than a page has room for. */
const LONGEST = 300;
const MOST_IDS = 20;
/** `use1-az4` and `USE1-AZ4`, and those of Local Zones: `usw2-lax1-az1`. */
const ZONE_ID = /\b[a-z]{2,5}\d{1,2}(-[a-z]{3}\d{1,2})?-az\d{1,2}\b/gi;

export interface IssuesAsked {
  window: Window;
  zones: readonly Zone[];
  flows: readonly Flow[];
  /** Asks for one part; null where it was not told. */
  ask<T>(what: string, of: string, work: () => Promise<T>): Promise<T | null>;
}

/** Issues that AWS Health lists for this Region, with what AWS writes of them and which resources it names. */
export async function readIssues(
  aws: Aws,
  { window, zones, flows, ask }: IssuesAsked,
): Promise<Witnesses['issues']> {
  const health = await import('../aws/health.ts');
  const listed = await ask('issues that AWS Health lists.', window.start, () =>
    health.listedIssues(aws, window),
  );
  if (!listed) return null;
  if (listed.length === 0) return [];
  const arns = (issues: readonly Listed[]) => `${issues.map(({ arn }) => arn).sort()}`;
  const own = listed.filter(({ isOwn }) => isOwn);
  const [words, affected] = await Promise.all([
    ask('what AWS Health writes of its issues.', arns(listed), () => health.wordsOf(aws, listed)),
    own.length > 0
      ? ask('which resources AWS Health names in its issues.', arns(own), () => health.affectedBy(aws, own))
      : null,
  ]);
  const known = namedBy(flows);
  return listed.map(({ arn, az, isOwn, service, code, start, end }): Issue => {
    const text = words?.get(arn) ?? '';
    const named = affected?.get(arn)?.map(shortOf) ?? [];
    const ids = [...new Set(named)].filter((id) => known.has(id));
    return {
      service,
      code,
      start,
      end,
      isOwn,
      zones: zonesIn(text, az, zones),
      ids: ids.slice(0, MOST_IDS),
      others: named.length - ids.length,
      words: newest(text),
    };
  });
}

/** Names of zones are the account's own; in what AWS writes for all, they stand by ID. */
function zonesIn(text: string, az: string | null, zones: readonly Zone[]): string[] {
  const own = zones.find((zone) => zone.az === az || zone.azId === az)?.azId;
  const written = (text.match(ZONE_ID) ?? []).map((id) => id.toLowerCase());
  return [...new Set([...(own === undefined ? [] : [own]), ...written])].sort();
}

function newest(text: string): string | null {
  const last = text
    .split(/\n\s*\n/)
    .map((part) => part.replace(/\s+/g, ' ').trim())
    .filter((part) => part !== '')
    .at(-1);
  if (last === undefined) return null;
  return last.length > LONGEST ? `${last.slice(0, LONGEST)}…` : last;
}

/** As flows name them: without the rest of an ARN, and of a load balancer's without its kind. */
function shortOf(entity: string): string {
  const resource = /^arn:[^:]*:[^:]*:[^:]*:[^:]*:(.+)$/.exec(entity)?.[1];
  return resource === undefined ? entity : resource.replace(/^[a-z-]+[/:]/, '');
}

/** Ends of flows that carry events, and what these pass. */
function namedBy(flows: readonly Flow[]): Set<string> {
  const carrying = flows.filter(({ retransmissions, timeouts }) => retransmissions || timeouts);
  return new Set(
    carrying.flatMap(({ local, remote, path = [] }) => [
      ...[local, remote].flatMap((e) => [e.instanceId, e.subnetId, e.vpcId]),
      ...path.map(({ componentId }) => componentId),
    ]),
  ) as Set<string>;
}
