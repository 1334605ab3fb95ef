import type { Said } from './command-line.ts';
import type { Verdict } from './report.ts';

/**
 * Exit codes, the AWS CLI's where it has one (docs.aws.amazon.com/cli/latest/topic/return-codes.html),
 * so that a runbook's error handling works for both.
 */
export const EXIT = {
  ok: 0,
  bug: 1,
  hangup: 129,
  interrupted: 130,
  terminated: 143,
  usage: 252,
  configuration: 253,
  refused: 254,
  other: 255,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** With --exit-code: for a runbook that acts on the verdict. */
export const VERDICT_EXIT: Readonly<Record<Verdict, number>> = {
  'no-impairment': 0,
  'aws-infrastructure': 10,
  workload: 11,
  inconclusive: 12,
  'no-data': 13,
};

export interface ErrorDetails {
  /** What to do next, as a sentence or a command. */
  hint?: Said | undefined;
  /** The IAM action that was refused, e.g. `networkflowmonitor:ListScopes`. */
  action?: string;
  /** AWS's own words. */
  answer?: string | undefined;
  cause?: unknown;
}

/** An error that a user can do something about: thrown anywhere, turned into text and exit code once, in cli/. */
export class NfmError extends Error {
  readonly code: string;
  readonly exitCode: ExitCode;
  readonly hint: Said | undefined;
  readonly action: string | undefined;
  readonly answer: string | undefined;

  constructor(exitCode: ExitCode, code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name;
    this.exitCode = exitCode;
    this.code = code;
    this.hint = details.hint;
    this.action = details.action;
    this.answer = details.answer;
  }
}

/** The command line asks for something that does not exist or does not fit together. */
export class UsageError extends NfmError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(EXIT.usage, code, message, details);
  }
}

/** Region, credentials or local configuration are missing or wrong; AWS was not asked, or could not be. */
export class ConfigurationError extends NfmError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(EXIT.configuration, code, message, details);
  }
}

/** AWS answered, and the answer was no. */
export class RefusedError extends NfmError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(EXIT.refused, code, message, details);
  }
}

/** The command names a resource that this account does not have in this Region. */
export class NotFoundError extends NfmError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(EXIT.refused, code, message, details);
  }
}

/** The network, a time limit, or anything else between us and AWS. */
export class UnreachableError extends NfmError {
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(EXIT.other, code, message, details);
  }
}

/** The run's own deadline, --timeout, has passed. */
export class RunTimeoutError extends UnreachableError {
  /** As it met one call: what that asked for is not known. */
  during(action: string): RunTimeoutError {
    return new RunTimeoutError(this.code, this.message, { hint: this.hint, action, cause: this });
  }
}

/** The person was asked and said no: the command line was right, and what it asked for was not done, as what comes after `&&` must know. */
export class DeclinedError extends NfmError {
  constructor() {
    super(EXIT.other, 'not-agreed', 'Nothing was changed.');
  }
}

/** 128 and the signal's number, as a shell tells it. */
const SIGNAL_EXIT: Readonly<Record<string, ExitCode>> = { SIGHUP: EXIT.hangup, SIGTERM: EXIT.terminated };

/** Ctrl-C, the end of the terminal, or a request to end. */
export class InterruptedError extends NfmError {
  constructor(signal: AbortSignal, hint?: string) {
    const { reason } = signal;
    const exit = SIGNAL_EXIT[String(reason)] ?? EXIT.interrupted;
    super(
      exit,
      'interrupted',
      reason instanceof NfmError ? reason.message : 'Interrupted.',
      hint === undefined ? {} : { hint },
    );
  }
}

/** Why work was aborted: the reason where it is an error of ours, else the name of the signal that came. */
export function endedBy(signal: AbortSignal): NfmError {
  return signal.reason instanceof NfmError ? signal.reason : new InterruptedError(signal);
}
