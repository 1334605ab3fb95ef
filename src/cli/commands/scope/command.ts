import { CHANGE, CONNECTION, DISPLAY, SANDBOX } from '../../core/options.ts';
import type { CommandSpec, OptionSpec } from '../../core/parse.ts';

const COMMON = [...SANDBOX, ...CONNECTION, ...DISPLAY];
const NO_WAIT: OptionSpec = { flags: '--no-wait', description: 'return at once; by default nfm waits' };
const TAG: OptionSpec = { flags: '--tag <key=value>', description: 'tag to set', repeat: true };

export const scopeList: CommandSpec = {
  usage: 'scope list',
  summary: 'where Network Flow Monitor is enabled, for which accounts',
  examples: ['nfm scope list --sandbox', 'nfm scope list --sandbox -o json'],
  options: COMMON,
  run: async (...args) => (await import('./scope.ts')).list(...args),
};

export const scopeShow: CommandSpec = {
  usage: 'scope show [id]',
  summary: 'the scope of the Region: status, what holds it up, targets',
  examples: ['nfm scope show --sandbox', 'nfm scope show --sandbox -o yaml'],
  options: COMMON,
  run: async (...args) => (await import('./scope.ts')).show(...args),
};

export const scopeCreate: CommandSpec = {
  usage: 'scope create',
  summary: 'enable Network Flow Monitor: this account and Region, or an organization',
  details:
    'An account has one scope in each Region. nfm waits until it can be used and says what may hold it up. A second run changes nothing.',
  examples: ['nfm scope create --sandbox', 'nfm scope create --sandbox --account 123456789012 --dry-run'],
  options: [
    { flags: '--account <id>', description: 'account to see (default: this one)', repeat: true },
    { flags: '--target-region <region>', description: 'Region to see (default: --region)', repeat: true },
    TAG,
    NO_WAIT,
    ...CHANGE,
    ...COMMON,
  ],
  run: async (...args) => (await import('./create.ts')).create(...args),
};

export const scopeUpdate: CommandSpec = {
  usage: 'scope update [id]',
  summary: 'add and remove accounts and Regions',
  details:
    'A new account comes in every Region of the scope, a new Region with every account of it; what is removed goes everywhere.',
  examples: [
    'nfm scope update --sandbox --add-account 210987654321 --dry-run',
    'nfm scope update --sandbox --add-target-region ap-northeast-1 --yes',
  ],
  options: [
    { flags: '--add-account <id>', description: 'account to add', repeat: true },
    { flags: '--remove-account <id>', description: 'account to remove', repeat: true },
    { flags: '--add-target-region <region>', description: 'Region to add', repeat: true },
    { flags: '--remove-target-region <region>', description: 'Region to remove', repeat: true },
    NO_WAIT,
    ...CHANGE,
    ...COMMON,
  ],
  run: async (...args) => (await import('./update.ts')).update(...args),
};

export const scopeDelete: CommandSpec = {
  usage: 'scope delete [id]',
  summary: 'give up Network Flow Monitor in the Region; monitors go first',
  examples: [
    'nfm scope delete --sandbox --with-monitors --dry-run',
    'nfm scope delete --sandbox --with-monitors --yes',
  ],
  options: [
    { flags: '--with-monitors', description: 'delete its monitors first' },
    NO_WAIT,
    ...CHANGE,
    ...COMMON,
  ],
  run: async (...args) => (await import('./delete.ts')).remove(...args),
};

export const scopeTag: CommandSpec = {
  usage: 'scope tag [id]',
  summary: 'set, remove and list the tags of the scope',
  examples: ['nfm scope tag --sandbox', 'nfm scope tag --sandbox --tag team=network --yes'],
  options: [
    TAG,
    { flags: '--untag <key>', description: 'tag to remove', repeat: true },
    ...CHANGE,
    ...COMMON,
  ],
  run: async (...args) => (await import('./scope.ts')).tag(...args),
};
