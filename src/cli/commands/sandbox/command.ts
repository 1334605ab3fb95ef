import { DISPLAY } from '../../core/options.ts';
import { defineCommand, NO_ACTIONS } from '../../core/spec.ts';

export const sandboxList = defineCommand({
  usage: 'sandbox list',
  summary: 'the scenarios of the sandbox',
  examples: ['nfm sandbox list', 'nfm sandbox list -o json'],
  options: DISPLAY,
  actions: NO_ACTIONS,
  documents: [{ name: 'sandbox-list' }],
});

export const sandboxServe = defineCommand({
  usage: 'sandbox serve [scenario]',
  summary: 'serve a scenario to any AWS client, on loopback, until Ctrl-C',
  details:
    'Without more it answers as fast as it can. Latency, query time, rate and queries at once are those of a slower or busier service; for --sandbox they are variables (nfm help environment).',
  examples: [
    'nfm sandbox serve',
    'nfm sandbox serve total-loss --port 4599',
    'nfm sandbox serve packet-loss+no-monitor',
    'nfm sandbox serve --latency 40ms --query-time 3s --rate 5/s --at-once 5',
  ],
  options: [
    { flags: '--port <number>', description: 'port to listen on (default: a free one)' },
    { flags: '--with-parent', description: 'also end when the process ends that started it' },
    { flags: '--latency <duration>', description: 'how long each call takes' },
    { flags: '--query-time <duration>', description: 'how long a query runs (default: 100ms)' },
    { flags: '--rate <number/s>', description: 'calls a second; the others are throttled' },
    { flags: '--at-once <number>', description: 'queries that may run at once' },
  ],
  actions: NO_ACTIONS,
  documents: [],
});
