import { DISPLAY } from '../../core/options.ts';
import type { CommandSpec } from '../../core/parse.ts';

export const sandboxList: CommandSpec = {
  usage: 'sandbox list',
  summary: 'the scenarios of the sandbox',
  examples: ['nfm sandbox list', 'nfm sandbox list -o json'],
  options: DISPLAY,
  run: async (...args) => (await import('./sandbox.ts')).list(...args),
};

export const sandboxServe: CommandSpec = {
  usage: 'sandbox serve [scenario]',
  summary: 'serve a scenario to any AWS client, on loopback, until Ctrl-C',
  examples: [
    'nfm sandbox serve',
    'nfm sandbox serve total-loss --port 4599',
    'nfm sandbox serve packet-loss+no-monitor',
  ],
  options: [
    { flags: '--port <number>', description: 'port to listen on (default: a free one)' },
    { flags: '--with-parent', description: 'also end when the process ends that started it' },
  ],
  run: async (...args) => (await import('./sandbox.ts')).serve(...args),
};
