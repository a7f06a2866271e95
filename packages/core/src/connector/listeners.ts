import type { Pair } from '../model/market.js';

/** Listeners by market; one that throws does not keep the others from hearing. */
export type Listeners<T> = {
  readonly on: (pair: Pair, listener: (value: T) => void) => () => void;
  readonly isHeard: (pair: Pair) => boolean;
  readonly tell: (pair: Pair, value: T) => void;
};

type Entry<T> = { readonly listener: (value: T) => void; isOn: boolean };

/** `onThrow` is told what a listener threw. */
export function createListeners<T>(onThrow: (error: unknown) => void): Listeners<T> {
  // Lists that never change, so that telling, which is more frequent, needs no copy.
  const all = new Map<Pair, readonly Entry<T>[]>();

  const remove = (pair: Pair, entry: Entry<T>): void => {
    entry.isOn = false;
    const others = all.get(pair)?.filter((each) => each !== entry) ?? [];
    if (others.length === 0) all.delete(pair);
    else all.set(pair, others);
  };

  return {
    on: (pair, listener) => {
      const entry = { listener, isOn: true };
      all.set(pair, [...(all.get(pair) ?? []), entry]);
      return () => {
        remove(pair, entry);
      };
    },
    isHeard: (pair) => all.has(pair),
    tell: (pair, value) => {
      const entries = all.get(pair);
      if (entries === undefined) return;
      for (const entry of entries) {
        // One that was taken off by a listener before it does not hear of this any more.
        if (!entry.isOn) continue;
        try {
          entry.listener(value);
        } catch (error) {
          onThrow(error);
        }
      }
    },
  };
}
