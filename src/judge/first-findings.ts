import type { Case } from '../model/case.ts';
import { judge } from './judge.ts';

/** What the series alone can say, in the order in which it is asked. */
const SAID = /^(rate|too-few|no-baseline|onset|zone-|nhi-)/;

/** What is found before any flow is asked for, in sentences. */
export function firstFindings(data: Case): string[] {
  return judge(data).evidence.flatMap(({ code, statement }) => (SAID.test(code) ? [statement] : []));
}
