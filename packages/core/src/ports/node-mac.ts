import { Buffer } from 'node:buffer';
import { hash as digest } from 'node:crypto';

type Hash = 'sha256' | 'sha512';

/** Of a text, under one key. */
export type Mac = {
  readonly bytes: (hash: Hash, text: string) => Uint8Array;
  /** In lower-case hexadecimal. */
  readonly hex: (hash: Hash, text: string) => string;
};

/**
 * HMAC (RFC 2104) as the two hashes that it consists of. What `createHmac` does for each message before the first byte is hashed,
 * a stream and a native context with a finaliser, costs more than both: an order is signed between its call and its socket.
 */
export function createMac(secret: string): Mac {
  const known = new Map<Hash, Pads>();
  const padsOf = (hash: Hash): Pads => {
    const pads = known.get(hash) ?? createPads(hash, secret);
    known.set(hash, pads);
    return pads;
  };
  /** The last that has to be hashed: what the first hash gave, behind the key. */
  const toOuter = (hash: Hash, text: string): Buffer => {
    const pads = padsOf(hash);
    const { block, outer } = pads;
    if (block + text.length * longestCharacter > pads.inner.length) pads.inner = grow(pads, text);
    const end = block + pads.inner.write(text, block, 'utf8');
    // A byte a character: to make a text takes less than to make a buffer.
    outer.write(digest(hash, pads.inner.subarray(0, end), 'binary'), block, 'latin1');
    return outer;
  };
  return {
    bytes: (hash, text) => digest(hash, toOuter(hash, text), 'buffer'),
    hex: (hash, text) => digest(hash, toOuter(hash, text), 'hex'),
  };
}

/** The key, padded, in front of what is hashed with it; both are written over by each message. */
type Pads = { readonly block: number; inner: Buffer; readonly outer: Buffer };

const sizes = { sha256: { block: 64, size: 32 }, sha512: { block: 128, size: 64 } } as const;
const usualText = 1_024;
/** Bytes in UTF-8 of one unit of a text. */
const longestCharacter = 3;

function createPads(hash: Hash, secret: string): Pads {
  const { block, size } = sizes[hash];
  const bytes = Buffer.from(secret, 'utf8');
  const key = bytes.length > block ? digest(hash, bytes, 'buffer') : bytes;
  const inner = Buffer.alloc(block + usualText, 0x36);
  const outer = Buffer.alloc(block + size, 0x5c);
  for (const [at, byte] of key.entries()) {
    inner[at] = byte ^ 0x36;
    outer[at] = byte ^ 0x5c;
  }
  return { block, inner, outer };
}

/** With room for a longer text. */
function grow({ block, inner }: Pads, text: string): Buffer {
  const larger = Buffer.alloc(block + text.length * longestCharacter);
  larger.set(inner.subarray(0, block));
  return larger;
}
