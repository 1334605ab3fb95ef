/**
 * What must never be printed. Values are registered as soon as they are known; headers and signed URLs are
 * recognised by their form, because AWS repeats the signed request, token included, in SignatureDoesNotMatch.
 */
const secrets = new Map<string, RegExp>();

/** Shorter ones are no secrets, and would blot out ordinary words. */
const SHORTEST = 6;

/** As they are, or percent-encoded, however often: canonical requests are, and so are forms that quote them. */
const IS = '(?:[:=]|%(?:25)*3[AD])';
const END = '(?:(?!%(?:25)*(?:26|0A|20))';

const FORMS: readonly RegExp[] = [
  // Node repeats the command line of a credential_process, arguments and all.
  /\b(Command failed): [^\n]*/g,
  form('(x-amz-security-token|x-aws-ec2-metadata-token|x-amz-sso_bearer_token)', `[^\\s&"',]`),
  form('(X-Amz-(?:Signature|Credential))', `[^\\s&"']`),
  form('((?:proxy-)?authorization)', `[^\\n\\r"']`),
  /\b(AWS4-HMAC-SHA256 Credential)=[^\n\r"']+/gi,
  /("?(?:SecretAccessKey|SessionToken|aws_secret_access_key|aws_session_token|accessToken|refreshToken|clientSecret)"?)\s*[:=]\s*("[^"]*"|[^\s)]+)/gi,
  // The same fields of an XML answer, such as AssumeRole's.
  /(<(?:SecretAccessKey|SessionToken)>)[^<]*/g,
];

function form(name: string, value: string): RegExp {
  return new RegExp(`(?<![a-z])${name}\\s*${IS}(?:\\s|%(?:25)*20)*${END}${value})+`, 'gi');
}

export function keepSecret(...values: readonly (string | undefined)[]): void {
  for (const value of values) if (value && value.length >= SHORTEST) secrets.set(value, inAnyForm(value));
}

/** The value itself, percent-encoded once or more, or escaped for JSON, XML or a form. */
function inAnyForm(value: string): RegExp {
  const parts = [...value].map((character) => {
    const plain = character.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    if (/[a-z0-9]/i.test(character)) return plain;
    const bytes = [...Buffer.from(character)].map((b) => `%(?:25)*${hexOf(b)}`).join('');
    const code = character.codePointAt(0) ?? 0;
    const others = [`&#(?:0*${code}|[xX]0*${hexOf(code)});`, ...(ESCAPED[character] ?? [])];
    return `(?:\\\\*${plain}|${bytes}|${others.join('|')})`;
  });
  return new RegExp(parts.join(''), 'g');
}

const ESCAPED: Readonly<Record<string, readonly string[]>> = {
  '&': ['&amp;'],
  '<': ['&lt;'],
  '>': ['&gt;'],
  '"': ['&quot;'],
  "'": ['&apos;'],
  '+': [' '],
};

function hexOf(byte: number): string {
  const hex = byte.toString(16).padStart(2, '0');
  return [...hex].map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit)).join('');
}

export function redact(text: string): string {
  let clean = text;
  for (const secret of secrets.values()) clean = clean.replace(secret, '***');
  for (const pattern of FORMS) clean = clean.replace(pattern, '$1=***');
  // User and password of a URL, such as a proxy's.
  return clean.replace(/(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]+@/gi, '$1***@');
}
