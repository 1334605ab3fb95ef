import { XMLBuilder } from 'fast-xml-parser';

export type XmlValue = string | number | boolean | Date | XmlValue[] | XmlRecord;
export interface XmlRecord {
  [name: string]: XmlValue | undefined;
}

/** How a protocol names the elements of a list: `member` in query, `item` in EC2's own dialect. */
export type ListElement = 'member' | 'item';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

export function toXml(
  root: string,
  xmlns: string | undefined,
  content: XmlRecord,
  list: ListElement,
): string {
  const attributes = xmlns === undefined ? {} : { '@xmlns': xmlns };
  const document = { [root]: { ...attributes, ...elements(content, list) } };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document)}`;
}

function elements(record: XmlRecord, list: ListElement): Record<string, unknown> {
  const present = Object.entries(record).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, element(value, list)] as const],
  );
  return Object.fromEntries(present);
}

function element(value: XmlValue, list: ListElement): unknown {
  if (Array.isArray(value)) return value.length ? { [list]: value.map((item) => element(item, list)) } : '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return elements(value, list);
  return String(value);
}
