import type { Window, Zone } from '../model/case.ts';
import { TOP_SCHEMA } from '../model/schema-names.ts';
import type { TopData, TopDocument } from '../model/top.ts';
import type { TopLevel, TopMetric } from '../model/words.ts';
import { type Group, groupFlows, rank, sum, sumsOf } from './top-groups.ts';

export interface TopRequest {
  generatedAt: string;
  window: Window;
  metric: TopMetric;
  by: readonly TopLevel[];
  limit: number;
}

/** One list of all Regions that answered; a group never spans two of them. */
export function topDocument(answers: readonly TopData[], request: TopRequest): TopDocument {
  const { generatedAt, window, metric, by, limit } = request;
  const several = answers.length > 1;
  const groups = answers.flatMap(({ flows, zones, target: { region } }) =>
    groupFlows(flows, by).map((g) => ({ ...(several ? { region } : {}), ...withZoneNames(g, zones) })),
  );
  const totals = answers.map(({ flows }) => sumsOf(flows));
  const prefix = ({ target }: TopData) => (several ? `${target.region}: ` : '');
  return {
    schema: TOP_SCHEMA,
    generatedAt,
    target: targetOf(answers),
    window,
    source: sourceOf(answers, prefix),
    metric,
    by: [...by],
    truncated: answers.some((a) => a.truncated),
    groups: groups.length,
    total: {
      retransmissions: sum(totals.map((t) => t.retransmissions)),
      timeouts: sum(totals.map((t) => t.timeouts)),
      bytes: sum(totals.map((t) => t.bytes)),
    },
    items: rank(groups, metric).slice(0, limit),
    gaps: answers.flatMap((a) => a.gaps.map((gap) => ({ ...gap, effect: prefix(a) + gap.effect }))),
  };
}

function targetOf(answers: readonly TopData[]): TopDocument['target'] {
  const { kind = 'scope', id = '' } = answers[0]?.target ?? {};
  const joined = (values: string[]) => [...new Set(values)].join(', ');
  return {
    kind,
    id: joined(answers.map((a) => a.target.id)) || id,
    region: joined(answers.map((a) => a.target.region)),
  };
}

function sourceOf(answers: readonly TopData[], prefix: (a: TopData) => string): TopDocument['source'] {
  const sources = answers.flatMap((a) =>
    a.source ? [{ ...a.source, name: prefix(a) + a.source.name }] : [],
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
