import type { UnixMs } from '../model/market.js';

/** Numbers that rise strictly: venue time in ms where it has moved on, else one more than the last. */
export function createNonce(now: () => UnixMs): () => number {
  let last = 0;
  return () => {
    last = Math.max(last + 1, Math.floor(now()));
    return last;
  };
}
