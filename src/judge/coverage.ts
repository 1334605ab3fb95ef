import type { Agents, Case, Gap } from '../model/case.ts';
import { nfm } from '../model/command-line.ts';
import type { Evidence } from '../model/report.ts';
import { targetFlags } from './words.ts';

const SHOWN = 3;

/** Of the target, what no agent reports. */
export function coverageGaps(data: Case): Gap[] {
  return [...silentGap(data), ...fargateGap(data)];
}

function silentGap(data: Case): Gap[] {
  const { coverage } = data;
  if (!coverage || coverage.silent.length === 0) return [];
  const { running, silent } = coverage;
  const one = silent.length === 1;
  return [
    {
      code: 'coverage',
      action: null,
      effect: `${silent.length} of ${running} running instances in the target ${one ? 'has' : 'have'} no flow in what was read of the window: ${named(silent)}; what ${one ? 'it sees' : 'they see'} is not in this verdict.${onWindows(silent)}`,
      fix: nfm('doctor', targetFlags(data)),
    },
  ];
}

function named(instances: readonly { instanceId?: string | undefined; instanceName?: string | undefined }[]) {
  const names = instances
    .slice(0, SHOWN)
    .map(({ instanceId = 'an unknown ID', instanceName }) =>
      instanceName ? `${instanceName} (${instanceId})` : instanceId,
    );
  return `${names.join(', ')}${instances.length > SHOWN ? ` and ${instances.length - SHOWN} more` : ''}`;
}

function onWindows(silent: NonNullable<Case['coverage']>['silent']): string {
  const windows = silent.filter((one) => one.windows).length;
  if (windows === 0) return '';
  const who = windows < silent.length ? `${windows} of them run` : windows === 1 ? 'It runs' : 'They run';
  return ` ${who} on Windows, where no agent can.`;
}

function fargateGap({ agents }: Case): Gap[] {
  if (!agents?.fargate?.length) return [];
  return [
    {
      code: 'fargate',
      action: null,
      effect: `Pods on Fargate send no report, for no agent can run there (${profilesOf(agents.fargate)}): what they see is not in this verdict.`,
      fix: null,
    },
  ];
}

/** `profile batch of cluster demo` */
export function profilesOf(profiles: NonNullable<Agents['fargate']>): string {
  const names = profiles.slice(0, SHOWN).map(({ cluster, profile }) => `${profile} of cluster ${cluster}`);
  const more = profiles.length > SHOWN ? ` and ${profiles.length - SHOWN} more` : '';
  return `${profiles.length === 1 ? 'profile' : 'profiles'} ${names.join(', ')}${more}`;
}

/** Amounts that are twice the truth. */
export function twiceEvidence({ agents }: Case): Evidence[] {
  const both = agents?.twice ?? [];
  if (both.length === 0) return [];
  return [
    {
      code: 'counted-twice',
      supports: 'none',
      strength: 'requisite',
      statement: `${named(both)} ${both.length === 1 ? 'has' : 'have'} two agents, the add-on's and one of their own: bytes and events that both report are counted twice, rates are not.`,
      data: { instances: both.map(({ instanceId }) => instanceId) },
    },
  ];
}
