import type { ZoneReport } from '../model/report.ts';
import { bytes, count, rate, ratioWithInterval } from '../model/units.ts';
import type { Column } from './table.ts';

/** Availability Zones side by side, as a list. */
export const zoneColumns: readonly Column<ZoneReport>[] = [
  { key: 'az', header: 'Zone', value: (z) => z.az },
  { key: 'azId', header: 'Zone ID', value: (z) => z.azId },
  { key: 'state', header: 'State', value: (z) => z.state },
  {
    key: 'retransmissions',
    header: 'Retrans',
    value: (z) => z.retransmissions,
    text: (z) => count(z.retransmissions),
  },
  { key: 'timeouts', header: 'Timeouts', value: (z) => z.timeouts, text: (z) => count(z.timeouts) },
  { key: 'bytes', header: 'Bytes', value: (z) => z.bytes, text: (z) => bytes(z.bytes) },
  {
    key: 'retransmissionsPerGiB',
    header: 'Per GiB',
    value: (z) => z.retransmissionsPerGiB,
    text: (z) => rate(z.retransmissionsPerGiB),
  },
  {
    key: 'baselineRetransmissionsPerGiB',
    header: 'Before',
    value: (z) => z.baselineRetransmissionsPerGiB,
    text: (z) => rate(z.baselineRetransmissionsPerGiB),
  },
  {
    key: 'changeVersusPeers',
    header: 'Change vs peers',
    value: (z) => z.changeVersusPeers?.ratio,
    text: (z) => ratioWithInterval(z.changeVersusPeers),
  },
  { key: 'rttMicros', header: 'RTT µs', value: (z) => z.rttMicros, wide: true },
  { key: 'outlier', header: 'Outlier', value: (z) => z.outlier, wide: true },
  { key: 'source', header: 'Source', value: (z) => z.source, wide: true },
];
