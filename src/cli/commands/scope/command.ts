import { CHANGE, CONNECTION, DISPLAY, TAGS } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import { ACCOUNT, CREATE_ROLE, flowMonitorActions, MONITOR, SCOPE } from '../actions.ts';

const NO_WAIT = { flags: '--no-wait', description: 'return at once; by default nfm waits' } as const;
const PLAN = { name: 'plan', when: 'with --dry-run' } as const;

export const scopeList = defineCommand({
  usage: 'scope list',
  summary: 'where Network Flow Monitor is enabled, for which accounts',
  examples: ['nfm scope list --sandbox', 'nfm scope list --sandbox -o json'],
  options: [...CONNECTION, ...DISPLAY],
  actions: { reads: SCOPE },
  documents: [{ name: 'scope-list' }],
});

export const scopeShow = defineCommand({
  usage: 'scope show [id]',
  summary: 'the scope of the Region: status, what holds it up, targets',
  examples: ['nfm scope show --sandbox', 'nfm scope show --sandbox -o yaml'],
  options: [...CONNECTION, ...DISPLAY],
  actions: { reads: SCOPE },
  documents: [{ name: 'scope' }],
});

export const scopeCreate = defineCommand({
  usage: 'scope create',
  summary: 'enable Network Flow Monitor: this account and Region, or an organization',
  details:
    'An account has one scope in each Region. nfm waits until it can be used and says what may hold it up. A second run changes nothing.',
  examples: ['nfm scope create --sandbox', 'nfm scope create --sandbox --account 123456789012 --dry-run'],
  options: [
    { flags: '--account <id>', description: 'account to see (default: this one)', repeat: true },
    { flags: '--target-region <region>', description: 'Region to see (default: --region)', repeat: true },
    ...TAGS,
    NO_WAIT,
    ...CHANGE,
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: {
    reads: [...ACCOUNT, ...SCOPE],
    writes: flowMonitorActions('CreateScope'),
    implied: [...flowMonitorActions('TagResource'), CREATE_ROLE],
    changes: true,
  },
  documents: [{ name: 'scope-changes' }, PLAN],
});

export const scopeUpdate = defineCommand({
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
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: { reads: SCOPE, writes: flowMonitorActions('UpdateScope'), changes: true },
  documents: [{ name: 'scope-changes' }, PLAN],
});

export const scopeDelete = defineCommand({
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
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: {
    reads: [...SCOPE, ...MONITOR],
    writes: flowMonitorActions('DeleteScope', 'DeleteMonitor'),
    changes: true,
  },
  documents: [{ name: 'scope-changes' }, PLAN],
});

export const scopeTag = defineCommand({
  usage: 'scope tag [id]',
  summary: 'set, remove and list the tags of the scope',
  examples: ['nfm scope tag --sandbox', 'nfm scope tag --sandbox --tag team=network --yes'],
  options: [
    ...TAGS,
    { flags: '--untag <key>', description: 'tag to remove', repeat: true },
    ...CHANGE,
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: {
    reads: flowMonitorActions('ListScopes', 'ListTagsForResource'),
    writes: flowMonitorActions('TagResource', 'UntagResource'),
    changes: true,
  },
  documents: [{ name: 'tags' }, PLAN],
});
