import { CONNECTION, STREAM_DISPLAY, TARGET } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { AROUND, ASKED } from '../actions.ts';

export const watch = defineCommand({
  usage: 'watch',
  summary: 'triage again and again: what changed, is it over?',
  details:
    'Only what is new is asked: the newest minutes of the metrics, the newest flows, and now and then what the account has, what others say, and what changed around the onset. On a terminal the report changes in place; elsewhere, and with -o text, there is a line when verdict, place or confidence change. -o ndjson prints the report of each round, and those lines on stderr. While an incident goes on, it is set against what was before it. With --until-over, the exit code is that of the incident, or else of the last verdict: 0 only where nothing was wrong.',
  examples: [
    'nfm watch --sandbox --for 2m',
    'nfm watch --sandbox moving --for 2m --until-over',
    'nfm watch --sandbox --since 30m --baseline 2h --every 2m --for 2m -o text',
  ],
  options: [
    ...TARGET,
    {
      flags: '--since <time>',
      description: 'length of the window that is looked at, at most a day; it moves on with time',
      default: '1h',
      group: 'time',
    },
    {
      flags: '--baseline <time>',
      description: 'length of what the window is compared with (default: 3 times the window)',
      group: 'time',
    },
    {
      flags: '--every <duration>',
      description: 'how often, a minute at least',
      default: '1m',
      group: 'time',
    },
    { flags: '--for <duration>', description: 'end after so long', group: 'time' },
    {
      flags: '--until-over',
      description:
        'end when an incident was seen and is over, with the exit code of its verdict; where none is seen, in 15 minutes, or after --for',
    },
    {
      flags: '--exit-code',
      description:
        'exit by the last verdict: 0 no-impairment, 10 aws-infrastructure, 11 workload, 12 inconclusive, 13 no-data',
    },
    ...CONNECTION,
    ...STREAM_DISPLAY,
  ],
  actions: { reads: [...ASKED, ...AROUND] },
  documents: [{ name: 'triage', when: 'with -o ndjson, one a round' }],
});
