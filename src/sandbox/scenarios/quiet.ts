import type { Scenario } from './scenario.ts';

export const quiet: Scenario = {
  name: 'quiet',
  title: 'Nothing is wrong',
  verdict: 'no-impairment',
  cause: null,
  recording: 'quiet',
};
