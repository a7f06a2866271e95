import type { ClientIdRule } from '../spec/spot.js';

/** How the three numbers of an id are written. Each is below its limit. */
export type IdFormat = {
  readonly instances: bigint;
  readonly counters: bigint;
  readonly checks: bigint;
  readonly write: (parts: IdParts) => string;
  /** `undefined` for text that this format cannot have made. */
  readonly read: (
    id: string,
  ) => { readonly instance: bigint; readonly counter: bigint; readonly check: bigint } | undefined;
};

/** Plain numbers where they are small: to count in bigints takes several times as long. */
type IdParts = { readonly instance: bigint; readonly counter: bigint | number; readonly check: bigint | number };

export type TextRule = Extract<ClientIdRule, { readonly form: 'text' }>;

const shortestBody = 8;
const longestText = 36;

/** Whether every character may be part of an id. */
export function isLegalText(text: string, alphabet: RegExp): boolean {
  return legalText(alphabet)(text);
}

/** `isLegalText` of one alphabet, for many texts: it remembers which characters are legal. */
export function legalText(alphabet: RegExp): (text: string) => boolean {
  const pattern = new RegExp(alphabet.source, alphabet.flags.replace(/[gy]/g, ''));
  const known = new Set<string>();
  const isLegal = (character: string): boolean => {
    if (known.has(character)) return true;
    if (!pattern.test(character)) return false;
    known.add(character);
    return true;
  };
  return (text) => {
    for (const character of text) if (!isLegal(character)) return false;
    return true;
  };
}

/** `prefix + instance + counter + check`, digits in the largest base that the alphabet allows. Throws a `RangeError` when there is no room. */
export function textFormat({ max, alphabet }: Pick<TextRule, 'max' | 'alphabet'>, prefix: string): IdFormat {
  const { radix, isUpper } = digitsOf(alphabet);
  const room = Math.min(max, longestText) - prefix.length;
  if (room < shortestBody) {
    throw new RangeError(`prefix ${JSON.stringify(prefix)} leaves no room for a unique id in ${max} characters`);
  }
  const widthOf = (values: number): number => Math.ceil(Math.log(values) / Math.log(radix));
  const check = widthOf(room < 14 ? 1_000 : 40_000);
  const instance = Math.min(widthOf(2 ** 30), Math.floor((room - check) / 2));
  const counter = Math.min(widthOf(2 ** 48), room - check - instance);
  const write = (value: bigint | number, width = 0): string => {
    const text = value.toString(radix).padStart(width, '0');
    return isUpper ? text.toUpperCase() : text;
  };
  const body = new RegExp(
    `^${isUpper ? '[0-9A-Z]' : '[0-9a-z]'}{${instance + 1 + check},${instance + counter + check}}$`,
  );

  // Of the instance that was written last: it stays for thousands of ids.
  let head = { of: -1n, text: '' };
  return {
    instances: BigInt(radix) ** BigInt(instance),
    counters: BigInt(radix) ** BigInt(counter),
    checks: BigInt(radix) ** BigInt(check),
    write: (parts) => {
      if (parts.instance !== head.of) head = { of: parts.instance, text: prefix + write(parts.instance, instance) };
      return head.text + write(parts.counter) + write(parts.check, check);
    },
    read: (id) => {
      const text = id.slice(prefix.length);
      if (!id.startsWith(prefix) || !body.test(text)) return undefined;
      return {
        instance: toNumber(text.slice(0, instance), radix),
        counter: toNumber(text.slice(instance, -check), radix),
        check: toNumber(text.slice(-check), radix),
      };
    },
  };
}

/** Decimal text of a number below `2 ** bits`. */
export function integerFormat(bits: number): IdFormat {
  return bitFormat(
    { bits, check: bits < 48 ? 5 : Math.floor(bits / 6) },
    { encode: (value) => value.toString(), pattern: /^[1-9]\d{0,38}$/, decode: BigInt },
  );
}

/** `0x` and two digits a byte. */
export function hexFormat(bytes: number): IdFormat {
  return bitFormat(
    { bits: bytes * 8, check: Math.min(32, bytes * 2) },
    {
      encode: (value) => `0x${value.toString(16).padStart(bytes * 2, '0')}`,
      pattern: new RegExp(`^0x[0-9a-f]{${bytes * 2}}$`),
      decode: BigInt,
    },
  );
}

const tailBits = 62n;

/** Laid out as a random UUID: version 4, variant 10. */
export function uuidFormat(): IdFormat {
  return bitFormat(
    { bits: 122, check: 32 },
    {
      encode: (value) => {
        const head = (value >> tailBits).toString(16).padStart(15, '0');
        const tail = ((value & ((1n << tailBits) - 1n)) | (2n << tailBits)).toString(16);
        return `${head.slice(0, 8)}-${head.slice(8, 12)}-4${head.slice(12)}-${tail.slice(0, 4)}-${tail.slice(4)}`;
      },
      pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      decode: (id) => {
        const [first = '', second = '', third = '', fourth = '', fifth = ''] = id.split('-');
        const tail = BigInt(`0x${fourth}${fifth}`) & ((1n << tailBits) - 1n);
        return (BigInt(`0x${first}${second}${third.slice(1)}`) << tailBits) | tail;
      },
    },
  );
}

type Codec = {
  readonly encode: (value: bigint) => string;
  readonly pattern: RegExp;
  readonly decode: (id: string) => bigint;
};

/** From the highest bit: instance, counter, check. */
function bitFormat(size: { readonly bits: number; readonly check: number }, codec: Codec): IdFormat {
  const free = size.bits - size.check;
  const instanceBits = BigInt(Math.min(48, Math.floor(free * 0.43)));
  const checkBits = BigInt(size.check);
  const counterBits = BigInt(free) - instanceBits;
  const instances = 1n << instanceBits;
  const counters = 1n << counterBits;
  const checks = 1n << checkBits;

  return {
    instances,
    counters,
    checks,
    write: ({ instance, counter, check }) =>
      codec.encode((((instance << counterBits) | BigInt(counter)) << checkBits) | BigInt(check)),
    read: (id) => {
      if (!codec.pattern.test(id)) return undefined;
      const value = codec.decode(id);
      const counter = value >> checkBits;
      const instance = counter >> counterBits;
      if (instance >= instances) return undefined;
      return { instance, counter: counter & (counters - 1n), check: value & (checks - 1n) };
    },
  };
}

function digitsOf(alphabet: RegExp): { readonly radix: number; readonly isUpper: boolean } {
  const digits = '0123456789';
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  if (isLegalText(digits + letters, alphabet)) return { radix: 36, isUpper: false };
  if (isLegalText(digits + letters.toUpperCase(), alphabet)) return { radix: 36, isUpper: true };
  if (isLegalText(`${digits}abcdef`, alphabet)) return { radix: 16, isUpper: false };
  if (isLegalText(digits, alphabet)) return { radix: 10, isUpper: false };
  throw new RangeError(`the alphabet ${String(alphabet)} of client order ids lacks the ten digits`);
}

function toNumber(text: string, radix: number): bigint {
  let value = 0n;
  for (const digit of text) value = value * BigInt(radix) + BigInt(parseInt(digit, radix));
  return value;
}
