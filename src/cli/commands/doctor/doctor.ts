import type { Aws } from '../../../aws/aws.ts';
import type { Check } from '../../../doctor/check.ts';
import { CHECKS } from '../../../doctor/checks/index.ts';
import { causeOf, diagnose, type Result, withNeeded } from '../../../doctor/diagnose.ts';
import { Facts } from '../../../doctor/facts.ts';
import { summaryOf } from '../../../doctor/summary.ts';
import { assertTarget } from '../../../doctor/target.ts';
import { closest } from '../../../model/closest.ts';
import { toAdvice } from '../../../model/command-line.ts';
import {
  CHECK_LIST_SCHEMA,
  type CheckListDocument,
  type CheckReport,
  DOCTOR_SCHEMA,
  type DoctorDocument,
} from '../../../model/doctor.ts';
import { DOCTOR_EXIT, LAYERS } from '../../../model/doctor-words.ts';
import { UsageError } from '../../../model/errors.ts';
import { instant } from '../../../model/time.ts';
import {
  checkColumns,
  checkListColumns,
  renderDoctor,
  renderDoctorMarkdown,
} from '../../../render/doctor.ts';
import { checkChange } from '../../core/change.ts';
import { withAws } from '../../core/connection.ts';
import { type Io, progressLine } from '../../core/context.ts';
import { checkList, print } from '../../core/output.ts';
import type { Options } from '../../core/parse.ts';
import { targetOf } from '../../core/values.ts';
import { list } from '../monitor/create.ts';
import { type Made, mend, settle, timeoutOf } from './fix.ts';

export async function doctor(io: Io, _args: readonly string[], options: Options): Promise<number> {
  refuseContradictions(options);
  // A mistake in it is said before anything is changed.
  timeoutOf(options);
  const checks = chosen(options);
  if (options.list) return listChecks(io, options, checks);
  if (options.fix) checkChange(options, checkColumns);
  else checkList(options, checkColumns);
  const target = targetOf(options);
  return withAws(io, options, async (aws) => {
    let results = await examine(io, options, aws, checks, false);
    if (options.fix) {
      // What an earlier run began, or somebody else, goes on first: AWS takes no other change meanwhile.
      if (!options.dryRun && (await settle(io, options, aws, shown(results, checks)))) {
        results = await examine(io, options, aws, checks, true);
      }
      for (let made: Made = new Set(); ; results = await examine(io, options, aws, checks, true)) {
        const now = await mend(io, options, aws, shown(results, checks), made);
        if (now === 'printed') return 0;
        // What could not be seen before is seen in the next round; what was tried is not tried again.
        if (now.size === made.size) break;
        made = now;
      }
    }
    const document = toDocument(io, { ...target, region: aws.region }, shown(results, checks));
    warnOfRealAws(io, options, document);
    await print(io, options, document, {
      rows: (d) => d.checks,
      columns: checkColumns,
      table: renderDoctor,
      markdown: renderDoctorMarkdown,
    });
    return options.exitCode ? exitCodeOf(document.checks) : 0;
  });
}

/** nfm's own commands carry --sandbox; what other programs are told goes to AWS. */
function warnOfRealAws(io: Io, options: Options, { checks }: DoctorDocument): void {
  const others = checks.some(
    (c) => c.status === 'fail' && toAdvice(c.fix ?? '').commands.some(({ program }) => program !== 'nfm'),
  );
  const forEyes = options.output === 'table' && options.query === undefined;
  if (options.sandbox === undefined || !others || !forEyes) return;
  io.stderr.write(
    'note: aws and kubectl commands below would change the real AWS, not the sandbox; nfm sandbox serve gives an endpoint to try them on.\n',
  );
}

function refuseContradictions(options: Options): void {
  const alone = ['dryRun', 'yes'].find((name) => options[name] !== undefined);
  if (alone && !options.fix) {
    throw new UsageError(
      'nothing-to-change',
      `--${alone === 'dryRun' ? 'dry-run' : alone} goes with --fix; without it nfm doctor changes nothing.`,
      { hint: 'Leave it out, or add --fix.' },
    );
  }
}

type Checks = readonly Check<unknown>[];

/** By IDs and layers, several in one word too: --only scope,data */
function chosen(options: Options): Checks {
  const names = (option: string) => list(options[option]).flatMap((word) => word.split(','));
  const only = names('only');
  const skip = names('skip');
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

async function listChecks(io: Io, options: Options, checks: Checks): Promise<number> {
  const document: CheckListDocument = {
    schema: CHECK_LIST_SCHEMA,
    generatedAt: instant(io.now()),
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
  await print(io, options, document, { rows: (d) => d.items, columns: checkListColumns });
  return 0;
}

/** Looks at everything, anew: what was learned before a repair is not true after it. */
async function examine(
  io: Io,
  options: Options,
  aws: Aws,
  checks: Checks,
  mended: boolean,
): Promise<Result[]> {
  const facts = new Facts(aws, { target: targetOf(options), now: io.now(), mended });
  const progress = await progressLine(io, options);
  try {
    const [results] = await Promise.all([
      diagnose(facts, withNeeded(CHECKS, checks), (done, planned) =>
        progress.update({ phase: `Checking: ${done} of ${planned}`, done: 0, planned: 0 }),
      ),
      assertTarget(facts),
    ]);
    return results;
  } finally {
    progress.stop();
  }
}

/** What is only needed by another is neither shown nor mended. */
function shown(results: readonly Result[], checks: Checks): Result[] {
  return results.filter((result) => checks.includes(result.check));
}

function toDocument(io: Io, target: DoctorDocument['target'], results: readonly Result[]): DoctorDocument {
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
