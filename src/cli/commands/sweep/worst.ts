import { limited } from '../../../aws/limit.ts';
import type { Windows } from '../../../collect/window.ts';
import { type NfmError, RefusedError, UnreachableError } from '../../../model/errors.ts';
import type { Report } from '../../../model/report.ts';
import type { SweepItem, SweepTriage } from '../../../model/sweep.ts';
import { ALARMING } from '../../../model/sweep-states.ts';
import type { Context, ProgressLine } from '../../core/context.ts';
import { reaching } from '../../core/reach.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { investigate, reportOf } from '../triage/triage.ts';
import type { Asked } from './accounts.ts';
import type { sweep } from './command.ts';
import { connectTo, reachOf } from './places.ts';

/** Each asks hundreds of times by itself. */
const AT_ONCE = 2;

interface Wanted {
  worst: number;
  windows: Windows;
  /** The way to where an item was seen. */
  wayTo(item: SweepItem): Asked | undefined;
  signal: AbortSignal;
  options: OptionsOf<typeof sweep.options>;
}

/** A triage of the worst monitors, of each account and Region the worst alone: its neighbours share its trouble. */
export async function triageWorst(
  context: Context,
  items: readonly SweepItem[],
  { worst, windows, wayTo, signal, options }: Wanted,
  progress: ProgressLine,
): Promise<SweepTriage[]> {
  const chosen = worstOf(items).slice(0, worst);
  const atOnce = limited(AT_ONCE);
  let done = 0;
  const say = () =>
    progress.update({ phase: 'Triage of the worst', done, planned: chosen.length, of: 'monitors' });
  say();
  const triages = chosen.map((item) =>
    atOnce(async (): Promise<SweepTriage> => {
      const { rank, accountId, region, monitor } = item;
      const asked = wayTo(item);
      if (!asked || region === null || monitor === null) throw new Error('the worst is no monitor');
      const of = { rank, accountId, region, monitor };
      const aws = connectTo(asked, region, signal);
      try {
        const how = { target: { kind: 'monitor', id: monitor } as const, windows, fast: false };
        const report = reportOf(context, await investigate(context, aws, how, SILENT));
        const reach = reachOf(context.reach, item, options.externalId);
        return { ...of, report: reaching<Report>(report, reach), refusal: null };
      } catch (error) {
        if (!(error instanceof RefusedError || error instanceof UnreachableError || signal.aborted))
          throw error;
        await aws.queries.idle();
        const { code, action = null, message, hint: fix = null } = error as NfmError;
        return { ...of, report: null, refusal: { code, action, message, fix } };
      } finally {
        done++;
        say();
      }
    }),
  );
  return Promise.all(triages);
}

/** Several at once cannot share a line. */
const SILENT = { update: () => undefined, found: () => undefined };

function worstOf(items: readonly SweepItem[]): SweepItem[] {
  const seen = new Set<string>();
  return items.filter(({ state, monitor, accountId, profile, region }) => {
    const place = JSON.stringify([accountId, profile, region]);
    if (monitor === null || seen.has(place) || !(ALARMING.includes(state) || state === 'unsure'))
      return false;
    return seen.add(place);
  });
}
