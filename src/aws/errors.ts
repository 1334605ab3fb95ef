import { advise, aws } from '../model/command-line.ts';
import {
  ConfigurationError,
  NfmError,
  RefusedError,
  RunTimeoutError,
  UnreachableError,
} from '../model/errors.ts';
import { redact } from '../model/redact.ts';
import { REGIONS } from '../model/service.ts';

import { unusable } from './answers.ts';
import { CALL_TIMEOUT, REDIRECTED, UNUSABLE_ANSWER } from './network.ts';
import { adviceOn, answerOf, refusedBy } from './refusals.ts';

import { hasService } from './regions.ts';

/** The parts of an SDK or Node error that say what happened; all optional, because anything can be thrown. */
interface Thrown {
  name?: string;
  code?: string;
  message?: string;
  cause?: unknown;
  $metadata?: { httpStatusCode?: number };
}

const DENIED =
  /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|Client\.UnauthorizedOperation|UnauthorizedException)$/;
const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
const BAD_CREDENTIALS =
  /^(UnrecognizedClientException|InvalidClientTokenId|InvalidAccessKeyId|AuthFailure|SignatureDoesNotMatch|InvalidSignatureException|IncompleteSignature|MissingAuthenticationToken(Exception)?)$/;
/** Regions with the service are all enabled by default; others answer as if the credentials were wrong. */
const OPT_IN = /^(OptInRequired|RegionDisabledException)$/;
const NO_CREDENTIALS = /^(CredentialsProviderError|TokenProviderError|ProviderError|CredentialsError)$/;
const THROTTLED = /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|BandwidthLimit/;
const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|TimeoutError|NetworkingError)$/;
const TLS = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_(VERIFY|GET_ISSUER)/;
/** IAM says NoSuchEntity. */
const NOT_FOUND = /NotFound|NoSuchEntity/;
const QUOTA = /Quota|LimitExceeded/;

/** What was being done: in which Region, by which command. */
export interface Doing {
  region: string;
  command: string;
}

/** An error and what was asked, as the meanings below look at it. */
interface Failure extends Doing {
  thrown: Thrown;
  /** The IAM action that was asked for. */
  action: string;
  name: string;
  /** Does any of its codes look like this? */
  has(pattern: RegExp): boolean;
  /** The service's own words, in brackets. */
  said: string;
  details: { action: string; cause: unknown; answer: string | undefined };
}

interface Meaning {
  when(failure: Failure): boolean;
  error(failure: Failure): NfmError;
}

/** The first that applies. */
const MEANINGS: readonly Meaning[] = [
  {
    when: ({ name }) => name === CALL_TIMEOUT,
    error: ({ action, details, thrown }) =>
      new UnreachableError('call-timeout', `${action} got no answer in time (${firstLine(thrown)}).`, {
        ...details,
        hint: 'Try again; if it stays, check the network, the proxy (HTTPS_PROXY) and the endpoint.',
      }),
  },
  {
    when: ({ name }) => name === REDIRECTED,
    error: ({ action, details, thrown }) =>
      new UnreachableError('redirected', `${action} did not reach AWS: ${firstLine(thrown)}.`, {
        ...details,
        hint: 'Sign in to the network (a captive portal does this), or check the proxy (HTTPS_PROXY) and the endpoint.',
      }),
  },
  {
    when: ({ name }) => name === UNUSABLE_ANSWER,
    error: ({ action, details, thrown }) =>
      unusable(action, new Error(firstLine(thrown), { cause: details.cause })),
  },
  {
    when: ({ has }) => has(DENIED),
    error: ({ action, command, details, said }) =>
      new RefusedError('access-denied', `AWS refused ${action}: this identity may not call it${said}.`, {
        ...details,
        hint: adviceOn(refusedBy(said), action, command),
      }),
  },
  {
    when: ({ has }) => has(EXPIRED),
    error: ({ details, said }) =>
      new ConfigurationError('expired-token', `The credentials have expired${said}.`, {
        ...details,
        hint: 'Sign in again (for SSO: \'aws sso login\'), or export fresh credentials: eval "$(aws configure export-credentials --format env)"',
      }),
  },
  {
    when: ({ name, thrown }) =>
      /time.?skew|Signature (expired|not yet current)/i.test(`${name} ${thrown.message ?? ''}`),
    error: ({ details, said }) =>
      new ConfigurationError(
        'clock-skew',
        `AWS refused the signature because this machine's clock is off${said}.`,
        {
          ...details,
          hint: "Set the clock (for example 'chronyc makestep') and try again.",
        },
      ),
  },
  {
    when: ({ has, region }) => has(OPT_IN) || (has(BAD_CREDENTIALS) && !hasService(region)),
    error: ({ details, region, said }) =>
      new RefusedError('region-not-enabled', `${region} may not be enabled for this account${said}.`, {
        ...details,
        hint: advise(
          'The token of a Region-less STS endpoint is refused there too (set AWS_STS_REGIONAL_ENDPOINTS=regional). Whether it is enabled:',
          aws('account get-region-opt-status', { 'region-name': region }),
        ),
      }),
  },
  {
    when: ({ has }) => has(BAD_CREDENTIALS),
    error: ({ details, said }) =>
      new ConfigurationError('bad-credentials', `AWS does not know these credentials${said}.`, {
        ...details,
        hint: "Check who you are: 'aws sts get-caller-identity', and which profile or variables are set: 'aws configure list'.",
      }),
  },
  {
    when: ({ has }) => has(NO_CREDENTIALS),
    error: ({ thrown, details }) => noCredentials(thrown, details),
  },
  {
    when: ({ said }) => /FIPS and custom endpoint/.test(said),
    error: ({ details }) =>
      new ConfigurationError(
        'fips-with-endpoint',
        'FIPS endpoints and an endpoint of your own exclude one another.',
        { ...details, hint: 'Unset AWS_USE_FIPS_ENDPOINT, or the endpoint.' },
      ),
  },
  {
    when: ({ has }) => has(TLS),
    error: ({ action, details, said }) =>
      new UnreachableError('tls-failure', `The TLS connection for ${action} failed${said}.`, {
        ...details,
        hint: 'If a proxy inspects TLS here, set AWS_CA_BUNDLE (or NODE_EXTRA_CA_CERTS) to its certificate file.',
      }),
  },
  {
    when: ({ has }) => has(THROTTLED),
    error: ({ action, details, said }) =>
      new RefusedError('throttled', `AWS throttled ${action}, also after retries${said}.`, {
        ...details,
        hint: 'Try again in a minute, or ask less at once: --concurrency 2.',
      }),
  },
  { when: ({ has }) => has(UNREACHABLE), error: unreachable },
  {
    when: ({ has }) => has(QUOTA),
    error: ({ action, details, said }) =>
      new RefusedError('quota-exceeded', `A quota of Network Flow Monitor is used up: ${action}${said}.`, {
        ...details,
        hint: 'See the quotas in the Service Quotas console; a quota on queries frees itself within minutes.',
      }),
  },
  {
    when: ({ has }) => has(NOT_FOUND),
    error: ({ action, details, said }) =>
      new RefusedError('not-found', `AWS does not know what ${action} asked for${said}.`, details),
  },
  {
    when: ({ thrown }) => thrown.$metadata?.httpStatusCode !== undefined,
    error: ({ action, details, said }) =>
      new RefusedError('aws-error', `AWS answered ${action} with an error${said}.`, details),
  },
];

/**
 * What an SDK error means to a user. `action` is the IAM action that was asked for; the message of the
 * service is kept, without what redact() knows: SignatureDoesNotMatch repeats the request, session token included.
 */
export function explain(error: unknown, action: string, doing: Doing): NfmError {
  if (error instanceof RunTimeoutError) return error.during(action);
  if (error instanceof NfmError) return error;
  const thrown = (error ?? {}) as Thrown;
  const name = thrown.name ?? '';
  const codes = [name, thrown.code ?? '', causeCode(thrown)];
  const said = thrown.message ? ` (${name || 'error'}: ${oneLine(thrown.message)})` : '';
  const answer = thrown.message ? answerOf(oneLine(thrown.message)) : undefined;
  const details = { action, cause: error, answer };
  const has = (pattern: RegExp) => codes.some((c) => pattern.test(c));
  const failure: Failure = { ...doing, thrown, action, name, has, said, details };
  const meaning = MEANINGS.find(({ when }) => when(failure));
  if (meaning) return meaning.error(failure);
  return new UnreachableError('no-answer', `${action} got no usable answer${said}.`, details);
}

/** Why there are no credentials: what a provider of the chain threw. Nothing that AWS refuses here is about the action. */
export function explainCredentials(error: unknown): NfmError {
  if (error instanceof NfmError) return error;
  const thrown = (error ?? {}) as Thrown;
  const message = said(thrown);
  const codes = [thrown.name ?? '', thrown.code ?? '', causeCode(thrown)];
  if (codes.some((c) => DENIED.test(c) || BAD_CREDENTIALS.test(c) || EXPIRED.test(c))) {
    return new ConfigurationError(
      'role-refused',
      `AWS does not hand out the role's credentials (${message}).`,
      {
        hint: /multi-?factor|mfa/i.test(message)
          ? 'Check the MFA code, and mfa_serial in the profile; a code works once.'
          : "The role's trust policy must name you, and you need sts:AssumeRole on it: 'aws sts get-caller-identity' says who you are.",
        cause: error,
      },
    );
  }
  if (codes.some((c) => c === CALL_TIMEOUT || c === REDIRECTED || TLS.test(c) || UNREACHABLE.test(c))) {
    return new UnreachableError('credentials-unreachable', `Credentials could not be fetched (${message}).`, {
      hint: 'Check the network, the proxy (HTTPS_PROXY) and AWS_CA_BUNDLE.',
      cause: error,
    });
  }
  return noCredentials(thrown, { cause: error });
}

function noCredentials(thrown: Thrown, details: { action?: string; cause: unknown }): NfmError {
  const message = said(thrown);
  if (/mfa|multi-factor/i.test(message)) {
    return new ConfigurationError(
      'mfa-required',
      'This profile asks for an MFA code, and there is no terminal to ask on.',
      {
        ...details,
        hint: 'Sign in where there is a terminal and hand over the session: eval "$(aws configure export-credentials --profile NAME --format env)"',
      },
    );
  }
  if (/^Command failed|credential_process/.test(message)) {
    return new ConfigurationError(
      'credential-process-failed',
      `The profile's credential_process failed (${processSaid(thrown)}).`,
      {
        ...details,
        hint: 'Run the command of credential_process by hand; it must print JSON with Version 1.',
      },
    );
  }
  if (/sso|token.*expired|expired.*token/i.test(message)) {
    return new ConfigurationError('sso-expired', `The SSO session cannot be used (${message}).`, {
      ...details,
      hint: advise('Sign in again:', aws('sso login')),
    });
  }
  return new ConfigurationError('no-credentials', `No AWS credentials found (${message}).`, {
    ...details,
    hint: "Set AWS_PROFILE or --profile, or sign in ('aws sso login'). To try nfm without an account: nfm triage --sandbox",
  });
}

/** Node's first line repeats the command line, which may hold a password; what the command said comes after it. */
function processSaid({ message = '' }: Thrown): string {
  const lines = message.split('\n');
  return (
    oneLine(lines[0]?.startsWith('Command failed') ? lines.slice(1).join(' ') : message) || 'it said nothing'
  );
}

function unreachable({ thrown, action, region, details, said }: Failure): NfmError {
  const unknownHost = thrown.code === 'ENOTFOUND' || causeCode(thrown) === 'ENOTFOUND';
  if (unknownHost && action.startsWith('networkflowmonitor:') && !hasService(region)) {
    return new UnreachableError(
      'region-without-service',
      `Network Flow Monitor is not known to run in ${region}${said}.`,
      {
        ...details,
        hint: `Regions with it: ${REGIONS.join(', ')}. Elsewhere: --endpoint-url.`,
      },
    );
  }
  return new UnreachableError('unreachable', `No connection for ${action}${said}.`, {
    ...details,
    hint: 'Check the network, the proxy (HTTPS_PROXY) and, in a private subnet, the interface endpoint com.amazonaws.REGION.networkflowmonitor.',
  });
}

/** Node wraps several failed connection attempts in one AggregateError. */
function causeCode(thrown: Thrown): string {
  const inner = (thrown.cause ?? (thrown as { errors?: unknown[] }).errors?.[0]) as Thrown | undefined;
  return inner?.code ?? inner?.name ?? '';
}

/** The SDK adds a line of its own to what stops it in the middle of a body. */
function firstLine({ message = '' }: Thrown): string {
  return message.split('\n')[0] ?? '';
}

function said({ message = '' }: Thrown): string {
  return oneLine(message);
}

/** Redacted by lines, as the canonical request has them, and only then joined. */
function oneLine(text: string): string {
  return redact(text).replace(/\s+/g, ' ').trim();
}
