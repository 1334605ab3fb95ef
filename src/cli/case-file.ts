import { readFileSync, writeFileSync } from 'node:fs';
import { CASE_SCHEMA, type Case, caseSchema } from '../model/case.ts';
import { ConfigurationError, UsageError } from '../model/errors.ts';
import { renderJson } from '../render/json.ts';

export function readCase(path: string): Case {
  const parsed = caseSchema.safeParse(parse(path));
  if (parsed.success) return parsed.data;
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
export function writeCase(path: string, data: Case): void {
  try {
    writeFileSync(path, renderJson(data), { mode: 0o600 });
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
