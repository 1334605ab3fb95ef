import type { Aws } from '../aws/aws.ts';
import { collect } from '../collect/collect.ts';
import { resolveWindows } from '../collect/window.ts';
import { judge } from '../judge/judge.ts';
import type { Case } from '../model/case.ts';
import { REPORT_SCHEMA, type Report, type Verdict } from '../model/report.ts';
import { instant } from '../model/time.ts';
import { renderTriageMarkdown } from '../render/markdown.ts';
import { renderTriage } from '../render/triage.ts';
import { zoneColumns } from '../render/zones.ts';
import { readCase, writeCase } from './case-file.ts';
import { withAws } from './connection.ts';
import { ensureMonitors } from './create-monitors.ts';
import type { Io } from './io.ts';
import { print } from './output.ts';
import type { Options } from './program.ts';
import { progressLine } from './progress.ts';
import { targetOf } from './target.ts';
import { windowOptions } from './time.ts';

/** With --exit-code: for a runbook that acts on the verdict. */
const EXIT_CODES: Readonly<Record<Verdict, number>> = {
  'no-impairment': 0,
  'aws-infrastructure': 10,
  workload: 11,
  inconclusive: 12,
  'no-data': 13,
};

export async function triage(io: Io, _args: readonly string[], options: Options): Promise<number> {
  if (options.dryRun && options.createMonitors) {
    await withAws(io, options, (aws) => ensureMonitors(io, options, aws, targetOf(options)));
    return 0;
  }
  const data = typeof options.case === 'string' ? readCase(options.case) : await collectCase(io, options);
  if (typeof options.saveCase === 'string') writeCase(options.saveCase, data);
  const report: Report = {
    schema: REPORT_SCHEMA,
    generatedAt: instant(io.now()),
    tool: { name: 'nfm', version: io.version },
    ...judge(data),
  };
  await print(io, options, report, {
    rows: (r) => r.zones,
    columns: zoneColumns,
    table: renderTriage,
    markdown: renderTriageMarkdown,
  });
  return options.exitCode ? EXIT_CODES[report.verdict] : 0;
}

function collectCase(io: Io, options: Options): Promise<Case> {
  const target = targetOf(options);
  const windows = resolveWindows(windowOptions(options), io.now());
  return withAws(io, options, async (aws: Aws) => {
    if (options.createMonitors) await ensureMonitors(io, options, aws, target);
    const progress = await progressLine(io, options);
    try {
      return await collect(aws, {
        target,
        windows,
        now: io.now(),
        version: io.version,
        onProgress: progress.update,
      });
    } finally {
      progress.stop();
    }
  });
}
