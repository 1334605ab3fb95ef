import type { Case } from '../model/case.ts';
import type { ZoneReport } from '../model/report.ts';
import { instant, MINUTE, SECOND } from '../model/time.ts';
import { known, sumOf } from './known.ts';
import { type ObservedZone, observeZones } from './observe.ts';
import { binStart, binsWithin, mean, perGib } from './rates.ts';
import { READ_LEAST } from './thresholds.ts';

/** The zones of a case side by side, without a verdict: no flow is looked at. */
export function zoneReports(given: Case): ZoneReport[] {
  const data = known(given);
  return observeZones(data).map((zone) => zoneReport(data, zone));
}

/** What the numbers cannot tell, by where they come from. */
export function zoneNotes(data: Case, zones: readonly ZoneReport[]): string[] {
  if (zones.length === 0) {
    return [
      'No zone can be shown by itself: that takes a monitor of one zone alone, or series of workload insights, which hold the whole scope only.',
    ];
  }
  const notes: string[] = [];
  const unseen = unseenZones(data, zones);
  if (unseen.length > 0) {
    notes.push(`Nothing was reported for ${unseen.join(', ')} alone: not measured is not the same as quiet.`);
  }
  if (data.target.kind === 'subnet' || data.target.kind === 'cluster') {
    notes.push(`A zone is counted whole, by its own monitor: of that the ${data.target.kind} is a part.`);
  }
  if (zones.some((z) => z.source === 'workload-insights')) {
    notes.push(
      'Workload insights come in five-minute steps, measure no round-trip time, count every destination, the internet too, and have no health indicator.',
    );
  } else {
    notes.push(
      'Monitors count TCP flows that end in this Region; events of flows to the internet are not among them.',
    );
  }
  const alone = zones.length === 1 ? 'One zone alone has no peers' : null;
  if (alone && data.baseline) notes.push(`${alone}: it is set against its own baseline only.`);
  else if (alone) notes.push(`${alone}, and without a baseline nothing else to be set against.`);
  else if (!data.baseline) {
    notes.push(
      'Without a baseline a zone is set against the plain rates of its peers, which are seldom equal.',
    );
  }
  return notes;
}

/** Zones that the target lies in and that no source holds by themselves. */
function unseenZones(data: Case, zones: readonly ZoneReport[]): string[] {
  const { kind, id } = data.target;
  if (kind === 'zone' || kind === 'subnet') return [];
  const monitors = data.monitors.filter((m) => kind !== 'monitor' || m.name === id);
  const seen = new Set(zones.map((z) => z.azId));
  return [...new Set(monitors.flatMap((m) => m.zones ?? []))]
    .filter((azId) => !seen.has(azId))
    .map((azId) => data.zones.find((z) => z.azId === azId)?.az ?? azId)
    .sort();
}

/** Zones in which instances of the target run and none was heard: no row would read as no zone. */
export function silentZones(data: Case, seen: readonly ObservedZone[]): ZoneReport[] {
  const { coverage, window, flows } = data;
  const heard = new Set([...seen.map(({ azId }) => azId), ...flows.map(({ local }) => local.azId)]);
  const silent = new Set(coverage?.silent.flatMap(({ azId }) => (azId && !heard.has(azId) ? [azId] : [])));
  const minutes = (Date.parse(window.end) - Date.parse(window.start)) / MINUTE;
  return [...silent].sort().map((azId) => ({
    az: data.zones.find((z) => z.azId === azId)?.az ?? null,
    azId,
    bytes: null,
    retransmissions: null,
    timeouts: null,
    rttMicros: null,
    retransmissionsPerGiB: null,
    baselineRetransmissionsPerGiB: null,
    changeVersusPeers: null,
    outlier: false,
    state: 'silent',
    source: 'contributors',
    minutes: {
      start: window.start,
      periodSeconds: MINUTE / SECOND,
      retransmissions: new Array<null>(Math.ceil(minutes)).fill(null),
    },
  }));
}

/** One zone's numbers in the window, beside its own baseline and its peers. */
export function zoneReport(data: Case, zone: ObservedZone): ZoneReport {
  const { azId, series, reported, window, baseline, comparison, state, source } = zone;
  const [from, to] = binsWithin(reported, data.window);
  const told = (counter: Parameters<typeof sumOf>[1]) => sumOf(reported, counter, data.window, READ_LEAST);
  const retransmissions = told('retransmissions');
  return {
    az: data.zones.find((z) => z.azId === azId)?.az ?? null,
    azId,
    bytes: told('bytes'),
    retransmissions,
    timeouts: told('timeouts'),
    rttMicros: mean(reported.rttMicros.slice(from, to)),
    retransmissionsPerGiB: retransmissions === null ? null : perGib(window.retransmissions, window.bytes),
    baselineRetransmissionsPerGiB: perGib(baseline.retransmissions, baseline.bytes),
    changeVersusPeers: comparison.versusPeers,
    outlier: comparison.outlier,
    ...(zone.inside ? {} : { inTarget: false }),
    state,
    source,
    minutes: {
      start: instant(binStart(reported, from)),
      periodSeconds: reported.periodSeconds,
      retransmissions: series.retransmissions.slice(from, to),
      bytes: reported.bytes.slice(from, to),
      timeouts: reported.timeouts.slice(from, to),
      rttMicros: reported.rttMicros.slice(from, to).map((micros) => micros && Math.round(micros)),
    },
  };
}
