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
