import {
  getHostHeaderPlugin,
  getLoggerPlugin,
  getRecursionDetectionPlugin,
  getUserAgentPlugin,
} from '@aws-sdk/core/client';
import {
  DefaultIdentityProviderConfig,
  getHttpAuthSchemeEndpointRuleSetPlugin,
  getHttpSigningPlugin,
} from '@smithy/core';
import { Client, getSmithyContext } from '@smithy/core/client';
import { getContentLengthPlugin } from '@smithy/core/protocols';
import { getRetryPlugin } from '@smithy/core/retry';
import { getSchemaSerdePlugin } from '@smithy/core/schema';
import type { HandlerExecutionContext, HttpHandlerOptions } from '@smithy/types';
import type { ServiceInputTypes, ServiceOutputTypes } from './commands.ts';
import {
  type AuthParameters,
  type NetworkFlowMonitorClientConfig,
  type ResolvedConfig,
  resolveConfig,
  SIGV4,
} from './config.ts';

/**
 * Stands in for `@aws-sdk/client-networkflowmonitor`, with the same names, on the same runtime
 * and with the same plug-ins as every client of the AWS SDK.
 */
export class NetworkFlowMonitorClient extends Client<
  HttpHandlerOptions,
  ServiceInputTypes,
  ServiceOutputTypes,
  ResolvedConfig
> {
  constructor(configuration: NetworkFlowMonitorClientConfig = {}) {
    const config = resolveConfig(configuration);
    super(config);
    this.middlewareStack.use(getSchemaSerdePlugin(config));
    this.middlewareStack.use(getUserAgentPlugin(config));
    this.middlewareStack.use(getRetryPlugin(config));
    this.middlewareStack.use(getContentLengthPlugin(config));
    this.middlewareStack.use(getHostHeaderPlugin(config));
    this.middlewareStack.use(getLoggerPlugin(config));
    this.middlewareStack.use(getRecursionDetectionPlugin(config));
    this.middlewareStack.use(
      getHttpAuthSchemeEndpointRuleSetPlugin(config, {
        httpAuthSchemeParametersProvider: authParameters,
        identityProviderConfigProvider: async ({ credentials }) =>
          new DefaultIdentityProviderConfig({ [SIGV4]: credentials }),
      }),
    );
    this.middlewareStack.use(getHttpSigningPlugin(config));
  }
}

async function authParameters(
  config: ResolvedConfig,
  context: HandlerExecutionContext,
): Promise<AuthParameters> {
  return { operation: String(getSmithyContext(context).operation), region: await config.region() };
}
