import { createHash, generateKeyPair, type KeyObject, sign } from 'node:crypto';
import { promisify } from 'node:util';

/** What a TLS server on loopback needs, and what its clients need to trust it; all PEM. */
export interface Certificate {
  /** Signed the certificate. */
  authority: string;
  cert: string;
  key: string;
}

/** A new one, valid by the machine's clock, which is the one that clients compare with. */
export async function makeCertificate(): Promise<Certificate> {
  const [authority, server] = await Promise.all([newKeys(), newKeys()]);
  const keyId = createHash('sha1').update(publicBits(authority.publicKey)).digest();
  const issuer = { issuer: 'kubernetes', signedBy: authority.privateKey };
  return {
    authority: certificate({
      ...issuer,
      serialNumber: 1,
      subject: 'kubernetes',
      publicKey: authority.publicKey,
      extensions: [
        extension('2.5.29.19', CRITICAL, sequence(TRUE)), // basicConstraints: an authority
        extension('2.5.29.15', CRITICAL, der(BIT_STRING, [2, 0b10000100])), // keyUsage: digitalSignature, keyCertSign
        extension('2.5.29.14', der(OCTET_STRING, keyId)), // subjectKeyIdentifier
      ],
    }),
    cert: certificate({
      ...issuer,
      serialNumber: 2,
      subject: 'kube-apiserver',
      publicKey: server.publicKey,
      extensions: [
        extension('2.5.29.15', CRITICAL, der(BIT_STRING, [7, 0b10000000])), // keyUsage: digitalSignature
        extension('2.5.29.37', sequence(oid('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: serverAuth
        extension('2.5.29.35', sequence(der(0x80, keyId))), // authorityKeyIdentifier
        extension('2.5.29.17', sequence(der(0x87, [127, 0, 0, 1]), der(0x82, 'localhost'))), // subjectAltName
      ],
    }),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

const newKeys = () => promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });

/* Node reads certificates and makes none; these are the few of RFC 5280's structures that the two above have, in DER. */

interface Fields {
  serialNumber: number;
  /** Common names. */
  issuer: string;
  subject: string;
  publicKey: KeyObject;
  extensions: readonly Buffer[];
  signedBy: KeyObject;
}

const DAY = 24 * 60 * 60 * 1000;

function certificate({ serialNumber, issuer, subject, publicKey, extensions, signedBy }: Fields): string {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const toBeSigned = sequence(
    der(0xa0, der(INTEGER, [2])), // version 3
    der(INTEGER, [serialNumber]),
    algorithm,
    name(issuer),
    sequence(time(Date.now() - DAY), time(Date.now() + 365 * DAY)),
    name(subject),
    spki(publicKey),
    der(0xa3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, signedBy);
  const whole = sequence(toBeSigned, algorithm, der(BIT_STRING, [0, ...signature]));
  const lines = whole.toString('base64').replace(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

const [INTEGER, BIT_STRING, OCTET_STRING, OID, UTF8_STRING] = [2, 3, 4, 6, 12] as const;
const [UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET] = [23, 24, 48, 49] as const;
const TRUE = Buffer.from([1, 1, 0xff]);
const CRITICAL = TRUE;

function der(tag: number, ...parts: readonly (Buffer | string | readonly number[])[]): Buffer {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as Buffer)));
  const { length } = content;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: readonly Buffer[]) => der(SEQUENCE, ...parts);

/** What is critical, if it is, and the value. */
const extension = (id: string, ...rest: readonly Buffer[]) =>
  sequence(oid(id), ...rest.slice(0, -1), der(OCTET_STRING, ...rest.slice(-1)));

const name = (common: string) => sequence(der(SET, sequence(oid('2.5.4.3'), der(UTF8_STRING, common))));

/** UTCTime has two digits for the year, and is prescribed until 2049 (RFC 5280, 4.1.2.5). */
function time(millis: number): Buffer {
  const text = new Date(millis).toISOString().replace(/\.\d+|[-:T]/g, '');
  return text < '2050' ? der(UTC_TIME, text.slice(2)) : der(GENERALIZED_TIME, text);
}

const spki = (key: KeyObject) => key.export({ type: 'spki', format: 'der' });

/** P-256's uncompressed point, the end of the structure around it. */
const publicBits = (key: KeyObject) => spki(key).subarray(-65);

function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...arcs] = dotted.split('.').map(Number);
  return der(OID, [first * 40 + second, ...arcs].flatMap(base128));
}

/** Seven bits a byte, all but the last marked. */
function base128(arc: number): number[] {
  const bytes = [arc & 0x7f];
  for (let rest = arc >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 0x7f) | 0x80);
  return bytes;
}
