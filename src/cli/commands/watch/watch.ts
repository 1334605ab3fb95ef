import type { Aws } from '../../../aws/aws.ts';
import { Memory } from '../../../aws/memory.ts';
import { collect } from '../../../collect/collect.ts';
import { goneOn, type Held, latelyIn, leaving, type Windows } from '../../../collect/window.ts';
import { assess } from '../../../judge/assess.ts';
import { firstFindings } from '../../../judge/first-findings.ts';
import type { Case } from '../../../model/case.ts';
import { textOf } from '../../../model/command-line.ts';
import {
  ConfigurationError,
  type NfmError,
  RefusedError,
  UnreachableError,
  UsageError,
  VERDICT_EXIT,
} from '../../../model/errors.ts';
import type { Report } from '../../../model/report.ts';
import { MINUTE, SECOND } from '../../../model/time.ts';
import { duration, time } from '../../../model/units.ts';
import { placeKey, renderWatch, watchKey, watchLine } from '../../../render/watch.ts';
import type { Context, ProgressLine } from '../../core/context.ts';
import { reaching, reachOfCase } from '../../core/reach.ts';
import { Screen } from '../../core/screen.ts';
import type { OptionsOf } from '../../core/spec.ts';
import { lengthOf, targetOf, windowsOf } from '../../core/values.ts';
import { reportOf, triageView } from '../triage/triage.ts';
import type { watch } from './command.ts';

type Options = OptionsOf<typeof watch.options>;

export async function runWatch(context: Context, options: Options): Promise<number> {
  const watching = new Watching(context, options);
  try {
    for (;;) {
      try {
        return await context.connect((aws) => watching.rounds(aws), 'if-given');
      } catch (error) {
        // Credentials that have expired are asked for again, by a new connection: the files may have others by then.
        if (!(error instanceof ConfigurationError) || !watching.hasBegun) throw error;
        watching.failed(error);
        if (!(await watching.goesOn())) return watching.exitCode;
      }
    }
  } finally {
    watching.close();
  }
}

/** So many rounds in a row that lost something, and it is no passing trouble. */
const LASTING = 3;

/** A rise is seen some eight minutes after it began: what had begun when it was asked whether it is over is seen by then. */
const PATIENCE = 15 * MINUTE;

/** An incident that is over for so long is looked at no more: what begins then is told as soon as the first was. */
const RESTS = 30 * MINUTE;

/** What the next round may bring: AWS was busy, or not reached. */
const PASSING =
  /^(throttled|quota-exceeded|call-timeout|unreachable|no-answer|redirected|proxy-refused|tls-failure|query-failed|query-timeout|metrics-lost|aws-error)$/;

class Watching {
  readonly #context: Context;
  readonly #options: Options;
  readonly #every: number;
  readonly #end: number;
  readonly #first: Windows;
  readonly #memory: Memory;
  readonly #changes: string[] = [];
  #screen: Screen | null = null;
  /** When the next round is due. */
  #next: number;
  #report: Report | null = null;
  #key = '';
  /** Verdict of the incident that goes on, or went on. */
  #incident: Report['verdict'] | null = null;
  #isOver = false;
  #held: Held | null = null;
  /** When the first incident began of those that are kept in mind. */
  #began: string | null = null;
  /** The same, once it is over: nothing is set against the time from there on. */
  #past: string | null = null;
  #failures = 0;
  /** Code of what is wrong, and was said. */
  #trouble: string | null = null;

  constructor(context: Context, options: Options) {
    const [since, baseline] = [options.since, options.baseline];
    this.#context = context;
    this.#options = options;
    this.#every = lengthOf('--every', options.every);
    if (this.#every < MINUTE) {
      throw new UsageError('every-too-short', `--every is a minute at least, not '${options.every}'.`, {
        hint: 'CloudWatch has one value a minute.',
      });
    }
    this.#next = context.now();
    this.#end =
      options.for === undefined ? Number.POSITIVE_INFINITY : this.#next + lengthOf('--for', options.for);
    this.#first = windowsOf(context, { since, until: 'now', baseline });
    if (this.#first.periodSeconds !== MINUTE / SECOND) {
      throw new UsageError(
        'window-too-long',
        'nfm watch looks at minutes: this window is too long for them.',
        {
          hint: 'Give a shorter --since, a day at most, or a shorter --baseline.',
        },
      );
    }
    this.#memory = new Memory(() => context.now());
  }

  get hasBegun(): boolean {
    return this.#report !== null;
  }

  get exitCode(): number {
    const { exitCode, untilOver } = this.#options;
    if (untilOver && this.#isOver && this.#incident) return VERDICT_EXIT[this.#incident];
    return (exitCode || untilOver) && this.#report ? VERDICT_EXIT[this.#report.verdict] : 0;
  }

  /** There is nothing whose end could be waited for; who gives a time waits for something to begin. */
  get #isVain(): boolean {
    const { untilOver, for: given } = this.#options;
    if (!untilOver || given !== undefined || this.#incident !== null || !this.#report) return false;
    return Date.parse(this.#report.window.end) - Date.parse(this.#first.window.end) >= PATIENCE;
  }

  /** Round after round with one connection, to the end. */
  async rounds(connection: Aws): Promise<number> {
    const aws: Aws = { ...connection, memory: this.#memory };
    do {
      await this.#round(aws);
    } while (await this.goesOn());
    return this.exitCode;
  }

  /** Waits until the next round is due; false where there is none. After a machine's sleep those that were missed are let be. */
  async goesOn(): Promise<boolean> {
    if ((this.#options.untilOver && this.#isOver) || this.#isVain) return false;
    const { io } = this.#context;
    const late = Math.max(0, io.now() - this.#next);
    this.#next += this.#every * (1 + Math.floor(late / this.#every));
    if (this.#next > this.#end) return false;
    this.#show();
    await io.wait(Math.max(0, this.#next - io.now()));
    return true;
  }

  close(): void {
    if (this.#screen) {
      this.#screen.close();
      this.#screen = null;
      this.#context.io.stdout.write(this.#changes.map((line) => `${line}\n`).join(''));
    }
    if (this.#isVain)
      this.#context.tell(
        `No incident was seen, nor did one begin in ${duration(PATIENCE)}: there is nothing to wait for. With --for, it is waited for as long as that.`,
      );
  }

  /** A round that brought nothing is said once, and once more with advice where it lasts; the next one goes on. */
  failed(error: Pick<NfmError, 'code' | 'message' | 'hint'>): void {
    this.#failures++;
    const isNew = error.code !== this.#trouble || this.#failures === LASTING;
    const isLasting = this.#failures >= LASTING || error instanceof ConfigurationError;
    const advice = isLasting && error.hint ? ` ${textOf(error.hint)}` : '';
    const text = `${this.#clock} ${error.message}${advice}`;
    this.#trouble = error.code;
    if (this.#screen) this.#show(text);
    else if (isNew) this.#context.tell(`warning: ${text}`);
  }

  #recovered(): void {
    if (this.#trouble !== null && !this.#screen) this.#context.tell(`${this.#clock} AWS answers again.`);
    this.#failures = 0;
    this.#trouble = null;
  }

  get #clock(): string {
    return time(new Date(this.#context.now()).toISOString());
  }

  async #round(aws: Aws): Promise<void> {
    try {
      const data = this.#report
        ? await this.#collect(aws)
        : await this.#context.withProgress((progress) => this.#collect(aws, progress));
      const lost = data.gaps.find(({ code }) => PASSING.test(code));
      if (lost && this.#report && this.#failures < LASTING) {
        this.failed({ code: lost.code, message: lost.effect, hint: lost.fix ?? undefined });
        return;
      }
      if (!lost) this.#recovered();
      await this.#take(data);
    } catch (error) {
      const passes = error instanceof RefusedError || error instanceof UnreachableError;
      if (!passes || !this.#report || aws.signal.aborted) throw error;
      this.failed(error);
    } finally {
      this.#memory.tidy();
    }
  }

  #collect(aws: Aws, progress?: ProgressLine): Promise<Case> {
    const { io, reach } = this.#context;
    return collect(aws, {
      target: targetOf(this.#options),
      windows: goneOn(this.#first, io.now(), this.#held),
      now: io.now(),
      version: io.version,
      sandbox: reach.sandbox,
      assess,
      beganAt: (found) => this.#judged(found).onset,
      onSeries: (found) => progress?.found(firstFindings(found)),
      onProgress: (made) => progress?.update(made),
    });
  }

  async #take(data: Case): Promise<void> {
    const context = this.#context;
    const report = this.#judged(data);
    const { verdict, onset, ongoing } = report;
    this.#report = reaching(report, reachOfCase(context.reach, data));
    if (onset !== null) this.#incident = verdict;
    this.#hold(data, report);
    this.#isOver = this.#incident !== null && !ongoing && (onset !== null || verdict === 'no-impairment');
    if (context.format === 'ndjson')
      await context.print(report, triageView, reachOfCase(context.reach, data));
    const key = watchKey(report);
    if (key !== this.#key) {
      this.#key = key;
      this.#changed(watchLine(report, context.style));
    }
    this.#show();
  }

  /** What the next round looks at: all of an incident that goes on, and then what comes after it. */
  #hold(data: Case, report: Report): void {
    const { verdict, onset, end, ongoing, window, baseline } = report;
    const [start, now] = [Date.parse(window.start), Date.parse(window.end)];
    const found = this.#held?.found ?? start;
    this.#began ??= onset;
    if (onset !== null && !ongoing && end !== null && now - Date.parse(end) >= RESTS) {
      this.#past = this.#began;
      this.#held = { found, from: Date.parse(end), rolls: true };
    } else if (onset !== null) {
      this.#held = { found, from: this.#movedAt(data, report) ?? start };
    } else if (verdict === 'no-impairment' && this.#held && !this.#held.rolls) {
      // It ended as soon as it was seen to have moved.
      this.#past = this.#began;
      this.#held = { ...this.#held, rolls: true };
    } else if (verdict === 'no-impairment' && this.#held) {
      const length = baseline ? Date.parse(baseline.end) - Date.parse(baseline.start) : 0;
      if (start - this.#held.from < length) return;
      // All that the next one is set against comes after what is over.
      this.#held = null;
      this.#past = null;
      this.#began = null;
    }
  }

  /** As a triage would; without what is over, and of an incident that moved without what it did where it was before. */
  #judged(data: Case): Report {
    const whole = reportOf(this.#context, this.#leaving(data));
    const { onset, window } = whole;
    const hasMoved = this.#held !== null && this.#held.from > this.#held.found;
    if (!hasMoved || onset === null || onset >= window.start) return whole;
    return reportOf(this.#context, leaving(data, { start: onset, end: window.start }));
  }

  #leaving(data: Case): Case {
    const { window, baseline } = data;
    const past = this.#past;
    const isBefore = past !== null && past < window.start && past > (baseline ?? window).start;
    return isBefore ? leaving(data, { start: past, end: window.start }) : data;
  }

  /** Since when it surely is at another place than all of it together says; the next round asks from there on. */
  #movedAt(data: Case, whole: Report): number | null {
    const last = whole.ongoing ? latelyIn(data) : null;
    const lately = last && reportOf(this.#context, this.#leaving(last));
    if (!lately?.ongoing || lately.confidence !== 'high') return null;
    return placeKey(lately) === placeKey(whole) ? null : Date.parse(lately.window.start);
  }

  #changed(line: string): void {
    const { io, format } = this.#context;
    this.#changes.push(line);
    if (this.#changes.length > MOST_CHANGES) this.#changes.shift();
    if (format === 'ndjson') this.#context.tell(line);
    else if (this.#isLive) this.#screen ??= new Screen(io.stdout);
    else io.stdout.write(`${line}\n`);
  }

  get #isLive(): boolean {
    const { io, format, showsProgress } = this.#context;
    return Boolean(
      format === 'table' && io.stdout.isTTY && io.stdout.columns && io.env.TERM !== 'dumb' && showsProgress,
    );
  }

  #show(trouble?: string): void {
    const report = this.#report;
    if (!this.#screen || !report) return;
    const every = `every ${duration(this.#every)}`;
    const status = trouble ?? `nfm watch, ${every}; last ${time(report.generatedAt)} UTC; Ctrl-C ends`;
    this.#screen.show(() => renderWatch({ report, changes: this.#changes, status }, this.#context.style));
  }
}

/** Of changes, what a person would read at the end. */
const MOST_CHANGES = 100;
