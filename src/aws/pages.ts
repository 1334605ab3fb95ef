import { RefusedError } from '../model/errors.ts';
import { type Aws, ask } from './aws.ts';

/** A page of any service: each has its own name for where the next one begins. */
interface Page {
  nextToken?: string | undefined;
  NextToken?: string | undefined;
}

/** Asks for all pages of a list, in one. A token that comes again would lead round for ever, so it ends the call. */
export function askAll<P extends object, T>(
  aws: Aws,
  action: string,
  pages: (options: { abortSignal: AbortSignal }) => AsyncIterable<P>,
  itemsOf: (page: P) => readonly T[] | undefined,
): Promise<T[]> {
  return ask(aws, action, async (options) => {
    const items: T[] = [];
    const seen = new Set<string>();
    for await (const page of pages(options)) {
      items.push(...(itemsOf(page) ?? []));
      const { nextToken, NextToken } = page as Page;
      const token = nextToken ?? NextToken;
      if (token && seen.has(token)) throw pagingLoop(action);
      if (token) seen.add(token);
    }
    return items;
  });
}

function pagingLoop(action: string): RefusedError {
  return new RefusedError('paging-loop', `AWS gave the same page of ${action} again: its list has no end.`, {
    action,
    hint: 'Try again; if it stays, show this message to AWS Support.',
  });
}
