import type { Service } from '../service.ts';
import { type Form, formTree, readForm } from '../wire/form.ts';
import { findOperation, type Operation, perform } from '../wire/perform.ts';
import { queryAnswer, queryRefusal } from '../wire/query.ts';
import { asServiceError } from '../wire/service-error.ts';
import type { XmlRecord } from '../wire/xml.ts';
import { getInstanceProfile } from './iam/instance-profiles.ts';
import { listOpenIdConnectProviders } from './iam/providers.ts';
import { getRole, getRolePolicy, listAttachedRolePolicies, listRolePolicies } from './iam/roles.ts';
import { simulatePrincipalPolicy } from './iam/simulate.ts';

const XMLNS = 'https://iam.amazonaws.com/doc/2010-05-08/';

const operations: Record<string, Operation<Record<string, Form>, XmlRecord>> = {
  GetInstanceProfile: getInstanceProfile,
  GetRole: getRole,
  GetRolePolicy: getRolePolicy,
  ListAttachedRolePolicies: listAttachedRolePolicies,
  ListOpenIDConnectProviders: listOpenIdConnectProviders,
  ListRolePolicies: listRolePolicies,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
};

export const iam: Service = {
  name: 'iam',
  async handle(request, context) {
    const parameters = await readForm(request);
    const name = parameters.get('Action') ?? '';
    try {
      const run = () => findOperation('IAM', operations, name)(formTree(parameters), context);
      return queryAnswer(XMLNS, name, await perform(name, context, run));
    } catch (error) {
      return queryRefusal(XMLNS, asServiceError(error));
    }
  },
};
