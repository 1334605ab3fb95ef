import type { Aws } from '../../../aws/aws.ts';
import { lookAtPlace, type SeenPlace, type SweepOptions } from '../../../collect/sweep.ts';
import { type Place, visitAll } from '../../../collect/visits.ts';
import { sameWindows, type Windows } from '../../../collect/window.ts';
import type { When } from '../../../judge/sweep.ts';
import { findingsOf, worthALook } from '../../../judge/swept-monitor.ts';
import { endedBy, InterruptedError, NfmError, UnreachableError, UsageError } from '../../../model/errors.ts';
import { SWEEP_PLACE_SCHEMA } from '../../../model/schema-names.ts';
import { MINUTE_RETENTION_DAYS } from '../../../model/service.ts';
import type { SweepDocument, SweepItem, SweptPlace } from '../../../model/sweep.ts';
import { DAY, HOUR, instant, MINUTE, SECOND } from '../../../model/time.ts';
import { duration } from '../../../model/units.ts';
import { sweepColumns } from '../../../render/sweep.ts';
import type { Context, ProgressLine } from '../../core/context.ts';
import { reaching } from '../../core/reach.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { positive, windowsOf } from '../../core/values.ts';
import { type Asked, accountsOf, checkAccounts, profilesOf } from './accounts.ts';
import type { sweep } from './command.ts';
import { Journal, jsonLine, placeKey } from './journal.ts';
import { connectTo, reachOf } from './places.ts';
import { ANSWERED, documentOf, isWithin, showFile, showSwept } from './swept.ts';
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
  if (options.from !== undefined) return showFile(context, options, options.from);
  const worst = options.triage === undefined ? 0 : positive('--triage', options.triage);
  if (worst > 0 && (context.reader === 'list' || context.format === 'prometheus')) {
    throw new UsageError('triage-without-place', 'Rows and samples have no place for what --triage finds.', {
      hint: 'Use -o table, markdown, json or ndjson, without --columns, --sort and --no-headers; or leave out --triage.',
    });
  }
  const { resume } = options;
  const journal =
    resume === undefined
      ? null
      : new Journal(resume, '--resume', (why) =>
          context.tell(`warning: ${resume} takes no more (${why}): the sweep goes on without it.`),
        );
  const kept = (await journal?.resumed()) ?? [];
  const windows = windowsFor(context, options, kept);
  return context.sessions(profilesOf(options), async (sessions) => {
    const { signal } = sessions[0];
    const sweeping = new Sweeping(
      context,
      options,
      { windows, when: whenOf(context, kept, windows) },
      journal,
    );
    const document = await context.withProgress(async (progress) => {
      progress.update({ phase: 'Looking up accounts', done: 0, planned: 0 });
      const accounts = await accountsOf(context, options, sessions);
      await sweeping.visit(accounts, { kept, atOnce, signal }, progress);
      const document = sweeping.document();
      if (worst === 0) return document;
      const wanted = {
        ...{ worst, signal, options },
        windows: sameWindows(windows, context.now()),
        wayTo: (item: SweepItem) => sweeping.wayTo(item),
      };
      return { ...document, triages: await triageWorst(context, document.items, wanted, progress) };
    });
    const code = await showSwept(context, options, document);
    if (context.io.signal.aborted) {
      context.tell(`Interrupted: ${sweeping.howFar}`);
      return new InterruptedError(context.io.signal).exitCode;
    }
    if (document.incomplete) context.tell(`The time for this run was over (--timeout): ${sweeping.howFar}`);
    return code;
  });
}

/** As the command line says; where it does not, as in the file that is gone on with: only the same can be compared. */
function windowsFor(context: Context, options: Options, kept: readonly SweptPlace[]): Windows {
  const last = kept.at(-1);
  if (!last || isTimeGiven(context)) return windowsOf(context, options, COARSE);
  const age = context.now() - Date.parse(last.window.end);
  if (age > HOUR)
    context.note(
      `the window is that of ${options.resume}, and ended ${duration(age)} ago: --since, or another file, begins a new one.`,
    );
  return sameWindows(last, context.now(), COARSE);
}

function isTimeGiven({ given }: Context): boolean {
  return ['since', 'until', 'baseline'].some((name) => given.has(name));
}

/** What commands that look closer must say to look at the same time; of the newest hour, nothing. */
function whenOf(context: Context, kept: readonly SweptPlace[], { window, baseline }: Windows): When {
  if (kept.length === 0 && !isTimeGiven(context)) return {};
  const isOwn = kept.length > 0 || context.given.has('baseline');
  return {
    since: window.start,
    until: window.end,
    ...(isOwn && { baseline: baseline?.start ?? 'none' }),
  };
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
  readonly #when: When;
  readonly #journal: Journal | null;
  readonly #places: SweptPlace[] = [];
  readonly #ways = new Map<string, Asked>();
  #accounts: readonly Asked[] = [];

  constructor(
    context: Context,
    options: Options,
    { windows, when }: { windows: Windows; when: When },
    journal: Journal | null,
  ) {
    this.#context = context;
    this.#options = options;
    this.#windows = windows;
    this.#when = when;
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
      this.#add(asked, this.#failure(asked, region, why, state), state !== 'suspended');
    };
    this.#accounts = accounts;
    for (const asked of accounts) {
      const { session, refusal } = asked;
      if (refusal) failed(asked, null, refusal.why, refusal.state);
      for (const region of session ? asked.regions : []) {
        const done = known.get(placeKey({ ...asked, region }));
        if (done) this.#add(asked, reachedBy(asked, done), false);
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
        else this.#add(place.asked, this.#seen(place, result), true);
        say();
      },
    );
    if (!this.#places.some(({ state }) => ANSWERED.has(state))) {
      const [first = left.size > 0 ? endedBy(signal) : null] = failures;
      if (first) throw first;
    }
    for (const { asked, region } of left) {
      this.#add(asked, this.#failure(asked, region, notAsked(), 'not-asked'), false);
    }
  }

  /** The way to where an item was seen. */
  wayTo(item: SweepItem): Asked | undefined {
    return this.#ways.get(wayKey(item));
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
    const meant = this.#accounts.map(({ accountId, profile, regions, refusal }) => ({
      account: accountId ?? profile,
      regions,
      suspended: refusal?.state === 'suspended',
    }));
    const swept = { places: this.#places, meant, windows: this.#windows, when: this.#when };
    return documentOf(this.#context, this.#options, swept);
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
  #add(asked: Asked, place: SweptPlace, isNew: boolean): void {
    const own = place.refusal || place.gaps.length > 0 ? this.#reaching(place, place) : place;
    this.#places.push(own);
    this.#ways.set(wayKey(own), asked);
    if (isNew) this.#journal?.add(own);
    if (this.#context.reader === 'items') this.#context.io.stdout.write(jsonLine(own));
  }

  /** A copy whose commands reach the place that it is of. */
  #reaching<T>(data: T, place: Pick<SweptPlace, 'profile' | 'role' | 'region'>): T {
    return reaching(data, reachOf(this.#context.reach, place, this.#options.externalId));
  }

  /** What was answered and read for the same windows, and in as much detail. */
  #isCurrent(place: SweptPlace): boolean {
    return (
      ANSWERED.has(place.state) &&
      !place.monitors.some(({ reports }) => reports === 'unread') &&
      (place.details || !this.#details) &&
      isWithin(place, this.#windows)
    );
  }
}

/** Now, however it was reached then. */
function reachedBy({ accountName, profile, role }: Asked, place: SweptPlace): SweptPlace {
  return { ...place, accountName: accountName ?? place.accountName, profile, role };
}

function wayKey({
  accountId,
  profile,
  region,
}: Pick<SweptPlace, 'accountId' | 'profile' | 'region'>): string {
  return JSON.stringify([accountId, profile, region]);
}

function stateOf(error: NfmError): SweptPlace['state'] {
  if (error.code === 'region-not-enabled') return 'not-enabled';
  return error instanceof UnreachableError ? 'unreachable' : 'refused';
}

function notAsked(): NfmError {
  return new UnreachableError('not-asked', 'The run ended before.');
}
