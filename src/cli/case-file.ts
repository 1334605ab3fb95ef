import { readFileSync, writeFileSync } from 'node:fs';
import { CASE_SCHEMA, type Case, caseSchema } from '../model/case.ts';
import { textOf, toAdvice } from '../model/command-line.ts';
import { ConfigurationError, UsageError } from '../model/errors.ts';
import { renderJson } from '../render/json.ts';
import { type Reach, reaching } from './reach.ts';

export function readCase(path: string): Case {
  const parsed = caseSchema.safeParse(parse(path));
  if (parsed.success)
    return mapFixes(parsed.data, (gap) => ({ ...gap, fix: gap.said ?? gap.fix, said: undefined }));
  const [issue] = parsed.error.issues;
  throw new UsageError(
    'bad-case',
    `${path} is not a case file (${CASE_SCHEMA}): ${issue?.path.join('.')}: ${issue?.message}.`,
    {
      hint: "Case files are written by 'nfm triage --save-case FILE'.",
    },
  );
}

function parse(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new UsageError('unreadable-case', `${path} cannot be read as JSON: ${(error as Error).message}.`, {
      hint: "Case files are written by 'nfm triage --save-case FILE'.",
      cause: error,
    });
  }
}

/** For the owner's eyes only: a case names pods and addresses. */
export function writeCase(path: string, data: Case, reach: Reach): void {
  try {
    writeFileSync(path, renderJson(written(data, reach)), { mode: 0o600 });
  } catch (error) {
    throw new ConfigurationError(
      'case-not-written',
      `The case could not be written: ${(error as Error).message}.`,
      {
        hint: 'Give --save-case a path that can be written.',
        cause: error,
      },
    );
  }
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
