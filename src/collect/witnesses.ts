import { setMaxListeners } from 'node:events';
import type { Aws } from '../aws/aws.ts';
import type { Instance } from '../aws/ec2.ts';
import { isNoWay } from '../aws/errors.ts';
import { A_WHILE, recall } from '../aws/memory.ts';
import type { Agents, Changes, Flow, Window, Witnesses } from '../model/case.ts';
import { ConfigurationError, RefusedError, UnreachableError } from '../model/errors.ts';
import { AGENT_ADDON, isLocalZone } from '../model/service.ts';
import { HOUR, instant, MINUTE, SECOND } from '../model/time.ts';
import { zonesOf } from '../network/holdings.ts';
import { reportedTwice } from './agents.ts';
import { type ChangesAsked, readChanges } from './changes/changes.ts';
import { Gaps } from './gaps.ts';
import type { Inventory } from './inventory.ts';
import { type IssuesAsked, readIssues } from './issues.ts';
import { betweenMarks } from './lately.ts';
import { measuredIn } from './measured.ts';
import { type FarEnds, farEndsOf } from './on-the-way.ts';

/** Zones whose pairs are asked for: 15 pairs, which one call bears. */
const MOST_ZONES = 6;

/**
 * How long what is asked once the onset is known is waited for, ms, where the slowest answer so far took so long: nobody waits
 * long for what no verdict needs; but where every answer is slow, a few of them, one after the other, are no silence.
 */
export function patience(slowestMillis: number): number {
  return Math.min(Math.max(15 * SECOND, 10 * slowestMillis), MINUTE);
}

/** How long who watches lets an answer stand; and one that did not come. */
const NOW_AND_THEN = A_WHILE / 2;

/** Instances whose status checks are read: one call takes no more. */
const MOST_INSTANCES = 100;

type Told = { [W in 'statusChecks' | 'latency' | 'addon']: Witnesses[W] | undefined } & Pick<
  Witnesses,
  'metrics' | 'autoshifts' | 'issues'
>;

/** What others say of the target. None is needed: a refusal is kept apart from the gaps until it is known to matter. */
export class Witnessing {
  readonly #aws: Aws;
  readonly #now: number;
  readonly #missing = new Gaps();

  constructor(aws: Aws, now: number) {
    this.#aws = aws;
    this.#now = now;
  }

  /** AWS's own latency between the zones of the target; then those beside it, which it is set against. */
  latency({ extent, topology }: Inventory, window: Window): Promise<Witnesses['latency']> {
    const own = zonesOf(extent, topology) ?? [];
    const zones = new Set([...own, ...topology.subnets.map((s) => s.azId).sort()]);
    const ids = [...zones].filter((id) => !isLocalZone(id)).slice(0, MOST_ZONES);
    // There are no probes in a Local Zone.
    const pairs = ids.flatMap((a, i) => ids.slice(i + 1).map((b) => [a, b] as const));
    if (pairs.length === 0) return Promise.resolve(null);
    return this.#ask("AWS's own latency between the zones.", `${pairs}`, async () => {
      const { zoneLatency } = await import('../aws/network-performance.ts');
      return zoneLatency(this.#aws, pairs, window);
    });
  }

  /** Health of the agents' add-on; agents may be there without it. */
  addon({ target }: Pick<Inventory, 'target'>): Promise<Witnesses['addon']> {
    const cluster = target.id;
    if (target.kind !== 'cluster' || !cluster) return Promise.resolve(null);
    return this.#ask("the health of the agents' add-on.", cluster, async () => {
      const { eks } = await import('../aws/eks.ts');
      const { status, version, issues } = await eks(this.#aws).addon(cluster, AGENT_ADDON);
      return { cluster, status, version, issues: issues.map(({ code }) => code) };
    });
  }

  /** Who reports twice: that moves amounts, and no rate. */
  twice(running: readonly Instance[] | null): Promise<Agents['twice']> {
    if (!running) return Promise.resolve(null);
    const ids = running.map(({ id }) => id).sort();
    return this.#ask('whether nodes have two agents, and are counted twice.', `${ids}`, () =>
      reportedTwice(this.#aws, running),
    );
  }

  /** Load balancers and the like, which flows end at by their addresses. */
  async farEnds(flows: readonly Flow[]): Promise<FarEnds> {
    const found = await this.#missing.tolerate(null, missing('which load balancers flows end at.'), () =>
      farEndsOf(this.#aws, flows),
    );
    return found ?? new Map();
  }

  /** EC2's status checks of those with most events. An ID that is gone would fail the whole call. */
  statusChecks(
    flows: readonly Flow[],
    running: readonly Instance[] | null,
  ): Promise<Witnesses['statusChecks']> {
    const runs = running && new Set(running.map(({ id }) => id));
    const events = new Map<string, number>();
    for (const { local, remote, retransmissions, timeouts } of flows) {
      const own = (retransmissions ?? 0) + (timeouts ?? 0);
      for (const { instanceId: id } of [local, remote]) {
        if (id && own > 0 && (runs?.has(id) ?? true)) events.set(id, (events.get(id) ?? 0) + own);
      }
    }
    const most = [...events].sort(([, a], [, b]) => b - a).map(([id]) => id);
    const ids = most.slice(0, MOST_INSTANCES);
    if (ids.length === 0) return Promise.resolve(null);
    return this.#ask("EC2's status checks.", `${[...ids].sort()}`, async () => {
      const { ec2 } = await import('../aws/ec2.ts');
      return ec2(this.#aws).statusChecks(ids);
    });
  }

  /** What changed around the onset. */
  changes(asked: Omit<ChangesAsked, 'ask' | 'now'>): Promise<Changes> {
    return this.#inTime((aws) =>
      readChanges(aws, {
        ...asked,
        now: this.#now,
        ask: (what, { of, lasts }, work) => this.#askAfter(`${what}, around its beginning.`, of, work, lasts),
      }),
    );
  }

  /** Metrics of what carries it and of what it passes, from an hour before. */
  async metrics(
    flows: readonly Flow[],
    { onset, end, periodSeconds }: { onset: string; end: string; periodSeconds: number },
  ): Promise<Witnesses['metrics']> {
    const measured = measuredIn(flows);
    if (measured.length === 0) return null;
    const step = periodSeconds * SECOND;
    const from = Math.floor((Date.parse(onset) - HOUR) / step) * step;
    const { start } = betweenMarks(this.#aws, { start: instant(from), end });
    const of = `${start} ${measured.map(({ id }) => id).sort()}`;
    const answer = await this.#inTime((aws) =>
      this.#askAfter('metrics of instances, gateways and load balancers that it passes.', of, async () => {
        const { otherMetrics } = await import('../aws/other-metrics.ts');
        return otherMetrics(aws, measured, { start, end }, periodSeconds);
      }),
    );
    const before = (from - Date.parse(start)) / step;
    return answer?.map((m) => ({ ...m, start: instant(from), values: m.values.slice(before) })) ?? null;
  }

  /** Whether AWS itself moved traffic away from a zone. The service is not in every Region: there, that is no gap. */
  autoshifts(): Promise<Witnesses['autoshifts']> {
    return this.#inTime((aws) =>
      this.#askAfter('whether AWS moved traffic away from a zone (ARC autoshift).', '', () =>
        unlessNoWay(async () => (await import('../aws/autoshifts.ts')).autoshifts(aws)),
      ),
    );
  }

  /** What AWS Health lists. Its one endpoint may be out of reach of a private network, and most support plans do not have it: that is no gap. */
  issues(asked: Omit<IssuesAsked, 'ask'>): Promise<Witnesses['issues']> {
    return this.#inTime((aws) =>
      readIssues(aws, {
        ...asked,
        ask: (what, of, work) => this.#askAfter(what, of, () => unlessNoWay(work)),
      }),
    );
  }

  /** Works with an AWS that is not waited for longer than this. */
  async #inTime<T>(work: (aws: Aws) => Promise<T>): Promise<T> {
    const { signal } = this.#aws;
    const over = new AbortController();
    // Every call listens.
    setMaxListeners(0, over.signal);
    const end = () => over.abort(signal.reason);
    signal.addEventListener('abort', end, { once: true });
    const millis = patience(this.#aws.slowest.millis);
    const late = new UnreachableError('too-slow', `There was no answer in ${Math.round(millis / SECOND)} s.`);
    const timer = setTimeout(() => over.abort(late), millis);
    try {
      return await work({ ...this.#aws, signal: over.signal });
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
    }
  }

  /** What was heard, and who was not: those that somebody can do something about. What AWS does not have is no gap. */
  heard({ statusChecks = null, latency = null, addon = null, ...others }: Told): Witnesses {
    const missing = this.#missing.list.filter(({ fix }) => fix !== null);
    return { statusChecks, latency, addon, ...others, missing };
  }

  /** Witnesses change more slowly than what they speak of: who watches asks them now and then, if it is `of` the same. */
  #ask<T>(what: string, of: string, work: () => Promise<T>): Promise<T | null> {
    return this.#missing.tolerate<T | null>(null, missing(what), () => this.#recall(what, of, work));
  }

  /** By now AWS has answered others: that one service does not know this identity, or not this Region, ends no run. */
  #askAfter<T>(what: string, of: string, work: () => Promise<T>, lasts?: number): Promise<T | null> {
    return this.#missing.tolerate<T | null>(null, missing(what), async () => {
      try {
        return await this.#recall(what, of, work, lasts);
      } catch (error) {
        if (!(error instanceof ConfigurationError)) throw error;
        const hint = error.code === 'bad-credentials' ? undefined : error.hint;
        throw new RefusedError(error.code, error.message, { cause: error, hint });
      }
    });
  }

  #recall<T>(what: string, of: string, work: () => Promise<T>, lasts = NOW_AND_THEN): Promise<T> {
    return recall(this.#aws, `${what} ${of}`, lasts, work, NOW_AND_THEN);
  }
}

async function unlessNoWay<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    if (isNoWay(error)) return null;
    throw error;
  }
}

function missing(what: string): string {
  return `A witness is missing: ${what}`;
}
