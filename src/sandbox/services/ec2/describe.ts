import { type Page, takePage } from '../../wire/ids.ts';
import { type Form, formTree, type XmlRecord, type XmlValue } from '../../wire/query.ts';
import { ServiceError } from '../../wire/service.ts';
import type { World } from '../../world/world.ts';

export type Tag = { key: string; value: string };

export function nameTag(name: string): Tag[] {
  return [{ key: 'Name', value: name }];
}

function isTags(value: XmlValue | undefined): value is Tag[] {
  return Array.isArray(value);
}

type FilterValue = string | number | boolean;

/** What a filter looks at. Absent or empty matches nothing. */
type Filters<T> = Record<string, (item: T) => FilterValue | FilterValue[] | undefined>;

/** A parameter that picks items by ID or name, and what EC2 says of those that do not exist. */
interface Selector<T> {
  parameter: string;
  of(item: T): string;
  refuse(unknown: string[]): ServiceError;
}

/** All that differs from one Describe operation to the next. */
export interface Resource<T extends XmlRecord> {
  /** Element that holds the list. */
  list: string;
  items(world: World, parameters: URLSearchParams): T[];
  selectors: Selector<T>[];
  filters: Filters<T>;
  /** Present if the operation pages. `excludesIds`: EC2 refuses MaxResults beside IDs. */
  paging?: { excludesIds: boolean };
  /** What the list holds, when it is not the item itself. */
  wrap?(item: T): XmlRecord;
}

/**
 * What EC2 says of IDs that do not exist. The codes are spelled out because their case follows no rule.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
 */
interface IdWords {
  parameter: string;
  prefix: string;
  noun: string;
  notFound: string;
  malformed: string;
}

export function byId<T>(
  { parameter, prefix, noun, notFound, malformed }: IdWords,
  of: (item: T) => string,
): Selector<T> {
  const form = new RegExp(`^${prefix}-([0-9a-f]{8}|[0-9a-f]{17})$`);
  return {
    parameter,
    of,
    refuse(unknown) {
      const bad = unknown.find((id) => !form.test(id));
      if (bad !== undefined)
        return new ServiceError(malformed, `Invalid id: "${bad}" (expecting "${prefix}-...")`);
      const [plural, verb] = unknown.length > 1 ? ['s', 'do'] : ['', 'does'];
      return new ServiceError(notFound, `The ${noun} ID${plural} '${unknown.join(', ')}' ${verb} not exist`);
    },
  };
}

export function byName<T>(parameter: string, what: string, of: (item: T) => string): Selector<T> {
  const refuse = (unknown: string[]) =>
    new ServiceError('InvalidParameterValue', `Invalid ${what}: [${unknown.join(', ')}]`);
  return { parameter, of, refuse };
}

/* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */

interface Filter {
  name: string;
  values: string[];
}

function readFilters(form: Form | undefined): Filter[] {
  if (!Array.isArray(form)) return [];
  return form.map((filter) => {
    const { Name, Value } = typeof filter === 'object' && !Array.isArray(filter) ? filter : {};
    if (typeof Name !== 'string') throw new ServiceError('InvalidParameterValue', 'The filter has no name');
    const values = Array.isArray(Value) ? Value.filter((value) => typeof value === 'string') : [];
    return { name: Name, values };
  });
}

/** An item stays if it matches every filter; it matches a filter with any of its values. */
function applyFilters<T extends XmlRecord>(items: T[], known: Filters<T>, filters: Filter[]): T[] {
  return filters.reduce((left, { name, values }) => {
    const read = reader(known, name);
    const patterns = values.map(toPattern);
    return left.filter((item) =>
      [read(item) ?? []].flat().some((value) => patterns.some((pattern) => pattern.test(String(value)))),
    );
  }, items);
}

function reader<T extends XmlRecord>(
  known: Filters<T>,
  name: string,
): (item: T) => FilterValue | FilterValue[] | undefined {
  const filter = Object.hasOwn(known, name) ? known[name] : undefined;
  if (filter) return filter;
  if (name === 'tag-key') return (item) => tagsOf(item).map(({ key }) => key);
  if (name.startsWith('tag:')) {
    const wanted = name.slice('tag:'.length);
    return (item) => tagsOf(item).flatMap(({ key, value }) => (key === wanted ? [value] : []));
  }
  throw new ServiceError('InvalidParameterValue', `The filter '${name}' is invalid`);
}

function tagsOf(item: XmlRecord): Tag[] {
  return isTags(item.tagSet) ? item.tagSet : [];
}

/** `*` stands for any characters, `?` for one, a backslash for the next character itself. */
function toPattern(value: string): RegExp {
  const source = value.replace(/\\?[\s\S]/g, (token) => {
    if (token === '*') return '.*';
    if (token === '?') return '.';
    return (token.length > 1 ? token.slice(1) : token).replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  });
  return new RegExp(`^${source}$`, 's');
}

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
