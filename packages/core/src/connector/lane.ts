/**
 * Gives out the nonces of one owner, one at a time and without gaps: a chain takes a transaction only after all those
 * with lower nonces.
 */
export type Lane = {
  /**
   * Runs `use` with the next nonce, never two at once. When `use` rejects, the nonce is given out again:
   * nothing may have been sent with it then.
   */
  readonly next: <T>(use: (nonce: number) => Promise<T>) => Promise<T>;
  /** Nothing was sent with this nonce after all, and nothing will be. */
  readonly giveBack: (nonce: number) => void;
  /** An earlier run used it. */
  readonly used: (nonce: number) => void;
};

/** `fetchNext` asks the chain, which knows what others sent for the same owner. */
export function createLane(fetchNext: () => Promise<number>): Lane {
  const free = new Set<number>();
  let lowestUnused = 0;
  let last = Promise.resolve();

  const take = async (): Promise<number> => {
    const told = await fetchNext();
    for (const nonce of [...free].sort((first, second) => first - second)) {
      free.delete(nonce);
      if (nonce >= told) return nonce;
    }
    const nonce = Math.max(told, lowestUnused);
    lowestUnused = nonce + 1;
    return nonce;
  };

  const run = async <T>(use: (nonce: number) => Promise<T>): Promise<T> => {
    const nonce = await take();
    try {
      return await use(nonce);
    } catch (error) {
      free.add(nonce);
      throw error;
    }
  };

  return {
    next: (use) => {
      const result = last.then(() => run(use));
      last = result.then(
        () => undefined,
        () => undefined,
      );
      return result;
    },
    giveBack: (nonce) => {
      free.add(nonce);
    },
    used: (nonce) => {
      lowestUnused = Math.max(lowestUnused, nonce + 1);
    },
  };
}
