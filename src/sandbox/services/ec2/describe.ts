import { type Form, formTree } from '../../wire/form.ts';
import { type Page, takePage } from '../../wire/page.ts';
import { ServiceError } from '../../wire/service-error.ts';
import type { XmlRecord } from '../../wire/xml.ts';
import type { World } from '../../world.ts';
import { applyFilters, readFilters } from './filter.ts';
import type { Resource, Selector } from './resource.ts';

/** Bounds of MaxResults (botocore ec2/2016-11-15; EC2 clamps nothing, it refuses). */
const MIN_PAGE = 5;
const MAX_PAGE = 1000;

/** The one shape of every Describe operation: pick by ID, filter, cut a page. */
export function describe<T extends XmlRecord>(
  resource: Resource<T>,
  parameters: URLSearchParams,
  world: World,
): XmlRecord {
  if (parameters.get('DryRun') === 'true')
    throw new ServiceError('DryRunOperation', 'Request would have succeeded, but DryRun flag is set.', 412);
  const form = formTree(parameters);
  const selected = resource.selectors.reduce(
    (items, selector) => select(items, selector, strings(form[selector.parameter])),
    resource.items(world, parameters),
  );
  const filtered = applyFilters(selected, resource.filters, readFilters(form.Filter));
  const { items, nextToken } = pageOf(filtered, resource, form);
  return { [resource.list]: items.map((item) => resource.wrap?.(item) ?? item), nextToken };
}

function select<T>(items: T[], { of, refuse }: Selector<T>, wanted: string[]): T[] {
  if (wanted.length === 0) return items;
  const known = new Set(items.map(of));
  const unknown = wanted.filter((id) => !known.has(id));
  if (unknown.length > 0) throw refuse(unknown);
  return items.filter((item) => wanted.includes(of(item)));
}

function strings(form: Form | undefined): string[] {
  return Array.isArray(form) ? form.filter((value) => typeof value === 'string') : [];
}

function pageOf<T extends XmlRecord>(
  items: T[],
  { paging, selectors }: Resource<T>,
  form: Record<string, Form>,
): Page<T> {
  const { MaxResults, NextToken } = form;
  if (!paging) return { items, nextToken: undefined };
  const [selector] = selectors;
  if (MaxResults !== undefined && paging.excludesIds && selector && form[selector.parameter] !== undefined)
    throw new ServiceError(
      'InvalidParameterCombination',
      `The parameter ${selector.parameter} cannot be used with the parameter MaxResults`,
    );
  const token = typeof NextToken === 'string' ? NextToken : undefined;
  return takePage(items, pageSize(MaxResults), token, badToken);
}

function pageSize(value: Form | undefined): number {
  if (value === undefined) return MAX_PAGE;
  const size = Number(value);
  const problem = !Number.isInteger(size)
    ? 'Expecting an integer.'
    : size < MIN_PAGE
      ? `Expecting a value greater than ${MIN_PAGE}.`
      : size > MAX_PAGE && `Expecting a value less than ${MAX_PAGE}.`;
  if (!problem) return size;
  const message = `Value ( ${String(value)} ) for parameter maxResults is invalid. ${problem}`;
  throw new ServiceError('InvalidParameterValue', message);
}

function badToken(): ServiceError {
  return new ServiceError('InvalidParameterValue', 'Unable to parse pagination token');
}
