import type { UnixMs } from '../model/market.js';
import type { BlockTrade } from '../spec/dex.js';

export type BlockTimesOptions = {
  readonly fetch: (height: number) => Promise<UnixMs>;
  /** The latest block, and the usual time between two. */
  readonly head: number;
  readonly blockMs: number;
};

/** When blocks were made, each asked for once at most: none was made before the one below it. */
export type BlockTimes = {
  readonly of: (height: number) => Promise<UnixMs>;
  /** What nodes say of blocks along with trades need not be asked. */
  readonly note: (trades: readonly BlockTrade[]) => void;
  /** The first block that was not made before a time; the one above the latest when there is none yet. */
  readonly firstAt: (at: UnixMs) => Promise<number>;
};

/** After so many steps a guess by the usual time is worth no more than the middle. */
const guesses = 8;

export function createBlockTimes({ fetch, head, blockMs }: BlockTimesOptions): BlockTimes {
  const known = new Map<number, UnixMs>();

  const of = async (height: number): Promise<UnixMs> => {
    const at = known.get(height) ?? (await fetch(height));
    known.set(height, at);
    return at;
  };

  return {
    of,
    note: (trades) => {
      for (const { block, at } of trades) if (at !== undefined) known.set(block, at);
    },
    firstAt: async (wanted) => {
      let [low, high, from] = [0, head + 1, head];
      for (let step = 0; low < high; step += 1) {
        const middle = (low + high) >> 1;
        const next = step < guesses ? from - Math.floor(((await of(from)) - wanted) / blockMs) : middle;
        from = Math.min(Math.max(next, low), high - 1);
        if ((await of(from)) < wanted) low = from + 1;
        else high = from;
      }
      return low;
    },
  };
}
