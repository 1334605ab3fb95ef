import { awsEndpointFunctions } from '@aws-sdk/core/client';
import {
  customEndpointFunctions,
  EndpointCache,
  type EndpointParams,
  type RuleSetObject,
  resolveEndpoint,
} from '@smithy/core/endpoints';
import type { EndpointParameterInstructions, EndpointV2, Logger } from '@smithy/types';

/** Which of the client's settings feed the parameters of the rules. */
export const endpointParameters = {
  UseFIPS: { type: 'builtInParams', name: 'useFipsEndpoint' },
  Endpoint: { type: 'builtInParams', name: 'endpoint' },
  Region: { type: 'builtInParams', name: 'region' },
} as const satisfies EndpointParameterInstructions;

export type EndpointParameters = {
  UseFIPS?: boolean | undefined;
  Endpoint?: string | undefined;
  Region?: string | undefined;
};

const UseFIPS = { ref: 'UseFIPS' };
const Endpoint = { ref: 'Endpoint' };
const Region = { ref: 'Region' };
const whenSet = (reference: { ref: string }) => [{ fn: 'isSet', argv: [reference] }];
const whenFips = [{ fn: 'booleanEquals', argv: [UseFIPS, true] }];

/**
 * botocore's endpoint-rule-set-1.json, rule by rule. The service is dual-stack only, so every host ends in
 * the partition's dual-stack suffix (`api.aws`) and there is no UseDualStack parameter.
 */
const rules: RuleSetObject = {
  version: '1.0',
  parameters: {
    UseFIPS: { type: 'boolean', builtIn: 'AWS::UseFIPS', required: true, default: false },
    Endpoint: { type: 'string', builtIn: 'SDK::Endpoint' },
    Region: { type: 'string', builtIn: 'AWS::Region' },
  },
  rules: [
    {
      type: 'tree',
      conditions: whenSet(Endpoint),
      rules: [
        {
          type: 'error',
          conditions: whenFips,
          error: 'Invalid Configuration: FIPS and custom endpoint are not supported',
        },
        { type: 'endpoint', endpoint: { url: Endpoint } },
      ],
    },
    {
      type: 'tree',
      conditions: [...whenSet(Region), { fn: 'aws.partition', argv: [Region], assign: 'PartitionResult' }],
      rules: [
        {
          type: 'endpoint',
          conditions: whenFips,
          endpoint: { url: 'https://networkflowmonitor-fips.{Region}.{PartitionResult#dualStackDnsSuffix}' },
        },
        {
          type: 'endpoint',
          endpoint: { url: 'https://networkflowmonitor.{Region}.{PartitionResult#dualStackDnsSuffix}' },
        },
      ],
    },
    { type: 'error', error: 'Invalid Configuration: Missing Region' },
  ],
};

customEndpointFunctions.aws = awsEndpointFunctions;

const cache = new EndpointCache({ size: 50, params: Object.keys(endpointParameters) });

export function endpointProvider(
  parameters: EndpointParameters,
  context: { logger?: Logger } = {},
): EndpointV2 {
  const endpointParams = parameters as EndpointParams;
  return cache.get(endpointParams, () => resolveEndpoint(rules, { endpointParams, ...context }));
}
