import type { ZoneItem, ZonesDocument } from '../model/documents.ts';
import { GIB } from '../model/service.ts';
import type { SweepDocument, SweepItem } from '../model/sweep.ts';
import { SECOND } from '../model/time.ts';
import { sanitizeDocument } from './sanitize.ts';

/*
 * Prometheus' text format 0.0.4, for the textfile collector of node_exporter and the like
 * (prometheus.io/docs/instrumenting/exposition_formats). All are gauges: each is about one window, and counts nothing up.
 * What is not known has no sample, never one of 0; no sample has a timestamp, which the textfile collector refuses.
 */

type Labels = Readonly<Record<string, string | null>>;

/** What a family says of an item: a value; null where it is not known. */
interface Family<T> {
  name: string;
  help: string;
  value(item: T): number | boolean | null;
  /** Beside those of the item. */
  labels?(item: T): Labels;
}

function family<T>(
  { name, help, value, labels }: Family<T>,
  items: readonly T[],
  labelsOf: (item: T) => Labels,
): string[] {
  const samples = items.flatMap((item) => {
    const known = value(item);
    if (known === null) return [];
    return [`${name}${labelText({ ...labelsOf(item), ...labels?.(item) })} ${Number(known)}`];
  });
  return samples.length > 0 ? [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...samples] : [];
}

function labelText(labels: Labels): string {
  const known = Object.entries(labels).flatMap(([name, value]) =>
    value === null ? [] : [`${name}="${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`],
  );
  return known.length > 0 ? `{${known.join(',')}}` : '';
}

function text(families: readonly string[][]): string {
  return `${families.flat().join('\n')}\n`;
}

/** By base units, as Prometheus has them: bytes and seconds. */
const perByte = (perGib: number | null) => (perGib === null ? null : perGib / GIB);
const seconds = (instant: string) => Date.parse(instant) / SECOND;

type Window = Pick<ZonesDocument, 'window'>;

function windowFamilies({ window }: Window): string[][] {
  const at = (name: string, help: string, instant: string) =>
    family({ name, help, value: seconds }, [instant], () => ({}));
  return [
    at('nfm_window_start_timestamp_seconds', 'Start of the window that the others are about.', window.start),
    at(
      'nfm_window_end_timestamp_seconds',
      'End of that window; that of the data, not of the run.',
      window.end,
    ),
  ];
}

/** What zones and monitors have in common. */
interface Counted {
  bytes: number | null;
  retransmissions: number | null;
  timeouts: number | null;
  retransmissionsPerGiB: number | null;
}

function countedFamilies<T extends Counted>(
  subject: string,
  before: (item: T) => number | null,
): Family<T>[] {
  return [
    {
      name: `nfm_${subject}_transferred_bytes`,
      help: 'Bytes in the window.',
      value: (i) => i.bytes,
    },
    {
      name: `nfm_${subject}_retransmissions`,
      help: 'TCP segments that were sent again in the window.',
      value: (i) => i.retransmissions,
    },
    {
      name: `nfm_${subject}_timeouts`,
      help: 'TCP retransmission timeouts in the window.',
      value: (i) => i.timeouts,
    },
    {
      name: `nfm_${subject}_retransmissions_per_byte`,
      help: 'Retransmissions in the window over its bytes.',
      value: (i) => perByte(i.retransmissionsPerGiB),
    },
    {
      name: `nfm_${subject}_baseline_retransmissions_per_byte`,
      help: 'The same in the baseline.',
      value: (i) => perByte(before(i)),
    },
  ];
}

type Change = { ratio: number; low: number; high: number } | null;

/** A ratio and its 95 % interval. */
function changeFamilies<T>(name: string, help: string, of: (item: T) => Change): Family<T>[] {
  return [
    { name: `${name}_ratio`, help, value: (i) => of(i)?.ratio ?? null },
    { name: `${name}_low_ratio`, help: 'Lower end of its 95 % interval.', value: (i) => of(i)?.low ?? null },
    {
      name: `${name}_high_ratio`,
      help: 'Upper end of its 95 % interval.',
      value: (i) => of(i)?.high ?? null,
    },
  ];
}

/** The indicator: 1 degraded, 0 healthy, and none where it is unknown. */
const degraded = (state: string | null | undefined) =>
  state === 'degraded' ? 1 : state === 'healthy' ? 0 : null;

/** One sample for the state that it is in. */
function stateFamily<T extends { state: string }>(subject: string, help: string): Family<T> {
  return { name: `nfm_${subject}_state`, help, value: () => 1, labels: ({ state }) => ({ state }) };
}

export function renderZonesPrometheus(document: ZonesDocument): string {
  const seen = sanitizeDocument(document);
  const { accountId } = seen.target;
  const families: Family<ZoneItem>[] = [
    ...countedFamilies<ZoneItem>('zone', (z) => z.baselineRetransmissionsPerGiB),
    {
      name: 'nfm_zone_round_trip_time_seconds',
      help: 'Mean of the round-trip times in the window.',
      value: ({ rttMicros }) => (rttMicros === null ? null : rttMicros / 1e6),
    },
    ...changeFamilies<ZoneItem>(
      'nfm_zone_change_versus_peers',
      "Change of the zone's rate against its own baseline over that of its peers.",
      (z) => z.changeVersusPeers,
    ),
    { name: 'nfm_zone_outlier', help: '1 if the zone stands out from its peers.', value: (z) => z.outlier },
    {
      name: 'nfm_zone_health_indicator_degraded',
      help: "1 if AWS's network health indicator was degraded in the window, 0 if it was healthy.",
      value: ({ indicator }) => degraded(indicator),
    },
    stateFamily('zone', 'Of what the zone reports: reporting, starved, silent or unknown.'),
  ];
  return text([
    ...windowFamilies(seen),
    ...families.map((one) =>
      family(one, seen.items, ({ region, azId, az }) => ({
        account_id: accountId || null,
        region,
        zone_id: azId,
        zone: az,
      })),
    ),
  ]);
}

export function renderSweepPrometheus(document: SweepDocument): string {
  const seen = sanitizeDocument(document);
  const monitors = seen.items.filter(({ monitor }) => monitor !== null);
  const places = seen.items.filter(({ monitor }) => monitor === null);
  const placeLabels = ({ accountId, accountName, profile, region }: SweepItem) => ({
    account_id: accountId,
    account: accountName ?? profile,
    region,
  });
  const families: Family<SweepItem>[] = [
    ...countedFamilies<SweepItem>('monitor', (m) => m.baseline.retransmissionsPerGiB),
    ...changeFamilies<SweepItem>(
      'nfm_monitor_change',
      "Change of the monitor's rate against its own past.",
      (m) => m.change,
    ),
    ...changeFamilies<SweepItem>(
      'nfm_monitor_change_versus_fleet',
      'That change over the one of the monitors of other accounts and Regions.',
      (m) => m.changeVersusFleet,
    ),
    {
      name: 'nfm_monitor_health_indicator_degraded',
      help: "1 if AWS's network health indicator was degraded in the window, 0 if it was healthy.",
      value: ({ indicator }) => degraded(indicator),
    },
    stateFamily('monitor', 'Of nfm sweep; docs/sweep.md says what each means.'),
  ];
  const counted = (name: string, help: string, value: number) =>
    family({ name, help, value: (n: number) => n }, [value], () => ({}));
  return text([
    ...windowFamilies(seen),
    counted('nfm_sweep_places', 'Accounts times Regions that were to be asked.', seen.asked.places),
    counted('nfm_sweep_places_answered', 'Those of them that answered.', seen.asked.answered),
    ...families.map((one) =>
      family(one, monitors, (item) => ({
        ...placeLabels(item),
        monitor: item.monitor,
        zone_id: item.azId,
        zone: item.az,
      })),
    ),
    family(
      stateFamily<SweepItem>('place', 'Of an account and Region without a monitor that was seen.'),
      places,
      placeLabels,
    ),
  ]);
}
