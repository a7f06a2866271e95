import { ConnectorError } from '../errors/connector-error.js';

/** Calls `run` when any of `signals` aborts from now on; returns what takes that back. */
export function onAbort(signals: readonly AbortSignal[], run: () => void): () => void {
  for (const signal of signals) signal.addEventListener('abort', run);
  return () => {
    for (const signal of signals) signal.removeEventListener('abort', run);
  };
}

/**
 * What `task` makes of a signal that aborts with any of `signals`. Nothing stays attached to them: unlike
 * `AbortSignal.any`, which a signal that lives as long as the process would collect.
 */
export async function withSignal<T>(
  signals: readonly AbortSignal[],
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort(signals.find(({ aborted }) => aborted)?.reason);
  };
  if (signals.some(({ aborted }) => aborted)) abort();
  const forget = onAbort(signals, abort);
  try {
    return await task(controller.signal);
  } finally {
    forget();
  }
}

/** `promise`, or a rejection as `aborted` as soon as `signal` aborts. */
export function orAborted<T>(promise: Promise<T>, signal: AbortSignal, operation: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      forget();
      const cause: unknown = signal.reason;
      reject(new ConnectorError('aborted', { kind: 'aborted', outcome: 'not-sent', operation, cause }));
    };
    const forget = onAbort([signal], abort);
    if (signal.aborted) abort();
    promise.then(resolve, reject).finally(forget);
  });
}
