import type { Case, Series } from '../model/case.ts';
import type { CasePart, CaseSummary } from '../model/case-summary.ts';
import { CASE_SUMMARY_SCHEMA } from '../model/schema-names.ts';
import { instant, SECOND } from '../model/time.ts';
import { judge } from './judge.ts';

export function caseSummary(data: Case, generatedAt: string): CaseSummary {
  const { collectedAt, tool, sandbox, target, window, baseline, coverage } = data;
  const { verdict, confidence, reason, suspects, summary, onset, end, ongoing } = judge(data);
  return {
    schema: CASE_SUMMARY_SCHEMA,
    generatedAt,
    case: { collectedAt, tool, ...(sandbox === undefined ? {} : { sandbox }), target, window, baseline },
    judged: { verdict, confidence, reason, ...(suspects ? { suspects } : {}), summary, onset, end, ongoing },
    flows: {
      source: data.flowsFrom,
      count: data.flows.length,
      outside: data.outside?.length ?? 0,
      truncated: data.truncated,
      lost: data.incomplete?.lists.length ?? 0,
    },
    instances: coverage ? { running: coverage.running, silent: coverage.silent.length } : null,
    items: [
      ...data.monitors.map(({ name, status, zones, series }) => ({
        ...part('metrics', name),
        status,
        zones,
        ...seriesPart(series),
      })),
      ...data.insights.map(({ azId, category, series }) => ({
        ...part('insights', category),
        zones: [azId],
        ...seriesPart(series),
      })),
      ...data.tiles.flatMap(({ start, end }, tile) =>
        data.flowsFrom
          ? [
              {
                ...part('flows', data.flowsFrom.name),
                start,
                end,
                flows: data.flows.filter((flow) => flow.tile === tile).length,
              },
            ]
          : [],
      ),
    ],
    gaps: data.gaps,
  };
}

function part(kind: CasePart['part'], name: string): CasePart {
  return {
    part: kind,
    name,
    status: null,
    zones: null,
    start: null,
    end: null,
    periodSeconds: null,
    periods: null,
    datapoints: null,
    indicators: null,
    flows: null,
  };
}

function seriesPart(series: Series | null): Partial<CasePart> {
  if (!series) return {};
  const { start, periodSeconds, bytes, nhi, lost = [] } = series;
  const known = (values: readonly (number | null)[]) => values.filter((value) => value !== null).length;
  return {
    start,
    end: instant(Date.parse(start) + bytes.length * periodSeconds * SECOND),
    periodSeconds,
    periods: bytes.length,
    // Where CloudWatch did not give all, it is not known how many there were.
    datapoints: lost.includes('bytes') ? null : known(bytes),
    indicators: lost.includes('nhi') ? null : known(nhi),
  };
}
