import { decodeJson } from '@hb/connector-core';

type Packed = { readonly bytes: readonly number[]; readonly end: number };

/** Each member of a JSON object as MessagePack, as the venue packs what it was sent. Throws a `TypeError` for JSON that is none. */
export function packMembers(json: string): ReadonlyMap<string, readonly number[]> {
  const members = new Map<string, readonly number[]>();
  let at = expect(json, 0, '{');
  while (json[skip(json, at)] !== '}') {
    const name = textAt(json, at);
    const { bytes, end } = pack(json, expect(json, name.end, ':'));
    members.set(name.text, bytes);
    at = json[skip(json, end)] === ',' ? skip(json, end) + 1 : end;
  }
  return members;
}

function pack(json: string, from: number): Packed {
  const at = skip(json, from);
  const first = json[at];
  if (first === '{') return packMany(json, at + 1, { close: '}', fixed: 0x80, wide: 0xde });
  if (first === '[') return packMany(json, at + 1, { close: ']', fixed: 0x90, wide: 0xdc });
  if (first === '"') return packText(json, at);
  const word = /^[^\s,\]}]+/.exec(json.slice(at))?.[0] ?? '';
  return { bytes: packWord(word), end: at + word.length };
}

type Kind = { readonly close: string; readonly fixed: number; readonly wide: number };

function packMany(json: string, from: number, { close, fixed, wide }: Kind): Packed {
  const bytes: number[] = [];
  let at = skip(json, from);
  let count = 0;
  while (json[at] !== close) {
    if (close === '}') {
      const name = packText(json, at);
      bytes.push(...name.bytes);
      at = expect(json, name.end, ':');
    }
    const value = pack(json, at);
    bytes.push(...value.bytes);
    count += 1;
    at = skip(json, value.end);
    if (json[at] === ',') at = skip(json, at + 1);
  }
  const head = count < 16 ? [fixed | count] : [wide, count >> 8, count & 255];
  return { bytes: [...head, ...bytes], end: at + 1 };
}

function packText(json: string, from: number): Packed {
  const { text, end } = textAt(json, from);
  const bytes = [...new TextEncoder().encode(text)];
  const { length } = bytes;
  if (length < 32) return { bytes: [0xa0 | length, ...bytes], end };
  const head = length < 256 ? [0xd9, length] : [0xda, length >> 8, length & 255];
  return { bytes: [...head, ...bytes], end };
}

function packWord(word: string): readonly number[] {
  if (word === 'null') return [0xc0];
  if (word === 'true' || word === 'false') return [word === 'true' ? 0xc3 : 0xc2];
  if (!/^\d{1,19}$/.test(word)) throw new TypeError(`not to be packed: ${word}`);
  const value = BigInt(word);
  if (value < 0x80n) return [Number(value)];
  if (value < 0x100n) return [0xcc, ...bigEndian(value, 1)];
  if (value < 0x1_0000n) return [0xcd, ...bigEndian(value, 2)];
  return value < 0x1_0000_0000n ? [0xce, ...bigEndian(value, 4)] : [0xcf, ...bigEndian(value, 8)];
}

function bigEndian(value: bigint, size: number): readonly number[] {
  const hex = value.toString(16).padStart(size * 2, '0');
  return (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

function textAt(json: string, from: number): { readonly text: string; readonly end: number } {
  const at = skip(json, from);
  const [source] = /^"(?:[^"\\]|\\.)*"/.exec(json.slice(at)) ?? [];
  if (source === undefined) throw new TypeError(`no text at ${at}`);
  return { text: String(decodeJson(source)), end: at + source.length };
}

function expect(json: string, from: number, what: string): number {
  const at = skip(json, from);
  if (json[at] !== what) throw new TypeError(`no ${what} at ${at}`);
  return at + 1;
}

function skip(json: string, from: number): number {
  let at = from;
  while (/\s/.test(json[at] ?? '')) at += 1;
  return at;
}
