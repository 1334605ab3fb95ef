import type { Resource } from '../model/case.ts';
import { instant } from '../model/time.ts';
import { structuresOf, unusable } from './answers.ts';
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

const LIST_MONITORS = 'networkflowmonitor:ListMonitors';
const LIST_SCOPES = 'networkflowmonitor:ListScopes';
const GET_MONITOR = 'networkflowmonitor:GetMonitor';

/** Scopes and monitors: the service's own resources. */
export function flowMonitor(aws: Aws) {
  const client = aws.client(nfm.NetworkFlowMonitorClient, 'NetworkFlowMonitor');
  const list = async (): Promise<MonitorSummary[]> => {
    const monitors = await askAll(
      aws,
      LIST_MONITORS,
      (options) => nfm.paginateListMonitors({ client }, {}, options),
      (page) => structuresOf(page.monitors, LIST_MONITORS, true),
    );
    const all = monitors.map(({ monitorName, monitorArn, monitorStatus }): MonitorSummary => {
      if (!monitorName || !monitorArn) throw unusable(LIST_MONITORS);
      return { name: monitorName, arn: monitorArn, status: monitorStatus ?? 'UNKNOWN' };
    });
    // A page that comes twice lists nothing new.
    const found = [...new Map(all.map((m) => [m.name, m])).values()];
    aws.onMonitors(found.map((m) => m.name));
    return found;
  };
  return {
    client,

    async scopes(): Promise<ScopeSummary[]> {
      const scopes = await askAll(
        aws,
        LIST_SCOPES,
        (options) => nfm.paginateListScopes({ client }, {}, options),
        (page) => structuresOf(page.scopes, LIST_SCOPES, true),
      );
      const all = scopes.map(({ scopeId, scopeArn, status }): ScopeSummary => {
        if (!scopeId || !scopeArn || !status) throw unusable(LIST_SCOPES);
        return { id: scopeId, arn: scopeArn, status };
      });
      return [...new Map(all.map((scope) => [scope.id, scope])).values()];
    },

    list,

    async names(): Promise<string[]> {
      return (await list()).map((m) => m.name);
    },

    async monitor(monitorName: string): Promise<MonitorDetails> {
      const answer = await ask(aws, GET_MONITOR, (options) =>
        client.send(new nfm.GetMonitorCommand({ monitorName }), options),
      );
      return toDetails(answer);
    },

    async record(monitorName: string): Promise<MonitorRecord> {
      const answer = await ask(aws, GET_MONITOR, (options) =>
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
  const { monitorName: name, monitorArn: arn, monitorStatus: status } = answer;
  // Without its status it would be read as one that publishes nothing.
  if (!name || !arn || !status) throw unusable(GET_MONITOR);
  return {
    name,
    arn,
    status,
    createdAt: answer.createdAt ? instant(answer.createdAt.getTime()) : null,
    local: structuresOf(answer.localResources, GET_MONITOR, true).map(toResource),
    remote: structuresOf(answer.remoteResources, GET_MONITOR).map(toResource),
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

/** An account in a Region: what a scope is made of. */
export interface Target {
  accountId: string;
  region: string;
}

export interface ScopeDetails extends ScopeSummary {
  targets: Target[];
  tags: Record<string, string>;
}

/** Scopes: which accounts and Regions Network Flow Monitor sees. */
export function scopesOf(aws: Aws) {
  const { client, scopes } = flowMonitor(aws);
  return {
    list: scopes,

    async get(scopeId: string): Promise<ScopeDetails> {
      const answer = await ask(aws, 'networkflowmonitor:GetScope', (options) =>
        client.send(new nfm.GetScopeCommand({ scopeId }), options),
      );
      const targets = (answer.targets ?? []).flatMap(({ targetIdentifier, region }) => {
        const accountId = targetIdentifier?.targetId?.accountId;
        return accountId && region ? [{ accountId, region }] : [];
      });
      return { ...toSummary(answer), targets, tags: answer.tags ?? {} };
    },

    async create(input: nfm.CreateScopeCommandInput): Promise<ScopeSummary> {
      const answer = await ask(aws, 'networkflowmonitor:CreateScope', (options) =>
        client.send(new nfm.CreateScopeCommand(input), options),
      );
      return toSummary(answer);
    },

    async update(input: nfm.UpdateScopeCommandInput): Promise<ScopeSummary> {
      const answer = await ask(aws, 'networkflowmonitor:UpdateScope', (options) =>
        client.send(new nfm.UpdateScopeCommand(input), options),
      );
      return toSummary(answer);
    },

    async delete(scopeId: string): Promise<void> {
      await ask(aws, 'networkflowmonitor:DeleteScope', (options) =>
        client.send(new nfm.DeleteScopeCommand({ scopeId }), options),
      );
    },
  };
}

/** A target as the API writes it; ACCOUNT is the only type there is (API model). */
export function toTargetResource({ accountId, region }: Target) {
  return { targetIdentifier: { targetId: { accountId }, targetType: 'ACCOUNT' }, region };
}

function toSummary({ scopeId, scopeArn, status }: nfm.CreateScopeCommandOutput): ScopeSummary {
  return { id: scopeId ?? '', arn: scopeArn ?? '', status: status ?? 'UNKNOWN' };
}

/** Tags of a monitor or scope, by its ARN. */
export function tagsOf(aws: Aws) {
  const client = aws.client(nfm.NetworkFlowMonitorClient, 'NetworkFlowMonitor');
  return {
    async list(resourceArn: string): Promise<Record<string, string>> {
      const answer = await ask(aws, 'networkflowmonitor:ListTagsForResource', (options) =>
        client.send(new nfm.ListTagsForResourceCommand({ resourceArn }), options),
      );
      return answer.tags ?? {};
    },

    async tag(input: nfm.TagResourceCommandInput): Promise<void> {
      await ask(aws, 'networkflowmonitor:TagResource', (options) =>
        client.send(new nfm.TagResourceCommand(input), options),
      );
    },

    async untag(input: nfm.UntagResourceCommandInput): Promise<void> {
      await ask(aws, 'networkflowmonitor:UntagResource', (options) =>
        client.send(new nfm.UntagResourceCommand(input), options),
      );
    },
  };
}
