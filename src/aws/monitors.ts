import type { Resource } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { type Aws, ask } from './aws.ts';
import * as nfm from './networkflowmonitor/index.ts';
import { askAll } from './pages.ts';

export interface MonitorDetails {
  name: string;
  arn: string;
  status: string;
  createdAt: string | null;
  local: Resource[];
  remote: Resource[];
}

/** All that GetMonitor tells. Apart from the details, because those become part of a case. */
export interface MonitorRecord extends MonitorDetails {
  modifiedAt: string | null;
  tags: Record<string, string>;
}

export interface MonitorSummary {
  name: string;
  arn: string;
  status: string;
}

export interface ScopeSummary {
  id: string;
  arn: string;
  status: string;
}

/** Scopes and monitors: the service's own resources. */
export function flowMonitor(aws: Aws) {
  const client = aws.client(nfm.NetworkFlowMonitorClient, 'NetworkFlowMonitor');
  const list = async (): Promise<MonitorSummary[]> => {
    const monitors = await askAll(
      aws,
      'networkflowmonitor:ListMonitors',
      (options) => nfm.paginateListMonitors({ client }, {}, options),
      (page) => page.monitors,
    );
    const found = monitors.flatMap(({ monitorName, monitorArn, monitorStatus }) =>
      monitorName ? [{ name: monitorName, arn: monitorArn ?? '', status: monitorStatus ?? 'UNKNOWN' }] : [],
    );
    aws.onMonitors(found.map((m) => m.name));
    return found;
  };
  return {
    client,

    async scopes(): Promise<ScopeSummary[]> {
      const scopes = await askAll(
        aws,
        'networkflowmonitor:ListScopes',
        (options) => nfm.paginateListScopes({ client }, {}, options),
        (page) => page.scopes,
      );
      return scopes.flatMap(({ scopeId, scopeArn, status }) =>
        scopeId && scopeArn ? [{ id: scopeId, arn: scopeArn, status: status ?? 'UNKNOWN' }] : [],
      );
    },

    list,

    async names(): Promise<string[]> {
      return (await list()).map((m) => m.name);
    },

    async monitor(monitorName: string): Promise<MonitorDetails> {
      const answer = await ask(aws, 'networkflowmonitor:GetMonitor', (options) =>
        client.send(new nfm.GetMonitorCommand({ monitorName }), options),
      );
      return toDetails(answer);
    },

    async record(monitorName: string): Promise<MonitorRecord> {
      const answer = await ask(aws, 'networkflowmonitor:GetMonitor', (options) =>
        client.send(new nfm.GetMonitorCommand({ monitorName }), options),
      );
      return toRecord(answer);
    },

    async create(input: nfm.CreateMonitorCommandInput): Promise<MonitorRecord> {
      const answer = await ask(aws, 'networkflowmonitor:CreateMonitor', (options) =>
        client.send(new nfm.CreateMonitorCommand(input), options),
      );
      return toRecord(answer);
    },

    async update(input: nfm.UpdateMonitorCommandInput): Promise<MonitorRecord> {
      const answer = await ask(aws, 'networkflowmonitor:UpdateMonitor', (options) =>
        client.send(new nfm.UpdateMonitorCommand(input), options),
      );
      return toRecord(answer);
    },

    async delete(monitorName: string): Promise<void> {
      await ask(aws, 'networkflowmonitor:DeleteMonitor', (options) =>
        client.send(new nfm.DeleteMonitorCommand({ monitorName }), options),
      );
    },
  };
}

function toRecord(answer: nfm.GetMonitorCommandOutput): MonitorRecord {
  return {
    ...toDetails(answer),
    modifiedAt: answer.modifiedAt ? instant(answer.modifiedAt.getTime()) : null,
    tags: answer.tags ?? {},
  };
}

function toDetails(answer: nfm.GetMonitorCommandOutput): MonitorDetails {
  return {
    name: answer.monitorName ?? '',
    arn: answer.monitorArn ?? '',
    status: answer.monitorStatus ?? 'UNKNOWN',
    createdAt: answer.createdAt ? instant(answer.createdAt.getTime()) : null,
    local: (answer.localResources ?? []).map(toResource),
    remote: (answer.remoteResources ?? []).map(toResource),
  };
}

function toResource({
  type,
  identifier,
}: {
  type: string | undefined;
  identifier: string | undefined;
}): Resource {
  return { type: type ?? '', identifier: identifier ?? '' };
}
