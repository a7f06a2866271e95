import { ConnectorError } from '../errors/connector-error.js';

/** Something that ends once. */
export type End = {
  readonly isOver: () => boolean;
  /** Calls `run` when it ends, not if it has ended; returns what takes that back. */
  readonly on: (run: () => void) => () => void;
};

/** An end of our own: node takes more than ten listeners on one signal for a leak, and says so. */
export type Ending = End & { readonly end: () => void };

export function createEnding(): Ending {
  const listeners = new Set<() => void>();
  let isOver = false;
  return {
    isOver: () => isOver,
    on: (run) => {
      // A wrapper each time, so that one function can wait twice.
      const listener = (): void => {
        run();
      };
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end: () => {
      isOver = true;
      for (const listener of listeners) listener();
      listeners.clear();
    },
  };
}

/** Ends with the first of `ends`; a signal ends when it aborts. */
export function firstOf(...ends: readonly (End | AbortSignal | undefined)[]): End {
  const all = ends.flatMap((end) => (end === undefined ? [] : [end instanceof AbortSignal ? fromSignal(end) : end]));
  return {
    isOver: () => all.some((end) => end.isOver()),
    on: (run) => {
      const forgets = all.map((end) => end.on(run));
      return () => {
        for (const forget of forgets) forget();
      };
    },
  };
}

/** What `task` makes of a signal that aborts with `end`. Nothing stays attached to `end`. */
export async function withSignal<T>(end: End, task: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  if (end.isOver()) abort();
  const forget = end.on(abort);
  try {
    return await task(controller.signal);
  } finally {
    forget();
  }
}

/** `promise`, or a rejection as `aborted` as soon as `end` comes. */
export function orAborted<T>(promise: Promise<T>, end: End, operation: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      reject(new ConnectorError('aborted', { kind: 'aborted', outcome: 'not-sent', operation }));
    };
    if (end.isOver()) abort();
    promise.then(resolve, reject).finally(end.on(abort));
  });
}

function fromSignal(signal: AbortSignal): End {
  return {
    isOver: () => signal.aborted,
    on: (run) => {
      signal.addEventListener('abort', run);
      return () => {
        signal.removeEventListener('abort', run);
      };
    },
  };
}
