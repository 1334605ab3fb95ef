import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type Aws, ask } from './aws.ts';

export async function accountId(aws: Aws): Promise<string> {
  const client = new STSClient(aws.config('STS'));
  const answer = await ask(aws, 'sts:GetCallerIdentity', (options) =>
    client.send(new GetCallerIdentityCommand({}), options),
  );
  return answer.Account ?? '';
}
