import { toText } from './text.js';

/**
 * A JSON text as plain values, with every number as its source text, so that no digit is lost: `{"price":1.10}` is `{ price: '1.10' }`.
 * Takes what `JSON.parse` takes, up to 64 levels deep; a `__proto__` key is left out and objects inherit nothing.
 * Throws a `SyntaxError` that names the offset and never shows the text.
 */
export function decodeJson(input: Uint8Array | string): unknown {
  const text = typeof input === 'string' ? input : toText(input);
  const cursor: Cursor = { text, at: 0, detach: text.length > longText };
  const value = readValue(cursor, 0);
  skipSpace(cursor);
  if (cursor.at < text.length) throw unexpected(cursor);
  return value;
}

/**
 * JSON text of plain values. Members that are `undefined` are left out.
 * Throws a `TypeError` that names the member for what JSON would lose or change: `undefined` at the top or in a list,
 * NaN, infinities, bigints, and objects with a class, such as decimals, whose text must be passed.
 */
export function encodeJson(value: unknown): string {
  check(value, '', 0);
  return JSON.stringify(value);
}

type Cursor = { readonly text: string; at: number; readonly detach: boolean };

const maxDepth = 64;

// A slice of 13 characters or more keeps the whole text alive in V8, and one symbol must not hold a catalogue in memory.
// Copying costs time, so prices and amounts, which nobody keeps as text, are copied only when they are unusually long.
const longText = 16_384;
const longSlice = 13;
const longNumber = 17;

// Objects that inherit from it have no `constructor` or `toString`, and unlike those without any prototype stay fast.
const nothing: object = Object.freeze({ __proto__: null });

const quote = 0x22;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const colon = 0x3a;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

function readValue(cursor: Cursor, depth: number): unknown {
  const code = skipSpace(cursor);
  if (code === quote) return keep(cursor, readString(cursor));
  if (code === minus || isDigit(code)) return keep(cursor, readNumber(cursor));
  if (code === openObject) return readObject(cursor, depth + 1);
  if (code === openList) return readList(cursor, depth + 1);
  return readWord(cursor);
}

function readObject(cursor: Cursor, depth: number): unknown {
  const object: Record<string, unknown> = { __proto__: nothing };
  enter(cursor, depth);
  if (skipSpace(cursor) === closeObject) {
    cursor.at += 1;
    return object;
  }
  for (;;) {
    if (skipSpace(cursor) !== quote) throw unexpected(cursor);
    const key = readString(cursor);
    if (skipSpace(cursor) !== colon) throw unexpected(cursor);
    cursor.at += 1;
    const value = readValue(cursor, depth);
    if (key !== '__proto__') object[key] = value;
    if (hasEnded(cursor, closeObject)) return object;
  }
}

function readList(cursor: Cursor, depth: number): unknown {
  const list: unknown[] = [];
  enter(cursor, depth);
  if (skipSpace(cursor) === closeList) {
    cursor.at += 1;
    return list;
  }
  for (;;) {
    list.push(readValue(cursor, depth));
    if (hasEnded(cursor, closeList)) return list;
  }
}

function enter(cursor: Cursor, depth: number): void {
  if (depth > maxDepth) throw new SyntaxError(`JSON deeper than ${maxDepth} levels at offset ${cursor.at}`);
  cursor.at += 1;
}

/** Passes the comma or the end that follows a member. */
function hasEnded(cursor: Cursor, end: number): boolean {
  const code = skipSpace(cursor);
  if (code !== comma && code !== end) throw unexpected(cursor);
  cursor.at += 1;
  return code === end;
}

function readString(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at + 1;
  let at = start;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === quote) {
      cursor.at = at + 1;
      return text.slice(start, at);
    }
    if (code === backslash) return readEscaped(cursor, start, at);
    if (!(code >= 0x20)) {
      cursor.at = at;
      throw unexpected(cursor);
    }
    at += 1;
  }
}

/** The rest of a string from its first backslash on. */
function readEscaped(cursor: Cursor, start: number, backslashAt: number): string {
  const { text } = cursor;
  let value = text.slice(start, backslashAt);
  cursor.at = backslashAt;
  for (;;) {
    const from = cursor.at;
    const code = text.charCodeAt(from);
    if (code === quote) {
      cursor.at += 1;
      return value;
    }
    if (code === backslash) {
      value += readEscape(cursor);
      continue;
    }
    if (!(code >= 0x20)) throw unexpected(cursor);
    while (isPlain(text.charCodeAt(cursor.at))) cursor.at += 1;
    value += text.slice(from, cursor.at);
  }
}

function readEscape(cursor: Cursor): string {
  cursor.at += 1;
  const letter = cursor.text.charAt(cursor.at);
  const plain = escapes.get(letter);
  if (plain !== undefined) {
    cursor.at += 1;
    return plain;
  }
  const digits = cursor.text.slice(cursor.at + 1, cursor.at + 5);
  if (letter !== 'u' || !/^[\da-fA-F]{4}$/.test(digits)) throw unexpected(cursor);
  cursor.at += 5;
  return String.fromCharCode(Number.parseInt(digits, 16));
}

function readNumber(cursor: Cursor): string {
  const { text } = cursor;
  const start = cursor.at;
  let at = start;
  if (text.charCodeAt(at) === minus) at += 1;
  if (text.charCodeAt(at) === zero) at += 1;
  else at = passDigits(cursor, at);
  if (text.charCodeAt(at) === dot) at = passDigits(cursor, at + 1);
  // Setting this bit turns E into e.
  if ((text.charCodeAt(at) | 0x20) === 0x65) {
    const sign = text.charCodeAt(at + 1);
    at = passDigits(cursor, sign === 0x2b || sign === minus ? at + 2 : at + 1);
  }
  cursor.at = at;
  return text.slice(start, at);
}

/** Where one or more digits end. */
function passDigits(cursor: Cursor, from: number): number {
  let at = from;
  while (isDigit(cursor.text.charCodeAt(at))) at += 1;
  if (at > from) return at;
  cursor.at = at;
  throw unexpected(cursor);
}

function readWord(cursor: Cursor): boolean | null {
  if (cursor.text.startsWith('true', cursor.at)) {
    cursor.at += 4;
    return true;
  }
  if (cursor.text.startsWith('false', cursor.at)) {
    cursor.at += 5;
    return false;
  }
  if (!cursor.text.startsWith('null', cursor.at)) throw unexpected(cursor);
  cursor.at += 4;
  return null;
}

/** Passes white space; the code of what follows, NaN at the end. */
function skipSpace(cursor: Cursor): number {
  let code = cursor.text.charCodeAt(cursor.at);
  while (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
    cursor.at += 1;
    code = cursor.text.charCodeAt(cursor.at);
  }
  return code;
}

function keep(cursor: Cursor, part: string): string {
  if (!cursor.detach || part.length < longSlice) return part;
  return part.length < longNumber && isDigit(part.charCodeAt(0)) ? part : ` ${part}`.slice(1);
}

function isDigit(code: number): boolean {
  return code >= zero && code <= nine;
}

function isPlain(code: number): boolean {
  return code >= 0x20 && code !== quote && code !== backslash;
}

function unexpected({ text, at }: Cursor): SyntaxError {
  return new SyntaxError(at < text.length ? `not JSON at offset ${at}` : `JSON ends early at offset ${at}`);
}

function check(value: unknown, path: string, depth: number): void {
  if (depth > maxDepth) throw new TypeError(`cannot encode JSON deeper than ${maxDepth} levels`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(item, `${path}[${index}]`, depth + 1);
    return;
  }
  if (typeof value !== 'object' || !isPlainObject(value)) throw refusal(value, path);
  for (const [key, member] of Object.entries(value)) {
    if (member !== undefined) check(member, `${path}.${key}`, depth + 1);
  }
}

/** Whether nothing but `Object.prototype`, or an empty one, is inherited. */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype !== 'object' || prototype === null || Object.getPrototypeOf(prototype) === null;
}

function refusal(value: unknown, path: string): TypeError {
  const where = path === '' ? 'the value' : path;
  if (typeof value === 'number') return new TypeError(`cannot encode ${where} as JSON: ${value} is not a JSON number`);
  if (typeof value === 'object') {
    return new TypeError(`cannot encode ${where} as JSON: not a plain object; pass a decimal as its text`);
  }
  return new TypeError(`cannot encode ${where} as JSON: ${typeof value}`);
}
