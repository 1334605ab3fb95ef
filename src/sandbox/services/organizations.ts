import * as z from 'zod';
import { takePage } from '../wire/ids.ts';
import { type JsonValue, jsonService } from '../wire/json.ts';
import { type Operation, ServiceError } from '../wire/service.ts';

const listInput = z.object({
  MaxResults: z.number().int().min(1).max(20).default(20),
  NextToken: z.string().optional(),
});

/** https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html */
const listAccounts: Operation<unknown, JsonValue> = (input, { world: { accountId, organization } }) => {
  if (!organization)
    throw new ServiceError(
      'AWSOrganizationsNotInUseException',
      'Your account is not a member of an organization.',
    );
  const [management] = organization.accounts;
  if (management?.id !== accountId)
    throw new ServiceError('AccessDeniedException', "You don't have permissions to access this resource.");
  const parsed = listInput.safeParse(input);
  if (!parsed.success) throw new ServiceError('InvalidInputException', 'You specified an invalid value.');
  const { items, nextToken } = takePage(
    organization.accounts,
    parsed.data.MaxResults,
    parsed.data.NextToken,
    () =>
      new ServiceError(
        'InvalidInputException',
        'You provided a value that does not match the required pattern.',
      ),
  );
  return {
    Accounts: items.map(({ id, name, state }) => ({
      Id: id,
      Arn: `arn:aws:organizations::${accountId}:account/o-nfmsandbox/${id}`,
      Email: `${name}@example.com`,
      Name: name,
      State: state,
      JoinedMethod: 'CREATED',
      JoinedTimestamp: new Date('2026-09-01T01:00:00Z'),
    })),
    NextToken: nextToken,
  };
};

export const organizations = jsonService(
  'organizations',
  'Organizations',
  { ListAccounts: listAccounts },
  'Message',
);
