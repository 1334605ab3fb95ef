import { Gaps } from '../../../collect/gaps.ts';
import { surveyMonitor, surveyMonitors, windowBefore } from '../../../collect/monitor-survey.ts';
import { checkName } from '../../../manage/rules.ts';
import type { Series } from '../../../model/case.ts';
import { advise, nfm } from '../../../model/command-line.ts';
import type {
  MonitorChange,
  MonitorChangesDocument,
  MonitorDocument,
  MonitorListDocument,
} from '../../../model/monitor-documents.ts';
import { MONITOR_CHANGES_SCHEMA, MONITOR_LIST_SCHEMA, MONITOR_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import {
  monitorChangeColumns,
  monitorColumns,
  renderMonitor,
  renderMonitorMarkdown,
} from '../../../render/monitors.ts';
import { regionGaps } from '../../core/connection.ts';
import type { Context } from '../../core/context.ts';

export async function listMonitors(context: Context): Promise<number> {
  const now = context.now();
  context.checkList(monitorColumns(now, 1));
  const regions = await context.eachRegion(async (aws) => {
    const gaps = new Gaps();
    return { region: aws.region, monitors: await surveyMonitors(aws, now, gaps), gaps: gaps.list };
  });
  const { answers } = regions;
  const document: MonitorListDocument = {
    schema: MONITOR_LIST_SCHEMA,
    generatedAt: instant(now),
    items: answers.flatMap(({ monitors }) => monitors.map((m) => m.state)),
    gaps: regionGaps(regions),
  };
  await context.print(document, {
    rows: (d) => d.items,
    columns: monitorColumns(now, answers.length),
    empty: () =>
      advise(
        `No monitor in ${answers.map((a) => a.region).join(', ')}. Make some:`,
        nfm('monitor create', { vpc: 'VPC', 'per-zone': true }),
      ),
  });
  context.warn(answers.flatMap((a) => a.gaps));
  return 0;
}

export async function showMonitor(
  context: Context,
  _options: object,
  [name = '']: readonly string[],
): Promise<number> {
  checkName(name);
  const now = context.now();
  context.checkList(monitorColumns(now, 1));
  const gaps = new Gaps();
  const { state, series } = await context.connect((aws) => surveyMonitor(aws, name, now, gaps));
  const document: MonitorDocument = {
    schema: MONITOR_SCHEMA,
    generatedAt: instant(now),
    monitor: state,
    traffic: { ...windowBefore(now), ...totals(series) },
    gaps: gaps.list,
  };
  await context.print(document, {
    rows: (d) => [d.monitor],
    columns: monitorColumns(now, 1),
    table: renderMonitor,
    markdown: renderMonitorMarkdown,
  });
  context.warn(gaps.list);
  return 0;
}

/** Sums of what was reported, and the mean of the round-trip times; null where nothing was. */
function totals(series: Series | null) {
  const known = (values: readonly (number | null)[] = []) => values.filter((v) => v !== null);
  const sum = (values: readonly (number | null)[] = []) =>
    known(values).length ? known(values).reduce((a, b) => a + b, 0) : null;
  const times = known(series?.rttMicros);
  return {
    bytes: sum(series?.bytes),
    retransmissions: sum(series?.retransmissions),
    timeouts: sum(series?.timeouts),
    rttMicros: times.length ? times.reduce((a, b) => a + b, 0) / times.length : null,
  };
}

export async function printChanges(context: Context, items: MonitorChange[]): Promise<void> {
  const document: MonitorChangesDocument = {
    schema: MONITOR_CHANGES_SCHEMA,
    generatedAt: instant(context.now()),
    items,
  };
  await context.print(document, { rows: (d) => d.items, columns: monitorChangeColumns });
}
