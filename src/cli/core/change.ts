import { follow } from '../../manage/follow.ts';
import { after, type Said } from '../../model/command-line.ts';
import type { PlanDocument } from '../../model/documents.ts';
import { DeclinedError, NfmError, RefusedError, UnreachableError, UsageError } from '../../model/errors.ts';
import { PLAN_SCHEMA } from '../../model/schema-names.ts';
import { instant } from '../../model/time.ts';
import { duration } from '../../model/units.ts';
import { renderJson } from '../../render/json.ts';
import type { Column } from '../../render/table.ts';
import type { Context } from './context.ts';

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
  /** Beside the work that the command's own document tells of. */
  aside?: boolean;
}

/** Every change goes this way: shown, agreed to, made. False where it was only printed (--dry-run). */
export async function carryOut(context: Context, changes: Changes): Promise<boolean> {
  const { steps, question, nothing, aside = false } = changes;
  if (context.dryRun) {
    await printPlan(context, steps, aside);
    return false;
  }
  const say = (said: Said) => (aside ? context.tell(said) : context.say(said));
  if (steps.length === 0) {
    say(`${nothing} Nothing was changed.`);
    return true;
  }
  refuseUnasked(context, steps);
  for (const { title, details = [] } of steps) {
    say(title);
    for (const line of details) say(`  ${line}`);
  }
  if (!(await context.agree(question))) throw new DeclinedError();
  await runAll(steps);
  return true;
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
function refuseUnasked({ agreed, io }: Context, steps: readonly Step[]): void {
  if (agreed || io.interactive) return;
  const what = steps.map((step) => step.title.charAt(0).toLowerCase() + step.title.slice(1)).join('; ');
  throw new UsageError('needs-yes', `This would ${what}, and there is no terminal to ask on.`, {
    hint: 'Add --yes to agree, or --dry-run to see the requests.',
  });
}

type PlanItem = PlanDocument['items'][number];

const planColumns: readonly Column<PlanItem>[] = [
  { key: 'action', header: 'Action', value: (i) => i.action },
  { key: 'request', header: 'Request', value: (i) => JSON.stringify(i.request), cut: true },
];

/** --columns and --sort, before anything is changed: a change whose result cannot be printed looks like a failure. */
export function checkChange(context: Context, columns: readonly Pick<Column<never>, 'key'>[]): void {
  context.checkList(context.dryRun ? planColumns : columns);
}

/** As JSON in a terminal too: a request is pasted into other tools, not read. */
async function printPlan(context: Context, steps: readonly Step[], aside: boolean): Promise<void> {
  const plan: PlanDocument = {
    schema: PLAN_SCHEMA,
    generatedAt: instant(context.now()),
    items: steps.map(({ action, request }) => ({ action, request: { ...request } })),
  };
  // The output format is then that of the command's own document.
  if (aside) context.io.stdout.write(renderJson(plan));
  else {
    await context.print(plan, {
      rows: (p: PlanDocument) => p.items,
      columns: planColumns,
      table: (p) => renderJson(p),
      tableIsList: true,
    });
  }
}

/** Something that goes on by itself, and is watched until it is as wanted. */
export interface Followed {
  /** For the message when it takes too long: "Monitor 'demo'". */
  what: string;
  read(): Promise<string>;
  /** Throws where the status can only mean that it will never be. */
  isDone(status: string): boolean;
}

export interface Following {
  signal: AbortSignal;
  all: readonly Followed[];
  /** In the progress line; `done` of them are as wanted. */
  phase(status: string, done: number): string;
  /** Where it takes too long. */
  hint: Said;
  /** What is true although the wait ended early. */
  afterwards: Said;
  longestMillis?: number;
}

/** Follows a change to its end. What was begun goes on, whatever ends the wait. */
export function followToEnd(context: Context, following: Following): Promise<void> {
  const { all, phase, hint, afterwards, longestMillis } = following;
  return context.withProgress(async (progress) => {
    // The first failure ends all: nobody would read what the others become.
    const over = new AbortController();
    const signal = AbortSignal.any([following.signal, over.signal]);
    let done = 0;
    try {
      await Promise.all(
        all.map(async (one) => {
          await follow({
            ...one,
            onStatus: (status, elapsed) =>
              progress.update({
                phase: `${phase(status, done)} · ${duration(elapsed)}`,
                done: 0,
                planned: 0,
              }),
            signal,
            hint,
            ...(longestMillis !== undefined && { longestMillis }),
          });
          done += 1;
        }),
      );
    } catch (error) {
      progress.stop();
      if (following.signal.aborted) context.say(afterwards);
      throw error;
    } finally {
      over.abort();
    }
  });
}
