import { CONNECTION, DISPLAY, TARGET } from '../../core/options.ts';
import { defineCommand } from '../../core/spec.ts';
import {
  DIAGNOSIS,
  ec2Actions,
  eksActions,
  flowMonitorActions,
  iamActions,
  METRICS,
  MONITOR,
  MONITOR_FLOWS,
  SCOPE,
  SCOPE_FLOWS,
  SCOPE_SERIES,
  ssmActions,
} from '../actions.ts';

export const doctor = defineCommand({
  usage: 'doctor',
  summary: 'why is there no data? each check, its finding, the exact fix',
  details:
    'From permissions and the scope to the agents and their way out, in the order that tells a missing agent from a missing monitor. The cause is the first check that fails and is no consequence of another. What AWS does not let nfm read is unknown, never passed. A cluster is asked itself where it has an access entry for you (AmazonEKSViewPolicy), which no IAM policy gives. Nothing is changed without --fix, which makes the safe calls that mend what fails, one after another, the cause first: it adds what is missing, and takes nothing away. In a cluster itself nothing is changed without --fix-cluster, which restarts agents that were given their role after they had started. There --timeout is how long to wait for each of them (default: 30m).',
  examples: [
    'nfm doctor --sandbox quiet',
    'nfm doctor --sandbox quiet --cluster demo -o json',
    'nfm doctor --list',
  ],
  options: [
    ...TARGET,
    { flags: '--only <check>', description: 'run this check or layer, and what it needs', repeat: true },
    { flags: '--skip <check>', description: 'leave out this check or layer', repeat: true },
    { flags: '--list', description: 'list the checks and run none' },
    {
      flags: '--exit-code',
      description: 'exit by finding: 0 nothing fails, 20 a check fails, 21 none fails and some are unknown',
    },
    {
      flags: '--fix',
      description: 'mend what safe calls can mend, after asking',
      group: 'changes',
    },
    {
      flags: '--per-zone',
      description: 'with --fix: also a monitor for each zone of a VPC',
      group: 'changes',
    },
    {
      flags: '--fix-cluster',
      description: "with --fix: also restart a cluster's agents, where they need it",
      group: 'changes',
    },
    {
      flags: '--dry-run',
      description: 'with --fix: print the requests and change nothing',
      group: 'changes',
    },
    {
      flags: '--yes',
      description: 'with --fix: do not ask before something is changed',
      group: 'changes',
    },
    ...CONNECTION,
    ...DISPLAY,
  ],
  actions: {
    reads: [
      ...SCOPE,
      ...MONITOR,
      ...SCOPE_FLOWS,
      ...SCOPE_SERIES,
      ...MONITOR_FLOWS,
      ...METRICS,
      ...DIAGNOSIS,
    ],
    writes: [
      ...flowMonitorActions('CreateScope', 'UpdateScope', 'CreateMonitor'),
      ...eksActions('CreateAddon', 'UpdateAddon', 'CreatePodIdentityAssociation'),
      ...iamActions(
        'CreateRole',
        'AttachRolePolicy',
        'UpdateAssumeRolePolicy',
        'CreateInstanceProfile',
        'AddRoleToInstanceProfile',
        'CreateOpenIDConnectProvider',
        'CreateServiceLinkedRole',
      ),
      ...ec2Actions('AssociateIamInstanceProfile'),
      ...ssmActions('SendCommand'),
    ],
    implied: iamActions('PassRole'),
  },
  documents: [
    { name: 'doctor' },
    { name: 'doctor-checks', when: 'with --list' },
    { name: 'plan', when: 'with --fix --dry-run' },
  ],
});
