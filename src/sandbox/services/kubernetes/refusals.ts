import type { Kind } from './kinds.ts';

/** A refusal of the Kubernetes API: an object of kind Status. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: object;

  constructor(code: number, reason: string, message: string, details: object = {}) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }
}

export const unauthorized = () => new Refusal(401, 'Unauthorized', 'Unauthorized');

export const badRequest = (message: string) => new Refusal(400, 'BadRequest', message);

export function forbidden(
  user: string,
  verb: string,
  { plural, group }: Pick<Kind, 'plural' | 'group'>,
  subresource: string,
  namespace: string | undefined,
  name: string | undefined,
): Refusal {
  const resource = subresource ? `${plural}/${subresource}` : plural;
  const where = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const what = `${qualified({ plural, group })}${name === undefined ? '' : ` "${name}"`}`;
  return new Refusal(
    403,
    'Forbidden',
    `${what} is forbidden: User "${user}" cannot ${verb} resource "${resource}" in API group "${group}" ${where}`,
    { ...(name === undefined ? {} : { name }), ...(group === '' ? {} : { group }), kind: plural },
  );
}

export function notFound({ plural, group }: Pick<Kind, 'plural' | 'group'>, name: string): Refusal {
  return new Refusal(404, 'NotFound', `${qualified({ plural, group })} "${name}" not found`, {
    name,
    ...(group === '' ? {} : { group }),
    kind: plural,
  });
}

export const noSuchPath = () =>
  new Refusal(404, 'NotFound', 'the server could not find the requested resource');

export const notAllowed = () =>
  new Refusal(405, 'MethodNotAllowed', 'the server does not allow this method on the requested resource');

function qualified({ plural, group }: Pick<Kind, 'plural' | 'group'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}

export function toStatus({ code, reason, message, details }: Refusal) {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    reason,
    details,
    code,
  };
}
