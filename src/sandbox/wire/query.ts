import { randomUUID } from 'node:crypto';
import { XMLBuilder } from 'fast-xml-parser';
import {
  asServiceError,
  findOperation,
  type Operation,
  perform,
  respond,
  type Service,
  type ServiceError,
} from './service.ts';

/*
 * The query protocols' input: flat keys such as `Filter.1.Value.2` or
 * `MetricDataQueries.member.1.MetricStat.Period`, made a tree again.
 * https://smithy.io/2.0/aws/protocols/aws-query-protocol.html
 */

export type Form = string | Form[] | { [name: string]: Form };

/** Reads the parameters of a query-protocol request: from the body, or from the URL of a GET. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  return request.method === 'GET'
    ? new URL(request.url).searchParams
    : new URLSearchParams(await request.text());
}

interface Branch {
  value?: string;
  children: Map<string, Branch>;
}

export function formTree(parameters: URLSearchParams): Record<string, Form> {
  const root: Branch = { children: new Map() };
  for (const [key, value] of parameters) branchAt(root, key.split('.')).value = value;
  return Object.fromEntries([...root.children].map(([name, branch]) => [name, toForm(branch)]));
}

function branchAt(root: Branch, path: string[]): Branch {
  let branch = root;
  for (const name of path) {
    const child = branch.children.get(name) ?? { children: new Map() };
    branch.children.set(name, child);
    branch = child;
  }
  return branch;
}

function toForm({ value, children }: Branch): Form {
  if (children.size === 0) return value ?? '';
  const member = children.get('member');
  if (member && children.size === 1) return toForm(member);
  const names = [...children.keys()];
  if (names.every((name) => /^\d+$/.test(name)))
    return [...children].sort(([a], [b]) => Number(a) - Number(b)).map(([, branch]) => toForm(branch));
  return Object.fromEntries([...children].map(([name, branch]) => [name, toForm(branch)]));
}

export type XmlValue = string | number | boolean | Date | XmlValue[] | XmlRecord;
export interface XmlRecord {
  [name: string]: XmlValue | undefined;
}

/** How a protocol names the elements of a list: `member` in query, `item` in EC2's own dialect. */
type ListElement = 'member' | 'item';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });

export function toXml(
  root: string,
  xmlns: string | undefined,
  content: XmlRecord,
  list: ListElement,
): string {
  const attributes = xmlns === undefined ? {} : { '@xmlns': xmlns };
  const document = { [root]: { ...attributes, ...elements(content, list) } };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${builder.build(document)}`;
}

function elements(record: XmlRecord, list: ListElement): Record<string, unknown> {
  const present = Object.entries(record).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, element(value, list)] as const],
  );
  return Object.fromEntries(present);
}

function element(value: XmlValue, list: ListElement): unknown {
  if (Array.isArray(value)) return value.length ? { [list]: value.map((item) => element(item, list)) } : '';
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object') return elements(value, list);
  return String(value);
}

/* Answers of the AWS query protocol. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */

interface QueryService<Input> {
  name: string;
  title: string;
  xmlns: string;
  read: (parameters: URLSearchParams) => Input;
}

/** A service that speaks it. `title`: its name in AWS's words; `xmlns`: the namespace of its answers. */
export function queryService<Input>(
  { name, title, xmlns, read }: QueryService<Input>,
  operations: Record<string, Operation<Input, XmlRecord>>,
): Service {
  return {
    name,
    async handle(request, context) {
      const parameters = await readForm(request);
      const operation = parameters.get('Action') ?? '';
      try {
        const run = () => findOperation(title, operations, operation)(read(parameters), context);
        return queryAnswer(xmlns, operation, await perform(operation, context, run));
      } catch (error) {
        return queryRefusal(xmlns, asServiceError(error));
      }
    },
  };
}

export function queryAnswer(xmlns: string, operation: string, result: XmlRecord): Response {
  const requestId = randomUUID();
  const content = { [`${operation}Result`]: result, ResponseMetadata: { RequestId: requestId } };
  return respond(200, 'text/xml', toXml(`${operation}Response`, xmlns, content, 'member'), {}, requestId);
}

export function queryRefusal(xmlns: string, error: ServiceError): Response {
  const requestId = randomUUID();
  const content = {
    Error: { Type: faultOf(error), Code: error.code, Message: error.message },
    RequestId: requestId,
  };
  return respond(error.status, 'text/xml', toXml('ErrorResponse', xmlns, content, 'member'), {}, requestId);
}

/** Whose fault a refusal is, in the query protocol's words. */
export function faultOf({ status }: ServiceError): 'Sender' | 'Receiver' {
  return status < 500 ? 'Sender' : 'Receiver';
}
