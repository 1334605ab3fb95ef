import { TOP_LEVELS } from '../../model/words.ts';
import { casePartColumns } from '../../render/case.ts';
import { checkColumns, checkListColumns } from '../../render/doctor.ts';
import { healthColumns } from '../../render/health.ts';
import { metricsColumns, pointColumns } from '../../render/metrics.ts';
import { monitorChangeColumns, monitorColumns } from '../../render/monitors.ts';
import { scenarioColumns } from '../../render/scenarios.ts';
import { scopeChangeColumns, scopeColumns, tagColumns } from '../../render/scopes.ts';
import { sweepColumns } from '../../render/sweep.ts';
import type { Column } from '../../render/table.ts';
import { everyTopColumn } from '../../render/top.ts';
import { VERDICT_KEYS, zoneColumns, zoneItemColumns } from '../../render/zones.ts';
import type { CommandSpec, DocumentName } from '../core/spec.ts';

/** The columns of a document's list, wherever it may have them. A test asks each command for its own. */
const COLUMNS: Readonly<Partial<Record<DocumentName, readonly string[]>>> = {
  triage: [...keysOf(zoneColumns), ...VERDICT_KEYS],
  'triage-list': ['region'],
  top: keysOf(everyTopColumn({ by: TOP_LEVELS, metric: 'retransmissions' })),
  zones: keysOf(zoneItemColumns({ window: { start: '', end: '' } })),
  sweep: keysOf(sweepColumns),
  health: keysOf(healthColumns),
  metrics: [...keysOf(metricsColumns), ...keysOf(pointColumns)],
  'case-summary': keysOf(casePartColumns),
  doctor: keysOf(checkColumns),
  'doctor-checks': keysOf(checkListColumns),
  monitor: keysOf(monitorColumns(0, 1)),
  'monitor-list': keysOf(monitorColumns(0, 2)),
  'monitor-changes': keysOf(monitorChangeColumns),
  scope: keysOf(scopeColumns),
  'scope-list': keysOf(scopeColumns),
  'scope-changes': keysOf(scopeChangeColumns),
  tags: keysOf(tagColumns),
  'sandbox-list': keysOf(scenarioColumns),
};

function keysOf(columns: readonly Pick<Column<never>, 'key'>[]): string[] {
  return columns.map(({ key }) => key);
}

export function columnKeys({ documents }: CommandSpec): string[] {
  return [...new Set(documents.flatMap(({ name }) => COLUMNS[name] ?? []))];
}
