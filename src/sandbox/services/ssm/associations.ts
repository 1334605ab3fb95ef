import * as z from 'zod';
import { operation, paged, pageOf } from './input.ts';

export const listAssociations = operation(z.object(paged), (input, { world }) => {
  const { items, nextToken } = pageOf(world.associations ?? [], input);
  return {
    Associations: items.map(({ id, name, document, targets }) => ({
      AssociationId: id,
      AssociationName: name,
      AssociationVersion: '1',
      Name: document,
      Targets: targets.map(({ key, values }) => ({ Key: key, Values: values })),
    })),
    NextToken: nextToken,
  };
});
