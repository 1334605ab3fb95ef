import { Gaps } from '../../../collect/gaps.ts';
import { checkName, MAX_MONITORS, parseTags } from '../../../collect/monitor-rules.ts';
import { surveyMonitor, surveyMonitors, windowBefore } from '../../../collect/monitor-survey.ts';
import type { Gap, Series } from '../../../model/case.ts';
import { advise, nfm, textOf } from '../../../model/command-line.ts';
import {
  MONITOR_CHANGES_SCHEMA,
  MONITOR_LIST_SCHEMA,
  MONITOR_SCHEMA,
  type MonitorChange,
  type MonitorChangesDocument,
  type MonitorDocument,
  type MonitorListDocument,
} from '../../../model/monitor-documents.ts';
import { instant } from '../../../model/time.ts';
import {
  monitorChangeColumns,
  monitorColumns,
  renderMonitor,
  renderMonitorMarkdown,
} from '../../../render/monitors.ts';
import { sanitize } from '../../../render/sanitize.ts';
import { checkChange } from '../../core/change.ts';
import { eachRegion, positive, regionGaps, withAws } from '../../core/connection.ts';
import type { Io } from '../../core/context.ts';
import { checkList, print } from '../../core/output.ts';
import type { Options } from '../../core/parse.ts';
import { reaching, reachOf } from '../../core/reach.ts';
import { createMonitors, list as listOf, localGiven, remoteGiven, untilActive } from './create.ts';

export async function list(io: Io, _args: readonly string[], options: Options): Promise<number> {
  const now = io.now();
  checkList(options, monitorColumns(now, 1));
  const regions = await eachRegion(io, options, async (aws) => {
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
  await print(io, options, document, {
    rows: (d) => d.items,
    columns: monitorColumns(now, answers.length),
    empty: () =>
      advise(
        `No monitor in ${answers.map((a) => a.region).join(', ')}. Make some:`,
        nfm('monitor create', { vpc: 'VPC', 'per-zone': true }),
      ),
  });
  sayGaps(
    io,
    options,
    answers.flatMap((a) => a.gaps),
  );
  return 0;
}

export async function show(io: Io, [name = '']: readonly string[], options: Options): Promise<number> {
  checkName(name);
  const now = io.now();
  checkList(options, monitorColumns(now, 1));
  const gaps = new Gaps();
  const { state, series } = await withAws(io, options, (aws) => surveyMonitor(aws, name, now, gaps));
  const document: MonitorDocument = {
    schema: MONITOR_SCHEMA,
    generatedAt: instant(now),
    monitor: state,
    traffic: { ...windowBefore(now), ...totals(series) },
    gaps: gaps.list,
  };
  await print(io, options, document, {
    rows: (d) => [d.monitor],
    columns: monitorColumns(now, 1),
    table: renderMonitor,
    markdown: renderMonitorMarkdown,
  });
  sayGaps(io, options, gaps.list);
  return 0;
}

export async function create(io: Io, [name]: readonly string[], options: Options): Promise<number> {
  checkChange(options, monitorChangeColumns);
  const tags = parseTags(listOf(options.tag));
  const quota = options.quota === undefined ? MAX_MONITORS : positive('--quota', options.quota);
  return withAws(io, options, async (aws) => {
    const made = await createMonitors(io, options, aws, {
      name,
      local: localGiven(options),
      remote: remoteGiven(options),
      perZone: options.perZone === true,
      tags,
      quota,
    });
    if (made) {
      const changes = options.wait ? await untilActive(io, options, aws, made) : made;
      await printChanges(io, options, changes);
    }
    return 0;
  });
}

export async function printChanges(io: Io, options: Options, items: MonitorChange[]): Promise<void> {
  const document: MonitorChangesDocument = {
    schema: MONITOR_CHANGES_SCHEMA,
    generatedAt: instant(io.now()),
    items,
  };
  await print(io, options, document, { rows: (d) => d.items, columns: monitorChangeColumns });
}

/** On stderr, wherever the document that holds them is not printed whole. */
export function sayGaps(io: Io, options: Options, gaps: readonly Gap[]): void {
  if (options.output === 'json' || options.output === 'yaml') return;
  for (const { effect, fix } of gaps) {
    io.stderr.write(
      `warning: ${sanitize(effect)}${fix ? ` ${sanitize(textOf(reaching(fix, reachOf(options))))}` : ''}\n`,
    );
  }
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
