import { bind, type Program } from '../core/parse.ts';
import { TOPICS } from '../help/topics.ts';
import { caseRedact, caseShow } from './case/command.ts';
import { completion } from './completion/command.ts';
import { doctor } from './doctor/command.ts';
import { exportAlarms, exportDashboard, exportFleet, exportSetup } from './export/command.ts';
import { health } from './health/command.ts';
import { help } from './help/command.ts';
import { mcp } from './mcp/command.ts';
import { metrics } from './metrics/command.ts';
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
import { sweep } from './sweep/command.ts';
import { top } from './top/command.ts';
import { triage } from './triage/command.ts';
import { watch } from './watch/command.ts';
import { zones } from './zones/command.ts';

/** Every command, in the order of the help. Handlers are imported when they run. */
export const program: Program = {
  header: `Examples:
  $ nfm triage --sandbox             try it without an AWS account
  $ nfm triage --vpc vpc-0123456789abcdef0 --region eu-central-1

Whose network problem is it, AWS's or ours? An investigation tool for Amazon
CloudWatch Network Flow Monitor.`,
  footer: `
Help topics, as in 'nfm help exit-codes':
${TOPICS.map(({ name, summary }) => `  ${name.padEnd(12)} ${summary}\n`).join('')}`,
  groups: {
    monitor: 'monitors: what is watched, by the minute and with a health indicator',
    scope: 'scopes: the accounts and Regions that Network Flow Monitor sees',
    export: 'CloudFormation and Terraform: alarms, a dashboard, the whole set-up, a sweep on many machines',
    case: 'case files: what is in one, and a copy without names and addresses',
    sandbox: 'the embedded AWS: its scenarios, and a server for any AWS client',
  },
  commands: [
    bind(triage, async () => (await import('./triage/triage.ts')).runTriage),
    bind(watch, async () => (await import('./watch/watch.ts')).runWatch),
    bind(top, async () => (await import('./top/top.ts')).runTop),
    bind(zones, async () => (await import('./zones/zones.ts')).runZones),
    bind(sweep, async () => (await import('./sweep/sweep.ts')).runSweep),
    bind(health, async () => (await import('./health/health.ts')).runHealth),
    bind(metrics, async () => (await import('./metrics/metrics.ts')).runMetrics),
    bind(doctor, async () => (await import('./doctor/doctor.ts')).runDoctor),
    bind(monitorList, async () => (await import('./monitor/monitor.ts')).listMonitors),
    bind(monitorShow, async () => (await import('./monitor/monitor.ts')).showMonitor),
    bind(monitorCreate, async () => (await import('./monitor/create.ts')).createMonitor),
    bind(monitorUpdate, async () => (await import('./monitor/update.ts')).updateMonitor),
    bind(monitorDelete, async () => (await import('./monitor/delete.ts')).deleteMonitors),
    bind(monitorTag, async () => (await import('./monitor/tag.ts')).tagMonitor),
    bind(scopeList, async () => (await import('./scope/scope.ts')).listScopes),
    bind(scopeShow, async () => (await import('./scope/scope.ts')).showScope),
    bind(scopeCreate, async () => (await import('./scope/create.ts')).createScope),
    bind(scopeUpdate, async () => (await import('./scope/update.ts')).updateScope),
    bind(scopeDelete, async () => (await import('./scope/delete.ts')).deleteScope),
    bind(scopeTag, async () => (await import('./scope/scope.ts')).tagScope),
    bind(exportAlarms, async () => (await import('./export/alarms.ts')).printAlarms),
    bind(exportSetup, async () => (await import('./export/setup.ts')).printSetup),
    bind(exportDashboard, async () => (await import('./export/dashboard.ts')).printDashboard),
    bind(exportFleet, async () => (await import('./export/fleet.ts')).printFleet),
    bind(caseShow, async () => (await import('./case/case.ts')).showCase),
    bind(caseRedact, async () => (await import('./case/case.ts')).printRedacted),
    bind(sandboxList, async () => (await import('./sandbox/sandbox.ts')).listScenarios),
    bind(sandboxServe, async () => (await import('./sandbox/sandbox.ts')).serveSandbox),
    bind(mcp, async () => (await import('./mcp/mcp.ts')).serveMcp),
    bind(policy, async () => (await import('./policy/policy.ts')).printPolicy),
    bind(schema, async () => (await import('./schema/schema.ts')).printSchema),
    bind(completion, async () => (await import('./completion/completion.ts')).printCompletion),
    bind(help, async () => (await import('./help/help.ts')).showHelp),
  ],
};

/** Their data alone. */
export const commands = program.commands.map(({ spec }) => spec);
