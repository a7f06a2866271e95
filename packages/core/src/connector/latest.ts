import type { End } from './ends.js';

/**
 * The latest value after each change, until `end`. A value that was not read in time is replaced, so nothing queues up.
 * `subscribe` is called when reading begins, and what it returns when it ends.
 */
export async function* latestOf<T>(
  subscribe: (put: (value: T) => void) => () => void,
  end: End,
): AsyncGenerator<T, void, undefined> {
  let held: { readonly value: T } | undefined;
  let wake = (): void => undefined;
  const unsubscribe = subscribe((value) => {
    held = { value };
    wake();
  });
  const forget = end.on(() => {
    wake();
  });
  const take = (): typeof held => {
    const taken = held;
    held = undefined;
    return taken;
  };
  try {
    while (!end.isOver()) {
      const taken = take();
      if (taken !== undefined) yield taken.value;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
    }
  } finally {
    forget();
    unsubscribe();
  }
}
