/** An iterator of the latest value: one that was not read in time is replaced, so nothing queues up. */
export type Latest<T> = {
  readonly put: (value: T) => void;
  readonly end: () => void;
  readonly values: AsyncIterable<T>;
};

export function createLatest<T>(onReturn: () => void): Latest<T> {
  let held: { readonly value: T } | undefined;
  let ended = false;
  let wake = (): void => undefined;

  const next = async (): Promise<IteratorResult<T, undefined>> => {
    while (held === undefined && !ended) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const result = held;
    held = undefined;
    return result === undefined ? { done: true, value: undefined } : { done: false, value: result.value };
  };
  const end = (): void => {
    ended = true;
    held = undefined;
    wake();
  };

  return {
    put: (value) => {
      if (ended) return;
      held = { value };
      wake();
    },
    end,
    values: {
      [Symbol.asyncIterator]: () => ({
        next,
        return: () => {
          end();
          onReturn();
          return Promise.resolve({ done: true, value: undefined });
        },
      }),
    },
  };
}
