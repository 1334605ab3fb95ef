import type { Windows } from '../../../collect/window.ts';
import { rankSweep, statesIn, sweepExit, type When } from '../../../judge/sweep.ts';
import { sweepGaps, sweepNotes, sweepSummary } from '../../../judge/sweep-words.ts';
import type { Window } from '../../../model/case.ts';
import { UsageError } from '../../../model/errors.ts';
import { SWEEP_SCHEMA } from '../../../model/schema-names.ts';
import type { SweepDocument, SweptPlace } from '../../../model/sweep.ts';
import { instant } from '../../../model/time.ts';
import { renderSweep, renderSweepMarkdown, sweepColumns } from '../../../render/sweep.ts';
import type { Context } from '../../core/context.ts';
import { reaching } from '../../core/reach.ts';
import type { OptionsOf } from '../../core/spec.ts';
import type { sweep } from './command.ts';
import { Journal, jsonLine, SWEPT_HINT } from './journal.ts';
import { reachOf } from './places.ts';

type Options = OptionsOf<typeof sweep.options>;

/** What was seen, and what was meant to be. */
interface Swept {
  places: readonly SweptPlace[];
  meant: readonly Meant[];
  windows: Pick<Windows, 'window' | 'baseline'>;
  when: When;
}

/** An account by its ID, or its profile where that is not known, and where it was meant to be asked. */
interface Meant {
  account: string | null;
  regions: readonly string[];
  suspended: boolean;
}

export const ANSWERED: ReadonlySet<SweptPlace['state']> = new Set([
  'seen',
  'no-monitor',
  'scope-not-ready',
  'no-scope',
]);

/** All places as one list, the worst first. */
export function documentOf(
  context: Context,
  options: Options,
  { places, meant, windows: { window, baseline }, when }: Swept,
): SweepDocument {
  const items = rankSweep(places, when).map((item) =>
    item.next === null ? item : reaching(item, reachOf(context.reach, item, options.externalId)),
  );
  const accounts = meant.filter(({ suspended }) => !suspended);
  const regions = accounts.flatMap((account) => account.regions);
  const asked = {
    // Two profiles may reach two Regions of one.
    accounts: new Set(accounts.map(({ account }) => account)).size,
    regions: new Set(regions).size,
    places: regions.length - places.filter(({ state }) => state === 'not-enabled').length,
    answered: places.filter(({ state }) => ANSWERED.has(state)).length,
    monitors: items.filter(({ monitor }) => monitor !== null).length,
  };
  return {
    schema: SWEEP_SCHEMA,
    generatedAt: instant(context.now()),
    window,
    baseline,
    summary: sweepSummary(items, asked),
    asked,
    incomplete: places.some(({ state }) => state === 'not-asked'),
    states: statesIn(items),
    items,
    notes: sweepNotes(
      items,
      places.every(({ details }) => details),
    ),
    gaps: sweepGaps(places),
  };
}

/** Prints it as it is wanted; where places were streamed, what came after them. Returns the exit code. */
export async function showSwept(
  context: Context,
  options: Options,
  document: SweepDocument,
): Promise<number> {
  if (context.reader === 'items') {
    for (const { report } of document.triages ?? []) if (report) context.io.stdout.write(jsonLine(report));
  } else {
    await context.print(document, {
      rows: (d) => d.items,
      columns: sweepColumns,
      table: renderSweep,
      markdown: renderSweepMarkdown,
      prometheus: async (d) => (await import('../../../render/prometheus.ts')).renderSweepPrometheus(d),
    });
  }
  return options.exitCode ? sweepExit(document.items) : 0;
}

/** --from: what a file has, asking nobody. */
export async function showFile(context: Context, options: Options, path: string): Promise<number> {
  const places = await sweptIn(context, path);
  if (context.reader === 'items') for (const place of places) context.io.stdout.write(jsonLine(place));
  const [{ window, baseline }] = places;
  const swept = {
    places,
    meant: meantIn(places),
    windows: { window, baseline },
    when: { since: window.start, until: window.end, baseline: baseline?.start ?? 'none' },
  };
  return showSwept(context, options, documentOf(context, options, swept));
}

/** What is asked for of AWS, which a file has or has not. */
const BESIDE_FROM: ReadonlySet<string> = new Set([
  'accounts',
  'role',
  'profiles',
  'profile',
  'region',
  'resume',
  'triage',
  'details',
  'since',
  'until',
  'baseline',
]);

/** One place at least: they say what the window is. */
type Places = readonly [SweptPlace, ...SweptPlace[]];

async function sweptIn(context: Context, path: string): Promise<Places> {
  const [other] = [...context.given].filter((name) => BESIDE_FROM.has(name));
  if (other !== undefined) {
    throw new UsageError('from-asks-nobody', `--from does not go with --${other}: nobody is asked.`, {
      hint: 'To ask for what the file lacks, give it to --resume.',
    });
  }
  const [first, ...others] = await new Journal(path, '--from').read();
  if (!first) {
    throw new UsageError('not-a-sweep', `${path} has no account and Region of nfm sweep.`, {
      hint: SWEPT_HINT,
    });
  }
  const odd = others.find((place) => !isWithin(place, first));
  if (odd) {
    throw new UsageError('other-window', `${path} has sweeps of several windows: they cannot be compared.`, {
      hint: `One is of ${spanOf(first)}; another of ${spanOf(odd)}: give all the same --since, --until and --baseline.`,
    });
  }
  return [first, ...others];
}

function spanOf({ window, baseline }: Pick<SweptPlace, 'window' | 'baseline'>): string {
  const [own, past] = [window, baseline].map((span) =>
    span ? `${span.start} to ${span.end}` : 'no baseline',
  );
  return `${own} against ${past}`;
}

/** Those that a file names, as if they had been asked; one that could not be was meant everywhere. */
function meantIn(places: Places): Meant[] {
  const everywhere = [...new Set(places.flatMap(({ region }) => region ?? []))];
  const accounts = new Map<string | null, Meant>();
  for (const { accountId, profile, region, state } of places) {
    const account = accountId ?? profile;
    const regions = accounts.get(account)?.regions ?? [];
    accounts.set(account, {
      account,
      regions: [...new Set([...regions, ...(region === null ? everywhere : [region])])],
      suspended: state === 'suspended',
    });
  }
  return [...accounts.values()];
}

export function isWithin(
  place: Pick<SweptPlace, 'window' | 'baseline'>,
  { window, baseline }: Pick<Windows, 'window' | 'baseline'>,
): boolean {
  const isSame = (a: Window | null, b: Window | null) => a?.start === b?.start && a?.end === b?.end;
  return isSame(place.window, window) && isSame(place.baseline, baseline);
}
