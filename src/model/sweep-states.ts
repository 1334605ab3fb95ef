/*
 * What nfm sweep says of a monitor, or of an account and Region without one: in the order in which they are listed, the
 * worst first. What was not seen is never among the quiet ones.
 */
export const SWEEP_STATES = {
  degraded: "AWS's indicator reports its own network degraded",
  worse: 'more retransmissions per GiB than before, beyond what chance does among so many',
  silent: 'it reported before, and does not any more',
  starved: 'its bytes collapsed, while another monitor of its Region keeps them',
  unsure: 'more than before, but too few events, or no more than chance does among so many',
  unread: 'its metrics could not be read',
  refused: 'AWS refused',
  unreachable: 'AWS gave no answer',
  'not-asked': 'the run ended before',
  'no-data': 'nothing was reported, neither now nor before',
  'no-baseline': 'it reports, and there is nothing to compare it with',
  'scope-not-ready': 'the scope cannot be used yet, or not any more',
  'no-monitor': 'there is a scope, and no monitor',
  'no-scope': 'Network Flow Monitor is not enabled',
  'not-enabled': 'the Region is not enabled for the account',
  suspended: 'the account is suspended, closed or not yet active, and was not asked',
  quiet: 'no more than before, and no degraded minute is known',
} as const;
export type SweepState = keyof typeof SWEEP_STATES;

/** Those that want to be looked at. */
export const ALARMING: readonly SweepState[] = ['degraded', 'worse', 'silent', 'starved'];

/** Those of which nothing is known, although there may be something. */
export const UNSEEN: readonly SweepState[] = ['unread', 'refused', 'unreachable', 'not-asked', 'no-data'];
