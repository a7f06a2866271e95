import type { Clock } from '../ports/ports.js';

/** Resolves after `forMs`; `cancel` ends the wait at once. */
export type Wait = { readonly over: Promise<void>; readonly cancel: () => void };

export function wait(clock: Clock, forMs: number): Wait {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  const cancelTimer = clock.at(clock.mono() + forMs, end);
  return {
    over,
    cancel: () => {
      cancelTimer();
      end();
    },
  };
}

/** `promise`, or a rejection with the signal's reason as soon as it aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(toError(signal.reason));
    };
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort);
    promise.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', abort);
    });
  });
}

export function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
