import { createPaginator } from '@smithy/core';
import type { PaginationConfiguration } from '@smithy/types';
import { NetworkFlowMonitorClient } from './client.ts';
import {
  GetQueryResultsMonitorTopContributorsCommand,
  GetQueryResultsWorkloadInsightsTopContributorsCommand,
  GetQueryResultsWorkloadInsightsTopContributorsDataCommand,
  ListMonitorsCommand,
  ListScopesCommand,
} from './commands.ts';
import type { InputOf, OperationName, OutputOf } from './operations.ts';

export interface NetworkFlowMonitorPaginationConfiguration extends PaginationConfiguration {
  client: NetworkFlowMonitorClient;
}

/** The five paginated operations use the same three names (botocore's paginators-1.json). */
const paginator = <Name extends OperationName>(
  command: new (input: InputOf<Name>) => { input: InputOf<Name> },
) =>
  createPaginator<NetworkFlowMonitorPaginationConfiguration, InputOf<Name>, OutputOf<Name>>(
    NetworkFlowMonitorClient,
    command,
    'nextToken',
    'nextToken',
    'maxResults',
  );

export const paginateListMonitors = paginator<'ListMonitors'>(ListMonitorsCommand);
export const paginateListScopes = paginator<'ListScopes'>(ListScopesCommand);
export const paginateGetQueryResultsMonitorTopContributors =
  paginator<'GetQueryResultsMonitorTopContributors'>(GetQueryResultsMonitorTopContributorsCommand);
export const paginateGetQueryResultsWorkloadInsightsTopContributors =
  paginator<'GetQueryResultsWorkloadInsightsTopContributors'>(
    GetQueryResultsWorkloadInsightsTopContributorsCommand,
  );
export const paginateGetQueryResultsWorkloadInsightsTopContributorsData =
  paginator<'GetQueryResultsWorkloadInsightsTopContributorsData'>(
    GetQueryResultsWorkloadInsightsTopContributorsDataCommand,
  );
