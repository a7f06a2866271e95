import { ConnectorError } from '../errors/connector-error.js';

/** Callers that wait for one thing to come true. */
type Waiters = {
  /** Rejects as `aborted` by the signal or when closed. */
  readonly wait: (signal: AbortSignal | undefined) => Promise<void>;
  readonly resolveAll: () => void;
  /** Rejects all that wait and whatever comes later. */
  readonly close: () => void;
};

type Waiter = { readonly resolve: () => void; readonly reject: (error: Error) => void };

/** `operation` says in errors what was waited for. */
export function createWaiters(operation: string): Waiters {
  const waiting = new Set<Waiter>();
  let isClosed = false;

  const aborted = (message: string, cause?: unknown): ConnectorError =>
    new ConnectorError(message, { kind: 'aborted', outcome: 'not-sent', operation, cause });
  const take = (): readonly Waiter[] => {
    const all = [...waiting];
    waiting.clear();
    return all;
  };

  return {
    wait: (signal) =>
      new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiting.delete(waiter);
          reject(aborted('aborted', signal?.reason));
        };
        const waiter: Waiter = {
          resolve: () => {
            signal?.removeEventListener('abort', onAbort);
            resolve();
          },
          reject: (error) => {
            signal?.removeEventListener('abort', onAbort);
            reject(error);
          },
        };
        if (isClosed) reject(aborted('no longer watched'));
        else if (signal?.aborted === true) onAbort();
        else {
          waiting.add(waiter);
          signal?.addEventListener('abort', onAbort);
        }
      }),
    resolveAll: () => {
      for (const { resolve } of take()) resolve();
    },
    close: () => {
      isClosed = true;
      for (const { reject } of take()) reject(aborted('no longer watched'));
    },
  };
}
