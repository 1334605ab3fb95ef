import type { Case, Gap, Zone } from '../model/case.ts';
import { TOP_SCHEMA } from '../model/schema-names.ts';
import { SECOND } from '../model/time.ts';
import type { TopDocument, TopFlow } from '../model/top.ts';
import { COUNTERS, type TopLevel, type TopMetric } from '../model/words.ts';
import { type Group, groupFlows, rank, sum, sumsOf } from './top-groups.ts';

export interface TopRequest {
  generatedAt: string;
  metric: TopMetric;
  by: readonly TopLevel[];
  /** Null: all that there are. */
  categories: readonly string[] | null;
  limit: number;
}

/** One list of all Regions that answered; a group never spans two of them. */
export function topDocument(cases: readonly [Case, ...Case[]], request: TopRequest): TopDocument {
  const { generatedAt, metric, by, limit } = request;
  const several = cases.length > 1;
  const answers = cases.map((data) => ({ data, flows: flowsOf(data, request) }));
  const groups = answers.flatMap(({ flows, data: { zones, target } }) =>
    groupFlows(flows, by).map((g) => ({
      ...(several ? { region: target.region } : {}),
      ...withZoneNames(g, zones),
    })),
  );
  const totals = answers.map(({ flows }) => sumsOf(flows));
  const prefix = ({ target }: Case) => (several ? `${target.region}: ` : '');
  return {
    schema: TOP_SCHEMA,
    generatedAt,
    target: targetOf(cases),
    window: cases[0].window,
    source: sourceOf(cases, prefix),
    metric,
    by: [...by],
    truncated: cases.some(({ truncated, incomplete }) => truncated || (incomplete?.lists.length ?? 0) > 0),
    groups: groups.length,
    total: {
      retransmissions: sum(totals.map((t) => t.retransmissions)),
      timeouts: sum(totals.map((t) => t.timeouts)),
      bytes: sum(totals.map((t) => t.bytes)),
    },
    items: rank(groups, metric).slice(0, limit),
    gaps: cases.flatMap((data) =>
      [...data.gaps, ...notAsked(data, metric)].map((gap) => ({ ...gap, effect: prefix(data) + gap.effect })),
    ),
  };
}

/** Those of the window, which a case may have others beside. */
function flowsOf({ flows, tiles, window }: Case, { categories }: TopRequest): TopFlow[] {
  const seconds = tiles.map(({ start, end }) =>
    Date.parse(start) >= Date.parse(window.start) ? (Date.parse(end) - Date.parse(start)) / SECOND : null,
  );
  return flows.flatMap((flow) => {
    const own = seconds[flow.tile] ?? null;
    const wanted = own !== null && (categories === null || categories.includes(flow.category));
    return wanted ? [{ ...flow, seconds: own }] : [];
  });
}

/** A case that was collected for something else. */
function notAsked({ asked }: Case, metric: TopMetric): Gap[] {
  if (!asked || asked.some(({ counter }) => counter === COUNTERS[metric])) return [];
  const effect = `No list by ${metric} was asked for when this was collected.`;
  return [{ code: 'not-asked', action: null, effect, fix: null }];
}

function targetOf(answers: readonly [Case, ...Case[]]): TopDocument['target'] {
  const { kind, id } = answers[0].target;
  const joined = (values: string[]) => [...new Set(values)].join(', ');
  return {
    kind,
    id: joined(answers.map((a) => a.target.id)) || id,
    region: joined(answers.map((a) => a.target.region)),
  };
}

function sourceOf(cases: readonly Case[], prefix: (data: Case) => string): TopDocument['source'] {
  const sources = cases.flatMap((data) =>
    data.flowsFrom ? [{ ...data.flowsFrom, name: prefix(data) + data.flowsFrom.name }] : [],
  );
  const [first, ...others] = sources;
  if (!first) return null;
  const kind = others.every((s) => s.kind === first.kind) ? first.kind : 'mixed';
  return { kind, name: sources.map((s) => s.name).join('; ') };
}

/** Rows carry zone IDs; people know names, which are the account's own. */
function withZoneNames(group: Group, zones: readonly Zone[]): Group {
  const named = <T extends { azId?: string | null | undefined }>(end: T) => {
    const az = zones.find((z) => z.azId === end.azId)?.az;
    return az ? { ...end, az } : end;
  };
  return { ...named(group), ...(group.remote ? { remote: named(group.remote) } : {}) };
}
