import { stringify } from 'yaml';
import { renderJson } from './json.ts';

/** Through JSON, so that both formats say the same: no undefined, no classes. */
export function renderYaml(document: unknown): string {
  return stringify(JSON.parse(renderJson(document)), { lineWidth: 0 });
}
