import type { Resource } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { type Aws, ask, askAll } from './aws.ts';
import * as nfm from './networkflowmonitor/index.ts';

export interface MonitorDetails {
  name: string;
  arn: string;
  status: string;
  createdAt: string | null;
  local: Resource[];
  remote: Resource[];
}

export interface ScopeSummary {
  id: string;
  arn: string;
  status: string;
}

/** Scopes and monitors: the service's own resources. */
export function flowMonitor(aws: Aws) {
  const client = new nfm.NetworkFlowMonitorClient(aws.config('NetworkFlowMonitor'));
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

    async names(): Promise<string[]> {
      const monitors = await askAll(
        aws,
        'networkflowmonitor:ListMonitors',
        (options) => nfm.paginateListMonitors({ client }, {}, options),
        (page) => page.monitors,
      );
      return monitors.flatMap((m) => m.monitorName ?? []);
    },

    async monitor(monitorName: string): Promise<MonitorDetails> {
      const answer = await ask(aws, 'networkflowmonitor:GetMonitor', (options) =>
        client.send(new nfm.GetMonitorCommand({ monitorName }), options),
      );
      return toDetails(answer);
    },

    async create(input: nfm.CreateMonitorCommandInput): Promise<MonitorDetails> {
      const answer = await ask(aws, 'networkflowmonitor:CreateMonitor', (options) =>
        client.send(new nfm.CreateMonitorCommand(input), options),
      );
      return toDetails(answer);
    },
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
