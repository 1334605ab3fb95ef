import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sandbox } from '../../src/sandbox/server.ts';
import { arnOf, type Call, type Clocks, NOW, SCOPE_ARN, SCOPE_ID, start } from './client.ts';

let sandbox: Sandbox;
let call: Call;
let clocks: Clocks;
beforeEach(async () => {
  ({ sandbox, call, clocks } = await start());
});
afterEach(() => sandbox.close());

const zone = (name = 'ap-northeast-3a') => ({ type: 'AWS::AvailabilityZone', identifier: name });
const region = (name: string) => ({ type: 'AWS::Region', identifier: name });
const ec2 = (type: string, resource: string, where = 'ap-northeast-3') => ({
  type,
  identifier: `arn:aws:ec2:${where}:123456789012:${resource}`,
});
const monitor = (more: object = {}) => ({
  monitorName: 'm',
  scopeArn: SCOPE_ARN,
  localResources: [zone()],
  ...more,
});
const target = (accountId = '123456789012', where = 'ap-northeast-3') => ({
  targetIdentifier: { targetId: { accountId }, targetType: 'ACCOUNT' },
  region: where,
});

describe('a monitor', () => {
  it('is made PENDING, becomes ACTIVE, and goes by DELETING', async () => {
    const made = await call('POST', '/monitors', monitor({ tags: { team: 'net' } }));
    expect(made).toMatchObject({
      status: 200,
      body: {
        monitorArn: arnOf('monitor/m'),
        monitorStatus: 'PENDING',
        localResources: [zone()],
        remoteResources: [],
        createdAt: NOW / 1000,
        tags: { team: 'net' },
      },
    });
    const status = async () => (await call('GET', '/monitors/m')).body.monitorStatus;
    clocks.elapsed += 1999;
    expect(await status()).toBe('PENDING');
    clocks.elapsed += 1;
    expect(await status()).toBe('ACTIVE');
    expect((await call('DELETE', '/monitors/m')).status).toBe(200);
    expect(await status()).toBe('DELETING');
    expect(await call('DELETE', '/monitors/m')).toMatchObject({ status: 409, code: 'ConflictException' });
    clocks.elapsed += 2000;
    expect(await call('GET', '/monitors/m')).toMatchObject({
      status: 404,
      code: 'ResourceNotFoundException',
    });
  });

  it('cannot be asked before it is ACTIVE', async () => {
    await call('POST', '/monitors', monitor());
    const answer = await call('POST', '/monitors/m/topContributorsQueries', {
      startTime: '2026-11-21T11:00:00Z',
      endTime: '2026-11-21T12:00:00Z',
      metricName: 'TIMEOUTS',
      destinationCategory: 'INTER_AZ',
    });
    expect(answer).toMatchObject({ status: 400, code: 'ValidationException' });
    expect(answer.body.message).toContain('PENDING');
  });

  it('has a name of its own, unless the same request comes again', async () => {
    const clientToken = randomUUID();
    const first = await call('POST', '/monitors', monitor({ clientToken }));
    expect(await call('POST', '/monitors', monitor({ clientToken }))).toEqual(first);
    for (const more of [{}, { clientToken: randomUUID() }, { clientToken, tags: { a: 'b' } }]) {
      expect(await call('POST', '/monitors', monitor(more))).toMatchObject({
        status: 409,
        code: 'ConflictException',
      });
    }
  });

  it('is one of at most 20', async () => {
    for (let i = 0; i < 17; i += 1) {
      expect((await call('POST', '/monitors', monitor({ monitorName: `m${i}` }))).status).toBe(200);
    }
    expect(await call('POST', '/monitors', monitor())).toMatchObject({
      status: 402,
      code: 'ServiceQuotaExceededException',
    });
  });

  it.each([
    ['no name', { monitorName: undefined }, "'monitorName'"],
    ['a bad name', { monitorName: 'a b' }, '[a-zA-Z0-9_.-]+'],
    ['a long name', { monitorName: 'x'.repeat(256) }, 'less than or equal to 255'],
    ['a bad token', { clientToken: 'once' }, "'clientToken'"],
    ['an unknown scope', { scopeArn: arnOf('scope/none') }, 'does not exist'],
    ['nothing local', { localResources: [] }, "'localResources'"],
    ['26 local', { localResources: Array(26).fill(zone()) }, 'at most 25 local'],
    ['26 remote', { remoteResources: Array(26).fill(zone()) }, 'at most 25 remote'],
    ['a zone ID', { localResources: [zone('apne3-az1')] }, 'name of an Availability Zone'],
    ["another Region's zone", { localResources: [zone('us-east-1a')] }, 'name of an Availability Zone'],
    [
      'a bare VPC ID',
      { localResources: [{ type: 'AWS::EC2::VPC', identifier: 'vpc-0abc' }] },
      'ARN of a vpc',
    ],
    ['a VPC for a subnet', { localResources: [ec2('AWS::EC2::Subnet', 'vpc/vpc-0abc')] }, 'ARN of a subnet'],
    [
      "another Region's VPC",
      { localResources: [ec2('AWS::EC2::VPC', 'vpc/vpc-0abc', 'us-east-1')] },
      'must be in ap-northeast-3',
    ],
    ['another Region, local', { localResources: [region('us-east-1')] }, 'must be ap-northeast-3'],
    ['an unsupported Region', { remoteResources: [region('cn-north-1')] }, 'not a supported Region'],
    [
      'two remote Regions',
      { remoteResources: [region('us-east-1'), zone('ap-northeast-3b')] },
      'same Region',
    ],
    [
      'a remote cluster',
      { remoteResources: [{ type: 'AWS::EKS::Cluster', identifier: 'demo' }] },
      'AWS::AWSService, AWS::Region',
    ],
    [
      'an unknown service',
      { remoteResources: [{ type: 'AWS::AWSService', identifier: 'SQS' }] },
      'S3 or DynamoDB',
    ],
    ['a long tag', { tags: { a: 'x'.repeat(257) } }, "'tags.a'"],
  ])('with %s is refused', async (_, more, words) => {
    const answer = await call('POST', '/monitors', monitor(more));
    expect(answer).toMatchObject({ status: 400, code: 'ValidationException' });
    expect(answer.body.message).toContain(words);
    expect((await call('GET', '/monitors')).body.monitors).toHaveLength(3);
  });

  it('can be changed, but not emptied', async () => {
    const path = '/monitors/demo-zone-a';
    const s3 = { type: 'AWS::AWSService', identifier: 'S3' };
    const { body } = await call('PATCH', path, {
      localResourcesToAdd: [zone(), zone()],
      remoteResourcesToAdd: [s3],
    });
    expect(body.localResources).toHaveLength(3);
    expect(body.remoteResources).toEqual([s3]);
    const emptied = await call('PATCH', path, { localResourcesToRemove: body.localResources });
    expect(emptied).toMatchObject({ status: 400, code: 'ValidationException' });
    expect((await call('GET', path)).body.localResources).toHaveLength(3);
    expect((await call('PATCH', '/monitors/none', {})).status).toBe(404);
  });

  it('is listed by page and by status', async () => {
    await call('POST', '/monitors', monitor());
    const names = ({ body }: { body: { monitors: { monitorName: string }[] } }) =>
      body.monitors.map(({ monitorName }) => monitorName);
    expect(names(await call('GET', '/monitors?monitorStatus=PENDING'))).toEqual(['m']);
    const first = await call('GET', '/monitors?maxResults=3');
    expect(names(first)).toEqual(['demo-vpc', 'demo-zone-a', 'demo-zone-b']);
    const second = await call('GET', `/monitors?maxResults=3&nextToken=${first.body.nextToken}`);
    expect(names(second)).toEqual(['m']);
    expect(second.body.nextToken).toBeUndefined();
    for (const bad of [
      'maxResults=0',
      'maxResults=26',
      'maxResults=x',
      'nextToken=x',
      'monitorStatus=GONE',
    ]) {
      expect(await call('GET', `/monitors?${bad}`)).toMatchObject({
        status: 400,
        code: 'ValidationException',
      });
    }
  });
});

describe('a scope', () => {
  async function clear() {
    for (const name of ['demo-vpc', 'demo-zone-a', 'demo-zone-b']) await call('DELETE', `/monitors/${name}`);
    clocks.elapsed += 2000;
    await call('DELETE', `/scopes/${SCOPE_ID}`);
    clocks.elapsed += 2000;
  }

  it('of the seed is there', async () => {
    const summary = { scopeId: SCOPE_ID, status: 'SUCCEEDED', scopeArn: SCOPE_ARN };
    expect((await call('GET', '/scopes')).body).toEqual({ scopes: [summary] });
    expect((await call('GET', `/scopes/${SCOPE_ID}`)).body).toEqual({
      ...summary,
      targets: [target()],
      tags: {},
    });
    expect((await call('GET', '/scopes/none')).status).toBe(404);
  });

  it('is the only one of its account and Region', async () => {
    expect(await call('POST', '/scopes', { targets: [target()] })).toMatchObject({
      status: 402,
      code: 'ServiceQuotaExceededException',
    });
  });

  it('stays while it has monitors', async () => {
    expect(await call('DELETE', `/scopes/${SCOPE_ID}`)).toMatchObject({
      status: 409,
      code: 'ConflictException',
    });
  });

  it('is DEACTIVATING, gone, and made again', async () => {
    await clear();
    expect((await call('GET', '/scopes')).body).toEqual({ scopes: [] });
    const request = { targets: [target()], clientToken: randomUUID() };
    const made = await call('POST', '/scopes', request);
    expect(made.body).toMatchObject({ status: 'IN_PROGRESS', tags: {} });
    expect(await call('POST', '/scopes', request)).toEqual(made);
    expect(await call('POST', '/scopes', { ...request, tags: { a: 'b' } })).toMatchObject({ status: 409 });

    const early = await call('POST', '/monitors', monitor({ scopeArn: made.body.scopeArn }));
    expect(early).toMatchObject({ status: 400, code: 'ValidationException' });
    clocks.elapsed += 2000;
    const later = await call('POST', '/monitors', monitor({ scopeArn: made.body.scopeArn }));
    expect(later.status).toBe(200);
  });

  it('takes and gives up targets, but not the last', async () => {
    const path = `/scopes/${SCOPE_ID}`;
    const other = target('210987654321', 'us-east-1');
    expect((await call('PATCH', path, { resourcesToAdd: [other] })).body.status).toBe('IN_PROGRESS');
    expect(await call('PATCH', path, { resourcesToAdd: [other] })).toMatchObject({ status: 409 });
    clocks.elapsed += 2000;
    expect((await call('GET', path)).body.targets).toEqual([target(), other]);
    const none = await call('PATCH', path, { resourcesToDelete: [target(), other] });
    expect(none).toMatchObject({ status: 400, code: 'ValidationException' });
  });

  it.each([
    ['no targets', {}],
    ['empty targets', { targets: [] }],
    ['a bad account', { targets: [target('12')] }],
    ['too many targets', { targets: Array(101).fill(target()) }],
  ])('with %s is refused', async (_, request) => {
    expect(await call('POST', '/scopes', request)).toMatchObject({
      status: 400,
      code: 'ValidationException',
    });
  });
});

describe('tags', () => {
  const path = `/tags/${encodeURIComponent(SCOPE_ARN)}`;
  it('are set, read and removed, one or many', async () => {
    await call('POST', path, { tags: { a: '1', b: '2', c: '' } });
    expect((await call('GET', path)).body).toEqual({ tags: { a: '1', b: '2', c: '' } });
    await call('DELETE', `${path}?tagKeys=a&tagKeys=b`);
    await call('DELETE', `${path}?tagKeys=unknown`);
    expect((await call('GET', path)).body).toEqual({ tags: { c: '' } });
  });

  it('belong to what exists, 200 at most', async () => {
    const nobody = `/tags/${encodeURIComponent(arnOf('monitor/none'))}`;
    expect(await call('GET', nobody)).toMatchObject({ status: 404, code: 'ResourceNotFoundException' });
    const many = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`k${i}`, 'v']));
    expect((await call('POST', path, { tags: { ...many, more: 'v' } })).status).toBe(400);
    expect((await call('POST', path, { tags: many })).status).toBe(200);
    expect(await call('POST', path, { tags: { more: 'v' } })).toMatchObject({ status: 400 });
    expect((await call('DELETE', path)).status).toBe(400);
  });
});
