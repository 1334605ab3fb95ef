import { z } from 'zod';
import { caseSchema } from '../../../model/case.ts';
import { closest } from '../../../model/closest.ts';
import { checkListSchema, doctorSchema } from '../../../model/doctor.ts';
import { errorSchema, planSchema, sandboxListSchema, triageListSchema } from '../../../model/documents.ts';
import { UsageError } from '../../../model/errors.ts';
import { healthSchema } from '../../../model/health.ts';
import {
  monitorChangesSchema,
  monitorDocumentSchema,
  monitorListSchema,
  scopeChangesSchema,
  scopeDocumentSchema,
  scopeListSchema,
  tagsSchema,
} from '../../../model/monitor-documents.ts';
import { policySchema } from '../../../model/policy.ts';
import { reportSchema } from '../../../model/report.ts';
import { topSchema } from '../../../model/top.ts';
import { zonesSchema } from '../../../model/zones.ts';
import { renderJson } from '../../../render/json.ts';
import { items } from '../../../render/layout.ts';
import type { Io } from '../../core/context.ts';
import { DOCUMENTS, schemaNames } from '../../core/schemas.ts';

const SCHEMAS: Readonly<Record<(typeof schemaNames)[number], z.ZodType>> = {
  triage: reportSchema,
  'triage-list': triageListSchema,
  top: topSchema,
  zones: zonesSchema,
  health: healthSchema,
  doctor: doctorSchema,
  'doctor-checks': checkListSchema,
  'monitor-list': monitorListSchema,
  monitor: monitorDocumentSchema,
  'monitor-changes': monitorChangesSchema,
  'scope-list': scopeListSchema,
  scope: scopeDocumentSchema,
  'scope-changes': scopeChangesSchema,
  tags: tagsSchema,
  case: caseSchema,
  error: errorSchema,
  plan: planSchema,
  policy: policySchema,
  'sandbox-list': sandboxListSchema,
};

/** Of a document, or of what a command prints; without either, the list of both. */
export async function schema(io: Io, words: readonly string[]): Promise<number> {
  const asked = words.join(' ');
  if (asked === '') {
    io.stdout.write(`${overview(Math.min(io.stdout.columns ?? 80, 100))}\n`);
    return 0;
  }
  const [result, ...others] = DOCUMENTS[asked] ?? [];
  const found = schemaNames.find((name) => name === asked) ?? result;
  if (!found) {
    const names = [...schemaNames, ...Object.keys(DOCUMENTS)];
    const near = closest(asked, names);
    throw new UsageError(
      'unknown-schema',
      `There is no document, and no command with one, named '${asked}'.`,
      {
        hint: near ? `Did you mean '${near}'?` : "'nfm schema' lists them.",
      },
    );
  }
  io.stdout.write(renderJson(z.toJSONSchema(SCHEMAS[found])));
  // Of 'nfm schema triage' too, which names both; a program reads stdout alone.
  for (const [name, when] of others) {
    io.stderr.write(
      `note: ${found} is what nfm ${asked} prints; ${when}, it is ${name}: nfm schema ${name}\n`,
    );
  }
  return 0;
}

function overview(width: number): string {
  const documents = schemaNames.map((name) => ({ label: name, text: printers(name).join(', ') }));
  return [
    "Documents, and the commands that print them. 'nfm schema NAME' takes either.",
    '',
    ...items(documents, width, '  '),
  ].join('\n');
}

function printers(document: string): string[] {
  if (document === 'error') return ['every command, on stderr with -o json'];
  return Object.entries(DOCUMENTS).flatMap(([command, [result, ...others]]) => {
    const [, when] = others.find(([name]) => name === document) ?? [];
    if (when) return [`${command} (${when})`];
    return result === document ? [command] : [];
  });
}
