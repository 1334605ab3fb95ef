import type { Instance } from '../aws/ec2.ts';
import type { ClusterDetails } from '../aws/eks.ts';
import { aws, type CommandLine, textOf, toAdvice } from '../model/command-line.ts';
import { type NfmError, RefusedError } from '../model/errors.ts';
import type { CheckStatus, Layer } from '../model/words.ts';
import type { Facts } from './facts.ts';

/** What a check found about one thing. */
export interface Outcome {
  status: Exclude<CheckStatus, 'skipped'>;
  /** A sentence with its evidence. */
  finding: string;
  evidence?: Readonly<Record<string, unknown>>;
  /** Commands to paste. */
  fix?: CommandLine | readonly CommandLine[] | null;
  /** It goes on by itself: what --fix waits for. */
  settling?: Settling;
  /** Checks whose failing explains this one. */
  follows?: readonly string[];
}

/** A state that changes by itself. */
export interface Settling {
  what: string;
  read(): Promise<string>;
  /** Throws where the status can only mean that it will never be done. */
  isDone(status: string): boolean;
  /** The command that tells later. */
  hint: CommandLine;
}

/**
 * Of the repairs of one layer, what has to be done first: a pod is given its role when it starts, and one that runs
 * already would have to be started again (EKS user guide, pod-id-association).
 */
export const STAGES = ['credentials', 'agents', 'restart'] as const;

/** One call that mends something, and what to wait for after it. */
export interface Repair {
  stage?: (typeof STAGES)[number];
  title: string;
  details?: readonly string[];
  action: string;
  request: object;
  /** What makes it the same, where its request differs each time: what was tried is not tried again. */
  once?: string;
  run(): Promise<void>;
  settling?: Settling;
}

/** Something that is checked by itself: a cluster, an instance, or the account. */
interface Subject<S> {
  /** 'cluster demo', 'i-0abc'; empty where there is only one. */
  name: string;
  /** The name of what it is a part of: of a node, its cluster. */
  within?: string | undefined;
  of: S;
}

export interface Check<S = never> {
  /** Its name in --only, --skip and the report. */
  id: string;
  layer: Layer;
  /** What is true where it passes. */
  title: string;
  /** Where this is documented. */
  source: string;
  /** Checks without whose passing this one would say nothing. */
  needs?: readonly string[];
  /** A consequence of what others find. */
  symptom?: true;
  subjects(facts: Facts): Promise<readonly Subject<S>[]>;
  /** Said where there is nothing to check. */
  none?: string;
  run(facts: Facts, subject: S): Promise<Outcome>;
  /** Calls that are safe to make for what failed, one after another. */
  repair?(facts: Facts, failed: readonly S[]): Promise<Repair[]>;
}

export const passed = (finding: string, evidence: Outcome['evidence'] = {}): Outcome => ({
  status: 'pass',
  finding,
  evidence,
});

export const notApplicable = (finding: string): Outcome => ({ status: 'not-applicable', finding });

type Found = Omit<Outcome, 'status'>;
export const failed = (found: Found): Outcome => ({ status: 'fail', ...found });
export const warned = (found: Found): Outcome => ({ status: 'warn', ...found });
export const unknown = (found: Found): Outcome => ({ status: 'unknown', ...found });

type Part<S> = Omit<Check<S>, 'subjects' | 'none'>;

/** Of the account in its Region: asked once. */
export function check(part: Part<null>): Check<null> {
  return { ...part, subjects: async () => [{ name: '', of: null }] };
}

/** Of each EKS cluster in the target. */
export function clusterCheck(part: Omit<Part<ClusterDetails>, 'layer'>): Check<ClusterDetails> {
  return {
    ...part,
    layer: 'kubernetes',
    none: 'There is no EKS cluster in the target.',
    subjects: async (facts) => (await facts.clusters()).map((of) => ({ name: `cluster ${of.name}`, of })),
  };
}

/** Of each running instance in the target that is no node of a cluster. */
export function hostCheck(part: Omit<Part<Instance>, 'layer'>): Check<Instance> {
  return {
    ...part,
    layer: 'instances',
    none: 'No instance outside EKS clusters runs in the target.',
    subjects: async (facts) =>
      (await facts.examined()).filter((i) => i.cluster === null).map((of) => ({ name: of.id, of })),
  };
}

/** Of each running instance in the target, nodes included. */
export function instanceCheck(part: Part<Instance>): Check<Instance> {
  return {
    ...part,
    none: 'No instance runs in the target.',
    subjects: async (facts) =>
      (await facts.examined()).map((of) => ({
        name: of.id,
        within: of.cluster === null ? undefined : `cluster ${of.cluster}`,
        of,
      })),
  };
}

/** Why AWS refuses an action. A command mends it only where this identity's own policies are what is missing. */
export function refusalOf({ action, hint = '' }: NfmError): { reason: string; fix: CommandLine[] } {
  const { commands, ...said } = toAdvice(hint);
  const reason = commands.length > 0 ? '' : ` ${textOf({ ...said, commands })}`;
  return { reason: `Not permitted: ${action}.${reason}`, fix: commands };
}

/** The same calls for who makes them by hand: 'iam:CreateRole' is 'aws iam create-role'. */
export function byHand(repairs: readonly Repair[], region: string): CommandLine[] {
  const kebab = (name: string) =>
    name
      .replace(/([a-z\d])([A-Z])/g, '$1-$2')
      .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
      .toLowerCase();
  return repairs.map(({ action, request }) => {
    const [service = '', operation = ''] = action.split(':');
    const options = Object.entries(request).map(([name, value]) => [kebab(name), value]);
    return aws(`${service} ${kebab(operation)}`, { ...Object.fromEntries(options), region });
  });
}

/** Repairs of each, one after another. */
export async function ofEach<S>(
  subjects: readonly S[],
  repair: (subject: S) => Promise<Repair[]>,
): Promise<Repair[]> {
  return (await Promise.all(subjects.map(repair))).flat();
}

/** What publishes has all that it takes to publish, whether AWS tells us of each part or not. */
export async function allPublish(facts: Facts, instances: readonly Instance[]): Promise<boolean> {
  const told = await Promise.all(instances.map((i) => facts.publishes(i)));
  return told.length > 0 && told.every((answer) => answer === 'yes');
}

/** The work's outcome; where AWS refuses to tell, what the data prove. */
export async function orProven(
  facts: Facts,
  instances: () => Promise<readonly Instance[]>,
  work: () => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof RefusedError)) throw error;
    const proven = await instances()
      .then((list) => allPublish(facts, list))
      .catch(() => false);
    if (!proven) throw error;
    return passed(`AWS refused ${error.action}, but the agents publish: so it is in order.`, {
      refused: error.action,
    });
  }
}
