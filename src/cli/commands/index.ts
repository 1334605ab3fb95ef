import type { CommandSpec } from '../core/parse.ts';
import { completion } from './completion/command.ts';
import { doctor } from './doctor/command.ts';
import { health } from './health/command.ts';
import { help } from './help/command.ts';
import {
  monitorCreate,
  monitorDelete,
  monitorList,
  monitorShow,
  monitorTag,
  monitorUpdate,
} from './monitor/command.ts';
import { policy } from './policy/command.ts';
import { sandboxList, sandboxServe } from './sandbox/command.ts';
import { schema } from './schema/command.ts';
import { scopeCreate, scopeDelete, scopeList, scopeShow, scopeTag, scopeUpdate } from './scope/command.ts';
import { top } from './top/command.ts';
import { triage } from './triage/command.ts';
import { zones } from './zones/command.ts';

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
