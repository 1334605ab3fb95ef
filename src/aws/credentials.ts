import { fromEnv } from '@aws-sdk/credential-provider-env';
import type { FromIniInit } from '@aws-sdk/credential-provider-ini';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { doesIdentityRequireRefresh, isIdentityExpired, memoizeIdentityProvider } from '@smithy/core';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider } from '@smithy/types';
import { keepSecret } from '../model/redact.ts';
import { explainCredentials } from './errors.ts';
import type { Env, NetworkHandler } from './network.ts';
import type { Section } from './profile.ts';
import { originOf } from './profile-chain.ts';

export interface CredentialOptions {
  env: Env;
  profile: string | undefined;
  section: Section;
  /** For STS, where the profile has no Region of its own. */
  region: string;
  requestHandler: NetworkHandler;
  /** Asks the person at the terminal; absent where there is none. */
  mfaCodeProvider: ((serial: string) => Promise<string>) | undefined;
}

const QUIET = { debug() {}, info() {}, warn() {}, error() {} };

/** What a profile can say about where its credentials come from. */
const SOURCES = [
  'aws_access_key_id',
  'role_arn',
  'credential_process',
  'sso_session',
  'sso_start_url',
  'web_identity_token_file',
  'login_session',
];

/**
 * The SDK's default chain, with the AWS CLI's manners. All clients of all Regions share the provider, so that
 * a person is asked for one MFA code; it refreshes what expires, so that a long run survives.
 */
export function credentialsOf(options: CredentialOptions): AwsCredentialIdentityProvider {
  const provider = memoizeIdentityProvider(chain(options), isIdentityExpired, doesIdentityRequireRefresh);
  let failure: Error | undefined;
  let succeeded = false;
  return async (request) => {
    if (failure) throw failure;
    try {
      const credentials = (await provider?.(request)) as AwsCredentialIdentity;
      succeeded = true;
      keepSecret(credentials.secretAccessKey, credentials.sessionToken);
      return credentials;
    } catch (error) {
      const origin = await originOf(options.profile, options.env).catch(() => null);
      const explained = explainCredentials(error, origin);
      // The other calls of this run would only ask the person for another code.
      if (!succeeded) failure = explained;
      throw explained;
    }
  };
}

function chain(options: CredentialOptions): AwsCredentialIdentityProvider {
  const { env, profile, section, region, requestHandler, mfaCodeProvider } = options;
  keepSecret(env.AWS_SECRET_ACCESS_KEY, env.AWS_SESSION_TOKEN, env.AWS_CONTAINER_AUTHORIZATION_TOKEN);
  keepSecret(section.aws_secret_access_key, section.aws_session_token);
  // --profile excludes the environment's keys, and those come before AWS_PROFILE; the SDK has it the other way round.
  if (profile === undefined && env.AWS_ACCESS_KEY_ID && env.AWS_SECRET_ACCESS_KEY) return fromEnv();
  const init = {
    // Who signs in again while nfm watches has other ones there.
    ignoreCache: true,
    ...(profile === undefined ? {} : { profile }),
    ...(mfaCodeProvider === undefined ? {} : { mfaCodeProvider }),
    // No Region here: it would overrule sso_region, and the token of another Region is refused (aws/aws-cdk#32510).
    clientConfig: { requestHandler },
    parentClientConfig: { region, requestHandler },
    // It would warn on the console of keys in the environment, which --profile excludes on purpose.
    logger: QUIET,
  };
  // A profile that says where its credentials come from means it: an instance's role is no substitute.
  return SOURCES.some((key) => section[key]) ? fromIni(init) : defaultProvider(init);
}

/** Most runs have keys in the environment, or an instance's role. */
function fromIni(init: FromIniInit): AwsCredentialIdentityProvider {
  return async (request) => {
    const profiles = await import('@aws-sdk/credential-provider-ini');
    return profiles.fromIni(init)(request);
  };
}
