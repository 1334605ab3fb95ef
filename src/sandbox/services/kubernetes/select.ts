import type { JsonValue } from '../../wire/json.ts';
import type { KubernetesObject } from './kinds.ts';
import { badRequest } from './refusals.ts';

/* Label and field selectors, as far as kubectl and clients that read use them. */

export function selects(labelSelector: string, fieldSelector: string): (object: KubernetesObject) => boolean {
  const labels = split(labelSelector).map(labelTest);
  const fields = split(fieldSelector).map(fieldTest);
  return (object) => [...labels, ...fields].every((test) => test(object));
}

/** At the commas that are in no parentheses. */
function split(selector: string): string[] {
  return selector.split(/,(?![^(]*\))/).filter((term) => term.trim() !== '');
}

type Test = (object: KubernetesObject) => boolean;

function labelTest(term: string): Test {
  const of = (name: string) => (object: KubernetesObject) => object.metadata.labels?.[name];
  const set = /^\s*(\S+)\s+(in|notin)\s+\(([^)]*)\)\s*$/.exec(term);
  if (set) {
    const [, name = '', operator, list = ''] = set;
    const values = list.split(',').map((value) => value.trim());
    return (object) => values.includes(of(name)(object) ?? '') === (operator === 'in');
  }
  const equal = /^\s*([^\s=!]+)\s*(==|=|!=)\s*([^\s=]*)\s*$/.exec(term);
  if (equal) {
    const [, name = '', operator, value] = equal;
    return (object) => (of(name)(object) === value) === (operator !== '!=');
  }
  const [, not, name = ''] = /^\s*(!?)\s*([^\s=!]+)\s*$/.exec(term) ?? [];
  if (name === '') throw badRequest(`unable to parse requirement: ${term}`);
  return (object) => (of(name)(object) === undefined) === (not === '!');
}

function fieldTest(term: string): Test {
  const [, path, operator, value] = /^\s*([^\s=!]+)\s*(==|=|!=)\s*(\S*)\s*$/.exec(term) ?? [];
  if (path === undefined) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
  return (object) => (String(member(object, path) ?? '') === value) === (operator !== '!=');
}

function member(object: KubernetesObject, path: string): JsonValue {
  return path
    .split('.')
    .reduce<JsonValue>(
      (value, name) =>
        typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
          ? value[name]
          : undefined,
      object,
    );
}
