import type { Pair } from '../model/market.js';

/** Listeners by market; one that throws does not keep the others from hearing. */
export type Listeners<T> = {
  readonly on: (pair: Pair, listener: (value: T) => void) => () => void;
  readonly isHeard: (pair: Pair) => boolean;
  readonly tell: (pair: Pair, value: T) => void;
};

/** `onThrow` is told what a listener threw. */
export function createListeners<T>(onThrow: (error: unknown) => void): Listeners<T> {
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
      return () => {
        ofPair.delete(handle);
        if (ofPair.size === 0 && all.get(pair) === ofPair) all.delete(pair);
      };
    },
    isHeard: (pair) => all.has(pair),
    tell: (pair, value) => {
      const ofPair = all.get(pair);
      if (ofPair === undefined) return;
      for (const handle of [...ofPair]) {
        if (!ofPair.has(handle)) continue;
        try {
          handle(value);
        } catch (error) {
          onThrow(error);
        }
      }
    },
  };
}
