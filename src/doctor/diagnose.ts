import { advise, printed } from '../model/command-line.ts';
import type { CheckReport } from '../model/doctor.ts';
import { type NfmError, RefusedError, UnreachableError, UsageError } from '../model/errors.ts';
import { CHECK_STATUSES, type CheckStatus } from '../model/words.ts';
import { type Check, type Outcome, type Repair, refusalOf, STAGES } from './check.ts';
import type { Facts } from './facts.ts';

/** What a check found about one subject; skipped where what it needs did not pass. */
interface Part {
  name: string;
  within?: string | undefined;
  of: unknown;
  outcome: Omit<Outcome, 'status'> & { status: CheckStatus };
}

export interface Result {
  check: Check<unknown>;
  parts: readonly Part[];
  report: CheckReport;
  /** Calls that mend what failed; none where a person has to. */
  repairs: readonly Repair[];
}

/**
 * Runs all checks together: each waits for those that it needs, and no longer. Checks that are needed by one that
 * was asked for run too.
 */
export async function diagnose(
  facts: Facts,
  checks: readonly Check<unknown>[],
  onDone: (done: number, planned: number) => void = () => undefined,
): Promise<Result[]> {
  const running = new Map<string, Promise<Part[]>>();
  let done = 0;
  for (const check of checks) {
    const parts = runCheck(facts, check, checks, (id) => running.get(id) ?? Promise.resolve([]));
    running.set(check.id, parts);
    parts.then(
      () => onDone(++done, checks.length),
      () => undefined,
    );
  }
  const found = await Promise.all(checks.map((check) => running.get(check.id) ?? []));
  return explained(await Promise.all(checks.map((check, i) => toResult(facts, check, found[i] ?? []))));
}

/** Checks that are chosen by their IDs or layers, and those that they need, in the order of all. */
export function withNeeded(
  all: readonly Check<unknown>[],
  chosen: readonly Check<unknown>[],
): Check<unknown>[] {
  const wanted = new Set(chosen);
  for (const check of wanted) {
    for (const one of all) if (check.needs?.includes(one.id)) wanted.add(one);
  }
  return all.filter((check) => wanted.has(check));
}

/** What mends what failed, in the order in which it has to be done: the cause's first. Of calls that are alike, one. */
export function repairsIn(results: readonly Result[]): Map<string, Repair> {
  const inOrder = results.flatMap(({ check: { layer }, repairs }) =>
    repairs.map((repair) => ({ layer, stage: STAGES.indexOf(repair.stage ?? 'agents'), repair })),
  );
  const layers = [...new Set(results.map(({ check }) => check.layer))];
  inOrder.sort((a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer) || a.stage - b.stage);
  const keyOf = ({ action, request, once }: Repair) => once ?? `${action} ${JSON.stringify(request)}`;
  return new Map(inOrder.map(({ repair }) => [keyOf(repair), repair]));
}

/** The first that fails and is no consequence of another; a symptom only where nothing else fails. */
export function causeOf(results: readonly Result[]): CheckReport | null {
  const failing = results.map((r) => r.report).filter((r) => r.status === 'fail');
  return failing.find((r) => !r.symptom && r.follows === null) ?? failing[0] ?? null;
}

/** Says of each that is not in order by which failing check it is explained. Skipped ones by what they need. */
function explained(results: readonly Result[]): Result[] {
  const failing = results.filter(({ report }) => report.status === 'fail');
  const first = failing.find((r) => !r.report.symptom && followed(r, failing) === null) ?? failing[0];
  const byId = new Map(results.map((r) => [r.report.id, r]));
  const follows = (result: Result, seen: readonly string[] = []): string | null => {
    const { id, status, symptom } = result.report;
    if (result === first || seen.includes(id)) return null;
    if (status === 'skipped') {
      const needed = byId.get(String(neededBy(result)));
      return needed ? (follows(needed, [...seen, id]) ?? needed.report.id) : null;
    }
    if (status !== 'fail') return null;
    return followed(result, failing) ?? (symptom ? (first?.report.id ?? null) : null);
  };
  return results.map((result) => ({ ...result, report: { ...result.report, follows: follows(result) } }));
}

/** The failing check that a failing one names as its own cause; it must explain each of the subjects. */
function followed({ check, parts }: Result, failing: readonly Result[]): string | null {
  const causes = parts
    .filter(({ outcome }) => outcome.status === 'fail')
    .map((part) =>
      failing.find(
        (r) => r.check !== check && part.outcome.follows?.includes(r.check.id) && failsFor(r.parts, part),
      ),
    );
  return causes.every(Boolean) ? (causes[0]?.check.id ?? null) : null;
}

/** What is wrong with one cluster explains nothing of another. Not all instances are looked at. */
function failsFor(parts: readonly Part[], { name, within }: Part): boolean {
  const concerned = parts.filter(
    (p) => p.name === '' || p.name === name || p.within === name || p.name === within,
  );
  return (concerned.length > 0 ? concerned : parts).some((p) => p.outcome.status === 'fail');
}

/** The check that stopped this one. */
function neededBy({ parts }: Result): unknown {
  return parts.find((p) => p.outcome.status === 'skipped')?.outcome.evidence?.needs;
}

async function runCheck(
  facts: Facts,
  check: Check<unknown>,
  all: readonly Check<unknown>[],
  partsOf: (id: string) => Promise<Part[]>,
): Promise<Part[]> {
  // A later check may not be needed by an earlier one, so all that are needed are under way.
  const needs = all.filter((one) => check.needs?.includes(one.id));
  try {
    const [subjects, needed] = await Promise.all([
      check.subjects(facts),
      Promise.all(needs.map(async (need) => ({ need, parts: await partsOf(need.id) }))),
    ]);
    return await Promise.all(
      subjects.map(async ({ name, within, of }): Promise<Part> => {
        const missing = needed.find(({ parts }) => stops(statusFor(parts, name)));
        const outcome = missing
          ? skipped(missing.need, statusFor(missing.parts, name))
          : await run(check, facts, of);
        return { name, within, of, outcome };
      }),
    );
  } catch (error) {
    return [{ name: '', of: null, outcome: refused(error) }];
  }
}

/** Of the same subject where the other check has it; else of all. */
function statusFor(parts: readonly Part[], name: string): CheckStatus {
  const own = parts.find((p) => p.name === name);
  return own ? own.outcome.status : worst(parts.map((p) => p.outcome.status));
}

function stops(status: CheckStatus): boolean {
  return status === 'fail' || status === 'unknown' || status === 'skipped';
}

function skipped({ id, title }: Check<unknown>, status: CheckStatus): Part['outcome'] {
  const why = { fail: 'fails', unknown: 'is unknown' }[status as string] ?? 'was skipped';
  return { status: 'skipped', finding: `Not checked: ${id} ${why} (${title}).`, evidence: { needs: id } };
}

async function run(check: Check<unknown>, facts: Facts, of: unknown): Promise<Outcome> {
  try {
    return await check.run(facts, of);
  } catch (error) {
    return refused(error);
  }
}

/** What AWS refuses is unknown, never passed. Wrong credentials, a wrong target and Ctrl-C end the run. */
function refused(error: unknown): Outcome {
  if (!(error instanceof RefusedError || error instanceof UnreachableError)) throw error;
  const { code, message, action, hint, answer } = error as NfmError;
  return {
    status: 'unknown',
    finding: code === 'access-denied' ? refusalOf(error).reason : message,
    evidence: {
      code,
      action: action ?? null,
      message,
      hint: hint ?? null,
      ...(answer !== undefined && { answer }),
    },
  };
}

function worst(statuses: readonly CheckStatus[]): CheckStatus {
  return CHECK_STATUSES.find((status) => statuses.includes(status)) ?? 'not-applicable';
}

/** One report of all subjects: its status is that of the worst, and so are its words. */
async function toResult(facts: Facts, check: Check<unknown>, parts: readonly Part[]): Promise<Result> {
  const status = worst(parts.map((p) => p.outcome.status));
  const telling = parts.filter((p) => p.outcome.status === status);
  const fixes = telling.flatMap(({ outcome }) => outcome.fix ?? []);
  const distinct = [...new Map(fixes.map((fix) => [printed(fix), fix])).values()];
  const { id, layer, title, source, symptom = false } = check;
  const [only] = parts;
  const repairs = await repairsOf(facts, check, parts);
  return {
    repairs,
    check,
    parts,
    report: {
      id,
      layer,
      title,
      status,
      finding: parts.length === 0 ? (check.none ?? 'There is nothing to check.') : wordsOf(telling),
      evidence:
        only && only.name === ''
          ? { ...only.outcome.evidence }
          : {
              items: parts.map(({ name, outcome: { status, finding, evidence } }) => ({
                subject: name,
                status,
                finding,
                ...evidence,
              })),
            },
      fix: distinct.length > 0 ? advise('', ...distinct) : null,
      fixable: repairs.length > 0,
      symptom,
      follows: null,
      source,
    },
  };
}

/** What cannot be found out cannot be mended either. */
async function repairsOf(
  facts: Facts,
  { repair }: Check<unknown>,
  parts: readonly Part[],
): Promise<Repair[]> {
  const failed = parts.filter((p) => p.outcome.status === 'fail');
  if (!repair || failed.length === 0) return [];
  try {
    return await repair(
      facts,
      failed.map((p) => p.of),
    );
  } catch (error) {
    // A rule that the account would break, such as a quota, is a UsageError.
    if (!(error instanceof RefusedError || error instanceof UnreachableError || error instanceof UsageError))
      throw error;
    return [];
  }
}

const SHOWN = 3;

/** What is the same of several subjects is said once, of the first, and the others are named. */
function wordsOf(parts: readonly Part[]): string {
  const alike = new Map<string, Part[]>();
  for (const part of parts) {
    const words = part.name ? part.outcome.finding.replaceAll(part.name, '…') : part.outcome.finding;
    alike.set(words, [...(alike.get(words) ?? []), part]);
  }
  const said = [...alike.values()].map(([first, ...others]) => {
    if (others.length === 0) return first?.outcome.finding ?? '';
    const names = others.slice(0, SHOWN).map((p) => p.name);
    const more = others.length > SHOWN ? `, and ${others.length - SHOWN} more` : '';
    return `${first?.outcome.finding} The same of ${names.join(', ')}${more}.`;
  });
  const more = said.length > SHOWN ? [`${said.length - SHOWN} more in -o json.`] : [];
  return [...said.slice(0, SHOWN), ...more].join(' ');
}

/** The cause; where nothing fails, what is left to doubt. */
export function summaryOf(checks: readonly CheckReport[], cause: CheckReport | null): string {
  const unknown = checks.filter((c) => c.status === 'unknown');
  if (cause) {
    const others = checks.filter(
      (c) => c.status === 'fail' && c.id !== cause.id && !c.symptom && c.follows === null,
    );
    const more = others.length
      ? ` ${others.length} more ${others.length === 1 ? 'check fails' : 'checks fail'}.`
      : '';
    const hidden = cause.symptom && unknown.length > 0 ? ' What is behind it may be what is not known.' : '';
    return `${cause.finding}${more}${hidden}`;
  }
  const warned = checks.filter((c) => c.status === 'warn').length;
  if (unknown.length > 0) {
    const actions = [...new Set(unknown.flatMap((c) => actionsIn(c.evidence)))];
    const why = actions.length ? ` Not permitted, or not answered: ${actions.join(', ')}.` : '';
    return `Nothing fails, but ${unknown.length} of ${checks.length} checks ${unknown.length === 1 ? 'is' : 'are'} unknown.${why}`;
  }
  // No data is never healthy.
  const silent = checks.find((c) => c.id === 'data-published' && c.status !== 'pass');
  if (silent) return silent.finding;
  if (warned > 0)
    return `Nothing fails; ${warned} of ${checks.length} checks ${warned === 1 ? 'warns' : 'warn'}.`;
  return 'Everything that was checked is in order.';
}

function actionsIn(evidence: CheckReport['evidence']): string[] {
  const items = Array.isArray(evidence.items) ? evidence.items : [evidence];
  return items.flatMap(({ action }) => (typeof action === 'string' ? [action] : []));
}
