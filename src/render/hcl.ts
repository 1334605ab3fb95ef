import { replaceUnprintable } from '../model/unprintable.ts';
import { sanitize } from './sanitize.ts';

/* Terraform's language, laid out as 'terraform fmt' does. https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md */

/** An expression that is written as it is: a reference, never text of others. */
export interface Expression {
  raw: string;
}

export type Value =
  | string
  | number
  | boolean
  | null
  | Expression
  | readonly Value[]
  | { [key: string]: Value };

export interface Block {
  /** 'resource', then its labels. */
  type: readonly string[];
  /** Attributes by name, and blocks, in their order. */
  body: readonly (Block | readonly [name: string, value: Value])[];
}

export function renderHcl(comments: readonly string[], blocks: readonly Block[]): string {
  const head = comments.map((line) => (line === '' ? '#\n' : `# ${sanitize(line)}\n`)).join('');
  return [...(head ? [head] : []), ...blocks.map((block) => `${blockText(block, '')}\n`)].join('\n');
}

const STEP = '  ';

function blockText({ type: [keyword = '', ...labels], body }: Block, indent: string): string {
  const head = [keyword, ...labels.map((label) => quoted(label))].join(' ');
  const inner = `${indent}${STEP}`;
  const parts: string[] = [];
  let attributes: (readonly [string, Value])[] = [];
  const flush = () => {
    if (attributes.length > 0) parts.push(attributesText(attributes, inner));
    attributes = [];
  };
  for (const part of body) {
    if ('type' in part) {
      flush();
      parts.push(`${inner}${blockText(part, inner)}`);
    } else attributes.push(part);
  }
  flush();
  return parts.length === 0 ? `${head} {}` : `${head} {\n${parts.join('\n\n')}\n${indent}}`;
}

/** A run of attributes of one line each has its signs of equality below each other. */
function attributesText(attributes: readonly (readonly [string, Value])[], indent: string): string {
  const written = attributes.map(([name, value]) => ({ name, text: valueText(value, indent) }));
  let lines = '';
  for (let at = 0; at < written.length; ) {
    const first = written[at];
    if (first?.text.includes('\n')) {
      lines += `${indent}${first.name} = ${first.text}\n`;
      at++;
      continue;
    }
    const end = written.findIndex(({ text }, i) => i > at && text.includes('\n'));
    const run = written.slice(at, end < 0 ? undefined : end);
    const width = Math.max(...run.map(({ name }) => columns(name)));
    for (const { name, text } of run) {
      lines += `${indent}${name}${' '.repeat(width - columns(name))} = ${text}\n`;
    }
    at += run.length;
  }
  return lines.trimEnd();
}

const graphemes = new Intl.Segmenter();

/** As 'terraform fmt' counts them (hcl: hclwrite, Tokens.Columns). */
function columns(text: string): number {
  return [...graphemes.segment(text)].length;
}

const LINE = 100;

function valueText(value: Value, indent: string): string {
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (isExpression(value)) return value.raw;
  const inner = `${indent}${STEP}`;
  if (Array.isArray(value)) {
    const items = value.map((item) => valueText(item, inner));
    const line = `[${items.join(', ')}]`;
    if (line.length <= LINE && !line.includes('\n')) return line;
    return `[\n${items.map((item) => `${inner}${item},\n`).join('')}${indent}]`;
  }
  const pairs = Object.entries(value);
  if (pairs.length === 0) return '{}';
  const keyed = pairs.map(([key, inside]) => [keyText(key), inside] as const);
  return `{\n${attributesText(keyed, inner)}\n${indent}}`;
}

function isExpression(value: object): value is Expression {
  return 'raw' in value;
}

function keyText(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_-]*$/.test(key) ? key : quoted(key);
}

/** A call of a function of Terraform's, such as jsonencode. */
export function call(name: string, value: Value, indent = STEP): Expression {
  return { raw: `${name}(${valueText(value, indent)})` };
}

/** Text and references in turn, as one string. */
export function template(parts: readonly (string | Expression)[]): Expression {
  const inside = parts.map((part) =>
    typeof part === 'string' ? beforeReference(escaped(part)) : `\${${part.raw}}`,
  );
  return { raw: `"${inside.join('')}"` };
}

/** A last '$' would make the reference behind it text. */
function beforeReference(text: string): string {
  return text.replace(/[$%]+$/, (run) => run.replace(/./g, byNumber));
}

function quoted(text: string): string {
  return `"${escaped(text)}"`;
}

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Nothing in it is a template any more, and nothing reaches a terminal that it would obey. */
function escaped(text: string): string {
  const plain = text.replace(/[\\"]/g, (c) => `\\${c}`).replace(/[$%](?=\{)/g, (c) => c + c);
  return replaceUnprintable(plain, (c) => SHORT[c] ?? byNumber(c));
}

function byNumber(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  // A half of a pair is no character: HCL has none.
  if (code >= 0xd800 && code <= 0xdfff) return '\\uFFFD';
  const hex = code.toString(16);
  return hex.length <= 4 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}
