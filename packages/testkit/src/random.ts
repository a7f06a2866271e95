/** A generator that gives the same numbers for the same seed, on every machine. Not for secrets. */
export interface Random {
  /** In [0, 1), 32 bits. */
  next(): number;
  /** A whole number, both ends inclusive. */
  integer(low: number, high: number): number;
  /** True with probability `share`, 0 to 1. */
  chance(share: number): boolean;
  /** One of the list. Throws a `RangeError` when it is empty. */
  pick<T>(list: readonly T[]): T;
  /**
   * A generator of its own for `key`: what it gives depends on the seed and on the keys that led to it, never on what was drawn
   * elsewhere. So leaving one request or fault out does not change the others.
   */
  fork(key: string): Random;
}

/** A generator from a number or any text. */
export function createRandom(seed: number | string): Random {
  const path = String(seed);
  const next = createSource(path);
  const integer = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    integer,
    chance: (share) => next() < share,
    pick: (list) => {
      const picked = list[integer(0, list.length - 1)];
      if (picked === undefined) throw new RangeError('nothing to pick from');
      return picked;
    },
    fork: (key) => createRandom(`${path}/${key}`),
  };
}

/** Small fast counter generator, 32 bits (sfc32), started from four hashes of the text. */
function createSource(text: string): () => number {
  let a = hash(text, 1);
  let b = hash(text, 2);
  let c = hash(text, 3);
  let counter = 1;
  const draw = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round += 1) draw();
  return draw;
}

/** FNV-1a with a finishing mix, 32 bits. */
function hash(text: string, salt: number): number {
  let value = 0x811c9dc5 ^ Math.imul(salt, 0x9e3779b1);
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
