import { compile, search } from '@jmespath-community/jmespath';
import { closest } from '../../model/closest.ts';
import { UsageError } from '../../model/errors.ts';
import { renderJson } from '../../render/json.ts';
import type { CommandSpec } from './spec.ts';

/* --query: JMESPath on the JSON document, as in the AWS CLI. */

type Expression = ReturnType<typeof compile>;

/** Words in backticks without quotes, as in [?State==`running`]: AWS's own pages write them so. */
const AS_THE_AWS_CLI = { enable_legacy_literals: true };

/** Before anything is asked: what is no expression, and a key that no document of the command has. */
export async function checkQuery(
  command: CommandSpec,
  query: string | undefined,
  output: string | undefined,
): Promise<void> {
  if (query === undefined) return;
  if (['csv', 'markdown', 'html', 'support', 'slack', 'prometheus'].includes(output ?? '')) {
    throw new UsageError('query-without-columns', `--query leaves no columns for ${output}.`, {
      hint: 'Use -o json, ndjson, yaml or text with --query; or --columns and --sort without it.',
    });
  }
  const expression = parsed(query);
  const printed = command.documents.filter((document) => !document.toFile);
  const { jsonSchemaOf } = await import('./schemas.ts');
  const [first, ...others] = printed.map(({ name }) => flawOf(expression, jsonSchemaOf(name) as Shape));
  // What is printed depends on more than the options; one that has the key is enough.
  if (first && others.every((flaw) => flaw !== null)) throw first;
}

function parsed(query: string): Expression {
  try {
    return compile(query, AS_THE_AWS_CLI);
  } catch (error) {
    throw badQuery(error);
  }
}

function badQuery(error: unknown): UsageError {
  return new UsageError('bad-query', `--query is not a JMESPath expression: ${(error as Error).message}.`, {
    hint: "For example: --query 'zones[].[az, retransmissions]' (jmespath.org).",
    cause: error,
  });
}

/** What is known of a value's form, as JSON Schema; undefined where nothing is. */
interface Shape {
  type?: string;
  properties?: Readonly<Record<string, Shape>>;
  additionalProperties?: Shape | boolean;
  items?: Shape;
  anyOf?: readonly Shape[];
  oneOf?: readonly Shape[];
}

type Known = Shape | undefined;

interface Node {
  type: string;
  name?: string;
  left?: Node;
  right?: Node;
  child?: Node;
  condition?: Node;
  value?: Node;
  children?: readonly Node[];
}

function flawOf(expression: Expression, document: Shape): UsageError | null {
  try {
    formOf(expression as unknown as Node, document);
    return null;
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
}

/** The form of what an expression gives; throws where it names a key that is not there. Functions may give anything. */
function formOf(node: Node | undefined, at: Known): Known {
  if (!node) return at;
  switch (node.type) {
    case 'Field':
      return fieldOf(at, node.name ?? '');
    case 'Current':
    case 'Identity':
      return at;
    case 'Subexpression':
    case 'Pipe':
      return formOf(node.right, formOf(node.left, at));
    case 'IndexExpression':
      return formOf(node.right, formOf(node.left, at));
    case 'Index':
      return itemOf(at);
    case 'Slice':
      return at;
    case 'Flatten': {
      const list = formOf(node.child, at);
      const item = itemOf(list);
      return isList(item) ? item : list;
    }
    case 'Projection':
      return listOf(formOf(node.right, itemOf(formOf(node.left, at))));
    case 'FilterProjection': {
      const item = itemOf(formOf(node.left, at));
      formOf(node.condition, item);
      return listOf(formOf(node.right, item));
    }
    case 'MultiSelectList':
      for (const child of node.children ?? []) formOf(child, at);
      return undefined;
    case 'MultiSelectHash':
      return {
        type: 'object',
        properties: Object.fromEntries(
          (node.children ?? []).map((pair) => [pair.name ?? '', formOf(pair.value, at) ?? {}]),
        ),
        additionalProperties: false,
      };
    case 'Comparator':
    case 'AndExpression':
    case 'OrExpression':
      formOf(node.left, at);
      formOf(node.right, at);
      return undefined;
    case 'NotExpression':
      formOf(node.child, at);
      return undefined;
    case 'Function':
      // What an expression reference (&key) reads is an item of another argument.
      for (const child of node.children ?? []) if (child.type !== 'ExpressionReference') formOf(child, at);
      return undefined;
    default:
      return undefined;
  }
}

function alternatives(shape: Shape): readonly Shape[] {
  const several = shape.anyOf ?? shape.oneOf;
  return several ? several.flatMap(alternatives) : [shape];
}

function oneOf(shapes: readonly Shape[]): Known {
  return shapes.length > 1 ? { anyOf: shapes } : shapes[0];
}

function isList(shape: Known): boolean {
  return shape !== undefined && alternatives(shape).some(({ type }) => type === 'array');
}

function listOf(items: Known): Known {
  return items && { type: 'array', items };
}

function itemOf(shape: Known): Known {
  if (!shape) return undefined;
  return oneOf(alternatives(shape).flatMap(({ items }) => items ?? []));
}

function fieldOf(shape: Known, name: string): Known {
  if (!shape) return undefined;
  const all = alternatives(shape);
  if (all.some(({ type }) => type === undefined)) return undefined;
  const objects = all.filter(({ type }) => type === 'object');
  const found = objects.flatMap(({ properties = {}, additionalProperties: rest }) => {
    const own = properties[name];
    if (own) return [own];
    return rest === undefined || rest === true ? [{}] : rest === false ? [] : [rest];
  });
  if (found.length > 0) return oneOf(found);
  if (objects.length === 0 && !isList(shape)) return undefined;
  throw unknownKey(
    name,
    objects.length === 0,
    Object.keys(Object.assign({}, ...objects.map((o) => o.properties))),
  );
}

function unknownKey(name: string, ofList: boolean, keys: readonly string[]): UsageError {
  if (ofList) {
    return new UsageError('unknown-key', `--query reads '${name}' of a list, which has no keys.`, {
      hint: `Put [] behind the list, to read it of each: …[].${name}`,
    });
  }
  const near = closest(name, keys);
  return new UsageError(
    'unknown-key',
    `--query names a key that the document does not have there: '${name}'.`,
    {
      hint: near ? `Did you mean '${near}'?` : `Keys: ${keys.join(', ')}.`,
    },
  );
}

/** What a query leaves has no columns any more. */
export async function queried(document: unknown, query: string, output: string): Promise<string> {
  const value = found(document, query);
  if (output === 'text') return text(value);
  if (output === 'yaml') return (await import('../../render/yaml.ts')).renderYaml(value);
  if (output === 'ndjson')
    return (Array.isArray(value) ? value : [value]).map((v) => renderJson(v, 0)).join('');
  return renderJson(value);
}

function found(document: unknown, query: string): unknown {
  try {
    return search(document as Parameters<typeof search>[0], query, AS_THE_AWS_CLI);
  } catch (error) {
    throw badQuery(error);
  }
}

/** As the AWS CLI's text: a scalar is bare, a list of scalars one line, each list or object in a list a line of its own. */
function text(value: unknown): string {
  return textLines(value)
    .map((line) => `${line}\n`)
    .join('');
}

function textLines(value: unknown): string[] {
  if (!isNested(value)) return [scalar(value)];
  const parts = Array.isArray(value)
    ? value
    : Object.entries(value as object)
        .sort()
        .map(([, part]) => part);
  const own = parts.filter((part) => !isNested(part)).map(scalar);
  return [...(own.length > 0 ? [own.join('\t')] : []), ...parts.filter(isNested).flatMap(textLines)];
}

function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

/** None, as Python calls null: what is unknown is no empty field. */
function scalar(value: unknown): string {
  return value === null || value === undefined ? 'None' : String(value).replace(/[\t\n\r]+/g, ' ');
}
