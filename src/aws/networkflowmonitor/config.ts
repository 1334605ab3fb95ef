import {
  createDefaultUserAgentProvider,
  type HostHeaderInputConfig,
  NODE_APP_ID_CONFIG_OPTIONS,
  resolveHostHeaderConfig,
  resolveUserAgentConfig,
  type UserAgentInputConfig,
} from '@aws-sdk/core/client';
import {
  type AwsSdkSigV4AuthInputConfig,
  AwsSdkSigV4Signer,
  NODE_AUTH_SCHEME_PREFERENCE_OPTIONS,
  resolveAwsSdkSigV4Config,
} from '@aws-sdk/core/httpAuthSchemes';
import runtime from '@aws-sdk/core/package.json' with { type: 'json' };
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { normalizeProvider } from '@smithy/core';
import { Sha256 } from '@smithy/core/checksum';
import { type DefaultsMode, loadConfigsForDefaultMode, NoOpLogger } from '@smithy/core/client';
import {
  loadConfig,
  NODE_REGION_CONFIG_FILE_OPTIONS,
  NODE_REGION_CONFIG_OPTIONS,
  NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS,
  type RegionInputConfig,
  resolveDefaultsModeConfig,
  resolveRegionConfig,
} from '@smithy/core/config';
import { type EndpointInputConfig, resolveEndpointConfig } from '@smithy/core/endpoints';
import { type HttpHandlerUserInput, parseUrl } from '@smithy/core/protocols';
import {
  DEFAULT_RETRY_MODE,
  NODE_MAX_ATTEMPT_CONFIG_OPTIONS,
  NODE_RETRY_MODE_CONFIG_OPTIONS,
  type RetryInputConfig,
  resolveRetryConfig,
} from '@smithy/core/retry';
import { calculateBodyLength, fromBase64, fromUtf8, toBase64, toUtf8 } from '@smithy/core/serde';
import { NodeHttpHandler, streamCollector } from '@smithy/node-http-handler';
import type {
  AwsCredentialIdentityProvider,
  HttpAuthOption,
  HttpAuthScheme,
  Logger,
  Provider,
} from '@smithy/types';
import { type EndpointParameters, endpointProvider } from './endpoint.ts';
import { errorTypeRegistries } from './errors.ts';
import { NetworkFlowMonitorProtocol } from './protocol.ts';
import { NAMESPACE } from './schemas.ts';

const API_VERSION = '2023-04-19';
/** Names the variable AWS_ENDPOINT_URL_NETWORKFLOWMONITOR and its like in the configuration file. */
const SERVICE_ID = 'NetworkFlowMonitor';
const SIGNING_NAME = 'networkflowmonitor';
export const SIGV4 = 'aws.auth#sigv4';

export type NetworkFlowMonitorClientConfig = {
  cacheMiddleware?: boolean;
  profile?: string;
  logger?: Logger;
  requestHandler?: HttpHandlerUserInput;
  retryMode?: string | Provider<string>;
  defaultsMode?: DefaultsMode | Provider<DefaultsMode>;
  authSchemePreference?: string[] | Provider<string[]>;
  credentialDefaultProvider?: (input: object) => AwsCredentialIdentityProvider;
} & AwsSdkSigV4AuthInputConfig &
  EndpointInputConfig<EndpointParameters> &
  HostHeaderInputConfig &
  RegionInputConfig &
  RetryInputConfig &
  UserAgentInputConfig;

/** What every AWS client falls back to: environment, configuration files, then constants. */
function withDefaults(config: NetworkFlowMonitorClientConfig) {
  const logger = config.logger ?? new NoOpLogger();
  const source = { logger, ...(config.profile && { profile: config.profile }) };
  const defaultsMode = resolveDefaultsModeConfig(config);
  const modeDefaults = () => defaultsMode().then(loadConfigsForDefaultMode);
  const scheme: HttpAuthScheme = {
    schemeId: SIGV4,
    identityProvider: (identities) => identities.getIdentityProvider(SIGV4),
    signer: new AwsSdkSigV4Signer(),
  };
  return {
    apiVersion: API_VERSION,
    ...config,
    runtime: 'node',
    serviceId: SERVICE_ID,
    defaultSigningName: SIGNING_NAME,
    logger,
    defaultsMode,
    protocol: new NetworkFlowMonitorProtocol({ defaultNamespace: NAMESPACE, errorTypeRegistries }),
    endpointProvider: config.endpointProvider ?? endpointProvider,
    region:
      config.region ??
      loadConfig(NODE_REGION_CONFIG_OPTIONS, { ...NODE_REGION_CONFIG_FILE_OPTIONS, ...source }),
    useFipsEndpoint: config.useFipsEndpoint ?? loadConfig(NODE_USE_FIPS_ENDPOINT_CONFIG_OPTIONS, source),
    // The service has one kind of endpoint; see endpoint.ts.
    useDualstackEndpoint: config.useDualstackEndpoint ?? false,
    credentialDefaultProvider: config.credentialDefaultProvider ?? defaultProvider,
    authSchemePreference: normalizeProvider(
      config.authSchemePreference ?? loadConfig(NODE_AUTH_SCHEME_PREFERENCE_OPTIONS, source),
    ),
    httpAuthSchemes: [scheme],
    httpAuthSchemeProvider,
    maxAttempts: config.maxAttempts ?? loadConfig(NODE_MAX_ATTEMPT_CONFIG_OPTIONS, source),
    retryMode:
      config.retryMode ??
      loadConfig(
        {
          ...NODE_RETRY_MODE_CONFIG_OPTIONS,
          default: async () => (await modeDefaults()).retryMode || DEFAULT_RETRY_MODE,
        },
        source,
      ),
    requestHandler: NodeHttpHandler.create(config.requestHandler ?? modeDefaults),
    userAgentAppId: config.userAgentAppId ?? loadConfig(NODE_APP_ID_CONFIG_OPTIONS, source),
    defaultUserAgentProvider: createDefaultUserAgentProvider({
      serviceId: SERVICE_ID,
      clientVersion: runtime.version,
    }),
    sha256: Sha256,
    bodyLengthChecker: calculateBodyLength,
    streamCollector,
    urlParser: parseUrl,
    base64Decoder: fromBase64,
    base64Encoder: toBase64,
    utf8Decoder: fromUtf8,
    utf8Encoder: toUtf8,
    disableHostPrefix: false,
  };
}

export interface AuthParameters {
  operation?: string;
  region?: string;
}

/** Every operation is signed in the same way. */
function httpAuthSchemeProvider({ region }: AuthParameters): HttpAuthOption[] {
  return [
    {
      schemeId: SIGV4,
      signingProperties: { name: SIGNING_NAME, region },
      propertiesExtractor: (config, context) => ({ signingProperties: { config, context } }),
    },
  ];
}

/** Each resolver adds to the same object, in the order in which they build on one another. */
export const resolveConfig = (config: NetworkFlowMonitorClientConfig) =>
  resolveAwsSdkSigV4Config(
    resolveEndpointConfig(
      resolveHostHeaderConfig(
        resolveRegionConfig(resolveRetryConfig(resolveUserAgentConfig(withDefaults(config)))),
      ),
    ),
  );

export type ResolvedConfig = ReturnType<typeof resolveConfig>;
