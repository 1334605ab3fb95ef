import { accessKeyFor } from '../dispatch.ts';
import { stableHex } from '../wire/ids.ts';
import { queryService, type XmlRecord } from '../wire/query.ts';
import { type ServiceContext, ServiceError } from '../wire/service.ts';
import { assumedRole } from '../world/elsewhere.ts';
import { callerOf } from '../world/permissions.ts';

const HOUR = 3_600_000;

/** Whatever keeps a role from being handed out, STS says the same. https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumeRole(parameters: URLSearchParams, { world, now }: ServiceContext): XmlRecord {
  const arn = parameters.get('RoleArn') ?? '';
  const session = parameters.get('RoleSessionName') ?? '';
  if (!/^[\w+=,.@-]{2,64}$/.test(session))
    throw new ServiceError(
      'ValidationError',
      `Value '${session}' at 'roleSessionName' failed to satisfy constraint.`,
    );
  const { organization, accountId } = world;
  const [management] = organization?.accounts ?? [];
  const account = organization?.accounts.find(
    ({ id }) => arn === `arn:aws:iam::${id}:role/${organization.role}`,
  );
  const trusts = account?.trusts;
  const isTrusted =
    trusts === undefined ||
    (trusts !== 'nobody' && trusts.externalId === (parameters.get('ExternalId') ?? undefined));
  if (account?.state !== 'ACTIVE' || management?.id !== accountId || !isTrusted) {
    throw new ServiceError(
      'AccessDenied',
      `User: ${callerOf(world)} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
      403,
    );
  }
  return {
    Credentials: {
      AccessKeyId: accessKeyFor(account.id),
      SecretAccessKey: stableHex(`secret ${account.id}`, 40),
      SessionToken: stableHex(`token ${account.id}`, 64),
      Expiration: new Date(Math.max(now(), Date.now()) + HOUR),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROANFMSANDBOXEXAMPLE:${session}`,
      Arn: assumedRole(account.id, organization?.role ?? '', session),
    },
  };
}

function callerIdentity({ world }: ServiceContext): XmlRecord {
  return {
    Arn: callerOf(world),
    UserId: 'AIDANFMSANDBOXEXAMPLE',
    Account: world.accountId,
  };
}

export const sts = queryService(
  {
    name: 'sts',
    title: 'STS',
    xmlns: 'https://sts.amazonaws.com/doc/2011-06-15/',
    read: (parameters) => parameters,
  },
  { AssumeRole: assumeRole, GetCallerIdentity: (_, context) => callerIdentity(context) },
);
