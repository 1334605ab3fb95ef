import type { Aws } from '../../../aws/aws.ts';
import { lookAtPlace, type SeenPlace, type SweepOptions } from '../../../collect/sweep.ts';
import { type Place, visitAll } from '../../../collect/visits.ts';
import { resolveWindows, type Windows } from '../../../collect/window.ts';
import {
  findingsOf,
  rankSweep,
  statesIn,
  sweepExit,
  sweepGaps,
  sweepNotes,
  sweepSummary,
  worthALook,
} from '../../../judge/sweep.ts';
import type { Window } from '../../../model/case.ts';
import { endedBy, InterruptedError, NfmError, UnreachableError, UsageError } from '../../../model/errors.ts';
import { SWEEP_PLACE_SCHEMA, SWEEP_SCHEMA } from '../../../model/schema-names.ts';
import { MINUTE_RETENTION_DAYS } from '../../../model/service.ts';
import type { SweepDocument, SweptPlace } from '../../../model/sweep.ts';
import { DAY, instant, MINUTE, SECOND } from '../../../model/time.ts';
import { renderSweep, renderSweepMarkdown, sweepColumns } from '../../../render/sweep.ts';
import type { Context, ProgressLine } from '../../core/context.ts';
import { reaching } from '../../core/reach.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { positive, windowsOf } from '../../core/values.ts';
import { type Asked, accountsOf, checkAccounts, profilesOf } from './accounts.ts';
import type { sweep } from './command.ts';
import { Journal, jsonLine, placeKey, SWEPT_HINT } from './journal.ts';
import { connectTo, reachOf } from './places.ts';
import { triageWorst } from './worst.ts';

type Options = OptionsOf<typeof sweep.options>;

/** A first look has steps of five minutes, and of an hour where it spans more than three days. */
const COARSE = { leastSeconds: (5 * MINUTE) / SECOND, mostPoints: (3 * DAY) / (5 * MINUTE) };

export async function runSweep(context: Context, options: Options): Promise<number> {
  context.checkList(sweepColumns);
  if (options.from === undefined) checkAccounts(options);
  const streams = context.reader === 'items';
  if (streams && options.sort !== undefined) {
    throw new UsageError('unsorted', '-o ndjson prints each account and Region as it is done, in no order.', {
      hint: 'Leave out --sort, or use -o json.',
    });
  }
  const atOnce = positive('--concurrency', options.concurrency);
  if (options.from !== undefined) {
    const places = await sweptIn(context, options.from);
    if (streams) for (const place of places) context.io.stdout.write(jsonLine(place));
    return show(context, options, documentOf(context, options, places, places[0], accountsIn(places)));
  }
  const journal = options.resume === undefined ? null : new Journal(options.resume, '--resume');
  const worst = options.triage === undefined ? 0 : positive('--triage', options.triage);
  const kept = (await journal?.resumed()) ?? [];
  const windows = windowsFor(context, options, kept);
  return context.sessions(profilesOf(options), async (sessions) => {
    const { signal } = sessions[0];
    const sweeping = new Sweeping(context, options, windows, journal);
    const document = await context.withProgress(async (progress) => {
      progress.update({ phase: 'Looking up accounts', done: 0, planned: 0 });
      const accounts = await accountsOf(context, options, sessions);
      await sweeping.visit(accounts, { kept, atOnce, signal }, progress);
      const document = sweeping.document();
      if (worst === 0) return document;
      return {
        ...document,
        triages: await triageWorst(context, document.items, { worst, accounts, signal, options }, progress),
      };
    });
    const code = await show(context, options, document);
    if (context.io.signal.aborted) {
      context.tell(`Interrupted: ${sweeping.howFar}`);
      return new InterruptedError(context.io.signal).exitCode;
    }
    return code;
  });
}

/** What is asked for of a file that has it all: none of it asks AWS. */
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

async function sweptIn(context: Context, path: string): Promise<Swept> {
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
  const odd = others.find((place) => !isOf(place, first));
  if (odd) {
    throw new UsageError('other-window', `${path} has sweeps of several windows: they cannot be compared.`, {
      hint: `One ends at ${first.window.end}, another at ${odd.window.end}: give all the same --since, --until and --baseline.`,
    });
  }
  return [first, ...others];
}

/** One place at least: they say what the window is. */
type Swept = readonly [SweptPlace, ...SweptPlace[]];

/** Those that a file names, as if they had been asked; one that could not be was meant everywhere. */
function accountsIn(places: Swept): Meant[] {
  const everywhere = [...new Set(places.flatMap(({ region }) => region ?? []))];
  const accounts = new Map<string, Meant & { regions: string[] }>();
  for (const { accountId, profile, region, state } of places) {
    const key = JSON.stringify([accountId, profile]);
    const own = accounts.get(key) ?? { regions: [], suspended: state === 'suspended' };
    if (region === null) own.regions = everywhere;
    else if (!own.regions.includes(region)) own.regions = [...own.regions, region];
    accounts.set(key, own);
  }
  return [...accounts.values()];
}

/** An account, and where it was meant to be asked. */
interface Meant {
  regions: readonly string[];
  suspended: boolean;
}

function documentOf(
  context: Context,
  options: Options,
  places: readonly SweptPlace[],
  windows: Pick<Windows, 'window' | 'baseline'>,
  accounts: readonly Meant[],
): SweepDocument {
  const items = rankSweep(places).map((item) =>
    item.next === null ? item : reaching(item, reachOf(context.reach, item, options.externalId)),
  );
  const asked = accounts.filter(({ suspended }) => !suspended);
  const regions = asked.flatMap((account) => account.regions);
  const counts = {
    accounts: asked.length,
    regions: new Set(regions).size,
    places: regions.length - places.filter(({ state }) => state === 'not-enabled').length,
    answered: places.filter(({ state }) => ANSWERED.has(state)).length,
    monitors: items.filter(({ monitor }) => monitor !== null).length,
  };
  return {
    schema: SWEEP_SCHEMA,
    generatedAt: instant(context.now()),
    window: windows.window,
    baseline: windows.baseline,
    summary: sweepSummary(items, counts),
    asked: counts,
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

async function show(context: Context, options: Options, document: SweepDocument): Promise<number> {
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

/** As the command line says; where it does not, as in the file that is gone on with: only the same can be compared. */
function windowsFor(context: Context, options: Options, kept: readonly SweptPlace[]): Windows {
  const [first] = kept;
  const named = ['since', 'until', 'baseline'].some((name) => context.given.has(name));
  if (!first || named) return windowsOf(context, options, COARSE);
  const at = (instant: string) => ({ at: Date.parse(instant) });
  const { window, baseline } = first;
  const again = {
    since: at(window.start),
    until: at(window.end),
    baseline: baseline ? at(baseline.start) : ('none' as const),
  };
  return resolveWindows(again, context.now(), COARSE);
}

/** A place that is to be asked. */
interface Open extends Place {
  asked: Asked;
}

interface Visit {
  kept: readonly SweptPlace[];
  atOnce: number;
  signal: AbortSignal;
}

/** One sweep: what was seen so far, place by place. */
class Sweeping {
  readonly #context: Context;
  readonly #options: Options;
  readonly #windows: Windows;
  readonly #journal: Journal | null;
  readonly #places: SweptPlace[] = [];
  #accounts: readonly Asked[] = [];

  constructor(context: Context, options: Options, windows: Windows, journal: Journal | null) {
    this.#context = context;
    this.#options = options;
    this.#windows = windows;
    this.#journal = journal;
  }

  /** Every Region of every account, but for what is known. Throws the first failure where nothing at all answers. */
  async visit(
    accounts: readonly Asked[],
    { kept, atOnce, signal }: Visit,
    progress: ProgressLine,
  ): Promise<void> {
    const known = new Map(
      kept.filter((place) => this.#isCurrent(place)).map((place) => [placeKey(place), place]),
    );
    const open: Open[] = [];
    const failures: NfmError[] = [];
    const failed = (asked: Asked, region: string | null, why: NfmError, state = stateOf(why)) => {
      if (state !== 'suspended') failures.push(why);
      this.#add(this.#failure(asked, region, why, state), state !== 'suspended');
    };
    this.#accounts = accounts;
    for (const asked of accounts) {
      const { session, refusal } = asked;
      if (refusal) failed(asked, null, refusal.why, refusal.state);
      for (const region of session ? asked.regions : []) {
        const done = known.get(placeKey({ ...asked, region }));
        // What was asked as one of a list of IDs has no name.
        if (done) this.#add({ ...done, accountName: done.accountName ?? asked.accountName }, false);
        else open.push({ asked, region, connect: (signal) => connectTo(asked, region, signal) });
      }
    }
    const left = new Set(open);
    const say = () =>
      progress.update({
        phase: 'Looking at monitors',
        done: open.length - left.size,
        planned: open.length,
        of: 'accounts and Regions',
      });
    say();
    await visitAll(
      open,
      { atOnce, signal },
      (aws) => this.#look(aws),
      (place, result) => {
        left.delete(place);
        if (result instanceof NfmError) failed(place.asked, place.region, result);
        else this.#add(this.#seen(place, result), true);
        say();
      },
    );
    if (!this.#places.some(({ state }) => ANSWERED.has(state))) {
      const [first = left.size > 0 ? endedBy(signal) : null] = failures;
      if (first) throw first;
    }
    for (const { asked, region } of left) {
      this.#add(this.#failure(asked, region, notAsked(), 'not-asked'), false);
    }
  }

  /** For Prometheus always: a series whose labels change when it turns bad would be another series. */
  get #details(): boolean {
    return this.#options.details || this.#context.format === 'prometheus';
  }

  get howFar(): string {
    const all = this.#accounts.flatMap(({ session, regions }) => (session ? regions : [])).length;
    const left = this.#places.filter(({ state }) => state === 'not-asked').length;
    const how = this.#journal ? 'the same command goes on' : 'with --resume FILE another run could go on';
    return `${all - left} of ${all} accounts and Regions were asked; ${how}.`;
  }

  document(): SweepDocument {
    const accounts = this.#accounts.map(({ regions, refusal }) => ({
      regions,
      suspended: refusal?.state === 'suspended',
    }));
    return documentOf(this.#context, this.#options, this.#places, this.#windows, accounts);
  }

  #look(aws: Aws): Promise<SeenPlace> {
    const windows = this.#windows;
    const options: SweepOptions = {
      windows,
      finePeriodSeconds: this.#finePeriod(),
      details: this.#details,
      worthALook: (series) =>
        worthALook(
          [...series].map(([arn, own]) => ({ arn, series: own })),
          windows,
        ),
    };
    return lookAtPlace(aws, options);
  }

  #finePeriod(): number | null {
    const { window, baseline, periodSeconds } = this.#windows;
    const age = this.#context.now() - Date.parse((baseline ?? window).start);
    return periodSeconds === COARSE.leastSeconds && age <= MINUTE_RETENTION_DAYS * DAY
      ? MINUTE / SECOND
      : null;
  }

  #seen({ asked, region }: Open, { state, why, monitors, gaps }: SeenPlace): SweptPlace {
    const findings = findingsOf(monitors, this.#windows);
    return {
      ...this.#named(asked, region),
      // Whose it is, an ARN tells where STS did not.
      accountId: asked.accountId ?? monitors[0]?.arn.split(':')[4] ?? null,
      state,
      refusal: why === null ? null : { code: state, action: null, message: why, fix: null },
      monitors: monitors.flatMap(({ name, arn, status, zones }) => {
        const own = findings.get(arn);
        const [zone, ...others] = zones ?? [];
        const only = others.length === 0 ? zone : undefined;
        return own
          ? [
              {
                monitor: name,
                monitorArn: arn,
                status,
                az: only?.az ?? null,
                azId: only?.azId ?? null,
                covers: zones?.map(({ azId }) => azId) ?? null,
                ...own,
              },
            ]
          : [];
      }),
      gaps,
    };
  }

  #failure(asked: Asked, region: string | null, why: NfmError, state: SweptPlace['state']): SweptPlace {
    const { code, action = null, message, hint: fix = null } = why;
    return {
      ...this.#named(asked, region),
      state,
      refusal: { code, action, message, fix },
      monitors: [],
      gaps: [],
    };
  }

  #named({ accountId, accountName, profile, role }: Asked, region: string | null) {
    const { window, baseline } = this.#windows;
    return {
      schema: SWEEP_PLACE_SCHEMA,
      at: instant(this.#context.now()),
      ...{ accountId, accountName, profile, role, region },
      window,
      baseline,
      details: this.#details,
    } as const;
  }

  /** In the list, on stdout where it streams, and in the file where it is new. */
  #add(place: SweptPlace, isNew: boolean): void {
    const own = place.refusal || place.gaps.length > 0 ? this.#reaching(place, place) : place;
    this.#places.push(own);
    if (isNew) this.#journal?.add(own);
    if (this.#context.reader === 'items') this.#context.io.stdout.write(jsonLine(own));
  }

  /** A copy whose commands reach the place that it is of. */
  #reaching<T>(data: T, place: Pick<SweptPlace, 'profile' | 'role' | 'region'>): T {
    return reaching(data, reachOf(this.#context.reach, place, this.#options.externalId));
  }

  /** What was answered for the same windows, and in as much detail. */
  #isCurrent(place: SweptPlace): boolean {
    return ANSWERED.has(place.state) && (place.details || !this.#details) && isOf(place, this.#windows);
  }
}

function isOf(place: SweptPlace, { window, baseline }: Pick<Windows, 'window' | 'baseline'>): boolean {
  const isSame = (a: Window | null, b: Window | null) => a?.start === b?.start && a?.end === b?.end;
  return isSame(place.window, window) && isSame(place.baseline, baseline);
}

const ANSWERED: ReadonlySet<SweptPlace['state']> = new Set([
  'seen',
  'no-monitor',
  'scope-not-ready',
  'no-scope',
]);

function stateOf(error: NfmError): SweptPlace['state'] {
  if (error.code === 'region-not-enabled') return 'not-enabled';
  return error instanceof UnreachableError ? 'unreachable' : 'refused';
}

function notAsked(): NfmError {
  return new UnreachableError('not-asked', 'The run ended before.');
}
