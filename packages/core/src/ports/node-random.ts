import { randomFillSync } from 'node:crypto';

const buffered = 128;
const none = new Uint32Array(0);

/** Numbers in [0, 1) with 53 random bits, from the system's secure source, read in blocks. */
export function createNodeRandom(): () => number {
  // Made when it is needed: there is one for each book, and most of them never ask.
  let block = none;
  let used = 0;
  return () => {
    if (used === block.length) {
      if (block === none) block = new Uint32Array(2 * buffered);
      randomFillSync(block);
      used = 0;
    }
    const [high = 0, low = 0] = block.subarray(used, used + 2);
    used += 2;
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  };
}
