import {
  BASELINE,
  CASE,
  CONNECTION,
  REPORT_DISPLAY,
  SAVED_CASE,
  TARGET,
  WINDOW,
} from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { AROUND, ASKED, DIAGNOSIS, flowMonitorActions } from '../actions.ts';

export const triage = defineCommand({
  usage: 'triage',
  summary: 'whose problem is it, where, since when and why',
  examples: [
    'nfm triage --sandbox',
    'nfm triage --sandbox aws-impairment -o json',
    'nfm triage --sandbox --since 30m --baseline 2h -o markdown',
  ],
  options: [
    ...TARGET,
    ...WINDOW,
    ...BASELINE,
    {
      flags: '--exit-code',
      description:
        'exit by verdict: 0 no-impairment, 10 aws-infrastructure, 11 workload, 12 inconclusive, 13 no-data',
    },
    ...CASE,
    {
      flags: '--fast',
      description: 'judge by the metrics alone, in a second: who is behind it is not asked',
    },
    {
      flags: '--create-monitors',
      description: 'first create the monitors that are missing for the target and its zones',
      group: 'changes',
    },
    {
      flags: '--dry-run',
      description: 'with --create-monitors: print the requests and change nothing',
      group: 'changes',
    },
    { flags: '--yes', description: 'do not ask before monitors are created', group: 'changes' },
    ...CONNECTION,
    ...REPORT_DISPLAY,
  ],
  actions: {
    reads: [...ASKED, ...AROUND, ...flowMonitorActions('GetScope'), ...DIAGNOSIS],
    writes: flowMonitorActions('CreateMonitor'),
  },
  documents: [
    { name: 'triage' },
    { name: 'triage-list', when: 'in several Regions' },
    SAVED_CASE,
    { name: 'plan', when: 'with --create-monitors --dry-run' },
  ],
});
