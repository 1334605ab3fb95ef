import { takePage } from '../wire/ids.ts';
import { type JsonValue, toJson } from '../wire/json.ts';
import {
  asServiceError,
  perform,
  respond,
  type Service,
  type ServiceContext,
  ServiceError,
  unknownOperation,
} from '../wire/service.ts';

const CONTENT_TYPE = 'application/json';
const PAGE = 100;

/** https://docs.aws.amazon.com/arc-zonal-shift/latest/api/API_ListAutoshifts.html */
function listAutoshifts({ searchParams }: URL, { world }: ServiceContext): JsonValue {
  const status = searchParams.get('status');
  const { items, nextToken } = takePage(
    world.autoshifts.filter((shift) => (status ?? shift.status) === shift.status),
    Number(searchParams.get('maxResults') ?? PAGE),
    searchParams.get('nextToken') ?? undefined,
    () => new ServiceError('ValidationException', 'Invalid nextToken.'),
  );
  return {
    items: items.map(({ awayFrom, status, startedAt, endedAt }) => ({
      awayFrom,
      status,
      startTime: new Date(startedAt),
      ...(endedAt === undefined ? {} : { endTime: new Date(endedAt) }),
    })),
    nextToken,
  };
}

/** Amazon Application Recovery Controller's zonal shifts, REST with JSON. */
export const arcZonalShift: Service = {
  name: 'arc-zonal-shift',
  async handle(request, context) {
    const url = new URL(request.url);
    const known = request.method === 'GET' && url.pathname === '/autoshifts';
    const name = known ? 'ListAutoshifts' : `${request.method} ${url.pathname}`;
    try {
      const run = () => {
        if (!known) throw unknownOperation('ARC Zonal Shift', name);
        return listAutoshifts(url, context);
      };
      return respond(200, CONTENT_TYPE, toJson(await perform(name, context, run)));
    } catch (error) {
      const { code, message, status } = asServiceError(error);
      return respond(status, CONTENT_TYPE, toJson({ message }), { 'x-amzn-errortype': code });
    }
  },
};
