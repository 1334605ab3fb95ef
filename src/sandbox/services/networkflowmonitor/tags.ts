import { z } from 'zod';
import type { Backend, Operation } from './backend.ts';
import { invalid, notFound } from './errors.ts';
import { resourceArn, tagKeys, tags } from './input.ts';
import { operation } from './operation.ts';

// The ARN's slash arrives encoded or not, as the client likes.
const path = '/tags/:resourceArn{.+}';

/** Tags of one resource (API model). */
const MAX_TAGS = 200;

export const tagOperations: Operation[] = [
  operation('ListTagsForResource', 'GET', path, z.object({ resourceArn }), (input, backend) => ({
    tags: findTagged(input.resourceArn, backend).tags,
  })),

  operation('TagResource', 'POST', path, z.object({ resourceArn, tags }), (input, backend) => {
    const tagged = findTagged(input.resourceArn, backend);
    const all = { ...tagged.tags, ...input.tags };
    if (Object.keys(all).length > MAX_TAGS) throw invalid(`A resource can have at most ${MAX_TAGS} tags.`);
    tagged.tags = all;
    return {};
  }),

  operation('UntagResource', 'DELETE', path, z.object({ resourceArn, tagKeys }), (input, backend) => {
    const tagged = findTagged(input.resourceArn, backend);
    tagged.tags = Object.fromEntries(
      Object.entries(tagged.tags).filter(([key]) => !input.tagKeys.includes(key)),
    );
    return {};
  }),
];

function findTagged(resourceArn: string, { monitors, scopes }: Backend): { tags: Record<string, string> } {
  const tagged = [...monitors.values(), ...scopes.values()].find(
    (candidate) => candidate.arn === resourceArn,
  );
  if (!tagged) throw notFound(`Resource ${resourceArn} was not found.`);
  return tagged;
}
