import { invalid } from './errors.ts';

/**
 * One page of a list. The token is opaque to clients; `listName` ties it to the list that it was given out for.
 */
export function page<T>(
  listName: string,
  items: T[],
  size: number,
  token: string | undefined,
): { items: T[]; nextToken: string | undefined } {
  const from = token === undefined ? 0 : offsetOf(listName, token);
  const to = from + size;
  return {
    items: items.slice(from, to),
    nextToken: to < items.length ? Buffer.from(`${listName}:${to}`).toString('base64url') : undefined,
  };
}

function offsetOf(listName: string, token: string): number {
  const text = Buffer.from(token, 'base64url').toString();
  const offset = text.startsWith(`${listName}:`) ? text.slice(listName.length + 1) : '';
  if (!/^\d+$/.test(offset)) throw invalid('The provided nextToken is invalid.');
  return Number(offset);
}
