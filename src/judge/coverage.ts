import type { Case, Gap } from '../model/case.ts';
import { nfm } from '../model/command-line.ts';
import { targetFlags } from './summary.ts';

const SHOWN = 3;

export function coverageGap(data: Case): Gap[] {
  const { coverage } = data;
  if (!coverage || coverage.silent.length === 0) return [];
  const { running, silent } = coverage;
  const one = silent.length === 1;
  const names = silent
    .slice(0, SHOWN)
    .map(({ instanceId, instanceName }) => (instanceName ? `${instanceName} (${instanceId})` : instanceId));
  const more = silent.length > SHOWN ? ` and ${silent.length - SHOWN} more` : '';
  return [
    {
      code: 'coverage',
      action: null,
      effect: `${silent.length} of ${running} running instances in the target ${one ? 'has' : 'have'} no flow in what was read of the window: ${names.join(', ')}${more}; what ${one ? 'it sees' : 'they see'} is not in this verdict.`,
      fix: nfm('doctor', targetFlags(data)),
    },
  ];
}
