import { describe, expect, test } from 'vitest';
import { keepSecret, redact } from '../../src/model/redact.ts';

const KEY = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCY&EXAMPLEKEY=';
const TOKEN = 'IQoJb3JpZ2luX2VjEXAMPLE//////////wEaDmFwLW5v+rtheast==';
keepSecret(KEY, TOKEN);

const FORMS: Readonly<Record<string, (secret: string) => string>> = {
  plain: (s) => s,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (s) => encodeURIComponent(s).replace(/%../g, (p) => p.toLowerCase()),
  'percent-encoded twice': (s) => encodeURIComponent(encodeURIComponent(s)),
  'percent-encoded three times': (s) => encodeURIComponent(encodeURIComponent(encodeURIComponent(s))),
  'in JSON, slashes escaped': (s) => JSON.stringify(s).replaceAll('/', '\\/'),
  'in XML': (s) => s.replaceAll('&', '&amp;'),
  'in XML, by numbers': (s) => s.replaceAll('&', '&#38;').replaceAll('/', '&#x2F;'),
  'a form read wrongly': (s) => s.replaceAll('+', ' '),
};

describe.each([
  ['secret key', KEY],
  ['session token', TOKEN],
])('a %s that is known', (_, secret) => {
  test.each(Object.keys(FORMS))('%s', (form) => {
    const clean = redact(`before ${FORMS[form]?.(secret)} after`);
    expect(clean).toMatch(/^before "?\*\*\*"? after$/);
  });
});

/** As SignatureDoesNotMatch repeats a request that somebody else signed: the value is not known here. */
const OTHER = 'FwoGZXIvYXdzEBYaDKnown/To+Nobody==';
describe('a session token that is not known, by the name before it', () => {
  test.each([
    [`x-amz-security-token:${OTHER}\nx-amz-date:20261121T120000Z`, /x-amz-date:20261121T120000Z/],
    [
      `X-Amz-Security-Token=${encodeURIComponent(OTHER)}&X-Amz-SignedHeaders=host`,
      /&X-Amz-SignedHeaders=host/,
    ],
    [
      encodeURIComponent(`X-Amz-Security-Token=${encodeURIComponent(OTHER)}&X-Amz-SignedHeaders=host`),
      /%26X-Amz-SignedHeaders%3Dhost/,
    ],
    [encodeURIComponent(`x-amz-security-token:${OTHER}\nhost:x`), /%0Ahost%3Ax/],
    [`https://x.example/?X-Amz-Credential=AKIDEXAMPLE%2F2026${OTHER}&a=b`, /&a=b/],
    [`<SessionToken>${OTHER}</SessionToken>`, /<\/SessionToken>/],
    [`{"SessionToken": "${OTHER}", "a": 1}`, /"a": 1/],
  ])('%s', (text, kept) => {
    const clean = redact(text);
    expect(clean).toContain('***');
    expect(clean).not.toMatch(/FwoGZXIvYXdzEBYaDKnown|Nobody|AKIDEXAMPLE/);
    expect(clean).toMatch(kept);
  });
});

test('ordinary words stay', () => {
  const text =
    'AWS refused ec2:DescribeSubnets: no identity-based policy allows it (token of a Region-less endpoint).';
  expect(redact(text)).toBe(text);
});
