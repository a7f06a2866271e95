import { randomFillSync } from 'node:crypto';

const buffered = 128;

/** Numbers in [0, 1) with 53 random bits, from the system's secure source, read in blocks. */
export function createNodeRandom(): () => number {
  const block = new Uint32Array(2 * buffered);
  let used = block.length;
  return () => {
    if (used === block.length) {
      randomFillSync(block);
      used = 0;
    }
    const [high = 0, low = 0] = block.subarray(used, used + 2);
    used += 2;
    return ((high >>> 5) * 2 ** 26 + (low >>> 6)) / 2 ** 53;
  };
}
