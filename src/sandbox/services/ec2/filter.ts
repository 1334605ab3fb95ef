import type { Form } from '../../wire/form.ts';
import { ServiceError } from '../../wire/service-error.ts';
import type { XmlRecord } from '../../wire/xml.ts';
import type { Filters, FilterValue } from './resource.ts';
import { isTags, type Tag } from './tags.ts';

/* https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Filtering.html */

export interface Filter {
  name: string;
  values: string[];
}

export function readFilters(form: Form | undefined): Filter[] {
  if (!Array.isArray(form)) return [];
  return form.map((filter) => {
    const { Name, Value } = typeof filter === 'object' && !Array.isArray(filter) ? filter : {};
    if (typeof Name !== 'string') throw new ServiceError('InvalidParameterValue', 'The filter has no name');
    const values = Array.isArray(Value) ? Value.filter((value) => typeof value === 'string') : [];
    return { name: Name, values };
  });
}

/** An item stays if it matches every filter; it matches a filter with any of its values. */
export function applyFilters<T extends XmlRecord>(items: T[], known: Filters<T>, filters: Filter[]): T[] {
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
