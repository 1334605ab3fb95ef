import type { Service } from '../wire/service.ts';
import { asServiceError, findOperation, type Operation, perform } from '../wire/service.ts';
import { getMetricData } from './cloudwatch/get-metric-data.ts';
import { readGetMetricData, readListMetrics } from './cloudwatch/input.ts';
import { listMetrics } from './cloudwatch/list-metrics.ts';
import type { Output, Protocol } from './cloudwatch/protocols.ts';
import { cbor, json, query } from './cloudwatch/protocols.ts';

const operations: Record<string, Operation<unknown, Output>> = {
  GetMetricData: (input, context) => getMetricData(readGetMetricData(input), context),
  ListMetrics: (input, context) => listMetrics(readListMetrics(input), context),
};

export const cloudwatch: Service = {
  name: 'monitoring',
  async handle(request, context) {
    const protocol = protocolOf(request);
    const { operation, input } = await protocol.read(request);
    try {
      const run = () => findOperation('CloudWatch', operations, operation)(input(), context);
      return protocol.answer(operation, await perform(operation, context, run));
    } catch (error) {
      return protocol.refuse(request, asServiceError(error));
    }
  },
};

function protocolOf({ headers }: Request): Protocol {
  if (headers.get('smithy-protocol') === 'rpc-v2-cbor') return cbor;
  return headers.has('x-amz-target') ? json : query;
}
