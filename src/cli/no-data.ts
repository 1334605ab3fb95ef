import type { Aws } from '../aws/aws.ts';
import { CHECKS } from '../doctor/checks/index.ts';
import { causeOf, diagnose } from '../doctor/diagnose.ts';
import { Facts } from '../doctor/facts.ts';
import type { DoctorTarget } from '../doctor/target-facts.ts';
import type { Case } from '../model/case.ts';
import { onSandbox } from '../model/sandbox-hint.ts';

/** The doctor's cheap checks, for a triage that found no data. */
export async function whyNoData(
  aws: Aws,
  target: DoctorTarget,
  now: number,
  sandbox: string | undefined,
): Promise<NonNullable<Case['diagnosis']>> {
  const cheap = CHECKS.filter((check) => check.cheap);
  const cause = causeOf(await diagnose(new Facts(aws, { target, now }), cheap));
  if (!cause) return { cause: null };
  const { id, finding, fix } = cause;
  // In one line, as gaps are written.
  return { cause: { id, finding, fix: fix && onSandbox(fix, sandbox).replaceAll('\n', ' && ') } };
}
