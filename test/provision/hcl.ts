import { createRequire } from 'node:module';

/* HashiCorp's own parser of HCL, compiled to WebAssembly. Without its types: they bring a browser's into all tests. */

const require = createRequire(import.meta.url);
const { parse, getExpressionAst } = require('@cdktn/hcl2json') as {
  parse(filename: string, text: string): Promise<HclFile>;
  getExpressionAst(filename: string, expression: string): Promise<Tree>;
};

interface Tree {
  type: string;
  meta: { value: string };
  children: Tree[];
}

type Bodies = Record<string, Record<string, unknown>[]>;

export interface HclFile {
  resource: Record<string, Bodies>;
  import?: { to: string; id: string }[];
  variable?: Bodies;
}

/** Strings come as they were written, templates and all. Throws where it is no HCL. */
export function readHcl(text: string): Promise<HclFile> {
  return parse('main.tf', text);
}

/** What a string with references comes to, piece by piece: text as it is evaluated, a reference as { raw }. */
export async function readTemplate(expression: string): Promise<(string | { raw: string })[]> {
  const tree = await getExpressionAst('main.tf', expression);
  const pieces: (string | { raw: string })[] = [];
  for (const { type, meta } of tree.type === 'literalValue' ? [tree] : tree.children) {
    if (type === 'scopeTraversal') pieces.push({ raw: meta.value });
    else {
      if (type !== 'literalValue') throw new Error(`neither text nor a reference: ${type}`);
      const { a } = (await parse('main.tf', `a = "${meta.value}"\n`)) as unknown as { a: string };
      const last = pieces.at(-1);
      const text = (typeof last === 'string' ? pieces.pop() : '') + literal(a);
      pieces.push(text);
    }
  }
  return pieces;
}

/** What a string that was read comes to: the parser gives the beginnings of templates in it back as they were escaped. */
export function literal(text: unknown): string {
  return String(text).replace(/([$%])\1(?=\{)/g, '$1');
}

export function resourcesIn(file: HclFile): { address: string; body: Record<string, unknown> }[] {
  return Object.entries(file.resource).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, [body = {}]]) => ({ address: `${type}.${name}`, body })),
  );
}
