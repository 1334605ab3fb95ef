import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Aws, ask } from './aws.ts';

export async function accountId(aws: Aws): Promise<string> {
  const client = aws.client(STSClient, 'STS');
  const answer = await ask(aws, 'sts:GetCallerIdentity', (options) =>
    client.send(new GetCallerIdentityCommand({}), options),
  );
  return answer.Account ?? '';
}
