import { decodeJson } from './json.js';
import { toUtf8 } from './text.js';

/**
 * A JSON text as MessagePack: members in their order, whole numbers in their shortest form. Throws a `TypeError` for
 * fractions and negative numbers. @see https://github.com/msgpack/msgpack/blob/master/spec.md
 */
export function toMessagePack(json: string): Uint8Array {
  const bytes = read((json.match(token) ?? []).values());
  if (bytes === undefined) throw new TypeError('a JSON text has a value');
  return Uint8Array.from(bytes);
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\]]|[^\s",:{}[\]]+/g;

/** `undefined` at the end of an object or a list. */
function read(tokens: Iterator<string, undefined>): readonly number[] | undefined {
  const { value: text } = tokens.next();
  if (text === undefined || text === '}' || text === ']') return undefined;
  if (text === '{' || text === '[') {
    const children = readAll(tokens);
    const head =
      text === '{' ? toHead(children.length / 2, [0x80, 15, 0xde]) : toHead(children.length, [0x90, 15, 0xdc]);
    return [...head, ...children.flat()];
  }
  if (text.startsWith('"')) return toTextBytes(String(decodeJson(text)));
  return words.get(text) ?? toNumberBytes(text);
}

const words: ReadonlyMap<string, readonly number[]> = new Map([
  ['null', [0xc0]],
  ['false', [0xc2]],
  ['true', [0xc3]],
]);

function readAll(tokens: Iterator<string, undefined>): readonly (readonly number[])[] {
  const children: (readonly number[])[] = [];
  for (let child = read(tokens); child !== undefined; child = read(tokens)) children.push(child);
  return children;
}

function toTextBytes(text: string): readonly number[] {
  const bytes = toUtf8(text);
  const head = bytes.length > 31 && bytes.length < 256 ? [0xd9, bytes.length] : toHead(bytes.length, [0xa0, 31, 0xda]);
  return [...head, ...bytes];
}

/** The length within the first byte where it fits, else in two bytes of its own. */
function toHead(length: number, [short, most, long]: readonly [number, number, number]): readonly number[] {
  return length <= most ? [short + length] : [long, ...toBytes(BigInt(length), 2)];
}

function toNumberBytes(text: string): readonly number[] {
  if (!/^\d+$/.test(text)) throw new TypeError(`${text} is no whole number`);
  const value = BigInt(text);
  if (value < 128n) return [Number(value)];
  const sizes = [1, 2, 4, 8];
  const index = sizes.findIndex((size) => value < 256n ** BigInt(size));
  if (index < 0) throw new TypeError(`${text} has more than 64 bits`);
  return [0xcc + index, ...toBytes(value, sizes[index] ?? 8)];
}

/** Big-endian. */
function toBytes(value: bigint, size: number): readonly number[] {
  return Array.from({ length: size }, (_, at) => Number((value >> BigInt(8 * (size - 1 - at))) & 0xffn));
}
