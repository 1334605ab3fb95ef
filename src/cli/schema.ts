import { z } from 'zod';
import { caseSchema } from '../model/case.ts';
import { closest } from '../model/closest.ts';
import { errorSchema, planSchema, sandboxListSchema, triageListSchema } from '../model/documents.ts';
import { UsageError } from '../model/errors.ts';
import { healthSchema } from '../model/health.ts';
import {
  monitorChangesSchema,
  monitorDocumentSchema,
  monitorListSchema,
  scopeChangesSchema,
  scopeDocumentSchema,
  scopeListSchema,
  tagsSchema,
} from '../model/monitor-documents.ts';
import { policySchema } from '../model/policy.ts';
import { reportSchema } from '../model/report.ts';
import { topSchema } from '../model/top.ts';
import { zonesSchema } from '../model/zones.ts';
import { renderJson } from '../render/json.ts';
import type { Io } from './io.ts';
import { schemaNames } from './schema-names.ts';

const SCHEMAS: Readonly<Record<(typeof schemaNames)[number], z.ZodType>> = {
  triage: reportSchema,
  'triage-list': triageListSchema,
  top: topSchema,
  zones: zonesSchema,
  health: healthSchema,
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

export async function schema(io: Io, [name = '']: readonly string[]): Promise<number> {
  const found = schemaNames.find((n) => n === name);
  if (!found) {
    const near = closest(name, schemaNames);
    throw new UsageError('unknown-schema', `There is no document '${name}'.`, {
      hint: near ? `Did you mean '${near}'?` : `Documents: ${schemaNames.join(', ')}.`,
    });
  }
  io.stdout.write(renderJson(z.toJSONSchema(SCHEMAS[found])));
  return 0;
}
