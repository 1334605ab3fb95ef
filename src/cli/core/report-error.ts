import { textOf } from '../../model/command-line.ts';
import type { ErrorDocument } from '../../model/documents.ts';
import { DeclinedError, EXIT, endedBy, InterruptedError, NfmError } from '../../model/errors.ts';
import { redact } from '../../model/redact.ts';
import { ERROR_SCHEMA } from '../../model/schema-names.ts';
import { renderJson } from '../../render/json.ts';
import { sanitize } from '../../render/sanitize.ts';
import type { Io } from './io.ts';
import { reachIn, reaching } from './reach.ts';

/** The one place where errors become text and exit codes. stdout stays empty. */
export function report(io: Io, thrown: unknown): number {
  const { error, document } = errorOf(io, thrown);
  const text = () => toText(error, document.error.hint);
  io.stderr.write(wantsJson(io.args) ? renderJson(document, 0) : text());
  if (io.args.includes('--debug')) io.stderr.write(debugText(error));
  return error.exitCode;
}

/** What was thrown, as a user can read it. */
export function errorOf(io: Io, thrown: unknown): { error: NfmError; document: ErrorDocument } {
  const met = io.signal.aborted && !(thrown instanceof InterruptedError) ? endedBy(io.signal) : thrown;
  const error = met instanceof NfmError ? met : asBug(met);
  const hint = error.hint && textOf(reaching(error.hint, reachIn(io.args)));
  return { error, document: toDocument(error, hint) };
}

/** Whence it came, for --debug. */
export function debugText(error: unknown): string {
  return `${redact(trace(error))}\n`;
}

/** The result is not whole where it was written to. */
export function reportLost(io: Io, lost: Error): number {
  const message = `The result could not be written: ${lost.message}.`;
  return report(io, new NfmError(EXIT.other, 'not-written', message, { cause: lost }));
}

function asBug(error: unknown): NfmError {
  const message = error instanceof Error ? error.message : String(error);
  return new NfmError(EXIT.bug, 'bug', `Something in nfm itself went wrong: ${message}`, {
    hint: 'Run it again with --debug and report what it prints.',
    cause: error,
  });
}

function toDocument({ code, message, action }: NfmError, hint: string | undefined): ErrorDocument {
  return {
    schema: ERROR_SCHEMA,
    error: { code, message: redact(message), hint: hint ?? null, action: action ?? null },
  };
}

/** What to do next stands last, where the eye is. */
function toText(error: NfmError, hint: string | null): string {
  const { message } = error;
  if (error instanceof DeclinedError) return `${message}\n`;
  return `error: ${sanitize(redact(message))}\n${hint ? `hint: ${sanitize(hint)}\n` : ''}`;
}

function trace(error: unknown): string {
  const lines: string[] = [];
  for (let at = error; at instanceof Error; at = at.cause) lines.push(at.stack ?? at.message);
  return sanitizeLines(lines.join('\ncaused by '));
}

function sanitizeLines(text: string): string {
  return text.split('\n').map(sanitize).join('\n');
}

/** Read from the raw arguments, because the command line itself may be what is wrong. */
function wantsJson(args: readonly string[]): boolean {
  return args.some(
    (arg, i) =>
      /^(-o|--output=)(json|ndjson)$/.test(arg) ||
      ((arg === '-o' || arg === '--output') && /^(nd)?json$/.test(args[i + 1] ?? '')),
  );
}
