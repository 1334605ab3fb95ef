import { Document, visit } from 'yaml';
import { isUnprintable, replaceUnprintable } from '../model/unprintable.ts';
import { renderJson } from './json.ts';

/** Which other readers are to read the same: those of YAML 1.1 take `yes`, `on` and 2010-09-09 for no text. */
interface Readers {
  old?: boolean;
}

/**
 * Through JSON, so that both formats say the same: no undefined, no classes. What a terminal would obey or hide can be
 * escaped in double quotes only (YAML 1.2.2, 5.7).
 */
export function renderYaml(document: unknown, { old = false }: Readers = {}): string {
  const yaml = new Document(JSON.parse(renderJson(document)), old ? { compat: 'yaml-1.1' } : {});
  visit(yaml, {
    Scalar: (_, node) => {
      const { value } = node;
      if (typeof value !== 'string') return;
      if (isUnprintable(value.replaceAll('\n', ''))) node.type = 'QUOTE_DOUBLE';
      // A type of its own in YAML 1.1, which the library leaves bare; PyYAML stops at it.
      if (old && value === '=') node.type = 'QUOTE_DOUBLE';
    },
  });
  const text = yaml.toString({ lineWidth: 0, doubleQuotedMinMultiLineLength: Number.POSITIVE_INFINITY });
  return replaceUnprintable(text, (character) => (character === '\n' ? character : escaped(character)));
}

function escaped(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
