import type { Aws } from '../../../aws/aws.ts';
import type { Check } from '../../../doctor/check.ts';
import { CHECKS } from '../../../doctor/checks/index.ts';
import { causeOf, diagnose, type Result, summaryOf, withNeeded } from '../../../doctor/diagnose.ts';
import { assertTarget, Facts } from '../../../doctor/facts.ts';
import { closest } from '../../../model/closest.ts';
import { toAdvice } from '../../../model/command-line.ts';
import type { CheckListDocument, CheckReport, DoctorDocument } from '../../../model/doctor.ts';
import { UsageError } from '../../../model/errors.ts';
import { CHECK_LIST_SCHEMA, DOCTOR_SCHEMA } from '../../../model/schema-names.ts';
import { instant } from '../../../model/time.ts';
import { DOCTOR_EXIT, LAYERS } from '../../../model/words.ts';
import type { TargetSpec } from '../../../network/targets.ts';
import {
  checkColumns,
  checkListColumns,
  renderDoctor,
  renderDoctorMarkdown,
} from '../../../render/doctor.ts';
import { checkChange } from '../../core/change.ts';
import type { Context } from '../../core/context.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { targetOf } from '../../core/values.ts';
import type { doctor } from './command.ts';
import { type Made, mend, settle, timeoutOf } from './fix.ts';

export type DoctorOptions = OptionsOf<typeof doctor.options>;

export async function runDoctor(context: Context, options: DoctorOptions): Promise<number> {
  refuseContradictions(options);
  // A mistake in it is said before anything is changed.
  const longestMillis = timeoutOf(options.timeout);
  const checks = chosen(options);
  if (options.list) return listChecks(context, checks);
  if (options.fix) checkChange(context, checkColumns);
  else context.checkList(checkColumns);
  const target = targetOf(options);
  const diagnosed = async (aws: Aws): Promise<number> => {
    const examined = async (mended: boolean) =>
      shown(
        await examine(context, aws, checks, {
          target,
          mended,
          perZone: options.perZone === true,
          fixCluster: options.fixCluster === true,
        }),
        checks,
      );
    let results = await examined(false);
    if (options.fix) {
      const fixing = { context, aws, longestMillis };
      // What an earlier run began, or somebody else, goes on first: AWS takes no other change meanwhile.
      if (!options.dryRun && (await settle(fixing, results))) results = await examined(true);
      for (let made: Made = new Set(); ; results = await examined(true)) {
        const now = await mend(fixing, results, made);
        if (now === 'printed') return 0;
        // What could not be seen before is seen in the next round; what was tried is not tried again.
        if (now.size === made.size) break;
        made = now;
      }
    }
    const document = toDocument(context, { ...target, region: aws.region }, results);
    warnOfRealAws(context, document);
    await context.print(document, {
      rows: (d) => d.checks,
      columns: checkColumns,
      table: renderDoctor,
      markdown: renderDoctorMarkdown,
    });
    return options.exitCode ? exitCodeOf(document.checks) : 0;
  };
  // With --fix, --timeout is how long each repair is waited for.
  return context.connect(diagnosed, options.fix ? 'none' : 'default');
}

/** nfm's own commands carry --sandbox; what other programs are told goes to AWS. */
function warnOfRealAws(context: Context, { checks }: DoctorDocument): void {
  const others = checks.some(
    (c) => c.status === 'fail' && toAdvice(c.fix ?? '').commands.some(({ program }) => program !== 'nfm'),
  );
  const forEyes = context.format === 'table' && context.reader !== 'query';
  if (context.reach.sandbox === undefined || !others || !forEyes) return;
  context.tell(
    'note: the commands of aws and kubectl below would change the real AWS, not the sandbox; nfm sandbox serve gives an endpoint to try them on.',
  );
}

function refuseContradictions({ dryRun, yes, perZone, fixCluster, fix }: DoctorOptions): void {
  const asked = { '--dry-run': dryRun, '--yes': yes, '--per-zone': perZone, '--fix-cluster': fixCluster };
  const [given] = Object.entries(asked).flatMap(([flag, is]) => (is ? [flag] : []));
  if (fix || given === undefined) return;
  throw new UsageError(
    'nothing-to-change',
    `${given} goes with --fix; without it nfm doctor changes nothing.`,
    { hint: 'Leave it out, or add --fix.' },
  );
}

type Checks = readonly Check<unknown>[];

/** By IDs and layers, several in one word too: --only scope,data */
function chosen(options: DoctorOptions): Checks {
  const split = (given: readonly string[]) => given.flatMap((word) => word.split(','));
  const [only, skip] = [split(options.only), split(options.skip)];
  const known = [...LAYERS, ...CHECKS.map((check) => check.id)];
  const unknown = [...only, ...skip].find((name) => !known.includes(name));
  if (unknown !== undefined) {
    const near = closest(unknown, known);
    throw new UsageError('unknown-check', `There is no check or layer '${unknown}'.`, {
      hint: near ? `Did you mean '${near}'?` : "'nfm doctor --list' lists them.",
    });
  }
  const named = (all: readonly string[], { id, layer }: Check<unknown>) =>
    all.includes(id) || all.includes(layer);
  const checks = CHECKS.filter((check) => (only.length === 0 || named(only, check)) && !named(skip, check));
  if (checks.length > 0) return checks;
  throw new UsageError('no-check', 'No check is left to run.', { hint: 'Give fewer of --only and --skip.' });
}

async function listChecks(context: Context, checks: Checks): Promise<number> {
  const document: CheckListDocument = {
    schema: CHECK_LIST_SCHEMA,
    generatedAt: instant(context.now()),
    items: checks.map(({ id, layer, title, source, symptom = false, needs = [], repair }) => ({
      id,
      layer,
      title,
      fixable: repair !== undefined,
      symptom,
      source,
      needs: [...needs],
    })),
  };
  await context.print(document, { rows: (d) => d.items, columns: checkListColumns });
  return 0;
}

/** Looks at everything, anew: what was learned before a repair is not true after it. */
function examine(
  context: Context,
  aws: Aws,
  checks: Checks,
  asked: { target: TargetSpec; mended: boolean; perZone: boolean; fixCluster: boolean },
): Promise<Result[]> {
  const facts = new Facts(aws, { ...asked, now: context.now() });
  return context.withProgress(async (progress) => {
    const [results] = await Promise.all([
      diagnose(facts, withNeeded(CHECKS, checks), (done, planned) =>
        progress.update({ phase: `Checking: ${done} of ${planned}`, done: 0, planned: 0 }),
      ),
      assertTarget(facts),
    ]);
    return results;
  });
}

/** What is only needed by another is neither shown nor mended. */
function shown(results: readonly Result[], checks: Checks): Result[] {
  return results.filter((result) => checks.includes(result.check));
}

function toDocument(
  { io }: Context,
  target: DoctorDocument['target'],
  results: readonly Result[],
): DoctorDocument {
  const cause = causeOf(results);
  const checks = results.map(({ report }) => report);
  return {
    schema: DOCTOR_SCHEMA,
    generatedAt: instant(io.now()),
    tool: { name: 'nfm', version: io.version },
    target,
    cause: cause?.id ?? null,
    summary: summaryOf(checks, cause),
    checks,
  };
}

function exitCodeOf(checks: readonly CheckReport[]): number {
  const any = (status: CheckReport['status']) => checks.some((check) => check.status === status);
  if (any('fail')) return DOCTOR_EXIT.failed;
  return any('unknown') ? DOCTOR_EXIT.unknown : DOCTOR_EXIT.passed;
}
