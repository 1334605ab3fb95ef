import { decode, encode, Token, Type } from 'cborg';

/** RPC v2 CBOR writes timestamps as tag 1, seconds since the epoch. https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html */
const EPOCH_SECONDS = 1;

export function fromCbor(body: Uint8Array): unknown {
  return decode(body, { tags: { [EPOCH_SECONDS]: (inner) => new Date(Number(inner()) * 1000) } });
}

/** Every number is written as a double, as AWS does for `Values`: no answer of ours holds an integer member. */
export function toCbor(value: unknown): Uint8Array<ArrayBuffer> {
  const encoded = encode(value, {
    float64: true,
    ignoreUndefinedProperties: true,
    typeEncoders: {
      number: (number: number) => new Token(Type.float, number),
      Date: (date: Date) => [
        new Token(Type.tag, EPOCH_SECONDS),
        new Token(Type.float, date.getTime() / 1000),
      ],
    },
  });
  return new Uint8Array(encoded);
}
