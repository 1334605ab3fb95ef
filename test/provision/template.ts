import { loadAwsServiceSpec } from '@aws-cdk/aws-service-spec';

/* A template as CloudFormation's own schemas see it. */

export interface Template {
  Description: string;
  Metadata: { Notes: string[] };
  Rules?: object;
  Parameters?: Record<string, { Type: string; Default?: string; AllowedPattern?: string }>;
  Resources: Record<
    string,
    // biome-ignore lint/suspicious/noExplicitAny: what the properties are is what is checked
    { Type: string; DependsOn?: string | string[]; Properties: Record<string, any> }
  >;
}

type Database = Awaited<ReturnType<typeof loadAwsServiceSpec>>;
let loaded: Promise<Database> | undefined;

/** All that the schemas have against a template, a line each. */
export async function problemsOf(template: Template): Promise<string[]> {
  loaded ??= loadAwsServiceSpec();
  const db = await loaded;
  const ids = Object.keys(template.Resources);
  const known = new Set([...ids, ...Object.keys(template.Parameters ?? {})]);
  return ids.flatMap((id) => {
    const resource = template.Resources[id];
    if (!/^[A-Za-z0-9]{1,255}$/.test(id)) return [`${id}: no logical ID`];
    const type = db.lookup('resource', 'cloudFormationType', 'equals', resource?.Type ?? '')[0];
    if (!resource || !type) return [`${id}: no type ${resource?.Type}`];
    const needs = [resource.DependsOn ?? []].flat();
    return [
      ...needs
        .filter((need) => !ids.includes(need))
        .map((need) => `${id}: depends on ${need}, which is not there`),
      ...propertyProblems(db, type.properties, resource.Properties, id),
      ...references(resource.Properties).flatMap(([target, attribute]) => {
        if (target.startsWith('AWS::')) return [];
        if (!known.has(target)) return [`${id}: no ${target}`];
        if (attribute === undefined) return [];
        const other = db.lookup(
          'resource',
          'cloudFormationType',
          'equals',
          template.Resources[target]?.Type ?? '',
        )[0];
        return other && attribute in other.attributes ? [] : [`${id}: ${target} has no ${attribute}`];
      }),
    ];
  });
}

type Properties = Readonly<Record<string, { type: PropertyType; required?: boolean }>>;
type PropertyType = ReturnType<typeof JSON.parse>;

function propertyProblems(db: Database, schema: Properties, given: object, at: string): string[] {
  const missing = Object.entries(schema)
    .filter(([name, property]) => property.required && !(name in given))
    .map(([name]) => `${at}: ${name} is required`);
  return [
    ...missing,
    ...Object.entries(given).flatMap(([name, value]) => {
      const property = schema[name];
      return property
        ? valueProblems(db, property.type, value, `${at}.${name}`)
        : [`${at}: no property ${name}`];
    }),
  ];
}

function valueProblems(db: Database, type: PropertyType, value: unknown, at: string): string[] {
  if (isFunction(value)) return [];
  const wrong = [`${at}: ${JSON.stringify(value)} is no ${type.type}`];
  switch (type.type) {
    case 'string': {
      if (typeof value !== 'string') return wrong;
      const { allowedValues } = type;
      return allowedValues && !allowedValues.includes(value) ? [`${at}: '${value}' is not allowed`] : [];
    }
    case 'boolean':
      return typeof value === 'boolean' ? [] : wrong;
    case 'integer':
      return Number.isInteger(value) ? [] : wrong;
    case 'number':
      return typeof value === 'number' ? [] : wrong;
    case 'json':
      return typeof value === 'object' || typeof value === 'string' ? [] : wrong;
    case 'array':
      return Array.isArray(value)
        ? value.flatMap((item, i) => valueProblems(db, type.element, item, `${at}[${i}]`))
        : wrong;
    case 'map':
      return typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.entries(value).flatMap(([key, item]) =>
            valueProblems(db, type.element, item, `${at}.${key}`),
          )
        : wrong;
    case 'tag': {
      const { Key, Value, ...rest } = value as Record<string, unknown>;
      const fits = typeof Key === 'string' && typeof Value === 'string' && Object.keys(rest).length === 0;
      return fits ? [] : wrong;
    }
    case 'union': {
      const each = type.types.map((one: PropertyType) => valueProblems(db, one, value, at));
      return each.some((problems: string[]) => problems.length === 0) ? [] : each[0];
    }
    case 'ref': {
      if (typeof value !== 'object' || value === null) return wrong;
      const definition = db.get('typeDefinition', type.reference.$ref);
      return propertyProblems(db, definition.properties as Properties, value, at);
    }
    default:
      return [`${at}: the test knows no type ${type.type}`];
  }
}

function isFunction(value: unknown): boolean {
  const [key, ...others] = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  return others.length === 0 && (key === 'Ref' || key?.startsWith('Fn::') === true);
}

/** Everything that is referred to, with the attribute that is asked for. */
function references(value: unknown): [target: string, attribute?: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inside]): [string, string?][] => {
    if (key === 'Ref') return [[String(inside)]];
    if (key === 'Fn::GetAtt') {
      const [target = '', attribute = ''] = Array.isArray(inside) ? inside : String(inside).split('.');
      return [[target, attribute]];
    }
    if (key === 'Fn::Sub') {
      const text = Array.isArray(inside) ? inside[0] : String(inside);
      return [...text.matchAll(/\$\{([^!}.]+)(?:\.([^}]+))?\}/g)].map(([, target, attribute]) => [
        target,
        attribute,
      ]);
    }
    return references(inside);
  });
}
