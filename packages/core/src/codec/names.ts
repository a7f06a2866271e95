import { decline, isPlain, peek, quote, type Frame } from './frame.js';

/** Reads a text, in ASCII and without escapes, that has come before: the same text is then the same string. */
export type ReadName = (frame: Frame) => string;

// A power of two. Two texts that share a slot are made again in turns.
const slots = 4_096;

export function createReadName(): ReadName {
  const texts = new Array<string>(slots).fill('');
  // Of the same texts: bytes are compared faster than letters.
  const all = new Array<Uint8Array>(slots).fill(new Uint8Array(0));
  return (frame) => {
    if (peek(frame) !== quote) decline();
    const { bytes } = frame;
    const from = frame.at + 1;
    let at = from;
    let hash = 0;
    let code = bytes[at] ?? 0;
    while (isPlain(code)) {
      hash = (Math.imul(hash, 31) + code) | 0;
      at += 1;
      code = bytes[at] ?? 0;
    }
    if (code !== quote) decline();
    frame.at = at + 1;
    const slot = (hash ^ (hash >>> 15)) & (slots - 1);
    const known = all[slot];
    if (known?.length === at - from && startsWith(bytes, from, known)) return texts[slot] ?? '';
    const text = String.fromCharCode(...bytes.subarray(from, at));
    // A copy, which `slice` of a Buffer is not.
    all[slot] = new Uint8Array(bytes.subarray(from, at));
    texts[slot] = text;
    return text;
  };
}

/** Whether the next text is this one; when it is, it was read. */
export function readText(frame: Frame, text: string): boolean {
  if (peek(frame) !== quote) decline();
  const { bytes, at } = frame;
  if (bytes[at + 1 + text.length] !== quote || !isAt(bytes, at + 1, text)) return false;
  frame.at = at + text.length + 2;
  return true;
}

function isAt(bytes: Uint8Array, from: number, text: string): boolean {
  for (let index = 0; index < text.length; index += 1) {
    if (text.charCodeAt(index) !== bytes[from + index]) return false;
  }
  return true;
}

function startsWith(bytes: Uint8Array, from: number, run: Uint8Array): boolean {
  for (let index = 0; index < run.length; index += 1) {
    if (bytes[from + index] !== run[index]) return false;
  }
  return true;
}
