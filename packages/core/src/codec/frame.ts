/** The bytes of one frame, and how far they were read. */
export type Frame = { bytes: Uint8Array; at: number };

// Made once: it says nothing to anybody, and a stack for each would cost more than the reading.
const declined = new SyntaxError('left to the decoder');

/** Ends the reading: the frame is not what it usually is. */
export function decline(): never {
  throw declined;
}

export const quote = 0x22;
export const comma = 0x2c;
export const openList = 0x5b;
export const closeList = 0x5d;
export const openObject = 0x7b;
export const colon = 0x3a;

const space = 0x20;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const backslash = 0x5c;
const firstBeyondAscii = 0x80;
const deepest = 8;

/** The code of the next byte that is not white space; 0 at the end. */
export function peek(frame: Frame): number {
  const code = frame.bytes[frame.at] ?? 0;
  return code > space ? code : peekFar(frame);
}

function peekFar(frame: Frame): number {
  const { bytes } = frame;
  let code = bytes[frame.at] ?? 0;
  while (code === space || code === 0x0a || code === 0x0d || code === 0x09) {
    frame.at += 1;
    code = bytes[frame.at] ?? 0;
  }
  return code;
}

/** Whether nothing but white space is left. */
export function isAtEnd(frame: Frame): boolean {
  // Before a look beyond the end, for the engine reads faster where there never was one.
  return frame.at === frame.bytes.length || (peek(frame) === 0 && frame.at === frame.bytes.length);
}

/** Passes just these bytes; `false`: something else comes. */
export function passRun(frame: Frame, run: Uint8Array): boolean {
  const { bytes, at } = frame;
  const { length } = run;
  if (at + length > bytes.length) return false;
  for (let index = 0; index < length; index += 1) {
    if (bytes[at + index] !== run[index]) return false;
  }
  frame.at = at + length;
  return true;
}

export function expect(frame: Frame, code: number): void {
  if (peek(frame) !== code) decline();
  frame.at += 1;
}

/** Enters what opens with `open`; whether it has members. */
export function enter(frame: Frame, open: number): boolean {
  expect(frame, open);
  if (peek(frame) !== closing(open)) return true;
  frame.at += 1;
  return false;
}

/** After a member of what opened with `open`: whether another one follows. */
export function hasNext(frame: Frame, open: number): boolean {
  const code = peek(frame);
  if (code !== comma && code !== closing(open)) decline();
  frame.at += 1;
  return code === comma;
}

/** `{` and `}`, `[` and `]` are two apart. */
const closing = (open: number): number => open + 2;

/** Passes a text in ASCII without escapes, from its quote on; returns where it ends, before the quote. */
export function passText(frame: Frame): number {
  expect(frame, quote);
  const { bytes } = frame;
  let at = frame.at;
  let code = bytes[at] ?? 0;
  while (isPlain(code)) {
    at += 1;
    code = bytes[at] ?? 0;
  }
  if (code !== quote) decline();
  frame.at = at + 1;
  return at;
}

/** Passes any value of which nothing is wanted, and makes sure that it is JSON. */
export function passValue(frame: Frame, depth: number = 0): void {
  const code = peek(frame);
  if (code === quote) passText(frame);
  else if (code === openObject || code === openList) passMembers(frame, code, depth + 1);
  else if (code === minus || isDigit(code)) passNumber(frame);
  else passWord(frame);
}

function passMembers(frame: Frame, open: number, depth: number): void {
  if (depth > deepest) decline();
  if (!enter(frame, open)) return;
  do {
    if (open === openObject) {
      peek(frame);
      passText(frame);
      expect(frame, colon);
    }
    passValue(frame, depth);
  } while (hasNext(frame, open));
}

/** Signs and exponents are for the decoder, except in numbers that nobody wants. */
function passNumber(frame: Frame): void {
  const { bytes } = frame;
  if (bytes[frame.at] === minus) frame.at += 1;
  if (bytes[frame.at] === zero) frame.at += 1;
  else passDigits(frame);
  if (bytes[frame.at] === dot) {
    frame.at += 1;
    passDigits(frame);
  }
  // Setting this bit turns E into e.
  if (((bytes[frame.at] ?? 0) | 0x20) !== 0x65) return;
  const sign = bytes[frame.at + 1];
  frame.at += sign === minus || sign === 0x2b ? 2 : 1;
  passDigits(frame);
}

function passDigits(frame: Frame): void {
  const { bytes } = frame;
  if (!isDigit(bytes[frame.at] ?? 0)) decline();
  while (isDigit(bytes[frame.at] ?? 0)) frame.at += 1;
}

const words = ['true', 'false', 'null'].map((word) => Uint8Array.from(word, (letter) => letter.charCodeAt(0)));

function passWord(frame: Frame): void {
  const { bytes, at } = frame;
  const word = words.find((each) => each.every((code, index) => bytes[at + index] === code));
  if (word === undefined) decline();
  else frame.at += word.length;
}

const plain = Uint8Array.from({ length: 256 }, (_, code) =>
  Number(code >= space && code < firstBeyondAscii && code !== backslash && code !== quote),
);

/** A letter of a text in ASCII that stands for itself. */
export function isPlain(code: number): boolean {
  return plain[code] === 1;
}

export function isDigit(code: number): boolean {
  return code >= zero && code <= zero + 9;
}
