import { ConnectorError, isConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';
import type { Answer } from '../spec/endpoint.js';
import { inWords } from './failures.js';
import type { Timers } from './timers.js';

/** Requests over one connection that wait for their answers. */
export type Requests = {
  readonly expect: (id: string, wanted: Wanted) => Expected;
  /** Whether a request waited for this answer. */
  readonly answer: (id: string, answer: Answer) => boolean;
  /** Ends them all: those that were written have an unknown outcome. */
  readonly fail: (reason: string) => void;
  readonly size: () => number;
};

type Wanted = {
  readonly operation: string;
  readonly deadlineMs: number;
  readonly signal: AbortSignal | undefined;
};

export type Expected = {
  /** Rejects with a `ConnectorError`: `not-sent` before `written`, `unknown` after it. */
  readonly answer: Promise<Answer>;
  /** Ends with the request, however that ends. */
  readonly ended: AbortSignal;
  readonly written: () => void;
  readonly fail: (cause: unknown) => void;
};

type Pending = {
  readonly succeed: (answer: Answer) => void;
  readonly fail: (kind: ErrorKind, reason: string) => void;
};

type RequestsOptions = {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly meter: Meter;
  /** Runs after each request that ended. */
  readonly settled: () => void;
};

export function createRequests(options: RequestsOptions): Requests {
  const { clock, timers, meter, settled } = options;
  const pending = new Map<string, Pending>();

  const expect = (id: string, { operation, deadlineMs, signal }: Wanted): Expected => {
    const ended = new AbortController();
    let writtenAt: number | undefined;
    let resolve: (answer: Answer) => void = () => undefined;
    let reject: (error: unknown) => void = () => undefined;
    const answer = new Promise<Answer>((onAnswer, onError) => {
      resolve = onAnswer;
      reject = onError;
    });

    const end = (): boolean => {
      const wasPending = pending.delete(id);
      cancel();
      signal?.removeEventListener('abort', abort);
      ended.abort();
      return wasPending;
    };
    const fail = (error: unknown): void => {
      if (!end()) return;
      reject(error);
      settled();
    };
    const failFor = (kind: ErrorKind, reason: string): void => {
      const isUnsure = writtenAt !== undefined;
      const message = isUnsure ? `${reason}; the venue may have acted` : `${reason}; nothing was sent`;
      fail(new ConnectorError(message, { kind, outcome: isUnsure ? 'unknown' : 'not-sent', operation }));
    };
    const abort = (): void => {
      failFor('aborted', 'aborted');
    };
    const cancel = timers.deadline(deadlineMs, () => {
      failFor('network', `no answer within ${deadlineMs} ms`);
    });
    signal?.addEventListener('abort', abort);

    pending.set(id, {
      succeed: (value) => {
        if (!end()) return;
        if (writtenAt !== undefined) meter.time('stream.request', clock.mono() - writtenAt);
        resolve(value);
        settled();
      },
      fail: failFor,
    });
    return {
      answer,
      ended: ended.signal,
      written: () => {
        writtenAt = clock.mono();
      },
      fail: (cause) => {
        if (isConnectorError(cause)) fail(cause);
        else if (writtenAt === undefined) fail(invalid(operation, cause));
        else failFor('network', inWords(cause));
      },
    };
  };

  return {
    expect,
    answer: (id, answer) => {
      const request = pending.get(id);
      request?.succeed(answer);
      return request !== undefined;
    },
    fail: (reason) => {
      for (const request of [...pending.values()]) request.fail('network', reason);
    },
    size: () => pending.size,
  };
}

/** A request that could not be built. */
function invalid(operation: string, cause: unknown): ConnectorError {
  return new ConnectorError(inWords(cause), { kind: 'invalid-request', outcome: 'not-sent', operation, cause });
}
