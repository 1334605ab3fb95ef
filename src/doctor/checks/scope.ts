import { iam } from '../../aws/iam.ts';
import { scopesOf, toTargetResource } from '../../aws/monitors.ts';
import { aws, nfm } from '../../model/command-line.ts';
import { HOLD_UPS, isReady, SCOPE_WAY } from '../../network/status.ts';
import { guide, SERVICE_ROLES } from '../agent.ts';
import { check, failed, passed } from '../check.ts';
import { scopeSettling } from '../settling.ts';

export const scopeExists = check({
  id: 'scope-exists',
  layer: 'scope',
  title: 'Network Flow Monitor is enabled here',
  source: guide('configure-evaluate-flows'),
  async run(facts) {
    const scope = await facts.scope();
    if (scope) return passed(`Scope ${scope.id} is there.`, { ...scope });
    return failed({
      finding: `Network Flow Monitor is not enabled in ${facts.region}: there is no scope, so nothing is measured.`,
      fix: nfm('scope create', { region: facts.region }),
    });
  },
  async repair(facts) {
    const accountId = await facts.accountId();
    const request = { targets: [toTargetResource({ accountId, region: facts.region })] };
    return [
      {
        title: `Create the scope of ${facts.region}`,
        details: [`targets: account ${accountId}; it makes two service-linked roles`],
        action: 'networkflowmonitor:CreateScope',
        request,
        run: async () => {
          await scopesOf(facts.aws).create(request);
        },
        settling: scopeSettling(facts),
      },
    ];
  },
});

const SERVICES: Readonly<Record<(typeof SERVICE_ROLES)[number], string>> = {
  AWSServiceRoleForNetworkFlowMonitor: 'networkflowmonitor.amazonaws.com',
  AWSServiceRoleForNetworkFlowMonitor_Topology: 'topology.networkflowmonitor.amazonaws.com',
};

export const serviceLinkedRoles = check({
  id: 'service-linked-roles',
  layer: 'scope',
  title: 'the service has both its roles',
  source:
    'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-service-linked-roles-network-flow-monitor.html',
  needs: ['scope-exists'],
  async run(facts) {
    const roles = await Promise.all(
      SERVICE_ROLES.map(async (name) => ({ name, role: await facts.role(name) })),
    );
    const missing = roles.flatMap(({ name, role }) => (role ? [] : [name]));
    const evidence = { roles: roles.map(({ name, role }) => ({ name, createdAt: role?.createdAt ?? null })) };
    if (missing.length === 0) return passed(`${SERVICE_ROLES.join(' and ')} are there.`, evidence);
    return failed({
      finding: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing: without it the service can neither see the network nor publish metrics.`,
      evidence,
      fix: missing.map((name) =>
        aws('iam create-service-linked-role', { 'aws-service-name': SERVICES[name], region: facts.region }),
      ),
    });
  },
  async repair(facts) {
    const found = await Promise.all(SERVICE_ROLES.map((name) => facts.role(name)));
    const missing = SERVICE_ROLES.filter((_, i) => found[i] === null);
    return missing.map((name) => {
      const request = { AWSServiceName: SERVICES[name] };
      return {
        title: `Create service-linked role ${name}`,
        action: 'iam:CreateServiceLinkedRole',
        request,
        run: () => iam(facts.aws).createServiceRole(request),
      };
    });
  },
});

export const scopeReady = check({
  id: 'scope-ready',
  layer: 'scope',
  title: 'the scope can be used',
  // AWS's reply on what holds a scope up.
  source: 'https://github.com/hashicorp/terraform-provider-aws/issues/47062',
  needs: ['scope-exists'],
  async run(facts) {
    const scope = await facts.scope();
    const { id = '', status = '' } = scope ?? {};
    const evidence = { status };
    if (isReady({ status })) return passed(`Scope ${id} is SUCCEEDED.`, evidence);
    if (SCOPE_WAY.by.includes(status)) {
      return failed({
        finding: `Scope ${id} is IN_PROGRESS: monitors and queries cannot be used yet. It takes some minutes; after half an hour, something holds it up. ${HOLD_UPS}`,
        evidence,
        fix: nfm('scope show', { region: facts.region }),
        settling: scopeSettling(facts),
      });
    }
    return failed({
      finding:
        status === 'FAILED'
          ? `Scope ${id} is FAILED: it cannot be used, and the service gives no reason. ${HOLD_UPS}`
          : `Scope ${id} is ${status}: Network Flow Monitor was given up here, and measures nothing.`,
      evidence,
      fix: [
        nfm('scope delete', { 'with-monitors': true, region: facts.region }, id),
        nfm('scope create', { region: facts.region }),
      ],
    });
  },
});

export const scopeTargets = check({
  id: 'scope-targets',
  layer: 'scope',
  title: 'it holds this account and Region',
  source: guide('multi-account'),
  needs: ['scope-exists'],
  async run(facts) {
    const [scope, accountId] = await Promise.all([facts.scopeDetails(), facts.accountId()]);
    const targets = scope?.targets ?? [];
    const evidence = { accountId, region: facts.region, targets };
    if (targets.some((t) => t.accountId === accountId && t.region === facts.region)) {
      return passed(`The scope holds account ${accountId} in ${facts.region}.`, evidence);
    }
    const words = targets.map((t) => `${t.accountId} in ${t.region}`).join(', ') || 'nothing';
    const account = targets.some((t) => t.accountId === accountId);
    return failed({
      finding: `The scope holds ${words}, not account ${accountId} in ${facts.region}: what runs here is not measured.`,
      evidence,
      fix: nfm('scope update', {
        region: facts.region,
        ...(account ? { 'add-target-region': facts.region } : { 'add-account': accountId }),
      }),
    });
  },
  async repair(facts) {
    const [scope, accountId] = await Promise.all([facts.scope(), facts.accountId()]);
    if (!scope || !isReady(scope)) return [];
    const request = {
      scopeId: scope.id,
      resourcesToAdd: [toTargetResource({ accountId, region: facts.region })],
    };
    return [
      {
        title: `Add account ${accountId} in ${facts.region} to the scope`,
        action: 'networkflowmonitor:UpdateScope',
        request,
        run: async () => {
          await scopesOf(facts.aws).update(request);
        },
        settling: scopeSettling(facts),
      },
    ];
  },
});
