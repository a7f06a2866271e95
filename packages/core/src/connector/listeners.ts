import type { Pair } from '../model/market.js';

/** Listeners by market; one that throws does not keep the others from hearing. */
export type Listeners<T> = {
  readonly on: (pair: Pair, listener: (value: T) => void) => () => void;
  readonly tell: (pair: Pair, value: T) => void;
};

export function createListeners<T>(onProblem: (error: unknown) => void): Listeners<T> {
  const all = new Map<Pair, Set<(value: T) => void>>();
  return {
    on: (pair, listener) => {
      const ofPair = all.get(pair) ?? new Set();
      all.set(pair, ofPair);
      // A wrapper each time, so that one function can be added twice and removed once.
      const handle = (value: T): void => {
        listener(value);
      };
      ofPair.add(handle);
      return () => ofPair.delete(handle);
    },
    tell: (pair, value) => {
      for (const handle of [...(all.get(pair) ?? [])]) {
        try {
          handle(value);
        } catch (error) {
          onProblem(error);
        }
      }
    },
  };
}
