import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Aws, ask } from './aws.ts';

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
