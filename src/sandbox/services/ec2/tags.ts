import type { XmlValue } from '../../wire/xml.ts';

export type Tag = { key: string; value: string };

export function nameTag(name: string): Tag[] {
  return [{ key: 'Name', value: name }];
}

export function isTags(value: XmlValue | undefined): value is Tag[] {
  return Array.isArray(value);
}
