import {
  type DataQuery,
  GetAwsNetworkPerformanceDataCommand,
  paginateGetAwsNetworkPerformanceData,
} from '@aws-sdk/client-ec2';
import { describe, expect, it } from 'vitest';
import { account } from './account.ts';
import { NOW } from './client.ts';

const query = (source: string, destination: string, more: Partial<DataQuery> = {}): DataQuery => ({
  Id: `${source}-${destination}`,
  Source: source,
  Destination: destination,
  Metric: 'aggregate-latency',
  Statistic: 'p50',
  Period: 'five-minutes',
  ...more,
});
const [A, B, C] = ['apne3-az1', 'apne3-az3', 'apne3-az2'] as const;
const PAIRS = [query(A, B), query(B, C), query(A, C)];
const hour = { StartTime: new Date(NOW - 3_600_000), EndTime: new Date(NOW) };

describe('GetAwsNetworkPerformanceData', () => {
  it('is flat in each pair where AWS is healthy, whatever the workload loses', async () => {
    const { ec2 } = await account({ scenario: 'total-loss' });
    const { DataResponses = [] } = await ec2.send(
      new GetAwsNetworkPerformanceDataCommand({ DataQueries: PAIRS, ...hour }),
    );
    expect(DataResponses.map((r) => r.Id)).toEqual(PAIRS.map((q) => q.Id));
    for (const { MetricPoints = [] } of DataResponses) {
      expect(MetricPoints).toHaveLength(11);
      expect(MetricPoints[0]).toMatchObject({
        StartDate: new Date('2026-11-21T11:05:00Z'),
        EndDate: new Date('2026-11-21T11:10:00Z'),
        Status: 'ok',
      });
      expect(new Set(MetricPoints.map((p) => p.Value)).size).toBe(1);
    }
  });

  it("rises in the pairs of a zone from the minute that AWS's own network is impaired there", async () => {
    const { ec2 } = await account({ scenario: 'aws-impairment' });
    const { DataResponses = [] } = await ec2.send(
      new GetAwsNetworkPerformanceDataCommand({ DataQueries: PAIRS, ...hour }),
    );
    const rises = DataResponses.map(({ MetricPoints = [] }) => {
      const first = MetricPoints[0]?.Value ?? Number.NaN;
      return MetricPoints.filter((p) => (p.Value ?? 0) > 2 * first).map((p) => p.StartDate?.toISOString())[0];
    });
    expect(rises).toEqual(['2026-11-21T11:40:00.000Z', '2026-11-21T11:40:00.000Z', undefined]);
  });

  it('cuts pages of answers, and takes the period that is asked for', async () => {
    const { ec2 } = await account();
    const pages = [];
    const input = { DataQueries: PAIRS.map((q) => ({ ...q, Period: 'one-hour' as const })) };
    for await (const page of paginateGetAwsNetworkPerformanceData(
      { client: ec2, pageSize: 2 },
      { ...input, StartTime: new Date(NOW - 3 * 3_600_000), EndTime: new Date(NOW) },
    ))
      pages.push(page.DataResponses?.map((r) => r.MetricPoints?.length));
    expect(pages).toEqual([[2, 2], [2]]);
  });

  it.each([
    query(A, 'ap-northeast-3b'),
    query('nowhere', B),
    query(A, B, { Period: 'one-second' as never }),
    query(A, B, { Metric: 'loss' as never }),
    query(A, B, { Statistic: 'p99' as never }),
  ])('refuses what it cannot answer: %j', async (DataQuery) => {
    const { ec2 } = await account();
    await expect(
      ec2.send(new GetAwsNetworkPerformanceDataCommand({ DataQueries: [DataQuery], ...hour })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' });
  });
});
