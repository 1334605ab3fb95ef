import { collect } from '../../../collect/collect.ts';
import { nhiOf, readNhi } from '../../../judge/nhi.ts';
import { zoneNotes, zoneReports } from '../../../judge/zone-report.ts';
import type { Case } from '../../../model/case.ts';
import type { ZonesDocument } from '../../../model/documents.ts';
import { ZONES_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { renderZones, renderZonesMarkdown, zoneItemColumns } from '../../../render/zones.ts';
import { casesOf, refuseBesideCase } from '../../core/case-file.ts';
import { type Answers, regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { targetOf, windowsOf } from '../../core/values.ts';
import { zones } from './command.ts';

type Options = OptionsOf<typeof zones.options>;

export async function runZones(context: Context, options: Options): Promise<number> {
  context.checkList(zoneItemColumns({ window: { start: '', end: '' } }));
  refuseBesideCase(context, options, zones.options);
  const answered = await casesOf(context, options, collectCases(context, options));
  const document = toDocument(context.now(), answered);
  await context.print(
    document,
    {
      rows: (d) => d.items,
      columns: zoneItemColumns(document),
      table: renderZones,
      markdown: renderZonesMarkdown,
      prometheus: async (d) => (await import('../../../render/prometheus.ts')).renderZonesPrometheus(d),
    },
    answered.reach,
  );
  return 0;
}

function collectCases(context: Context, options: Options): () => Promise<Answers<Case>> {
  const { io, reach } = context;
  const common = {
    target: targetOf(options),
    windows: windowsOf(context, options),
    now: context.now(),
    version: io.version,
    sandbox: reach.sandbox,
    flows: false,
  };
  return () =>
    context.withProgress(({ update: onProgress }) =>
      context.eachRegion((aws) => collect(aws, { ...common, onProgress })),
    );
}

function toDocument(now: number, { answers, failures }: Answers<Case>): ZonesDocument {
  const cases = [...answers].sort((a, b) => (a.target.region < b.target.region ? -1 : 1));
  const [first] = cases;
  if (!first) throw new Error('no Region answered');
  const several = cases.length + failures.length > 1;
  const reports = cases.map((data) => {
    const zones = zoneReports(data);
    const nhi = readNhi(data, data.window);
    return { data, region: data.target.region, zones, indicatorOf: (azId: string) => nhiOf(nhi, [azId]) };
  });
  return {
    schema: ZONES_SCHEMA,
    generatedAt: instant(now),
    target: {
      ...first.target,
      id: several && first.target.kind === 'scope' ? null : first.target.id,
      region: several ? null : first.target.region,
    },
    window: first.window,
    baseline: first.baseline,
    items: reports.flatMap(({ region, zones: list, indicatorOf }) =>
      list.map((zone) => ({ region, ...zone, indicator: indicatorOf(zone.azId) })),
    ),
    notes: [...new Set(reports.flatMap(({ data, zones: list }) => zoneNotes(data, list)))],
    gaps: regionGaps({
      answers: cases.map(({ target, gaps }) => ({ region: target.region, gaps })),
      failures,
    }),
  };
}
