import type { Aws } from '../aws/aws.ts';
import { collect } from '../collect/collect.ts';
import { resolveWindows } from '../collect/window.ts';
import { assess } from '../judge/assess.ts';
import { firstFindings } from '../judge/first-findings.ts';
import { judge } from '../judge/judge.ts';
import type { Case } from '../model/case.ts';
import { TRIAGE_LIST_SCHEMA, type TriageListDocument } from '../model/documents.ts';
import { UsageError, VERDICT_EXIT } from '../model/errors.ts';
import { REPORT_SCHEMA, type Report, type ZoneReport } from '../model/report.ts';
import { DEFAULT_SCENARIO } from '../model/sandbox.ts';
import { instant } from '../model/time.ts';
import { renderTriageMarkdown } from '../render/markdown.ts';
import { renderTriage } from '../render/triage.ts';
import { zoneColumns } from '../render/zones.ts';
import { checkCasePath, readCase, writeCase } from './case-file.ts';
import { type Answers, eachRegion, regionsOf, text, withAws } from './connection.ts';
import { ensureMonitors } from './create-monitors.ts';
import type { Io } from './io.ts';
import { checkList, print, type View, withSorted } from './output.ts';
import type { Options } from './program.ts';
import { progressLine } from './progress.ts';
import { type Reach, reaching, reachOf } from './reach.ts';
import { targetOf } from './target.ts';
import { windowOptions } from './time.ts';

export async function triage(io: Io, _args: readonly string[], options: Options): Promise<number> {
  refuseContradictions(options);
  if (options.dryRun && options.createMonitors) {
    await withAws(io, options, (aws) => ensureMonitors(io, options, aws, targetOf(options)));
    return 0;
  }
  if (regionsOf(options).length > 1 && options.case === undefined) return triageRegions(io, options);
  checkList(options, zoneColumns);
  if (typeof options.saveCase === 'string') checkCasePath(options.saveCase);
  const data = typeof options.case === 'string' ? readCase(options.case) : await collectCase(io, options);
  if (typeof options.saveCase === 'string') writeCase(options.saveCase, data, reachFor(options, data));
  const report = reportOf(io, data);
  await print(io, options, report, triageView, reachFor(options, data));
  return options.exitCode ? VERDICT_EXIT[report.verdict] : 0;
}

/** A case says where it is from. */
function reachFor(options: Options, { sandbox, target }: Case): Reach {
  return { ...reachOf(options), sandbox, region: target.region };
}

/** An option that would be ignored is a misunderstanding, better said than discovered. */
function refuseContradictions(options: Options): void {
  if (options.dryRun && !options.createMonitors) {
    throw new UsageError(
      'nothing-to-dry-run',
      '--dry-run goes with --create-monitors; triage itself changes nothing.',
      {
        hint: 'Leave it out, or add --create-monitors.',
      },
    );
  }
  const beside = [
    'vpc',
    'subnet',
    'cluster',
    'zone',
    'monitor',
    'sandbox',
    'createMonitors',
    'baseline',
    'fast',
  ];
  const ignored = beside.filter((name) => options[name] !== undefined);
  if (options.case !== undefined && ignored.length > 0) {
    throw new UsageError(
      'case-is-complete',
      `A case file says itself what --${ignored[0]} would: nothing is asked of AWS.`,
      {
        hint: 'Give --case alone, with the output options.',
      },
    );
  }
}

/** Several Regions: a report for each, and in JSON one document that holds them all. */
async function triageRegions(io: Io, options: Options): Promise<number> {
  if (options.saveCase !== undefined || options.createMonitors || options.exitCode) {
    throw new UsageError(
      'one-region',
      '--save-case, --create-monitors and --exit-code work in one Region at a time.',
      { hint: 'Name --region once.' },
    );
  }
  checkList(options, options.output === 'csv' ? regionsView.columns : zoneColumns);
  const { answers, failures } = await collectCases(io, options);
  const document: TriageListDocument = {
    schema: TRIAGE_LIST_SCHEMA,
    generatedAt: instant(io.now()),
    items: answers.map((data) =>
      reaching(withSorted(reportOf(io, data), triageView, options), reachFor(options, data)),
    ),
    failures: failures.map(({ region, error }) => ({ region, code: error.code, message: error.message })),
  };
  const { output } = options;
  if (options.query === undefined && (output === 'table' || output === 'wide' || output === 'markdown')) {
    for (const [index, report] of document.items.entries()) {
      if (index > 0) io.stdout.write('\n');
      await print(io, options, report, triageView);
    }
  } else if (output === 'csv') {
    await print(io, options, document, regionsView);
  } else {
    // --sort is done: it orders the zones of each report, not the reports.
    await print(io, { ...options, sort: undefined }, document, { rows: (d) => d.items, columns: [] });
  }
  return 0;
}

const triageView: View<Report, ZoneReport> = {
  rows: (r) => r.zones,
  columns: zoneColumns,
  table: renderTriage,
  markdown: renderTriageMarkdown,
};

/** The zones of all Regions in one list. */
const regionsView: View<TriageListDocument, ZoneReport & { region: string }> = {
  rows: ({ items }) =>
    items.flatMap(({ target, zones }) => zones.map((z) => ({ region: target.region, ...z }))),
  columns: [{ key: 'region', header: 'Region', value: (z) => z.region }, ...zoneColumns],
};

function reportOf(io: Io, data: Case): Report {
  return {
    schema: REPORT_SCHEMA,
    generatedAt: instant(io.now()),
    tool: { name: 'nfm', version: io.version },
    ...judge(data),
  };
}

function collectCase(io: Io, options: Options): Promise<Case> {
  return withAws(io, options, collecting(io, options));
}

function collectCases(io: Io, options: Options): Promise<Answers<Case>> {
  return eachRegion(io, options, collecting(io, options));
}

function collecting(io: Io, options: Options): (aws: Aws) => Promise<Case> {
  const target = targetOf(options);
  const windows = resolveWindows(windowOptions(options), io.now());
  return async (aws) => {
    if (options.createMonitors) await ensureMonitors(io, options, aws, target);
    const progress = await progressLine(io, options);
    try {
      const sandbox = options.sandbox === true ? DEFAULT_SCENARIO : text(options.sandbox);
      const data = await collect(aws, {
        target,
        windows,
        now: io.now(),
        version: io.version,
        sandbox,
        assess,
        flows: options.fast !== true,
        onSeries: (data) => progress.found(firstFindings(data)),
        onProgress: progress.update,
      });
      if (judge(data).verdict !== 'no-data') return data;
      progress.update({ phase: 'Looking for the reason why there is no data', done: 0, planned: 0 });
      const { whyNoData } = await import('./no-data.ts');
      return { ...data, diagnosis: await whyNoData(aws, target, io.now()) };
    } finally {
      progress.stop();
    }
  };
}
