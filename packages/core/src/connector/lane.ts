/**
 * Gives out the nonces of one owner, one at a time and without gaps: a chain takes a transaction only after all those
 * with lower nonces.
 */
export type Lane = {
  /**
   * Runs `use` with the lowest nonce that is free, never two at once. When `use` rejects, the nonce is free again:
   * nothing may have been sent with it then.
   */
  readonly next: <T>(use: (nonce: number) => Promise<T>) => Promise<T>;
  /** What was signed with this nonce may be included, in an earlier run too. */
  readonly hold: (nonce: number) => void;
  /** Nothing that was sent with this nonce is left, and nothing will be. */
  readonly giveBack: (nonce: number) => void;
  /** A transaction with this nonce is included for good. */
  readonly used: (nonce: number) => void;
};

/** `fetchNext` asks the chain, which knows what others sent for the same owner. */
export function createLane(fetchNext: () => Promise<number>): Lane {
  const held = new Set<number>();
  let lowest = 0;
  let last = Promise.resolve();

  const run = async <T>(use: (nonce: number) => Promise<T>): Promise<T> => {
    // A node may lag behind what was seen included.
    let nonce = Math.max(await fetchNext(), lowest);
    while (held.has(nonce)) nonce += 1;
    held.add(nonce);
    try {
      return await use(nonce);
    } catch (error) {
      held.delete(nonce);
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
    hold: (nonce) => {
      held.add(nonce);
    },
    giveBack: (nonce) => {
      held.delete(nonce);
    },
    used: (nonce) => {
      held.delete(nonce);
      lowest = Math.max(lowest, nonce + 1);
    },
  };
}
