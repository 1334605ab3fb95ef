import {
  accessSync,
  closeSync,
  constants,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { CASE_SCHEMA, type Case, caseSchema } from '../../../model/case.ts';
import { flawIn } from '../../../model/case-flaws.ts';
import { textOf, toAdvice } from '../../../model/command-line.ts';
import { ConfigurationError, EXIT, NfmError, UsageError } from '../../../model/errors.ts';
import { bytes } from '../../../model/units.ts';
import { renderJson } from '../../../render/json.ts';
import { type Reach, reaching } from '../../core/reach.ts';

/** A day of a large account is some 100 MiB; what is larger would be read for a long time and then not fit. */
const LARGEST = 256 * 1024 * 1024;

const WRITTEN_BY = { hint: "Case files are written by 'nfm triage --save-case FILE'." };

export function readCase(path: string, now: number): Case {
  const parsed = caseSchema.safeParse(parse(path));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw badCase(path, `${issue?.path.join('.')}: ${issue?.message}`);
  }
  const flaw = flawIn(parsed.data, now);
  if (flaw !== null) throw badCase(path, flaw);
  return mapFixes(parsed.data, (gap) => ({ ...gap, fix: gap.said ?? gap.fix, said: undefined }));
}

function badCase(path: string, why: string): UsageError {
  return new UsageError('bad-case', `${path} is not a case file (${CASE_SCHEMA}): ${why}.`, WRITTEN_BY);
}

function parse(path: string): unknown {
  try {
    return JSON.parse(content(path));
  } catch (error) {
    if (error instanceof NfmError) throw error;
    throw new UsageError('unreadable-case', `${path} cannot be read as JSON: ${(error as Error).message}.`, {
      ...WRITTEN_BY,
      cause: error,
    });
  }
}

function content(path: string): string {
  const stat = statSync(path);
  const why = stat.isFile()
    ? stat.size > LARGEST
      ? `it is too large (${bytes(stat.size)}; at most ${bytes(LARGEST)})`
      : null
    : `it is ${kindOf(stat)}, not a file`;
  if (why === null) return readFileSync(path, 'utf8');
  throw new UsageError('unreadable-case', `${path} cannot be read: ${why}.`, WRITTEN_BY);
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a directory';
  if (stat.isSymbolicLink()) return 'a symbolic link';
  return stat.isFIFO() ? 'a pipe' : 'a device or socket';
}

/** Before anything is asked: minutes of collecting must not end with a file that cannot be written. */
export function checkCasePath(path: string): void {
  refuseUnlessFile(path);
  try {
    accessSync(dirname(path), constants.W_OK);
  } catch (error) {
    throw notWritten(error);
  }
}

/** A link could lead anywhere, and a device or pipe would be replaced. */
function refuseUnlessFile(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat || stat.isFile()) return;
  throw new ConfigurationError(
    'case-not-written',
    `The case could not be written: ${path} is ${kindOf(stat)}, not a file.`,
    PATH_HINT,
  );
}

/**
 * For the owner's eyes only, also where the file was there with other permissions: a case names pods and addresses.
 * Whole or not at all.
 */
export function writeCase(path: string, data: Case, reach: Reach): void {
  refuseUnlessFile(path);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    // 'wx': neither a file nor a link that somebody has put there.
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeFileSync(file, renderJson(written(data, reach)));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(draft, { force: true });
    throw notWritten(error);
  }
}

const PATH_HINT = { hint: 'Give --save-case a path that can be written.' };
const FULL = /^(ENOSPC|EDQUOT|EFBIG|EIO)$/;

function notWritten(error: unknown): NfmError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  const text = `The case could not be written: ${message}.`;
  return FULL.test(code)
    ? new NfmError(EXIT.other, 'case-not-written', text, { hint: 'Is the disk full?', cause: error })
    : new ConfigurationError('case-not-written', text, { ...PATH_HINT, cause: error });
}

type Fix = Pick<Case['gaps'][number], 'fix' | 'said'>;

/** A fix is text for who reads the file, and its parts for who judges it again. */
function written(data: Case, reach: Reach): Case {
  return mapFixes(data, (gap) => {
    const { fix } = gap;
    if (fix === null || typeof fix === 'string') return gap;
    return { ...gap, fix: textOf(reaching(fix, reach), '\n'), said: toAdvice(fix) };
  });
}

function mapFixes(data: Case, change: <G extends Fix>(gap: G) => G): Case {
  const { gaps, witnesses, diagnosis } = data;
  return {
    ...data,
    gaps: gaps.map(change),
    ...(witnesses && { witnesses: { ...witnesses, missing: witnesses.missing.map(change) } }),
    ...(diagnosis?.cause && { diagnosis: { cause: change(diagnosis.cause) } }),
  };
}
