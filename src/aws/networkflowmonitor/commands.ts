import { makeBuilder } from '@smithy/core/client';
import { getEndpointPlugin } from '@smithy/core/endpoints';
import type { ResolvedConfig } from './config.ts';
import { endpointParameters } from './endpoint.ts';
import { type InputOf, type OperationName, type OutputOf, operationSchema } from './operations.ts';

export type ServiceInputTypes = InputOf<OperationName>;
export type ServiceOutputTypes = OutputOf<OperationName>;

const build = makeBuilder<ResolvedConfig, ServiceInputTypes, ServiceOutputTypes>(
  endpointParameters,
  'NetworkFlowMonitor',
  'NetworkFlowMonitorClient',
  getEndpointPlugin,
);

const command = <Name extends OperationName>(name: Name) =>
  build<InputOf<Name>, OutputOf<Name>>({}, () => [], name, operationSchema(name));

export type CreateMonitorCommandInput = InputOf<'CreateMonitor'>;
export type CreateMonitorCommandOutput = OutputOf<'CreateMonitor'>;
export class CreateMonitorCommand extends command('CreateMonitor') {}

export type CreateScopeCommandInput = InputOf<'CreateScope'>;
export type CreateScopeCommandOutput = OutputOf<'CreateScope'>;
export class CreateScopeCommand extends command('CreateScope') {}

export type DeleteMonitorCommandInput = InputOf<'DeleteMonitor'>;
export type DeleteMonitorCommandOutput = OutputOf<'DeleteMonitor'>;
export class DeleteMonitorCommand extends command('DeleteMonitor') {}

export type DeleteScopeCommandInput = InputOf<'DeleteScope'>;
export type DeleteScopeCommandOutput = OutputOf<'DeleteScope'>;
export class DeleteScopeCommand extends command('DeleteScope') {}

export type GetMonitorCommandInput = InputOf<'GetMonitor'>;
export type GetMonitorCommandOutput = OutputOf<'GetMonitor'>;
export class GetMonitorCommand extends command('GetMonitor') {}

export type GetQueryResultsMonitorTopContributorsCommandInput =
  InputOf<'GetQueryResultsMonitorTopContributors'>;
export type GetQueryResultsMonitorTopContributorsCommandOutput =
  OutputOf<'GetQueryResultsMonitorTopContributors'>;
export class GetQueryResultsMonitorTopContributorsCommand extends command(
  'GetQueryResultsMonitorTopContributors',
) {}

export type GetQueryResultsWorkloadInsightsTopContributorsCommandInput =
  InputOf<'GetQueryResultsWorkloadInsightsTopContributors'>;
export type GetQueryResultsWorkloadInsightsTopContributorsCommandOutput =
  OutputOf<'GetQueryResultsWorkloadInsightsTopContributors'>;
export class GetQueryResultsWorkloadInsightsTopContributorsCommand extends command(
  'GetQueryResultsWorkloadInsightsTopContributors',
) {}

export type GetQueryResultsWorkloadInsightsTopContributorsDataCommandInput =
  InputOf<'GetQueryResultsWorkloadInsightsTopContributorsData'>;
export type GetQueryResultsWorkloadInsightsTopContributorsDataCommandOutput =
  OutputOf<'GetQueryResultsWorkloadInsightsTopContributorsData'>;
export class GetQueryResultsWorkloadInsightsTopContributorsDataCommand extends command(
  'GetQueryResultsWorkloadInsightsTopContributorsData',
) {}

export type GetQueryStatusMonitorTopContributorsCommandInput =
  InputOf<'GetQueryStatusMonitorTopContributors'>;
export type GetQueryStatusMonitorTopContributorsCommandOutput =
  OutputOf<'GetQueryStatusMonitorTopContributors'>;
export class GetQueryStatusMonitorTopContributorsCommand extends command(
  'GetQueryStatusMonitorTopContributors',
) {}

export type GetQueryStatusWorkloadInsightsTopContributorsCommandInput =
  InputOf<'GetQueryStatusWorkloadInsightsTopContributors'>;
export type GetQueryStatusWorkloadInsightsTopContributorsCommandOutput =
  OutputOf<'GetQueryStatusWorkloadInsightsTopContributors'>;
export class GetQueryStatusWorkloadInsightsTopContributorsCommand extends command(
  'GetQueryStatusWorkloadInsightsTopContributors',
) {}

export type GetQueryStatusWorkloadInsightsTopContributorsDataCommandInput =
  InputOf<'GetQueryStatusWorkloadInsightsTopContributorsData'>;
export type GetQueryStatusWorkloadInsightsTopContributorsDataCommandOutput =
  OutputOf<'GetQueryStatusWorkloadInsightsTopContributorsData'>;
export class GetQueryStatusWorkloadInsightsTopContributorsDataCommand extends command(
  'GetQueryStatusWorkloadInsightsTopContributorsData',
) {}

export type GetScopeCommandInput = InputOf<'GetScope'>;
export type GetScopeCommandOutput = OutputOf<'GetScope'>;
export class GetScopeCommand extends command('GetScope') {}

export type ListMonitorsCommandInput = InputOf<'ListMonitors'>;
export type ListMonitorsCommandOutput = OutputOf<'ListMonitors'>;
export class ListMonitorsCommand extends command('ListMonitors') {}

export type ListScopesCommandInput = InputOf<'ListScopes'>;
export type ListScopesCommandOutput = OutputOf<'ListScopes'>;
export class ListScopesCommand extends command('ListScopes') {}

export type ListTagsForResourceCommandInput = InputOf<'ListTagsForResource'>;
export type ListTagsForResourceCommandOutput = OutputOf<'ListTagsForResource'>;
export class ListTagsForResourceCommand extends command('ListTagsForResource') {}

export type StartQueryMonitorTopContributorsCommandInput = InputOf<'StartQueryMonitorTopContributors'>;
export type StartQueryMonitorTopContributorsCommandOutput = OutputOf<'StartQueryMonitorTopContributors'>;
export class StartQueryMonitorTopContributorsCommand extends command('StartQueryMonitorTopContributors') {}

export type StartQueryWorkloadInsightsTopContributorsCommandInput =
  InputOf<'StartQueryWorkloadInsightsTopContributors'>;
export type StartQueryWorkloadInsightsTopContributorsCommandOutput =
  OutputOf<'StartQueryWorkloadInsightsTopContributors'>;
export class StartQueryWorkloadInsightsTopContributorsCommand extends command(
  'StartQueryWorkloadInsightsTopContributors',
) {}

export type StartQueryWorkloadInsightsTopContributorsDataCommandInput =
  InputOf<'StartQueryWorkloadInsightsTopContributorsData'>;
export type StartQueryWorkloadInsightsTopContributorsDataCommandOutput =
  OutputOf<'StartQueryWorkloadInsightsTopContributorsData'>;
export class StartQueryWorkloadInsightsTopContributorsDataCommand extends command(
  'StartQueryWorkloadInsightsTopContributorsData',
) {}

export type StopQueryMonitorTopContributorsCommandInput = InputOf<'StopQueryMonitorTopContributors'>;
export type StopQueryMonitorTopContributorsCommandOutput = OutputOf<'StopQueryMonitorTopContributors'>;
export class StopQueryMonitorTopContributorsCommand extends command('StopQueryMonitorTopContributors') {}

export type StopQueryWorkloadInsightsTopContributorsCommandInput =
  InputOf<'StopQueryWorkloadInsightsTopContributors'>;
export type StopQueryWorkloadInsightsTopContributorsCommandOutput =
  OutputOf<'StopQueryWorkloadInsightsTopContributors'>;
export class StopQueryWorkloadInsightsTopContributorsCommand extends command(
  'StopQueryWorkloadInsightsTopContributors',
) {}

export type StopQueryWorkloadInsightsTopContributorsDataCommandInput =
  InputOf<'StopQueryWorkloadInsightsTopContributorsData'>;
export type StopQueryWorkloadInsightsTopContributorsDataCommandOutput =
  OutputOf<'StopQueryWorkloadInsightsTopContributorsData'>;
export class StopQueryWorkloadInsightsTopContributorsDataCommand extends command(
  'StopQueryWorkloadInsightsTopContributorsData',
) {}

export type TagResourceCommandInput = InputOf<'TagResource'>;
export type TagResourceCommandOutput = OutputOf<'TagResource'>;
export class TagResourceCommand extends command('TagResource') {}

export type UntagResourceCommandInput = InputOf<'UntagResource'>;
export type UntagResourceCommandOutput = OutputOf<'UntagResource'>;
export class UntagResourceCommand extends command('UntagResource') {}

export type UpdateMonitorCommandInput = InputOf<'UpdateMonitor'>;
export type UpdateMonitorCommandOutput = OutputOf<'UpdateMonitor'>;
export class UpdateMonitorCommand extends command('UpdateMonitor') {}

export type UpdateScopeCommandInput = InputOf<'UpdateScope'>;
export type UpdateScopeCommandOutput = OutputOf<'UpdateScope'>;
export class UpdateScopeCommand extends command('UpdateScope') {}
