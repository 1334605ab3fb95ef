import type { Aws } from '../../../aws/aws.ts';
import { CHECKS } from '../../../doctor/checks/index.ts';
import { causeOf, diagnose } from '../../../doctor/diagnose.ts';
import { Facts } from '../../../doctor/facts.ts';
import type { Case } from '../../../model/case.ts';
import type { TargetSpec } from '../../../network/targets.ts';

/** The doctor's cheap checks, for a triage that found no data. */
export async function whyNoData(
  aws: Aws,
  target: TargetSpec,
  now: number,
): Promise<NonNullable<Case['diagnosis']>> {
  const cheap = CHECKS.filter((check) => check.cheap);
  const cause = causeOf(await diagnose(new Facts(aws, { target, now }), cheap));
  if (!cause) return { cause: null };
  const { id, finding, fix } = cause;
  return { cause: { id, finding, fix } };
}
