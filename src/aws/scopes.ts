import { type Aws, ask } from './aws.ts';
import { flowMonitor, type ScopeSummary } from './monitors.ts';
import * as nfm from './networkflowmonitor/index.ts';

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
