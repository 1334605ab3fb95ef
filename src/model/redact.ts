/**
 * What must never be printed. Values are registered as soon as they are known; headers and signed URLs are
 * recognised by their form, because AWS repeats the signed request, token included, in SignatureDoesNotMatch.
 */
const secrets = new Set<string>();

/** Shorter ones are no secrets, and would blot out ordinary words. */
const SHORTEST = 6;

const FORMS: readonly RegExp[] = [
  // Node repeats the command line of a credential_process, arguments and all.
  /\b(Command failed): [^\n]*/g,
  /\b(x-amz-security-token|x-aws-ec2-metadata-token|x-amz-sso_bearer_token)\s*[:=]\s*[^\s&"',]+/gi,
  /\b(X-Amz-(?:Signature|Credential))=[^\s&"']+/gi,
  /\b((?:proxy-)?authorization)\s*[:=]\s*[^\n\r"']+/gi,
  /\b(AWS4-HMAC-SHA256 Credential)=[^\n\r"']+/gi,
  /("?(?:SecretAccessKey|SessionToken|aws_secret_access_key|aws_session_token|accessToken|refreshToken|clientSecret)"?)\s*[:=]\s*("[^"]*"|[^\s)]+)/gi,
];

export function keepSecret(...values: readonly (string | undefined)[]): void {
  for (const value of values) if (value && value.length >= SHORTEST) secrets.add(value);
}

export function redact(text: string): string {
  let clean = text;
  for (const secret of secrets) clean = clean.replaceAll(secret, '***');
  for (const form of FORMS) clean = clean.replace(form, '$1=***');
  // User and password of a URL, such as a proxy's.
  return clean.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, '$1***@');
}
