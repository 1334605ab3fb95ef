import type { XmlRecord } from '../wire/query.ts';
import { queryAnswer, queryRefusal, readForm } from '../wire/query.ts';
import type { Service, ServiceContext } from '../wire/service.ts';
import { asServiceError, findOperation, type Operation, perform } from '../wire/service.ts';
import { callerOf } from '../world/permissions.ts';

const XMLNS = 'https://sts.amazonaws.com/doc/2011-06-15/';

const operations: Record<string, Operation<URLSearchParams, XmlRecord>> = {
  GetCallerIdentity: (_, context) => callerIdentity(context),
};

function callerIdentity({ world }: ServiceContext): XmlRecord {
  return {
    Arn: callerOf(world),
    UserId: 'AIDANFMSANDBOXEXAMPLE',
    Account: world.accountId,
  };
}

export const sts: Service = {
  name: 'sts',
  async handle(request, context) {
    const parameters = await readForm(request);
    const name = parameters.get('Action') ?? '';
    try {
      const run = () => findOperation('STS', operations, name)(parameters, context);
      return queryAnswer(XMLNS, name, await perform(name, context, run));
    } catch (error) {
      return queryRefusal(XMLNS, asServiceError(error));
    }
  },
};
