import { queryRefusal } from './wire/query.ts';
import { respond, type Service, type ServiceContext, ServiceError } from './wire/service.ts';

/** All services share one endpoint: the signature's credential scope says which one is meant. */
export function dispatcher(
  services: Service[],
  contextOf: (service: string) => ServiceContext,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const authorization = request.headers.get('authorization');
    if (!authorization) {
      return refuse(request, 'MissingAuthenticationToken', 'Missing Authentication Token', 403);
    }
    // AKID/date/region/service/aws4_request; SigV4a leaves out the Region.
    const name = /Credential=[^,]*\/([^/,]+)\/aws4_request/.exec(authorization)?.[1];
    if (!name) {
      return refuse(
        request,
        'IncompleteSignature',
        'The Authorization header is not an AWS Signature V4.',
        400,
      );
    }
    const service = services.find((candidate) => candidate.name === name);
    if (!service) {
      const known = services.map((candidate) => candidate.name).join(', ');
      return refuse(
        request,
        'NotImplemented',
        `The nfm sandbox has no service '${name}'; it has ${known}.`,
        501,
      );
    }
    return service.handle(request, contextOf(name));
  };
}

/** Whoever asks these signs for us-east-1, wherever he is. */
const GLOBAL = new Set(['health', 'iam', 'organizations']);

/** The Region that the request was signed for; undefined where the signature names none that counts. */
export function regionOf(request: Request): string | undefined {
  const scope = /Credential=[^,/]*\/\d{8}\/([^/,]+)\/([^/,]+)\/aws4_request/;
  const [, region, service] = scope.exec(request.headers.get('authorization') ?? '') ?? [];
  return GLOBAL.has(service ?? '') ? undefined : region;
}

/** The account whose role was assumed for the keys that the request is signed with; undefined for any other keys. */
export function accountOf(request: Request): string | undefined {
  return /Credential=ASIANFM0(\d{12})\//.exec(request.headers.get('authorization') ?? '')?.[1];
}

/** The ID of such a key: the sandbox remembers nobody. */
export function accessKeyFor(accountId: string): string {
  return `ASIANFM0${accountId}`;
}

/** A bug of the sandbox, as AWS words one of its own. */
export function internalFailure(request: Request, error: Error): Response {
  return refuse(request, 'InternalFailure', `The nfm sandbox failed: ${error.message}`, 500);
}

/** Outside a service its protocol is not known; forms are answered in XML, all else in JSON. */
export function refuse(request: Request, code: string, message: string, status: number): Response {
  if (request.headers.get('content-type')?.startsWith('application/x-www-form-urlencoded')) {
    return queryRefusal('', new ServiceError(code, message, status));
  }
  return respond(status, 'application/json', JSON.stringify({ __type: code, message }), {
    'x-amzn-errortype': code,
  });
}

/** With any port: what listens on loopback may be reached through a tunnel. */
export function isLoopback(host: string | undefined): boolean {
  return /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(host ?? '');
}
