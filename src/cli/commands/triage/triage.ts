import type { Aws } from '../../../aws/aws.ts';
import { collect } from '../../../collect/collect.ts';
import type { Windows } from '../../../collect/window.ts';
import { assess } from '../../../judge/assess.ts';
import { firstFindings } from '../../../judge/first-findings.ts';
import { judge } from '../../../judge/judge.ts';
import type { Case } from '../../../model/case.ts';
import type { TriageListDocument } from '../../../model/documents.ts';
import { UsageError, VERDICT_EXIT } from '../../../model/errors.ts';
import type { Report, ZoneReport } from '../../../model/report.ts';
import { REPORT_SCHEMA, TRIAGE_LIST_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import type { TargetSpec } from '../../../network/targets.ts';
import { renderTriageMarkdown } from '../../../render/markdown.ts';
import type { Column } from '../../../render/table.ts';
import { renderTriage } from '../../../render/triage.ts';
import { VERDICT_KEYS, zoneColumns } from '../../../render/zones.ts';
import { caseOf, refuseBesideCase } from '../../core/case-file.ts';
import type { Answers } from '../../core/connection.ts';
import type { Context, ProgressLine } from '../../core/context.ts';
import { type View, withSorted } from '../../core/output.ts';
import { type Reach, reaching, reachOfCase } from '../../core/reach.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { targetOf, windowsWithEarlier } from '../../core/values.ts';
import { ensureMonitors } from '../monitor/create.ts';
import { triage } from './command.ts';

type Options = OptionsOf<typeof triage.options>;

export async function runTriage(context: Context, options: Options): Promise<number> {
  refuseContradictions(context, options);
  const { createMonitors } = options;
  if (options.dryRun && createMonitors) {
    await context.connect((aws) => ensureMonitors(context, aws, targetOf(options)));
    return 0;
  }
  if (context.regions.length > 1 && options.case === undefined) return triageRegions(context, options);
  context.checkList(context.isRows ? rowColumns : zoneColumns);
  const data = await caseOf(context, options, () =>
    context.connect(collecting(context, options), createMonitors ? 'if-given' : 'default'),
  );
  const report = reportOf(context, data);
  await printReport(context, report, reachOfCase(context.reach, data));
  return options.exitCode ? VERDICT_EXIT[report.verdict] : 0;
}

async function printReport(context: Context, report: Report, reach?: Reach): Promise<void> {
  if (context.isRows)
    return context.print(
      report,
      rowsView((r) => [r]),
      reach,
    );
  await context.print(report, triageView, reach);
  // A table of zones alone has no place for the verdict.
  if (context.reader === 'list')
    context.tell(`${report.verdict} in ${report.target.region}: ${report.summary}`);
}

function refuseContradictions(context: Context, options: Options): void {
  if (options.dryRun && !options.createMonitors) {
    throw new UsageError(
      'nothing-to-dry-run',
      '--dry-run goes with --create-monitors; triage itself changes nothing.',
      {
        hint: 'Leave it out, or add --create-monitors.',
      },
    );
  }
  refuseBesideCase(context, options, triage.options, ['createMonitors', 'fast']);
}

/** Several Regions: a report for each, and in JSON one document that holds them all. */
async function triageRegions(context: Context, options: Options): Promise<number> {
  if (options.saveCase !== undefined || options.createMonitors || options.exitCode) {
    throw new UsageError(
      'one-region',
      '--save-case, --create-monitors and --exit-code work in one Region at a time.',
      { hint: 'Name --region once.' },
    );
  }
  const regionsView = rowsView(({ items }: TriageListDocument) => items, [regionColumn]);
  context.checkList(context.isRows ? regionsView.columns : zoneColumns);
  const { answers, failures }: Answers<Case> = await context.eachRegion(collecting(context, options));
  const document: TriageListDocument = {
    schema: TRIAGE_LIST_SCHEMA,
    generatedAt: instant(context.now()),
    items: answers.map((data) =>
      reaching(withSorted(reportOf(context, data), triageView, options), reachOfCase(context.reach, data)),
    ),
    failures: failures.map(({ region, error }) => ({ region, code: error.code, message: error.message })),
  };
  if (context.isRows) {
    await context.print(document, regionsView);
  } else if (context.format !== 'html' && (context.reader === 'page' || context.reader === 'list')) {
    for (const [index, report] of document.items.entries()) {
      if (index > 0) context.io.stdout.write('\n');
      await printReport(context, report);
    }
  } else {
    await context.printSorted(document, listView);
  }
  return 0;
}

export const triageView: View<Report, ZoneReport> = {
  rows: (r) => r.zones,
  columns: zoneColumns,
  table: renderTriage,
  markdown: renderTriageMarkdown,
  html: async (report) => (await import('../../../render/html/triage.ts')).renderTriageHtml([report]),
  support: async (report) => (await import('../../../render/support.ts')).renderSupport(report),
  slack: async (report) => (await import('../../../render/slack.ts')).renderSlack(report),
};

/** Reports that make one document, and in HTML one page. */
const listView: View<TriageListDocument, Report> = {
  rows: (d) => d.items,
  columns: [],
  html: async ({ items, failures }) =>
    (await import('../../../render/html/triage.ts')).renderTriageHtml(items, failures),
};

/** A zone of a report; one without a zone where no zone is known, so that its verdict has a row all the same. */
interface Row {
  report: Report;
  zone: ZoneReport | null;
}

const regionColumn: Column<Row> = {
  key: 'region',
  header: 'Region',
  value: ({ report }) => report.target.region,
};

const rowColumns: readonly Column<Row>[] = [
  ...zoneColumns.map(
    ({ key, header, value }): Column<Row> => ({
      key,
      header,
      value: ({ zone }) => (zone ? value(zone) : null),
    }),
  ),
  ...VERDICT_KEYS.map((key): Column<Row> => ({ key, header: key, value: ({ report }) => report[key] })),
];

/** The zones of all reports in one list, for a spreadsheet. */
function rowsView<D>(
  reports: (document: D) => readonly Report[],
  first: readonly Column<Row>[] = [],
): View<D, Row> {
  return {
    rows: (document) =>
      reports(document).flatMap((report): Row[] =>
        report.zones.length > 0 ? report.zones.map((zone) => ({ report, zone })) : [{ report, zone: null }],
      ),
    columns: [...first, ...rowColumns],
  };
}

export function reportOf({ io }: Context, data: Case): Report {
  return {
    schema: REPORT_SCHEMA,
    generatedAt: instant(io.now()),
    tool: { name: 'nfm', version: io.version },
    ...judge(data),
  };
}

function collecting(context: Context, options: Options): (aws: Aws) => Promise<Case> {
  const target = targetOf(options);
  const windows = windowsWithEarlier(context, options);
  return async (aws) => {
    if (options.createMonitors) await ensureMonitors(context, aws, target);
    return context.withProgress((progress) =>
      investigate(context, aws, { target, windows, fast: options.fast }, progress),
    );
  };
}

/** All that a triage looks at; where there is no data, also why. */
export async function investigate(
  { io, reach }: Context,
  aws: Aws,
  { target, windows, fast }: { target: TargetSpec; windows: Windows; fast: boolean },
  progress: Pick<ProgressLine, 'update' | 'found'>,
): Promise<Case> {
  const data = await collect(aws, {
    target,
    windows,
    now: io.now(),
    version: io.version,
    sandbox: reach.sandbox,
    assess,
    beganAt: (found) => judge(found).onset,
    flows: !fast,
    onSeries: (found) => progress.found(firstFindings(found)),
    onProgress: progress.update,
  });
  if (judge(data).verdict !== 'no-data') return data;
  progress.update({ phase: 'Looking for the reason why there is no data', done: 0, planned: 0 });
  return { ...data, diagnosis: await whyNoData(aws, target, io.now()) };
}

/** Enough to see why: hosts are made from few templates, and a triage is not to take minutes. */
const MOST_HOSTS = 20;

/** What the doctor says, where a triage found no data. */
async function whyNoData(aws: Aws, target: TargetSpec, now: number): Promise<NonNullable<Case['diagnosis']>> {
  const [{ CHECKS }, { causeOf, diagnose }, { Facts }] = await Promise.all([
    import('../../../doctor/checks/index.ts'),
    import('../../../doctor/diagnose.ts'),
    import('../../../doctor/facts.ts'),
  ]);
  const facts = new Facts(aws, { target, now, mostHosts: MOST_HOSTS });
  const cause = causeOf(await diagnose(facts, CHECKS));
  if (!cause) return { cause: null };
  const { id, finding, fix } = cause;
  return { cause: { id, finding, fix } };
}
