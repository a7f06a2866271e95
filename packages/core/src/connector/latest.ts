import { onAbort } from './signals.js';

/**
 * The latest value after each change, until one of `signals` aborts. A value that was not read in time is replaced, so
 * nothing queues up. `subscribe` is called when reading begins, and what it returns when it ends.
 */
export async function* latestOf<T>(
  subscribe: (put: (value: T) => void) => () => void,
  signals: readonly AbortSignal[],
): AsyncGenerator<T, void, undefined> {
  const isOver = (): boolean => signals.some(({ aborted }) => aborted);
  let held: { readonly value: T } | undefined;
  let wake = (): void => undefined;
  const unsubscribe = subscribe((value) => {
    held = { value };
    wake();
  });
  const forget = onAbort(signals, () => {
    wake();
  });
  const take = (): typeof held => {
    const taken = held;
    held = undefined;
    return taken;
  };
  try {
    while (!isOver()) {
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
