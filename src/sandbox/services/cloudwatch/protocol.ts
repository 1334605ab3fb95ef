import { faultOf } from '../../wire/query.ts';
import type { ServiceError } from '../../wire/service-error.ts';
import type { GetMetricDataOutput } from './get-metric-data.ts';
import type { ListMetricsOutput } from './list-metrics.ts';

export type Output = GetMetricDataOutput | ListMetricsOutput;

/** One of the three languages that CloudWatch is spoken to in. */
export interface Protocol {
  read(request: Request): Promise<{ operation: string; input: () => unknown }>;
  answer(operation: string, output: Output): Response;
  refuse(request: Request, error: ServiceError): Response;
}

/** The shape names of the errors whose query code differs (@aws-sdk/client-cloudwatch 3.1162, awsQueryError). */
const SHAPES: Record<string, string> = {
  InternalServiceError: 'InternalServiceFault',
  InvalidParameterCombination: 'InvalidParameterCombinationException',
  InvalidParameterValue: 'InvalidParameterValueException',
  MissingParameter: 'MissingRequiredParameterException',
  ValidationError: 'ValidationException',
};

export function errorBody({ code, message }: ServiceError): { __type: string; message: string } {
  return { __type: `com.amazonaws.cloudwatch#${SHAPES[code] ?? code}`, message };
}

/**
 * CloudWatch was a query service first, so the newer protocols also tell clients that ask for it the
 * code that the query protocol would have used. https://smithy.io/2.0/aws/protocols/aws-query-protocol.html#aws-protocols-awsquerycompatible-trait
 */
export function queryErrorHeader(request: Request, error: ServiceError): Record<string, string> {
  return request.headers.get('x-amzn-query-mode') === 'true'
    ? { 'x-amzn-query-error': `${error.code};${faultOf(error)}` }
    : {};
}
