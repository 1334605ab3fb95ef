import { after, type Said, textOf } from '../../model/command-line.ts';
import { PLAN_SCHEMA, type PlanDocument } from '../../model/documents.ts';
import { NfmError, RefusedError, UnreachableError, UsageError } from '../../model/errors.ts';
import { instant } from '../../model/time.ts';
import { renderJson } from '../../render/json.ts';
import { sanitize } from '../../render/sanitize.ts';
import type { Column } from '../../render/table.ts';
import type { Io } from './context.ts';
import { checkList, print } from './output.ts';
import type { Options } from './parse.ts';
import { reaching, reachOf } from './reach.ts';

/** One call that changes something: what is asked for, what a person reads before, and the call itself. */
export interface Step {
  action: string;
  request: object;
  /** 'Create monitor nfm-vpc-0abc', then what it holds. */
  title: string;
  details?: readonly string[];
  run(): Promise<unknown>;
}

export interface Changes {
  steps: readonly Step[];
  /** What agreeing means, as a question; asked once for all steps. */
  question: string;
  /** Said where there is nothing to do. */
  nothing: string;
}

/** Every change goes this way: shown, agreed to, made. False where it was only printed (--dry-run). */
export async function carryOut(
  io: Io,
  options: Options,
  { steps, question, nothing }: Changes,
): Promise<boolean> {
  if (options.dryRun) {
    await printPlan(io, options, steps);
    return false;
  }
  const say = speaker(io, options);
  if (steps.length === 0) {
    say(`${nothing} Nothing was changed.`);
    return true;
  }
  refuseUnasked(io, options, steps);
  for (const { title, details = [] } of steps) {
    say(title);
    for (const line of details) say(`  ${line}`);
  }
  await agree(io, options, question);
  await runAll(steps);
  return true;
}

/** A program reads JSON and one line of error: the document tells it the rest. */
export function speaker(io: Io, options: Options): (said: Said) => void {
  const quiet = (options.output === 'json' || options.output === 'ndjson') && !options.createMonitors;
  if (quiet && options.yes) return () => undefined;
  return (said) => io.stderr.write(`${sanitize(textOf(reaching(said, reachOf(options))))}\n`);
}

async function runAll(steps: readonly Step[]): Promise<void> {
  const done: string[] = [];
  for (const { run, title } of steps) {
    try {
      await run();
    } catch (error) {
      throw done.length ? half(error, done) : error;
    }
    done.push(title);
  }
}

/** What is done stays done, and the same command goes on from there. */
function half(error: unknown, done: readonly string[]): unknown {
  if (!(error instanceof RefusedError || error instanceof UnreachableError)) return error;
  return new NfmError(error.exitCode, error.code, error.message, {
    hint: after(`Done before that: ${done.join('; ')}. The same command goes on from there.`, error.hint),
    ...(error.action === undefined ? {} : { action: error.action }),
    cause: error,
  });
}

/** Before anything is said: in JSON mode stderr holds the error alone. */
function refuseUnasked(io: Io, { yes }: Options, steps: readonly Step[]): void {
  if (yes || io.interactive) return;
  const what = steps.map((step) => step.title.charAt(0).toLowerCase() + step.title.slice(1)).join('; ');
  throw new UsageError('needs-yes', `This would ${what}, and there is no terminal to ask on.`, {
    hint: 'Add --yes to agree, or --dry-run to see the requests.',
  });
}

async function agree(io: Io, { yes }: Options, question: string): Promise<void> {
  if (yes) return;
  if (/^y(es)?$/i.test((await io.ask(`${question} [y/N] `)).trim())) return;
  throw new UsageError('not-agreed', 'Nothing was changed.', { hint: 'Answer y, or add --yes.' });
}

type PlanItem = PlanDocument['items'][number];

const planColumns: readonly Column<PlanItem>[] = [
  { key: 'action', header: 'Action', value: (i) => i.action },
  { key: 'request', header: 'Request', value: (i) => JSON.stringify(i.request), cut: true },
];

/** --columns and --sort, before anything is changed: a change whose result cannot be printed looks like a failure. */
export function checkChange<T>(options: Options, columns: readonly Column<T>[]): void {
  if (options.dryRun) checkList(options, planColumns);
  else checkList(options, columns);
}

/** As JSON in a terminal too: a request is pasted into other tools, not read. */
async function printPlan(io: Io, options: Options, steps: readonly Step[]): Promise<void> {
  const plan: PlanDocument = {
    schema: PLAN_SCHEMA,
    generatedAt: instant(io.now()),
    items: steps.map(({ action, request }) => ({ action, request: { ...request } })),
  };
  // triage has an output format of its own, which is not the plan's.
  if (options.createMonitors) io.stdout.write(renderJson(plan));
  else {
    await print(io, options, plan, {
      rows: (p: PlanDocument) => p.items,
      columns: planColumns,
      table: (p) => renderJson(p),
      tableIsList: true,
    });
  }
}
