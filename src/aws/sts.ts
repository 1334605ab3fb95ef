import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';
import type { AwsCredentialIdentity } from '@smithy/types';
import { advise, aws as awsCommand } from '../model/command-line.ts';
import { RefusedError } from '../model/errors.ts';
import { nameIn } from '../model/ids.ts';
import { keepSecret } from '../model/redact.ts';
import { unusable } from './answers.ts';
import { type Aws, ask, connect, type Session } from './aws.ts';
import { refusedBy } from './refusals.ts';

export interface Caller {
  accountId: string;
  arn: string;
}

export async function accountId(aws: Aws): Promise<string> {
  return (await caller(aws)).accountId;
}

export async function caller(aws: Aws): Promise<Caller> {
  const client = aws.client(STSClient, 'STS');
  const answer = await ask(aws, 'sts:GetCallerIdentity', (options) =>
    client.send(new GetCallerIdentityCommand({}), options),
  );
  return { accountId: answer.Account ?? '', arn: answer.Arn ?? '' };
}

export interface Role {
  arn: string;
  /** What its trust policy may ask for. */
  externalId?: string | undefined;
}

/** How CloudTrail names what is done so. */
const SESSION_NAME = 'nfm';
const ASSUME = 'sts:AssumeRole';

/** The same session as somebody else: the role is assumed when it is first needed, and again before it expires. */
export function assuming(session: Session, role: Role): Session {
  const aws = connect(session);
  const provider = memoizeIdentityProvider(
    () => assume(aws, role),
    isIdentityExpired,
    doesIdentityRequireRefresh,
  );
  let failure: unknown;
  let succeeded = false;
  return {
    ...session,
    async credentials(request) {
      // All who ask would be refused the same way.
      if (failure) throw failure;
      try {
        const credentials = (await provider?.(request)) as AwsCredentialIdentity;
        succeeded = true;
        return credentials;
      } catch (error) {
        if (!succeeded) failure = error;
        throw error;
      }
    },
  };
}

async function assume(aws: Aws, { arn, externalId }: Role): Promise<AwsCredentialIdentity> {
  const client = aws.client(STSClient, 'STS');
  const { Credentials } = await ask(aws, ASSUME, (options) =>
    client.send(
      new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: SESSION_NAME, ExternalId: externalId }),
      options,
    ),
  ).catch((error) => {
    throw refusal(error, arn);
  });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  keepSecret(SecretAccessKey, SessionToken);
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) throw unusable(ASSUME);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    ...(Expiration && { expiration: Expiration }),
  };
}

/** STS tells nobody whether the role exists, trusts somebody else, or asks for an external ID. */
function refusal(error: unknown, arn: string): unknown {
  if (!(error instanceof RefusedError) || error.code !== 'access-denied') return error;
  const { policy, explicit } = refusedBy(error.answer ?? '');
  if (policy !== null || explicit) return error;
  return new RefusedError('role-refused', `AWS does not hand out the role ${nameIn(arn)}.`, {
    action: ASSUME,
    answer: error.answer,
    cause: error,
    hint: advise(
      'AWS says no more: is its name right, does its trust policy name you (with an external ID, where it asks for one: --external-id), and may you call sts:AssumeRole on it? Who you are:',
      awsCommand('sts get-caller-identity'),
    ),
  });
}
