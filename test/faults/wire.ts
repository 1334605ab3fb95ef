import type { IncomingHttpHeaders } from 'node:http';

/* Which call a request is, and how each service words what it answers. */

export interface Call {
  /** As in IAM: `cloudwatch:GetMetricData`. */
  action: string;
  protocol: 'rest-json' | 'json' | 'query' | 'ec2';
  path: string;
  body: string;
}

export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

const IAM_NAMES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

/** The first that fits counts; REST has no name of the operation in the request. */
const REST: readonly [service: string, pattern: RegExp, operation: string][] = [
  ['networkflowmonitor', /^GET \/monitors$/, 'ListMonitors'],
  ['networkflowmonitor', /^GET \/monitors\/[^/]+$/, 'GetMonitor'],
  ['networkflowmonitor', /^GET \/scopes$/, 'ListScopes'],
  ['networkflowmonitor', /^GET \/scopes\/[^/]+$/, 'GetScope'],
  ['networkflowmonitor', /^POST \/monitors\/.*Queries$/, 'StartQueryMonitorTopContributors'],
  ['networkflowmonitor', /^GET \/monitors\/.*\/status$/, 'GetQueryStatusMonitorTopContributors'],
  ['networkflowmonitor', /^GET \/monitors\/.*\/results$/, 'GetQueryResultsMonitorTopContributors'],
  ['networkflowmonitor', /^DELETE \/monitors\/.*Queries/, 'StopQueryMonitorTopContributors'],
  ['networkflowmonitor', /^POST .*DataQueries$/, 'StartQueryWorkloadInsightsTopContributorsData'],
  [
    'networkflowmonitor',
    /^GET .*DataQueries.*\/status$/,
    'GetQueryStatusWorkloadInsightsTopContributorsData',
  ],
  [
    'networkflowmonitor',
    /^GET .*DataQueries.*\/results$/,
    'GetQueryResultsWorkloadInsightsTopContributorsData',
  ],
  ['networkflowmonitor', /^POST \/workloadInsights\//, 'StartQueryWorkloadInsightsTopContributors'],
  ['networkflowmonitor', /^GET .*\/status$/, 'GetQueryStatusWorkloadInsightsTopContributors'],
  ['networkflowmonitor', /^GET .*\/results$/, 'GetQueryResultsWorkloadInsightsTopContributors'],
  ['networkflowmonitor', /^DELETE \/workloadInsights\//, 'StopQueryWorkloadInsightsTopContributors'],
  ['networkflowmonitor', /^GET \/tags\//, 'ListTagsForResource'],
  ['eks', /^GET \/clusters$/, 'ListClusters'],
  ['eks', /^GET \/clusters\/[^/]+$/, 'DescribeCluster'],
  ['eks', /\/addons$/, 'ListAddons'],
  ['eks', /\/addons\/[^/]+$/, 'DescribeAddon'],
  ['eks', /\/updates$/, 'ListUpdates'],
  ['eks', /\/updates\/[^/]+$/, 'DescribeUpdate'],
  ['eks', /\/node-groups$/, 'ListNodegroups'],
  ['eks', /\/node-groups\/[^/]+$/, 'DescribeNodegroup'],
  ['eks', /\/fargate-profiles$/, 'ListFargateProfiles'],
  ['eks', /\/fargate-profiles\/[^/]+$/, 'DescribeFargateProfile'],
  ['arc-zonal-shift', /^GET \/autoshifts$/, 'ListAutoshifts'],
  ['eks', /\/pod-identity-associations$/, 'ListPodIdentityAssociations'],
  ['eks', /\/pod-identity-associations\/[^/]+$/, 'DescribePodIdentityAssociation'],
];

export function callOf(method: string, url: string, headers: IncomingHttpHeaders, body: string): Call {
  const name = /Credential=[^,]*\/([^/,]+)\/aws4_request/.exec(headers.authorization ?? '')?.[1] ?? '?';
  const service = IAM_NAMES[name] ?? name;
  const path = url.split('?')[0] ?? url;
  const target = headers['x-amz-target'];
  if (typeof target === 'string') {
    return { action: `${service}:${target.split('.').at(-1)}`, protocol: 'json', path: url, body };
  }
  const form = /^Action=(\w+)|&Action=(\w+)/.exec(body);
  if (form) {
    const protocol = service === 'ec2' ? 'ec2' : 'query';
    return { action: `${service}:${form[1] ?? form[2]}`, protocol, path: url, body };
  }
  const line = `${method} ${path}`;
  const operation = REST.find(([of, pattern]) => of === service && pattern.test(line))?.[2] ?? line;
  return { action: `${service}:${operation}`, protocol: 'rest-json', path: url, body };
}

/** A refusal, as the service that was called words one. */
export function refusal({ protocol }: Call, code: string, message: string, status: number): Answer {
  if (protocol === 'ec2') {
    const inner = `<Code>${xml(code)}</Code><Message>${xml(message)}</Message>`;
    return text(
      status,
      'text/xml',
      `<Response><Errors><Error>${inner}</Error></Errors><RequestID>1</RequestID></Response>`,
    );
  }
  if (protocol === 'query') {
    const inner = `<Type>Sender</Type><Code>${xml(code)}</Code><Message>${xml(message)}</Message>`;
    return text(
      status,
      'text/xml',
      `<ErrorResponse><Error>${inner}</Error><RequestId>1</RequestId></ErrorResponse>`,
    );
  }
  if (protocol === 'json') {
    const answer = text(
      status,
      'application/x-amz-json-1.0',
      JSON.stringify({ __type: `com.amazon.coral.service#${code}`, message }),
    );
    return { ...answer, headers: { ...answer.headers, 'x-amzn-query-error': `${code};Sender` } };
  }
  const answer = text(status, 'application/json', JSON.stringify({ message }));
  return {
    ...answer,
    headers: { ...answer.headers, 'x-amzn-errortype': `${code}:http://internal.amazon.com/` },
  };
}

export function text(status: number, type: string, body: string): Answer {
  return { status, headers: { 'content-type': type }, body: Buffer.from(body) };
}

/** The same answer with its JSON changed; what is no JSON stays. */
export function withJson(answer: Answer, change: (document: unknown) => unknown): Answer {
  let document: unknown;
  try {
    document = JSON.parse(answer.body.toString('utf8'));
  } catch {
    return answer;
  }
  return { ...answer, body: Buffer.from(JSON.stringify(change(document))) };
}

export function withText(answer: Answer, change: (body: string) => string): Answer {
  return { ...answer, body: Buffer.from(change(answer.body.toString('utf8'))) };
}

function xml(value: string): string {
  // Controls cannot be in XML, not even escaped.
  return value
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[^\P{Cc}\n]/gu, '?');
}
