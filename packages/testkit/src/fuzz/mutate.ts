import type { Random } from '../random.js';

/** A message as it goes over the wire. */
export type Wire = string | Uint8Array;

/** Makes messages that a careless reader takes for good ones. */
export type Mutator = {
  /** One that resembles `message`: a few of its parts are odd, gone, doubled or swapped, or its bytes are damaged. */
  readonly mutate: (message: Wire) => Wire;
  /** One that resembles nothing: bytes, text or JSON by chance. */
  readonly invent: () => Wire;
};

const encoder = new TextEncoder();

/** The values and the names of members in a JSON text. */
const token = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\btrue\b|\bfalse\b|\bnull\b/g;
const mostDepth = 4;
const mostKnownSeeds = 4_096;

/** What stands for a value and breaks readers: near misses, other types, the ends of ranges, names that objects inherit. */
const oddities = [
  ...['""', '" "', '"NaN"', '"Infinity"', '"-Infinity"', '"0x10"', '"1,5"', '"."', '"1."', '"+1"', '"1 "', '"٣"'],
  ...['"1e5"', '"1e1000000"', '"-0"', '"00"', '"0.0"', '"-1"', '0', '-0', '-1', '1e5', '1E-7', '1e309', '0.1'],
  ...['9007199254740993', '18446744073709551616', '1e-400', '"9007199254740993"', `"${'9'.repeat(400)}"`],
  ...['null', 'true', 'false', '[]', '{}', '[[]]', '[["1"]]', '[["1","2","3"]]', '[null]', '{"a":1}'],
  ...['"__proto__"', '"constructor"', '"toString"', '"hasOwnProperty"', '"\\u0000"', '"\\ud800"', '"%00"', '"\\r\\n"'],
  ...['"FROZEN"', '"unknown"', `"${'x'.repeat(3_000)}"`],
] as const;
const names = ['__proto__', 'constructor', 'toString', '', 'x', 'length', '0'] as const;
const damage = ['\u0000', '"', '{', '}', '[', ']', ',', ':', '\\', '\ufeff', '\ud800', 'é', 'NaN', '//'] as const;

type Span = { readonly from: number; readonly to: number; readonly isName: boolean };
type Known = { readonly text: string; readonly spans: readonly Span[] };

export function createMutator(random: Random): Mutator {
  const known = new Map<string, Known>();
  let other: Known = { text: '{}', spans: [] };

  const look = (text: string): Known => {
    const found = known.get(text) ?? { text, spans: spansOf(text) };
    if (known.size < mostKnownSeeds) known.set(text, found);
    return found;
  };
  const mutate = (message: Wire): Wire => {
    if (typeof message !== 'string') return damageBytes(random, message.slice());
    const seed = look(message);
    const drawn = random.next();
    let changed = seed.text;
    if (drawn < 0.78) changed = replaceParts(random, seed, other);
    else if (drawn < 0.92) return damageText(random, message);
    other = seed;
    return changed;
  };
  const invent = (): Wire => {
    if (random.chance(0.3)) return bytesByChance(random);
    return random.chance(0.3) ? textByChance(random) : jsonByChance(random, 0);
  };
  return { mutate, invent };
}

/** One to three parts of a message are others. */
function replaceParts(random: Random, { text, spans }: Known, other: Known): string {
  if (spans.length === 0) return text;
  let changed = text;
  // From the end, so that the places of the earlier parts hold.
  const chosen = new Set(Array.from({ length: random.integer(1, 3) }, () => random.integer(0, spans.length - 1)));
  for (const index of [...chosen].sort((a, b) => b - a)) {
    const span = spans[index];
    if (span !== undefined) changed = replacePart(random, changed, { span, next: spans[index + 1], other });
  }
  return changed;
}

type Part = { readonly span: Span; readonly next: Span | undefined; readonly other: Known };

function replacePart(random: Random, text: string, { span, next, other }: Part): string {
  const { from, to, isName } = span;
  const part = text.slice(from, to);
  const put = (by: string): string => text.slice(0, from) + by + text.slice(to);
  if (!isName) return put(random.chance(0.35) ? random.pick(oddities) : nearMiss(random, part, other));
  // A member has its name and, if that is a plain one, its value.
  const end = next === undefined || next.isName ? to : next.to;
  const member = text.slice(from, end);
  if (random.chance(0.3)) return put(`"${random.pick(names)}"`);
  if (random.chance(0.4)) return `${text.slice(0, from)}${member},${text.slice(from)}`;
  return text.slice(0, from) + text.slice(text.charAt(end) === ',' ? end + 1 : end);
}

/** A value that is nearly the one that was there. */
function nearMiss(random: Random, part: string, other: Known): string {
  const isText = part.startsWith('"');
  const drawn = random.integer(0, 6);
  if (drawn === 0) return isText ? part.slice(1, -1) || '0' : `"${part}"`;
  if (drawn === 1) return isText ? `"-${part.slice(1)}` : `-${part}`;
  if (drawn === 2) return isText ? `${part.slice(0, -1)}0"` : `${part}0`;
  if (drawn === 3) return `[${part}]`;
  if (drawn === 4) return isText ? `${part.slice(0, -1)}e-7"` : `${part}e-7`;
  if (drawn === 5) {
    const at = random.integer(0, part.length - 1);
    return part.slice(0, at) + random.pick(['0', '9', '1', 'a', '.', '-']) + part.slice(at + 1);
  }
  const taken = other.spans.length === 0 ? undefined : random.pick(other.spans);
  return taken === undefined ? part : other.text.slice(taken.from, taken.to);
}

/** Cut short, with something put in, a piece doubled or lost, or bytes that are no text. */
function damageText(random: Random, text: string): Wire {
  const at = random.integer(0, Math.max(0, text.length - 1));
  const length = random.integer(1, 12);
  const drawn = random.integer(0, 4);
  if (drawn === 0) return text.slice(0, at);
  if (drawn === 1) return text.slice(0, at) + random.pick(damage) + text.slice(at);
  if (drawn === 2) return text.slice(0, at + length) + text.slice(at);
  if (drawn === 3) return text.slice(0, at) + text.slice(at + length);
  return damageBytes(random, encoder.encode(text));
}

function damageBytes(random: Random, bytes: Uint8Array): Uint8Array {
  const index = random.integer(0, Math.max(0, bytes.length - 1));
  bytes[index] = (bytes[index] ?? 0) ^ (1 << random.integer(0, 7));
  return bytes;
}

function bytesByChance(random: Random): Uint8Array {
  return Uint8Array.from({ length: random.integer(0, 200) }, () => random.integer(0, 255));
}

function textByChance(random: Random): string {
  const letter = (): string => String.fromCharCode(random.integer(0, random.chance(0.9) ? 0x7e : 0xffff));
  return Array.from({ length: random.integer(0, 80) }, letter).join('');
}

function jsonByChance(random: Random, depth: number): string {
  const drawn = random.next();
  if (depth >= mostDepth || drawn < 0.4) return random.pick(oddities);
  const items = Array.from({ length: random.integer(0, 4) }, () => jsonByChance(random, depth + 1));
  if (drawn < 0.65) return `[${items.join()}]`;
  return `{${items.map((item) => `"${random.pick(names)}":${item}`).join()}}`;
}

function spansOf(text: string): readonly Span[] {
  return [...text.matchAll(token)].map(({ 0: part, index }) => {
    const to = index + part.length;
    return { from: index, to, isName: part.startsWith('"') && /^\s*:/.test(text.slice(to, to + 4)) };
  });
}
