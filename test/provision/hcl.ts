import { createRequire } from 'node:module';

/* HashiCorp's own parser of HCL, compiled to WebAssembly. Without its types: they bring a browser's into all tests. */

const require = createRequire(import.meta.url);
const { parse } = require('@cdktn/hcl2json') as {
  parse(filename: string, text: string): Promise<HclFile>;
};

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

export function resourcesIn(file: HclFile): { address: string; body: Record<string, unknown> }[] {
  return Object.entries(file.resource).flatMap(([type, byName]) =>
    Object.entries(byName).map(([name, [body = {}]]) => ({ address: `${type}.${name}`, body })),
  );
}
