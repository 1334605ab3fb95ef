import type { CommandSpec } from './program.ts';
import { completion } from './specs/completion.ts';
import { doctor } from './specs/doctor.ts';
import { health } from './specs/health.ts';
import { help } from './specs/help.ts';
import {
  monitorCreate,
  monitorDelete,
  monitorList,
  monitorShow,
  monitorTag,
  monitorUpdate,
} from './specs/monitor.ts';
import { policy } from './specs/policy.ts';
import { sandboxList, sandboxServe } from './specs/sandbox.ts';
import { schema } from './specs/schema.ts';
import { scopeCreate, scopeDelete, scopeList, scopeShow, scopeTag, scopeUpdate } from './specs/scope.ts';
import { top } from './specs/top.ts';
import { triage } from './specs/triage.ts';
import { zones } from './specs/zones.ts';

/**
 * Every command, in the order of the help. specs/ holds what help, completion and the parser need to know;
 * handlers are imported when they run, because --help must load no AWS SDK.
 */
export const commands: readonly CommandSpec[] = [
  triage,
  top,
  zones,
  health,
  doctor,
  monitorList,
  monitorShow,
  monitorCreate,
  monitorUpdate,
  monitorDelete,
  monitorTag,
  scopeList,
  scopeShow,
  scopeCreate,
  scopeUpdate,
  scopeDelete,
  scopeTag,
  sandboxList,
  sandboxServe,
  policy,
  schema,
  completion,
  help,
];
