import * as z from 'zod';
import { type Case, caseSchema } from '../../src/model/case.ts';

/*
 * A case with a text of one's own in whatever field may hold text, found by walking the schema: a field that is new
 * there is in it.
 */

const INSTANT = '2026-11-21T11:50:00Z';

type Definition = {
  type: string;
  format?: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  innerType?: z.ZodType;
  valueType?: z.ZodType;
  entries?: Record<string, string>;
  values?: unknown[];
};

interface Filling {
  /** The text for a field, of which this is the path and the text in it. */
  put(path: string, text: string): string;
  /** Whether what is absent here is made. */
  wanted(path: string): boolean;
}

function filled(schema: z.ZodType, value: unknown, path: string, filling: Filling): unknown {
  const { put, wanted } = filling;
  const definition = schema._zod.def as unknown as Definition;
  const { type, format, shape, element, innerType, valueType, entries, values } = definition;
  switch (type) {
    case 'optional':
    case 'nullable': {
      if ((value ?? null) === null && !wanted(path)) return type === 'nullable' ? null : undefined;
      return filled(innerType ?? z.never(), value ?? undefined, path, filling);
    }
    case 'object': {
      const known = (value ?? {}) as Record<string, unknown>;
      const members = Object.entries(shape ?? {}).map(([key, inner]) => [
        key,
        filled(inner, known[key], path === '' ? key : `${path}.${key}`, filling),
      ]);
      return Object.fromEntries(members.filter(([, inner]) => inner !== undefined));
    }
    case 'array': {
      const known = (value ?? []) as unknown[];
      const items = known.length === 0 && wanted(`${path}[]`) ? [undefined, undefined] : known;
      return items.map((item) => filled(element ?? z.never(), item, `${path}[]`, filling));
    }
    case 'record': {
      const known = Object.entries((value ?? {}) as Record<string, unknown>);
      const members = known.length === 0 && wanted(`${path}{}`) ? [['key', undefined] as const] : known;
      return Object.fromEntries(
        members.map(([key, inner]) => [
          put(`${path}{}`, key),
          filled(valueType ?? z.never(), inner, `${path}.{}`, filling),
        ]),
      );
    }
    case 'string':
      return format === 'datetime' ? (value ?? INSTANT) : put(path, (value as string | undefined) ?? 'x');
    case 'unknown':
      return put(path, typeof value === 'string' ? value : 'x');
    case 'number':
      return value ?? 1;
    case 'boolean':
      return value ?? true;
    case 'enum':
      return value ?? Object.values(entries ?? {})[0];
    case 'literal':
      return value ?? values?.[0];
    default:
      throw new Error(`What is a ${type}, at ${path}?`);
  }
}

/** Of every field that may hold text, as `flows[].local.podName`. */
export function textPaths(): string[] {
  const paths = new Set<string>();
  const put = (path: string, text: string) => {
    paths.add(path);
    return text;
  };
  filled(caseSchema, undefined, '', { put, wanted: () => true });
  return [...paths];
}

/** The case with another text in each field, or in those that are chosen; what is absent on the way to them is made. */
export function withText(
  data: Case,
  text: (was: string) => string,
  chosen: (path: string) => boolean = () => true,
): Case {
  const targets = textPaths().filter(chosen);
  return filled(caseSchema, data, '', {
    put: (path, was) => (chosen(path) ? text(was) : was),
    wanted: (path) => targets.some((target) => target === path || isBelow(target, path)),
  }) as Case;
}

function isBelow(target: string, path: string): boolean {
  return target.startsWith(path) && /^[.[{]/.test(target.slice(path.length));
}
