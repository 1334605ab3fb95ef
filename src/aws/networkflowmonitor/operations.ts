import type { MetadataBearer, StaticOperationSchema } from '@smithy/types';
import * as S from './schemas.ts';
import type * as T from './types.ts';

/** The operations: what goes in and what comes out. */
interface Operations {
  CreateMonitor: [T.CreateMonitorInput, T.CreateMonitorOutput];
  CreateScope: [T.CreateScopeInput, T.CreateScopeOutput];
  DeleteMonitor: [T.DeleteMonitorInput, T.DeleteMonitorOutput];
  DeleteScope: [T.DeleteScopeInput, T.DeleteScopeOutput];
  GetMonitor: [T.GetMonitorInput, T.GetMonitorOutput];
  GetQueryResultsMonitorTopContributors: [
    T.GetQueryResultsMonitorTopContributorsInput,
    T.GetQueryResultsMonitorTopContributorsOutput,
  ];
  GetQueryResultsWorkloadInsightsTopContributors: [
    T.GetQueryResultsWorkloadInsightsTopContributorsInput,
    T.GetQueryResultsWorkloadInsightsTopContributorsOutput,
  ];
  GetQueryResultsWorkloadInsightsTopContributorsData: [
    T.GetQueryResultsWorkloadInsightsTopContributorsDataInput,
    T.GetQueryResultsWorkloadInsightsTopContributorsDataOutput,
  ];
  GetQueryStatusMonitorTopContributors: [
    T.GetQueryStatusMonitorTopContributorsInput,
    T.GetQueryStatusMonitorTopContributorsOutput,
  ];
  GetQueryStatusWorkloadInsightsTopContributors: [
    T.GetQueryStatusWorkloadInsightsTopContributorsInput,
    T.GetQueryStatusWorkloadInsightsTopContributorsOutput,
  ];
  GetQueryStatusWorkloadInsightsTopContributorsData: [
    T.GetQueryStatusWorkloadInsightsTopContributorsDataInput,
    T.GetQueryStatusWorkloadInsightsTopContributorsDataOutput,
  ];
  GetScope: [T.GetScopeInput, T.GetScopeOutput];
  ListMonitors: [T.ListMonitorsInput, T.ListMonitorsOutput];
  ListScopes: [T.ListScopesInput, T.ListScopesOutput];
  ListTagsForResource: [T.ListTagsForResourceInput, T.ListTagsForResourceOutput];
  StartQueryMonitorTopContributors: [
    T.StartQueryMonitorTopContributorsInput,
    T.StartQueryMonitorTopContributorsOutput,
  ];
  StartQueryWorkloadInsightsTopContributors: [
    T.StartQueryWorkloadInsightsTopContributorsInput,
    T.StartQueryWorkloadInsightsTopContributorsOutput,
  ];
  StartQueryWorkloadInsightsTopContributorsData: [
    T.StartQueryWorkloadInsightsTopContributorsDataInput,
    T.StartQueryWorkloadInsightsTopContributorsDataOutput,
  ];
  StopQueryMonitorTopContributors: [
    T.StopQueryMonitorTopContributorsInput,
    T.StopQueryMonitorTopContributorsOutput,
  ];
  StopQueryWorkloadInsightsTopContributors: [
    T.StopQueryWorkloadInsightsTopContributorsInput,
    T.StopQueryWorkloadInsightsTopContributorsOutput,
  ];
  StopQueryWorkloadInsightsTopContributorsData: [
    T.StopQueryWorkloadInsightsTopContributorsDataInput,
    T.StopQueryWorkloadInsightsTopContributorsDataOutput,
  ];
  TagResource: [T.TagResourceInput, T.TagResourceOutput];
  UntagResource: [T.UntagResourceInput, T.UntagResourceOutput];
  UpdateMonitor: [T.UpdateMonitorInput, T.UpdateMonitorOutput];
  UpdateScope: [T.UpdateScopeInput, T.UpdateScopeOutput];
}

export type OperationName = keyof Operations;
export type InputOf<Name extends OperationName> = Operations[Name][0];
export type OutputOf<Name extends OperationName> = Operations[Name][1] & MetadataBearer;

/** Method, path, members of the input, members of the output. */
type Binding<Input, Output> = [method: string, path: string, S.Members<Input>, S.Members<Output>];

const localResources = S.list(S.MonitorLocalResource);
const remoteResources = S.list(S.MonitorRemoteResource);
const targets = S.list(S.TargetResource);

const page = { nextToken: S.query('nextToken'), maxResults: S.query('maxResults', S.NUMBER) };

const monitorName = { monitorName: S.LABEL };
const monitor = {
  monitorArn: S.STRING,
  monitorName: S.STRING,
  monitorStatus: S.STRING,
  localResources,
  remoteResources,
  createdAt: S.TIMESTAMP,
  modifiedAt: S.TIMESTAMP,
  tags: S.TAGS,
};

const scopeId = { scopeId: S.LABEL };
const scope = { scopeId: S.STRING, status: S.STRING, scopeArn: S.STRING, tags: S.TAGS };

const queryOfMonitor = { monitorName: S.LABEL, queryId: S.LABEL };
const queryOfScope = { scopeId: S.LABEL, queryId: S.LABEL };
const question = {
  startTime: S.DATE_TIME,
  endTime: S.DATE_TIME,
  metricName: S.STRING,
  destinationCategory: S.STRING,
};
const queryId = { queryId: S.STRING };
const status = { status: S.STRING };

const MONITORS = '/monitors';
const MONITOR = '/monitors/{monitorName}';
const SCOPES = '/scopes';
const SCOPE = '/scopes/{scopeId}';
const TAGS = '/tags/{resourceArn}';
const MONITOR_QUERIES = '/monitors/{monitorName}/topContributorsQueries';
const INSIGHTS_QUERIES = '/workloadInsights/{scopeId}/topContributorsQueries';
const INSIGHTS_DATA_QUERIES = '/workloadInsights/{scopeId}/topContributorsDataQueries';

const bindings: { [Name in OperationName]: Binding<Operations[Name][0], Operations[Name][1]> } = {
  CreateMonitor: [
    'POST',
    MONITORS,
    {
      monitorName: S.STRING,
      localResources,
      remoteResources,
      scopeArn: S.STRING,
      clientToken: S.IDEMPOTENCY_TOKEN,
      tags: S.TAGS,
    },
    monitor,
  ],
  UpdateMonitor: [
    'PATCH',
    MONITOR,
    {
      ...monitorName,
      localResourcesToAdd: localResources,
      localResourcesToRemove: localResources,
      remoteResourcesToAdd: remoteResources,
      remoteResourcesToRemove: remoteResources,
      clientToken: S.IDEMPOTENCY_TOKEN,
    },
    monitor,
  ],
  GetMonitor: ['GET', MONITOR, monitorName, monitor],
  DeleteMonitor: ['DELETE', MONITOR, monitorName, {}],
  ListMonitors: [
    'GET',
    MONITORS,
    { ...page, monitorStatus: S.query('monitorStatus') },
    { monitors: S.list(S.MonitorSummary), nextToken: S.STRING },
  ],

  CreateScope: ['POST', SCOPES, { targets, clientToken: S.IDEMPOTENCY_TOKEN, tags: S.TAGS }, scope],
  UpdateScope: ['PATCH', SCOPE, { ...scopeId, resourcesToAdd: targets, resourcesToDelete: targets }, scope],
  GetScope: ['GET', SCOPE, scopeId, { ...scope, targets }],
  DeleteScope: ['DELETE', SCOPE, scopeId, {}],
  ListScopes: ['GET', SCOPES, page, { scopes: S.list(S.ScopeSummary), nextToken: S.STRING }],

  StartQueryMonitorTopContributors: [
    'POST',
    MONITOR_QUERIES,
    { ...monitorName, ...question, limit: S.NUMBER },
    queryId,
  ],
  GetQueryStatusMonitorTopContributors: [
    'GET',
    `${MONITOR_QUERIES}/{queryId}/status`,
    queryOfMonitor,
    status,
  ],
  GetQueryResultsMonitorTopContributors: [
    'GET',
    `${MONITOR_QUERIES}/{queryId}/results`,
    { ...queryOfMonitor, ...page },
    { unit: S.STRING, topContributors: S.list(S.MonitorTopContributorsRow), nextToken: S.STRING },
  ],
  StopQueryMonitorTopContributors: ['DELETE', `${MONITOR_QUERIES}/{queryId}`, queryOfMonitor, {}],

  StartQueryWorkloadInsightsTopContributors: [
    'POST',
    INSIGHTS_QUERIES,
    { ...scopeId, ...question, limit: S.NUMBER },
    queryId,
  ],
  GetQueryStatusWorkloadInsightsTopContributors: [
    'GET',
    `${INSIGHTS_QUERIES}/{queryId}/status`,
    queryOfScope,
    status,
  ],
  GetQueryResultsWorkloadInsightsTopContributors: [
    'GET',
    `${INSIGHTS_QUERIES}/{queryId}/results`,
    { ...queryOfScope, ...page },
    { topContributors: S.list(S.WorkloadInsightsTopContributorsRow), nextToken: S.STRING },
  ],
  StopQueryWorkloadInsightsTopContributors: ['DELETE', `${INSIGHTS_QUERIES}/{queryId}`, queryOfScope, {}],

  StartQueryWorkloadInsightsTopContributorsData: [
    'POST',
    INSIGHTS_DATA_QUERIES,
    { ...scopeId, ...question },
    queryId,
  ],
  GetQueryStatusWorkloadInsightsTopContributorsData: [
    'GET',
    `${INSIGHTS_DATA_QUERIES}/{queryId}/status`,
    queryOfScope,
    status,
  ],
  GetQueryResultsWorkloadInsightsTopContributorsData: [
    'GET',
    `${INSIGHTS_DATA_QUERIES}/{queryId}/results`,
    { ...queryOfScope, ...page },
    { unit: S.STRING, datapoints: S.list(S.WorkloadInsightsTopContributorsDataPoint), nextToken: S.STRING },
  ],
  StopQueryWorkloadInsightsTopContributorsData: [
    'DELETE',
    `${INSIGHTS_DATA_QUERIES}/{queryId}`,
    queryOfScope,
    {},
  ],

  ListTagsForResource: ['GET', TAGS, { resourceArn: S.LABEL }, { tags: S.TAGS }],
  TagResource: ['POST', TAGS, { resourceArn: S.LABEL, tags: S.TAGS }, {}],
  UntagResource: ['DELETE', TAGS, { resourceArn: S.LABEL, tagKeys: S.query('tagKeys', S.STRINGS) }, {}],
};

export const OPERATIONS = Object.keys(bindings) as readonly OperationName[];

export function operationSchema(name: OperationName): StaticOperationSchema {
  const [method, path, input, output] = bindings[name];
  const http: [string, string, number] = [method, path, 200];
  return [
    9,
    S.NAMESPACE,
    name,
    { http },
    S.structure<object>(`${name}Input`, input),
    S.structure<object>(`${name}Output`, output),
  ];
}
