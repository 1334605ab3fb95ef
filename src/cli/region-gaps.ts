import type { Gap } from '../model/case.ts';
import type { Answers } from './connection.ts';

/** Gaps of one document over several Regions: each says which Region it is of, those that gave no answer too. */
export function regionGaps({ answers, failures }: Answers<{ region: string; gaps: readonly Gap[] }>): Gap[] {
  const several = answers.length + failures.length > 1;
  const named = answers.flatMap(({ region, gaps }) =>
    gaps.map((gap) => (several ? { ...gap, effect: `${region}: ${gap.effect}` } : gap)),
  );
  const unanswered = failures.map(({ region, error }) => ({
    code: error.code === 'access-denied' ? 'permission' : error.code,
    action: error.action ?? null,
    effect: `${region}: nothing could be read.`,
    fix: error.hint ?? null,
    ...(error.answer !== undefined && { answer: error.answer }),
  }));
  return [...named, ...unanswered];
}
