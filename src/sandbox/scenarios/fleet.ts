import { ACCOUNT, AGENT_ROLE, LB_ROLE, SSM_POLICY } from '../world/demo.ts';
import { monitors, noMonitors, role, scope } from './changes.ts';
import { awsImpairment, packetLoss, quiet, totalLoss } from './recorded.ts';
import type { Playable, Scenario } from './scenario.ts';

/** Forty minutes ago somebody took the permission to publish from every agent. */
const silenced: Playable = {
  ...quiet,
  lately: {
    minutes: 40,
    changes: [role(AGENT_ROLE, { attached: [] }), role(LB_ROLE, { attached: [SSM_POLICY] })],
  },
};

/** Several accounts and Regions; in the account and Region that nothing is said of, nothing is wrong. */
export const fleet: Scenario = {
  ...quiet,
  name: 'fleet',
  title: 'Nothing is wrong here; in other accounts and Regions of the organization something is',
  fleet: {
    organization: {
      role: 'nfm-read',
      accounts: [
        { id: ACCOUNT, name: 'management', state: 'ACTIVE' },
        { id: '111122223333', name: 'shop', state: 'ACTIVE' },
        { id: '222233334444', name: 'payments', state: 'ACTIVE' },
        { id: '333344445555', name: 'data', state: 'ACTIVE' },
        { id: '444455556666', name: 'partner', state: 'ACTIVE', trusts: { externalId: 'nfm-sandbox' } },
        { id: '555566667777', name: 'secure', state: 'ACTIVE' },
        { id: '666677778888', name: 'retired', state: 'SUSPENDED' },
        { id: '777788889999', name: 'new', state: 'ACTIVE' },
        { id: '888899990000', name: 'busy', state: 'ACTIVE' },
        { id: '999900001111', name: 'closed-off', state: 'ACTIVE', trusts: 'nobody' },
      ],
    },
    plays: {
      '111122223333': { 'eu-central-1': awsImpairment, 'us-east-1': quiet },
      '222233334444': { 'us-east-1': packetLoss, 'eu-west-1': quiet },
      '333344445555': { 'eu-west-1': silenced },
      '444455556666': { 'eu-central-1': totalLoss },
      '555566667777': {
        'us-east-1': { ...quiet, forbidden: ['networkflowmonitor:ListMonitors'] },
        'eu-central-1': quiet,
      },
      '888899990000': {
        'eu-west-1': { ...quiet, callsPerSecond: 2 },
        'eu-central-1': { ...quiet, changes: [noMonitors] },
        'us-east-1': { ...quiet, changes: [noMonitors, scope({ stuck: 'IN_PROGRESS' })] },
        'us-west-2': { ...quiet, changes: [monitors({ stuck: 'INACTIVE' })] },
      },
    },
  },
};
