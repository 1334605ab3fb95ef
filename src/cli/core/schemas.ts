import * as z from 'zod';
import { caseSchema } from '../../model/case.ts';
import { caseSummarySchema } from '../../model/case-summary.ts';
import { checkListSchema, doctorSchema } from '../../model/doctor.ts';
import {
  errorSchema,
  healthSchema,
  metricsSchema,
  planSchema,
  sandboxListSchema,
  triageListSchema,
  zonesSchema,
} from '../../model/documents.ts';
import {
  monitorChangesSchema,
  monitorDocumentSchema,
  monitorListSchema,
  scopeChangesSchema,
  scopeDocumentSchema,
  scopeListSchema,
  tagsSchema,
} from '../../model/monitor-documents.ts';
import { policySchema } from '../../model/policy.ts';
import { reportSchema } from '../../model/report.ts';
import { sweepSchema, sweptPlaceSchema } from '../../model/sweep.ts';
import { topSchema } from '../../model/top.ts';
import type { DocumentName } from './spec.ts';

const SCHEMAS: Readonly<Record<DocumentName, z.ZodType>> = {
  triage: reportSchema,
  'triage-list': triageListSchema,
  top: topSchema,
  zones: zonesSchema,
  sweep: sweepSchema,
  'sweep-place': sweptPlaceSchema,
  health: healthSchema,
  metrics: metricsSchema,
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
  'case-summary': caseSummarySchema,
  error: errorSchema,
  plan: planSchema,
  policy: policySchema,
  'sandbox-list': sandboxListSchema,
};

export const jsonSchemaOf = (name: DocumentName) => z.toJSONSchema(SCHEMAS[name]);
