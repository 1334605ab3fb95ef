import { judge } from '../../../src/judge/judge.ts';
import type { Case, Flow } from '../../../src/model/case.ts';
import { incidentOf } from './plan.ts';

/** The 'To show', 3: a Case of this size, against parsing it in the same run. */
const ROWS = 100_000;
const MONITORS = 20;
const LIMIT = 3;
const RUNS = 7;

export function speed(): { text: string; met: boolean } {
  const data = large();
  const text = JSON.stringify(data);
  const parse: number[] = [];
  const judged: number[] = [];
  // In turns, so that a slow moment hits both.
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    const read: Case = JSON.parse(text);
    const between = performance.now();
    judge(read);
    parse.push(between - start);
    judged.push(performance.now() - between);
  }
  const ratio = median(judged) / median(parse);
  const met = ratio < LIMIT;
  return {
    met,
    text: `${met ? 'ok  ' : 'MISS'}  judging ${data.flows.length} rows, ${data.monitors.length} monitors, ${(text.length / 1e6).toFixed(0)} MB: ${median(judged).toFixed(0)} ms, JSON.parse ${median(parse).toFixed(0)} ms, ×${ratio.toFixed(2)} (below ×${LIMIT})`,
  };
}

/** One incident's rows many times over, each time of other pods, up to what six zones of a large cluster have. */
function large(): Case {
  const { data } = incidentOf({
    family: 'hot-subnet',
    size: 6,
    tier: 'high',
    bursts: 'measured',
    seed: largeSeed(),
  });
  const flows: Flow[] = [];
  for (let copy = 0; flows.length < ROWS; copy++) {
    for (const flow of data.flows.slice(0, ROWS - flows.length)) {
      const { podName, ip, instanceId } = flow.local;
      flows.push({
        ...flow,
        local: {
          ...flow.local,
          ...(podName ? { podName: `${podName}-${copy}` } : {}),
          ...(ip ? { ip: `${ip}.${copy}` } : {}),
          ...(instanceId ? { instanceId: `${instanceId}${copy % 10}` } : {}),
        },
      });
    }
  }
  const monitors = Array.from({ length: MONITORS }, (_, i) => {
    const monitor = data.monitors[i % data.monitors.length];
    if (!monitor) throw new Error('The incident has no monitor.');
    return i < data.monitors.length
      ? monitor
      : { ...monitor, name: `${monitor.name}-${i}`, arn: `${monitor.arn}-${i}` };
  });
  return { ...data, flows, monitors };
}

/** A seed whose incident has six zones. */
function largeSeed(): number {
  for (let seed = 1; ; seed++) {
    const { zones } = incidentOf({ family: 'hot-subnet', size: 6, tier: 'high', bursts: 'measured', seed });
    if (zones === 6) return seed;
  }
}

function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
