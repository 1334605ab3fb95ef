import { describe, expect, it } from 'vitest';
import { dashboardStack, type Shown } from '../../src/provision/dashboard.ts';
import { account, expectError } from '../cli/helpers.ts';
import { templateOf } from './account.ts';
import { problemsOf } from './template.ts';

interface Widget {
  type: string;
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title: string; region: string; stat: string; metrics: unknown[][]; markdown: string };
}

function monitor(i: number, azId: string | null): Shown {
  const name = `m${String(i).padStart(3, '0')}`;
  return {
    name,
    arn: `arn:aws:networkflowmonitor:eu-central-1:123456789012:monitor/${name}`,
    zone: azId === null ? null : { azId, az: null },
  };
}

function widgetsOf(shown: readonly Shown[]): Widget[] {
  const { resources } = dashboardStack(shown, { region: 'eu-central-1', asked: [] });
  const [dashboard] = resources;
  if (dashboard?.kind !== 'dashboard') throw new Error('no dashboard');
  return (dashboard.body as { widgets: Widget[] }).widgets;
}

describe('nfm export dashboard', () => {
  it('puts zones side by side, each metric of the right monitor and Region', async () => {
    const made = await templateOf('packet-loss', 'dashboard');
    expect(await problemsOf(made)).toEqual([]);
    const body = JSON.parse(made.Resources.Dashboard?.Properties.DashboardBody);
    const widgets: Widget[] = body.widgets;
    const graphs = widgets.filter(({ type }) => type === 'metric');
    for (const { properties } of graphs) {
      expect(properties.region).toBe('ap-northeast-3');
      for (const [namespace, , dimension, arn] of properties.metrics) {
        if (typeof namespace === 'object') continue;
        expect([namespace, dimension]).toEqual(['AWS/NetworkFlowMonitor', 'MonitorId']);
        expect(arn).toMatch(/^arn:aws:networkflowmonitor:ap-northeast-3:123456789012:monitor\/demo-/);
      }
    }
    const columns = graphs.filter(({ properties }) => /: per GiB$/.test(properties.title));
    expect(columns.map(({ x, width, properties }) => [x, width, properties.title])).toEqual([
      [0, 12, 'ap-northeast-3a (apne3-az1) · demo-zone-a: per GiB'],
      [12, 12, 'ap-northeast-3b (apne3-az3) · demo-zone-b: per GiB'],
    ]);
    // The monitor of all zones is among the indicators, and in no column.
    const [, indicator] = graphs;
    expect(indicator?.properties).toMatchObject({ stat: 'Maximum' });
    expect(indicator?.properties.metrics).toHaveLength(3);
  });

  it('of some monitors stands beside that of all, and beside those of others', () => {
    const made = [[], ['m001'], ['m002'], ['m001', 'm002']].map((asked) => {
      const { name, resources } = dashboardStack([monitor(1, null)], { region: 'eu-central-1', asked });
      return [name, ...resources.map((resource) => ('name' in resource ? resource.name : ''))];
    });
    expect(made.slice(0, 2)).toEqual([
      ['nfm-dashboard', 'network-flow-monitor-eu-central-1'],
      ['nfm-dashboard-m001', 'network-flow-monitor-eu-central-1-m001'],
    ]);
    expect(new Set(made.flat()).size).toBe(8);
    // DashboardName: PutDashboard.
    for (const name of made.flat()) expect(name).toMatch(/^[A-Za-z0-9_-]{1,255}$/);
  });

  it('shows monitors where none lies in one zone alone', () => {
    const titles = widgetsOf([monitor(1, null), monitor(2, null)]).map(({ properties }) => properties.title);
    expect(titles[1]).toBe('Retransmissions per GiB, by monitor');
    expect(titles).toContain('m001: bytes');
  });

  it('never lets two graphs lie on each other, nor beyond the 24 columns', () => {
    for (const count of [1, 2, 3, 4, 5, 9, 20]) {
      const taken = new Set<string>();
      for (const { x, y, width, height } of widgetsOf(
        Array.from({ length: count }, (_, i) => monitor(i, `az${i}`)),
      )) {
        expect(x + width).toBeLessThanOrEqual(24);
        for (let column = x; column < x + width; column++) {
          for (let line = y; line < y + height; line++) {
            expect(taken.has(`${column} ${line}`)).toBe(false);
            taken.add(`${column} ${line}`);
          }
        }
      }
    }
  });

  it('says where a dashboard cannot hold so many', () => {
    const many = Array.from({ length: 170 }, (_, i) => monitor(i, `az${i}`));
    expect(() => widgetsOf(many)).toThrow(/A dashboard holds 500 graphs and 2500 metrics/);
  });

  it.each(['alarms', 'dashboard'])('says of %s that there is no monitor, and what to do', async (what) => {
    const at = await account({ scenario: 'no-monitor' });
    const run = await at.run(['export', what]);
    expect(run.code).toBe(254);
    expect(expectError(run)).toEqual({
      message: 'There are no monitors in ap-northeast-3, and without one no metrics.',
      hint: 'Write down what a set-up takes: nfm export setup --region ap-northeast-3',
    });
    const unknown = await (await account()).run(['export', what, 'demo-zone-c']);
    expect([unknown.code, expectError(unknown).hint]).toEqual([254, "Did you mean 'demo-zone-a'?"]);
  });
});
