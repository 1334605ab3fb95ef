import type { Scenario } from '../scenario.ts';

const START = 'networkflowmonitor:StartQuery';
const OF_MONITORS = [`${START}MonitorTopContributors`];
const OF_INSIGHTS = [
  `${START}WorkloadInsightsTopContributors`,
  `${START}WorkloadInsightsTopContributorsData`,
];

/** Each family of queries is an action of its own, and who may list may not ask (petsite). */
export const access: Scenario[] = [
  {
    name: 'queries-denied',
    title: 'The caller may list monitors and start no query',
    verdict: 'no-impairment',
    cause: 'permissions',
    recording: 'quiet',
    denied: [...OF_MONITORS, ...OF_INSIGHTS],
  },
  {
    name: 'monitor-queries-denied',
    title: 'The caller may query workload insights, and no monitor',
    verdict: 'no-impairment',
    cause: 'permissions',
    recording: 'quiet',
    denied: OF_MONITORS,
  },
  {
    name: 'insights-denied',
    title: 'The caller may query monitors, and no workload insights',
    verdict: 'no-impairment',
    cause: 'permissions',
    recording: 'quiet',
    denied: OF_INSIGHTS,
  },
];
