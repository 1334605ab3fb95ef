import {
  accessSync,
  constants,
  createReadStream,
  lstatSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
} from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Case, Flow } from '../../model/case.ts';
import { flawIn } from '../../model/case-flaws.ts';
import { textOf, toAdvice } from '../../model/command-line.ts';
import { ConfigurationError, EXIT, NfmError, UsageError } from '../../model/errors.ts';
import { CASE_SCHEMA } from '../../model/schema-names.ts';
import { bytes } from '../../model/units.ts';
import { renderJson } from '../../render/json.ts';
import type { Answers } from './connection.ts';
import type { Context } from './context.ts';
import type { Io } from './io.ts';
import type { CASE } from './options.ts';
import { pieces } from './output.ts';
import { type Reach, reaching, reachOfCase } from './reach.ts';
import { nameOf, type OptionSpec, type OptionsOf } from './spec.ts';

type CaseOptions = Pick<OptionsOf<typeof CASE>, 'case' | 'saveCase'>;

/** The case of the file that is named, or what is collected; written where that is asked for. */
export async function caseOf(
  context: Context,
  options: CaseOptions,
  collect: () => Promise<Case>,
): Promise<Case> {
  const { case: file, saveCase } = options;
  if (saveCase !== undefined) checkCasePath(saveCase);
  const data = file === undefined ? await collect() : await readCase(context.io, file);
  if (saveCase !== undefined)
    await writeCase(saveCase, caseText(data, reachOfCase(context.reach, data), context.io));
  return data;
}

/** The same of a command that asks in several Regions, and how the AWS of its answers is reached. */
export async function casesOf(
  context: Context,
  options: CaseOptions,
  collect: () => Promise<Answers<Case>>,
): Promise<Answers<Case> & { reach: Reach }> {
  const { reach, regions } = context;
  if (options.case === undefined && options.saveCase === undefined) return { ...(await collect()), reach };
  if (regions.length > 1) {
    throw new UsageError('one-region', '--save-case works in one Region at a time.', {
      hint: 'Name --region once.',
    });
  }
  const data = await caseOf(context, options, async () => {
    const [only] = (await collect()).answers;
    if (!only) throw new Error('no Region answered');
    return only;
  });
  return {
    answers: [data],
    failures: [],
    reach: options.case === undefined ? reach : reachOfCase(reach, data),
  };
}

/** An option that would be ignored is a misunderstanding, better said than discovered. */
export function refuseBesideCase(
  { given }: Context,
  options: CaseOptions,
  specs: readonly OptionSpec[],
  others: readonly string[] = [],
): void {
  // What says where and when to look, and how to reach AWS.
  const ignored = specs.find(
    (spec) =>
      given.has(nameOf(spec)) &&
      (['target', 'time', 'connection'].includes(spec.group ?? '') || others.includes(nameOf(spec))),
  );
  if (options.case === undefined || !ignored) return;
  throw new UsageError(
    'case-is-complete',
    `A case file says itself what ${ignored.flags.split(' ')[0]} would: nothing is asked of AWS.`,
    { hint: 'Give --case alone, with the output options.' },
  );
}

/** Some two million flows; what is larger would be read for a long time and then not fit. */
const LARGEST = 1024 * 1024 * 1024;

/** What is read or written at once: a case may be longer than the longest string (V8: 512 MiB). */
const PIECE = 1024 * 1024;

const WRITTEN_BY = { hint: "Case files are written by 'nfm triage --save-case FILE'." };

/** Reads the case on stdin. */
export const STDIN = '-';

type Source = Pick<Io, 'stdin' | 'now' | 'signal'>;

export async function readCase(io: Source, path: string): Promise<Case> {
  if (path !== STDIN) refuseUnlessReadable(path);
  const { caseSchema } = await import('../../model/case.ts');
  const { flows, ...rest } = await parse(io, path);
  // Each flow was looked at when it was read.
  const parsed = caseSchema.safeParse({ ...rest, flows: Array.isArray(flows) ? [] : flows });
  if (!parsed.success) throw badCase(path, parsed.error);
  const data: Case = { ...parsed.data, flows: flows as Flow[] };
  const flaw = flawIn(data, io.now());
  if (flaw !== null) throw notACase(path, flaw);
  return mapFixes(data, (gap) => ({ ...gap, fix: gap.said ?? gap.fix, said: undefined }));
}

/** A document of ours says what it is in its first line: no use to say what is wrong in the others. */
function refuseUnlessCase(path: string, schema: unknown): void {
  const [document] = /^nfm\.[a-z-]+\/v\d+$/.exec(String(schema)) ?? [];
  if (document === undefined || document === CASE_SCHEMA) return;
  if (!document.startsWith('nfm.case/')) throw notACase(path, `it is an ${document} document`);
  throw new UsageError('newer-case', `${called(path)} is an ${document}; this nfm reads ${CASE_SCHEMA}.`, {
    hint: 'Read it with the nfm that wrote it, or a newer one.',
  });
}

type Issues = { issues: readonly { path: readonly PropertyKey[]; message: string }[] };

function badCase(path: string, { issues: [issue] }: Issues, ...within: PropertyKey[]): UsageError {
  return notACase(path, `${[...within, ...(issue?.path ?? [])].join('.')}: ${issue?.message}`);
}

function notACase(path: string, why: string): UsageError {
  return new UsageError(
    'bad-case',
    `${called(path)} is not a case file (${CASE_SCHEMA}): ${why}.`,
    WRITTEN_BY,
  );
}

function called(path: string): string {
  return path === STDIN ? 'What is on stdin' : path;
}

/** The members of the file's object; its flows one by one, as there may be millions. */
async function parse(io: Source, path: string): Promise<Record<string, unknown>> {
  const [{ JSONParser }, { flowSchema }] = await Promise.all([
    import('@streamparser/json'),
    import('../../model/case.ts'),
  ]);
  const members = new Map<string, unknown>();
  const flows: Flow[] = [];
  const parser = new JSONParser({ paths: ['$', '$.*', '$.flows.*'] });
  parser.onValue = ({ value, key, parent, stack }) => {
    if (stack.length === 2 && Array.isArray(parent)) {
      parent.pop();
      const parsed = flowSchema.safeParse(value);
      if (!parsed.success) throw badCase(path, parsed.error, 'flows', flows.length);
      flows.push(parsed.data);
    } else if (stack.length === 1) {
      if (key === 'schema') refuseUnlessCase(path, value);
      members.set(String(key), key === 'flows' && Array.isArray(value) ? flows : value);
    }
  };
  try {
    const given = path === STDIN ? io.stdin() : createReadStream(path, { highWaterMark: PIECE });
    for await (const piece of unpacked(given)) {
      io.signal.throwIfAborted();
      parser.write(piece);
    }
    if (!parser.isEnded) throw new Error('it ends before its value does');
  } catch (error) {
    if (error instanceof NfmError) throw error;
    throw new UsageError(
      'unreadable-case',
      `${called(path)} cannot be read as JSON: ${(error as Error).message}.`,
      {
        ...WRITTEN_BY,
        cause: error,
      },
    );
  }
  return Object.fromEntries(members);
}

/** What is packed says so in its first two bytes (RFC 1952); what it unpacks to has the same limit as a file. */
async function* unpacked(given: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const pieces = given[Symbol.asyncIterator]();
  const first = await pieces.next();
  const [a, b] = first.value ?? [];
  const whole = (async function* () {
    if (!first.done) yield first.value;
    yield* { [Symbol.asyncIterator]: () => pieces };
  })();
  let size = 0;
  const packed = a === 0x1f && b === 0x8b;
  for await (const piece of packed ? throughGunzip(whole) : whole) {
    size += piece.length;
    if (size > LARGEST) throw new Error(`it is larger than ${bytes(LARGEST)}`);
    yield piece;
  }
}

function throughGunzip(packed: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const gunzip = createGunzip();
  // Whoever reads it is told what was wrong.
  pipeline(Readable.from(packed), gunzip).catch(() => undefined);
  return gunzip;
}

function refuseUnlessReadable(path: string): void {
  let why: string | null;
  try {
    const stat = statSync(path);
    why = stat.isFile() ? null : `it is ${kindOf(stat)}, not a file`;
    if (stat.size > LARGEST) why = `it is too large (${bytes(stat.size)}; at most ${bytes(LARGEST)})`;
  } catch (error) {
    why = (error as Error).message;
  }
  if (why !== null) throw new UsageError('unreadable-case', `${path} cannot be read: ${why}.`, WRITTEN_BY);
}

function kindOf(stat: Stats): string {
  if (stat.isDirectory()) return 'a directory';
  if (stat.isSymbolicLink()) return 'a symbolic link';
  return stat.isFIFO() ? 'a pipe' : 'a device or socket';
}

/** What is redacted takes the place of nothing that it was made of: the names are known nowhere else. */
export function refuseSameFile(from: string, to: string): void {
  if (from === STDIN) return;
  const [source, target] = [from, to].map((path) => statSync(path, { throwIfNoEntry: false }));
  if (!source || !target || source.dev !== target.dev || source.ino !== target.ino) return;
  throw new UsageError('same-file', `${to} is the file that is read: its names would be gone.`, {
    hint: 'Give --save-case another name.',
  });
}

/** Before anything is asked: minutes of collecting must not end with a file that cannot be written. */
function checkCasePath(path: string): void {
  if (path === STDIN) {
    throw new UsageError('case-not-written', 'The case is written to a file; - names none.', PATH_HINT);
  }
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
 * Whole or not at all; packed where the name says so.
 */
async function writeCase(path: string, parts: Iterable<string>): Promise<void> {
  refuseUnlessFile(path);
  const draft = `${path}.${process.pid}.tmp`;
  try {
    // 'wx': neither a file nor a link that somebody has put there.
    const file = await open(draft, 'wx', 0o600);
    try {
      const text = pieces(parts);
      const write = async (parts: AsyncIterable<string | Buffer>) => {
        for await (const part of parts) await file.writeFile(part);
      };
      if (path.endsWith('.gz')) await pipeline(Readable.from(text), createGzip(), write);
      else await pipeline(Readable.from(text), write);
      await file.sync();
    } finally {
      await file.close();
    }
    renameSync(draft, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') rmSync(draft, { force: true });
    throw notWritten(error);
  }
}

/** As it stands in a file; no further once the run is interrupted. */
export function* caseText(data: Case, reach: Reach, { signal }: Pick<Io, 'signal'>): Iterable<string> {
  for (const part of jsonOf(written(data, reach))) {
    signal.throwIfAborted();
    yield part;
  }
}

/** A member a line, and of a list an item a line: some of them are too long for one string. */
function* jsonOf(data: Case): Generator<string> {
  let before = '{';
  for (const [key, value] of Object.entries(data)) {
    if (value === undefined) continue;
    yield `${before}\n${JSON.stringify(key)}: `;
    before = ',';
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries())
        yield `${i === 0 ? '[' : ','}\n${renderJson(item, 0).trimEnd()}`;
      yield value.length === 0 ? '[]' : '\n]';
    } else yield renderJson(value, 0).trimEnd();
  }
  yield '\n}\n';
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
