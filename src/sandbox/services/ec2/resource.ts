import type { ServiceError } from '../../wire/service-error.ts';
import type { XmlRecord } from '../../wire/xml.ts';
import type { World } from '../../world.ts';

export type FilterValue = string | number | boolean;

/** What a filter looks at. Absent or empty matches nothing. */
export type Filters<T> = Record<string, (item: T) => FilterValue | FilterValue[] | undefined>;

/** A parameter that picks items by ID or name, and what EC2 says of those that do not exist. */
export interface Selector<T> {
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
