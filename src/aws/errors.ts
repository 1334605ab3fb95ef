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
import { CALL_TIMEOUT, INTERCEPTED, REDIRECTED, UNUSABLE_ANSWER } from './network.ts';
import { type Origin, signIn } from './profile-chain.ts';
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
/** A fault of its own; 501 is what some who stand in for AWS answer to what they do not have. */
const FAILED = new Set([500, 502, 503, 504]);
const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|TimeoutError|NetworkingError)$/;
const TLS = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|EPROTO|UNABLE_TO_(VERIFY|GET_ISSUER)/;
/** IAM says NoSuchEntity. */
const NOT_FOUND = /NotFound|NoSuchEntity/;
const QUOTA = /Quota|LimitExceeded/;

/** Something on the way answered, or nothing did. */
const ELSEWHERE = new RegExp(`^(${[CALL_TIMEOUT, REDIRECTED, INTERCEPTED].join('|')})$`);

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
    when: ({ name }) => name === INTERCEPTED,
    error: ({ action, details, thrown }) =>
      new UnreachableError('proxy-refused', `${action} did not reach AWS: ${firstLine(thrown)}.`, {
        ...details,
        hint: 'A proxy or filter refuses it: ask who runs it to let this host through, or except it (NO_PROXY).',
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
    when: ({ thrown }) => FAILED.has(thrown.$metadata?.httpStatusCode ?? 0),
    error: ({ action, details, said }) =>
      new RefusedError('aws-error', `AWS failed to answer ${action}${said}.`, {
        ...details,
        hint: 'Run the command again in a minute; if it stays, look at the AWS Health Dashboard.',
      }),
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
  return new UnreachableError('no-answer', `${action} got no usable answer${said}.`, {
    ...details,
    hint: 'Run the command again; if it stays, look at what is between this machine and AWS.',
  });
}

/**
 * Why there are no credentials: what a provider of the chain threw, and what the files have wrong. Nothing that AWS
 * refuses here is about the action.
 */
export function explainCredentials(error: unknown, origin: Origin | null): NfmError {
  if (error instanceof NfmError) return error;
  const thrown = (error ?? {}) as Thrown;
  const message = said(thrown);
  const codes = [thrown.name ?? '', thrown.code ?? '', causeCode(thrown)];
  // What the SSO provider wraps keeps its name as a word of the message.
  const wrapped = /^(\w+): /.exec(message)?.[1] ?? '';
  const has = (pattern: RegExp) => [...codes, wrapped].some((c) => pattern.test(c));
  const details = { cause: error };
  if (has(ELSEWHERE) || has(TLS) || has(UNREACHABLE)) {
    return new UnreachableError('credentials-unreachable', `Credentials could not be fetched (${message}).`, {
      hint: 'Check the network, the proxy (HTTPS_PROXY, NO_PROXY) and AWS_CA_BUNDLE.',
      ...details,
    });
  }
  if (origin?.fault)
    return new ConfigurationError('bad-profile', origin.fault.message, { ...origin.fault, ...details });
  if (origin?.kind === 'sso' && wrapped === 'ForbiddenException') {
    return new ConfigurationError(
      'role-refused',
      `The SSO session may not have the role of ${origin.words} (${message}).`,
      {
        hint: advise(
          'Choose an account and a role that are yours, or ask who assigns them in IAM Identity Center:',
          aws('configure sso', { profile: origin.profile }),
        ),
        ...details,
      },
    );
  }
  const signing = origin && signIn(origin);
  if (signing && (origin.kind === 'login' || has(/^Unauthorized|^Expired/) || TOKEN.test(message))) {
    return new ConfigurationError(
      `${origin.kind}-expired`,
      origin.kind === 'login' && /ENOENT/.test(message)
        ? `Nobody is signed in for ${origin.words}.`
        : `The ${origin.kind === 'sso' ? 'SSO session' : 'sign-in'} of ${origin.words} cannot be used (${message}).`,
      { hint: advise('Sign in again:', signing), ...details },
    );
  }
  if (codes.some((c) => DENIED.test(c) || BAD_CREDENTIALS.test(c) || EXPIRED.test(c))) {
    return new ConfigurationError(
      'role-refused',
      `AWS does not hand out the role's credentials (${message}).`,
      {
        hint: /multi-?factor|mfa/i.test(message)
          ? 'Check the MFA code, and mfa_serial in the profile; a code works once.'
          : "The role's trust policy must name you, and you need sts:AssumeRole on it: 'aws sts get-caller-identity' says who you are.",
        ...details,
      },
    );
  }
  return noCredentials(thrown, details, origin);
}

const TOKEN = /sso|token.*expired|expired.*token/i;

function noCredentials(
  thrown: Thrown,
  details: { action?: string; cause: unknown },
  origin: Origin | null = null,
): NfmError {
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
    const whose = origin ? `The credential_process of ${origin.words}` : "The profile's credential_process";
    return new ConfigurationError(
      'credential-process-failed',
      /expired credentials/.test(message)
        ? `${whose} handed out credentials that have expired already.`
        : `${whose} failed (${processSaid(thrown)}).`,
      {
        ...details,
        hint: /expired credentials/.test(message)
          ? 'Sign in with the tool that it calls, or empty its cache: what it prints has an Expiration in the past. This clock may be off, too.'
          : 'Run the command of credential_process by hand; it must print JSON with Version 1.',
      },
    );
  }
  if (TOKEN.test(message)) {
    return new ConfigurationError('sso-expired', `The SSO session cannot be used (${message}).`, {
      ...details,
      hint: advise('Sign in again:', aws('sso login')),
    });
  }
  return new ConfigurationError('no-credentials', `No AWS credentials found (${message}).`, {
    ...details,
    hint:
      origin?.kind === 'source'
        ? `Profile '${origin.profile}' takes them from credential_source: that is there on an EC2 instance or in a container, and not on a machine of your own. Name a profile instead, as source_profile.`
        : "Set AWS_PROFILE or --profile, or sign in ('aws sso login'). To try nfm without an account: nfm triage --sandbox",
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

/** Nothing is reached there at all: no such name, no route, nobody who listens. What was cut off did begin. */
export function isNoWay(error: unknown): boolean {
  if (!(error instanceof UnreachableError) || error.code !== 'unreachable') return false;
  const { code, name } = (error.cause ?? {}) as Thrown;
  return ![code, name, causeCode(error.cause as Thrown)].some((c) => c === 'ECONNRESET' || c === 'EPIPE');
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
