import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import * as sdk from '../../src/aws/networkflowmonitor/index.ts';

interface Request {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingHttpHeaders;
  body: string;
}
type Answer = (response: ServerResponse) => void;

const json =
  (status: number, body: object, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const refusal = (status: number, type: string, message: string): Answer =>
  json(status, { message }, { 'x-amzn-errortype': type });
const silence: Answer = () => {};

let received: Request[] = [];
let answers: Answer[] = [];
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  received.push({ method: request.method, url: request.url, headers: request.headers, body });
  (answers.shift() ?? json(200, {}))(response);
});
let endpoint: string;
const clients: sdk.NetworkFlowMonitorClient[] = [];

function newClient(config: sdk.NetworkFlowMonitorClientConfig = {}) {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };
  const client = new sdk.NetworkFlowMonitorClient({ credentials, ...config });
  clients.push(client);
  return client;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent');
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent');
  received = [];
  answers = [];
});
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  vi.unstubAllEnvs();
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_36 = expect.stringMatching(UUID);
const monitorName = 'web.eu_1-a';
const scopeId = 'scope-1';
const queryId = 'q/1';
const scopeArn = 'arn:aws:networkflowmonitor:eu-west-1:111122223333:scope/scope-1';
const resourceArn = scopeArn;
const ARN_IN_PATH = 'arn%3Aaws%3Anetworkflowmonitor%3Aeu-west-1%3A111122223333%3Ascope%2Fscope-1';
const vpc = { type: 'AWS::EC2::VPC', identifier: 'arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-12345678' };
const zone = { type: 'AWS::AvailabilityZone', identifier: 'euw1-az1' };
const target = {
  targetIdentifier: { targetId: { accountId: '111122223333' }, targetType: 'ACCOUNT' },
  region: 'eu-west-1',
};
const tags = { team: 'net work', ünï: '✓' };
const page = { nextToken: 'a+b/c=', maxResults: 25 };
const PAGE = '?maxResults=25&nextToken=a%2Bb%2Fc%3D';
const question = {
  startTime: new Date('2025-11-21T10:00:00Z'),
  endTime: new Date('2025-11-21T11:00:00.250Z'),
  metricName: 'RETRANSMISSIONS',
  destinationCategory: 'INTER_AZ',
};
const QUESTION = {
  startTime: '2025-11-21T10:00:00Z',
  endTime: '2025-11-21T11:00:00.250Z',
  metricName: 'RETRANSMISSIONS',
  destinationCategory: 'INTER_AZ',
};

const MONITOR_QUERIES = `/monitors/${monitorName}/topContributorsQueries`;
const INSIGHTS = `/workloadInsights/${scopeId}/topContributorsQueries`;
const DATA = `/workloadInsights/${scopeId}/topContributorsDataQueries`;
const ofMonitor = { monitorName, queryId };
const ofScope = { scopeId, queryId };

type Send = (client: sdk.NetworkFlowMonitorClient) => Promise<object>;

/** From botocore's networkflowmonitor/2023-04-19/service-2.json: `http`, `location`, `idempotencyToken`. */
const WIRE: Record<(typeof sdk.OPERATIONS)[number], [send: Send, request: string, body?: object]> = {
  CreateMonitor: [
    (client) =>
      client.send(
        new sdk.CreateMonitorCommand({
          monitorName,
          localResources: [vpc],
          remoteResources: [zone],
          scopeArn,
          tags,
        }),
      ),
    'POST /monitors',
    { monitorName, localResources: [vpc], remoteResources: [zone], scopeArn, tags, clientToken: UUID_36 },
  ],
  CreateScope: [
    (client) => client.send(new sdk.CreateScopeCommand({ targets: [target], tags })),
    'POST /scopes',
    { targets: [target], tags, clientToken: UUID_36 },
  ],
  DeleteMonitor: [
    (client) => client.send(new sdk.DeleteMonitorCommand({ monitorName })),
    `DELETE /monitors/${monitorName}`,
  ],
  DeleteScope: [(client) => client.send(new sdk.DeleteScopeCommand({ scopeId })), 'DELETE /scopes/scope-1'],
  GetMonitor: [
    (client) => client.send(new sdk.GetMonitorCommand({ monitorName })),
    `GET /monitors/${monitorName}`,
  ],
  GetQueryResultsMonitorTopContributors: [
    (client) => client.send(new sdk.GetQueryResultsMonitorTopContributorsCommand({ ...ofMonitor, ...page })),
    `GET ${MONITOR_QUERIES}/q%2F1/results${PAGE}`,
  ],
  GetQueryResultsWorkloadInsightsTopContributors: [
    (client) =>
      client.send(new sdk.GetQueryResultsWorkloadInsightsTopContributorsCommand({ ...ofScope, ...page })),
    `GET ${INSIGHTS}/q%2F1/results${PAGE}`,
  ],
  GetQueryResultsWorkloadInsightsTopContributorsData: [
    (client) =>
      client.send(new sdk.GetQueryResultsWorkloadInsightsTopContributorsDataCommand({ ...ofScope, ...page })),
    `GET ${DATA}/q%2F1/results${PAGE}`,
  ],
  GetQueryStatusMonitorTopContributors: [
    (client) => client.send(new sdk.GetQueryStatusMonitorTopContributorsCommand(ofMonitor)),
    `GET ${MONITOR_QUERIES}/q%2F1/status`,
  ],
  GetQueryStatusWorkloadInsightsTopContributors: [
    (client) => client.send(new sdk.GetQueryStatusWorkloadInsightsTopContributorsCommand(ofScope)),
    `GET ${INSIGHTS}/q%2F1/status`,
  ],
  GetQueryStatusWorkloadInsightsTopContributorsData: [
    (client) => client.send(new sdk.GetQueryStatusWorkloadInsightsTopContributorsDataCommand(ofScope)),
    `GET ${DATA}/q%2F1/status`,
  ],
  GetScope: [(client) => client.send(new sdk.GetScopeCommand({ scopeId })), 'GET /scopes/scope-1'],
  ListMonitors: [
    (client) => client.send(new sdk.ListMonitorsCommand({ ...page, monitorStatus: 'ACTIVE' })),
    `GET /monitors?maxResults=25&monitorStatus=ACTIVE&nextToken=a%2Bb%2Fc%3D`,
  ],
  ListScopes: [(client) => client.send(new sdk.ListScopesCommand(page)), `GET /scopes${PAGE}`],
  ListTagsForResource: [
    (client) => client.send(new sdk.ListTagsForResourceCommand({ resourceArn })),
    `GET /tags/${ARN_IN_PATH}`,
  ],
  StartQueryMonitorTopContributors: [
    (client) =>
      client.send(new sdk.StartQueryMonitorTopContributorsCommand({ monitorName, ...question, limit: 500 })),
    `POST ${MONITOR_QUERIES}`,
    { ...QUESTION, limit: 500 },
  ],
  StartQueryWorkloadInsightsTopContributors: [
    (client) =>
      client.send(
        new sdk.StartQueryWorkloadInsightsTopContributorsCommand({ scopeId, ...question, limit: 500 }),
      ),
    `POST ${INSIGHTS}`,
    { ...QUESTION, limit: 500 },
  ],
  StartQueryWorkloadInsightsTopContributorsData: [
    (client) =>
      client.send(new sdk.StartQueryWorkloadInsightsTopContributorsDataCommand({ scopeId, ...question })),
    `POST ${DATA}`,
    QUESTION,
  ],
  StopQueryMonitorTopContributors: [
    (client) => client.send(new sdk.StopQueryMonitorTopContributorsCommand(ofMonitor)),
    `DELETE ${MONITOR_QUERIES}/q%2F1`,
  ],
  StopQueryWorkloadInsightsTopContributors: [
    (client) => client.send(new sdk.StopQueryWorkloadInsightsTopContributorsCommand(ofScope)),
    `DELETE ${INSIGHTS}/q%2F1`,
  ],
  StopQueryWorkloadInsightsTopContributorsData: [
    (client) => client.send(new sdk.StopQueryWorkloadInsightsTopContributorsDataCommand(ofScope)),
    `DELETE ${DATA}/q%2F1`,
  ],
  TagResource: [
    (client) => client.send(new sdk.TagResourceCommand({ resourceArn, tags })),
    `POST /tags/${ARN_IN_PATH}`,
    { tags },
  ],
  UntagResource: [
    (client) => client.send(new sdk.UntagResourceCommand({ resourceArn, tagKeys: ['team', 'a b'] })),
    `DELETE /tags/${ARN_IN_PATH}?tagKeys=team&tagKeys=a%20b`,
  ],
  UpdateMonitor: [
    (client) =>
      client.send(
        new sdk.UpdateMonitorCommand({
          monitorName,
          localResourcesToAdd: [vpc],
          localResourcesToRemove: [zone],
          remoteResourcesToAdd: [vpc],
          remoteResourcesToRemove: [zone],
        }),
      ),
    `PATCH /monitors/${monitorName}`,
    {
      localResourcesToAdd: [vpc],
      localResourcesToRemove: [zone],
      remoteResourcesToAdd: [vpc],
      remoteResourcesToRemove: [zone],
      clientToken: UUID_36,
    },
  ],
  UpdateScope: [
    (client) =>
      client.send(
        new sdk.UpdateScopeCommand({ scopeId, resourcesToAdd: [target], resourcesToDelete: [target] }),
      ),
    'PATCH /scopes/scope-1',
    { resourcesToAdd: [target], resourcesToDelete: [target] },
  ],
};

describe('on the wire', () => {
  it('knows the 25 operations of the API', () => {
    expect([...sdk.OPERATIONS].sort()).toEqual(Object.keys(WIRE).sort());
    expect(sdk.OPERATIONS).toHaveLength(25);
  });

  it.each(Object.entries(WIRE))('%s', async (_name, [send, expected, body]) => {
    await send(newClient({ endpoint }));
    expect(received).toHaveLength(1);
    expect(received.map(({ method, url }) => `${method} ${url}`)).toEqual([expected]);
    const sent = received[0]?.body ?? '';
    expect(sent === '' ? undefined : JSON.parse(sent)).toEqual(body);
    expect(received[0]?.headers['content-type']).toBe(body && 'application/json');
  });

  it('signs for the service, and says who asks', async () => {
    await newClient({ endpoint }).send(new sdk.ListScopesCommand());
    const { authorization, 'user-agent': userAgent } = received[0]?.headers ?? {};
    expect(authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/networkflowmonitor\/aws4_request, /,
    );
    expect(userAgent).toContain('api/networkflowmonitor#');
  });

  it('leaves a given client token alone, and repeats its own in a retry', async () => {
    const input = { monitorName, localResources: [vpc], scopeArn };
    await newClient({ endpoint }).send(new sdk.CreateMonitorCommand({ ...input, clientToken: 'mine' }));
    expect(JSON.parse(received[0]?.body ?? '').clientToken).toBe('mine');
    answers = [refusal(500, 'InternalServerException', 'Again.')];
    await newClient({ endpoint }).send(new sdk.CreateMonitorCommand(input));
    const [, first, second] = received.map(({ body }) => JSON.parse(body).clientToken);
    expect(first).toMatch(UUID);
    expect(second).toBe(first);
  });

  it('does not send a request without its path parameters', async () => {
    const command = new sdk.GetMonitorCommand({ monitorName: undefined });
    await expect(newClient({ endpoint }).send(command)).rejects.toThrow('monitorName');
    expect(received).toEqual([]);
  });
});

describe('answers', () => {
  it('turns a monitor into its type', async () => {
    answers = [
      json(200, {
        monitorArn: 'arn:aws:networkflowmonitor:eu-west-1:111122223333:monitor/web',
        monitorName: 'web',
        monitorStatus: 'HIBERNATING',
        localResources: [vpc],
        remoteResources: [],
        createdAt: 1763719200.5,
        modifiedAt: 1763719260,
        tags,
        newerThanThisClient: 1,
      }),
    ];
    const output: sdk.GetMonitorCommandOutput = await newClient({ endpoint }).send(
      new sdk.GetMonitorCommand({ monitorName }),
    );
    const { $metadata, ...monitor } = output;
    expect($metadata.httpStatusCode).toBe(200);
    expect(monitor).toEqual({
      monitorArn: 'arn:aws:networkflowmonitor:eu-west-1:111122223333:monitor/web',
      monitorName: 'web',
      monitorStatus: 'HIBERNATING',
      localResources: [vpc],
      remoteResources: [],
      createdAt: new Date('2025-11-21T10:00:00.500Z'),
      modifiedAt: new Date('2025-11-21T10:01:00Z'),
      tags,
    });
  });

  it('turns rows and data points into their types', async () => {
    const row = {
      localIp: '10.0.0.1',
      localAz: 'euw1-az1',
      destinationCategory: 'TRANSIT_GATEWAY',
      targetPort: 443,
      value: 12,
      traversedConstructs: [{ componentId: 'nat-1', componentType: 'AWS::EC2::NatGateway' }],
      kubernetesMetadata: { localPodName: 'web-1', localPodNamespace: 'shop' },
    };
    const timestamps = ['2025-11-21T10:00:00Z', '2025-11-21T10:05:00Z'];
    answers = [
      json(200, { unit: 'Count', topContributors: [row] }),
      json(200, { unit: 'Bytes', datapoints: [{ timestamps, values: [1.5, 2], label: 'a' }] }),
    ];
    const client = newClient({ endpoint });
    const rows = await client.send(new sdk.GetQueryResultsMonitorTopContributorsCommand(ofMonitor));
    expect(rows).toMatchObject({ unit: 'Count', topContributors: [row] });
    const data = await client.send(
      new sdk.GetQueryResultsWorkloadInsightsTopContributorsDataCommand(ofScope),
    );
    expect(data.datapoints).toEqual([
      { timestamps: timestamps.map((text) => new Date(text)), values: [1.5, 2], label: 'a' },
    ]);
  });

  it('tells the members of a union apart', async () => {
    const region = 'eu-west-1';
    const unknown = { targetIdentifier: { targetId: { ouId: 'ou-1' }, targetType: 'OU' }, region };
    answers = [json(200, { scopeId, status: 'SUCCEEDED', scopeArn, targets: [target, unknown] })];
    const { targets } = await newClient({ endpoint }).send(new sdk.GetScopeCommand({ scopeId }));
    expect(targets?.map(({ targetIdentifier }) => targetIdentifier?.targetId)).toEqual([
      { accountId: '111122223333' },
      { $unknown: ['ouId', 'ou-1'] },
    ]);
  });
});

describe('errors', () => {
  it.each([
    { status: 400, type: sdk.ValidationException, fault: 'client' },
    { status: 402, type: sdk.ServiceQuotaExceededException, fault: 'client' },
    { status: 403, type: sdk.AccessDeniedException, fault: 'client' },
    { status: 404, type: sdk.ResourceNotFoundException, fault: 'client' },
    { status: 409, type: sdk.ConflictException, fault: 'client' },
    { status: 429, type: sdk.ThrottlingException, fault: 'client' },
    { status: 500, type: sdk.InternalServerException, fault: 'server' },
  ])('$status is $type.name', async ({ status, type, fault }) => {
    const { name } = type;
    answers = [refusal(status, name, 'No, because.')];
    const error = await newClient({ endpoint, maxAttempts: 1 })
      .send(new sdk.ListMonitorsCommand())
      .catch((reason: unknown) => reason);
    // Not only instanceof, which the SDK also grants to whatever bears the right name.
    expect(Object.getPrototypeOf(error)).toBe(type.prototype);
    expect(error).toBeInstanceOf(type);
    expect(error).toBeInstanceOf(sdk.NetworkFlowMonitorServiceException);
    expect(error).toMatchObject({ name, message: 'No, because.', $fault: fault });
    expect(error).toHaveProperty('$metadata.httpStatusCode', status);
    expect(error instanceof sdk.ConflictException).toBe(name === 'ConflictException');
  });

  it('is the base exception for an error that the model does not know', async () => {
    answers = [refusal(400, 'UnrecognizedClientException', 'The security token is invalid.')];
    const error = await newClient({ endpoint })
      .send(new sdk.ListMonitorsCommand())
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(sdk.NetworkFlowMonitorServiceException);
    expect(error).not.toBeInstanceOf(sdk.ValidationException);
    expect(error).toMatchObject({
      name: 'UnrecognizedClientException',
      message: 'The security token is invalid.',
    });
  });

  it.each(['standard', 'adaptive'])('retries throttling (%s)', async (retryMode) => {
    answers = [refusal(429, 'ThrottlingException', 'Rate exceeded'), json(200, { scopes: [{ scopeId }] })];
    const output = await newClient({ endpoint, retryMode }).send(new sdk.ListScopesCommand());
    expect(output.scopes).toEqual([{ scopeId }]);
    expect(output.$metadata.attempts).toBe(2);
    expect(received).toHaveLength(2);
  });

  it('does not retry what cannot get better', async () => {
    answers = [refusal(403, 'AccessDeniedException', 'no'), refusal(403, 'AccessDeniedException', 'no')];
    await expect(newClient({ endpoint }).send(new sdk.ListScopesCommand())).rejects.toThrow('no');
    expect(received).toHaveLength(1);
  });

  it('stops when the signal says so', async () => {
    answers = [silence];
    const controller = new AbortController();
    const sent = newClient({ endpoint }).send(new sdk.ListScopesCommand(), {
      abortSignal: controller.signal,
    });
    const failed = expect(sent).rejects.toMatchObject({ name: 'AbortError' });
    await vi.waitFor(() => expect(received).toHaveLength(1));
    controller.abort();
    await failed;
    expect(received).toHaveLength(1);
  });
});

describe('paginators', () => {
  const config = () => ({ client: newClient({ endpoint }), pageSize: 2 });
  const follow = async (pages: AsyncIterable<object>) => {
    answers = [json(200, { nextToken: 'two' }), json(200, { nextToken: 'three' }), json(200, {})];
    let count = 0;
    for await (const _page of pages) count++;
    expect(count).toBe(3);
    return received.map(({ url }) => url);
  };
  const expected = (path: string) => [
    `${path}?maxResults=2`,
    `${path}?maxResults=2&nextToken=two`,
    `${path}?maxResults=2&nextToken=three`,
  ];

  it('ListMonitors', async () => {
    expect(await follow(sdk.paginateListMonitors(config(), {}))).toEqual(expected('/monitors'));
  });
  it('ListScopes', async () => {
    expect(await follow(sdk.paginateListScopes(config(), {}))).toEqual(expected('/scopes'));
  });
  it('GetQueryResultsMonitorTopContributors', async () => {
    const pages = sdk.paginateGetQueryResultsMonitorTopContributors(config(), { ...ofMonitor });
    expect(await follow(pages)).toEqual(expected(`${MONITOR_QUERIES}/q%2F1/results`));
  });
  it('GetQueryResultsWorkloadInsightsTopContributors', async () => {
    const pages = sdk.paginateGetQueryResultsWorkloadInsightsTopContributors(config(), { ...ofScope });
    expect(await follow(pages)).toEqual(expected(`${INSIGHTS}/q%2F1/results`));
  });
  it('GetQueryResultsWorkloadInsightsTopContributorsData', async () => {
    const pages = sdk.paginateGetQueryResultsWorkloadInsightsTopContributorsData(config(), { ...ofScope });
    expect(await follow(pages)).toEqual(expected(`${DATA}/q%2F1/results`));
  });
});

describe('endpoints', () => {
  it.each(['AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_NETWORKFLOWMONITOR'])('%s is honoured', async (name) => {
    vi.stubEnv(name, endpoint);
    await newClient().send(new sdk.ListScopesCommand());
    expect(received).toHaveLength(1);
  });

  it('the services section of the configuration file is honoured', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'nfm-'));
    const file = join(directory, 'config');
    const services = `[services local]\nnetworkflowmonitor =\n  endpoint_url = ${endpoint}\n`;
    writeFileSync(file, `[default]\nservices = local\n\n${services}`);
    vi.stubEnv('AWS_CONFIG_FILE', file);
    await newClient().send(new sdk.ListScopesCommand());
    expect(received).toHaveLength(1);
    rmSync(directory, { recursive: true });
  });

  /** Where a request would go: the handler that would send it looks, and stops. */
  const host = async (config: sdk.NetworkFlowMonitorClientConfig) => {
    let found: string | undefined;
    const requestHandler = {
      handle: async (request: { protocol: string; hostname: string }) => {
        found = `${request.protocol}//${request.hostname}`;
        throw new Error('looked');
      },
      updateHttpClientConfig: () => {},
      httpHandlerConfigs: () => ({}),
    };
    const send = newClient({ ...config, requestHandler, maxAttempts: 1 }).send(new sdk.ListScopesCommand());
    await expect(send).rejects.toThrow('looked');
    return found;
  };

  it.each([
    ['eu-west-1', false, 'https://networkflowmonitor.eu-west-1.api.aws'],
    ['us-east-1', true, 'https://networkflowmonitor-fips.us-east-1.api.aws'],
    ['us-gov-west-1', true, 'https://networkflowmonitor-fips.us-gov-west-1.api.aws'],
    ['cn-north-1', false, 'https://networkflowmonitor.cn-north-1.api.amazonwebservices.com.cn'],
  ])('%s, FIPS %s', async (region, useFipsEndpoint, url) => {
    expect(await host({ region, useFipsEndpoint })).toBe(url);
  });

  it('AWS_USE_FIPS_ENDPOINT and AWS_REGION are honoured', async () => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    vi.stubEnv('AWS_REGION', 'ap-northeast-3');
    expect(await host({})).toBe('https://networkflowmonitor-fips.ap-northeast-3.api.aws');
  });

  it('needs a Region', async () => {
    vi.stubEnv('AWS_REGION', undefined);
    await expect(newClient().send(new sdk.ListScopesCommand())).rejects.toThrow('Region is missing');
  });

  it('a custom endpoint cannot be a FIPS endpoint', async () => {
    const client = newClient({ endpoint, useFipsEndpoint: true });
    await expect(client.send(new sdk.ListScopesCommand())).rejects.toThrow(
      'Invalid Configuration: FIPS and custom endpoint are not supported',
    );
    expect(received).toEqual([]);
  });
});
