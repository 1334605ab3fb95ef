import { collect } from '../../../collect/collect.ts';
import { resolveWindows } from '../../../collect/window.ts';
import { zoneNotes, zoneReports } from '../../../judge/zone-report.ts';
import type { Case } from '../../../model/case.ts';
import { instant } from '../../../model/time.ts';
import { ZONES_SCHEMA, type ZonesDocument } from '../../../model/zones.ts';
import { renderZones, renderZonesMarkdown, zoneItemColumns } from '../../../render/zones.ts';
import { type Answers, eachRegion, regionGaps } from '../../core/connection.ts';
import { type Io, progressLine } from '../../core/context.ts';
import { checkList, print } from '../../core/output.ts';
import type { Options } from '../../core/parse.ts';
import { targetOf, windowOptions } from '../../core/values.ts';

export async function zones(io: Io, _args: readonly string[], options: Options): Promise<number> {
  checkList(options, zoneItemColumns({ window: { start: '', end: '' } }));
  const document = toDocument(io.now(), await collectCases(io, options));
  await print(io, options, document, {
    rows: (d) => d.items,
    columns: zoneItemColumns(document),
    table: renderZones,
    markdown: renderZonesMarkdown,
  });
  return 0;
}

async function collectCases(io: Io, options: Options): Promise<Answers<Case>> {
  const target = targetOf(options);
  const windows = resolveWindows(windowOptions(options), io.now());
  const progress = await progressLine(io, options);
  const common = { target, windows, now: io.now(), version: io.version, onProgress: progress.update };
  try {
    return await eachRegion(io, options, (aws) => collect(aws, { ...common, flows: false }));
  } finally {
    progress.stop();
  }
}

function toDocument(now: number, { answers, failures }: Answers<Case>): ZonesDocument {
  const cases = [...answers].sort((a, b) => (a.target.region < b.target.region ? -1 : 1));
  const [first] = cases;
  if (!first) throw new Error('no Region answered');
  const several = cases.length + failures.length > 1;
  const reports = cases.map((data) => ({ data, region: data.target.region, zones: zoneReports(data) }));
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
    items: reports.flatMap(({ region, zones: list }) => list.map((zone) => ({ region, ...zone }))),
    notes: [...new Set(reports.flatMap(({ data, zones: list }) => zoneNotes(data, list)))],
    gaps: regionGaps({
      answers: cases.map(({ target, gaps }) => ({ region: target.region, gaps })),
      failures,
    }),
  };
}
