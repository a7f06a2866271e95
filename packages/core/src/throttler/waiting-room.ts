import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import type { Meter } from '../model/metrics.js';
import type { Clock } from '../ports/ports.js';
import { fitsAt, type Claim } from './claim.js';
import type { Ticket } from './queues.js';
import type { Scheduler } from './scheduler.js';

/** How a request wants to wait. */
type Patience = {
  readonly signal?: AbortSignal | undefined;
  readonly deadline?: number | undefined;
};

/** The requests of one throttler that wait for their turn. */
type WaitingRoom = {
  /** `undefined`: granted. Else resolves when granted, and rejects as `rate-limited` or `aborted`. */
  readonly enter: (claim: Claim, patience: Patience) => Promise<void> | undefined;
  /** Rejects all that wait and whatever comes later. */
  readonly close: () => void;
};

type WaitingRoomOptions = {
  readonly clock: Clock;
  readonly scheduler: Scheduler;
  readonly meter: Meter | undefined;
};

export function createWaitingRoom({ clock, scheduler, meter }: WaitingRoomOptions): WaitingRoom {
  /** By ticket: what rejects it. */
  const waiting = new Map<Ticket, (error: ConnectorError) => void>();
  let isClosed = false;

  const showQueue = (): void => meter?.gauge('throttler.queue', waiting.size);

  const wait = (claim: Claim, { signal, deadline }: Patience): Promise<void> | undefined => {
    const since = clock.mono();
    const { promise, resolve, reject } = createDeferred();
    const forget = (): void => {
      waiting.delete(ticket);
      signal?.removeEventListener('abort', onAbort);
      showQueue();
    };
    const fail = (error: ConnectorError): void => {
      forget();
      reject(error);
    };
    const onAbort = (): void => {
      scheduler.leave([ticket]);
      fail(aborted('aborted while it waited for the rate limit', signal?.reason));
    };
    const settle = (how: 'granted' | 'expired'): void => {
      if (how === 'expired') {
        fail(tooLate(claim, clock.mono()));
        return;
      }
      forget();
      resolve();
      meter?.time('throttler.wait', clock.mono() - since);
    };
    const ticket: Ticket = { claim, since, deadline: deadline ?? Infinity, settle };

    waiting.set(ticket, fail);
    scheduler.wait(ticket);
    if (!waiting.has(ticket)) return undefined;
    signal?.addEventListener('abort', onAbort);
    meter?.count('throttler.waited');
    showQueue();
    return promise;
  };

  return {
    enter: (claim, patience) => {
      const { signal, deadline = Infinity } = patience;
      const now = clock.mono();
      if (isClosed) return Promise.reject(aborted('the throttler is closed'));
      if (signal?.aborted === true) return Promise.reject(aborted('aborted before it was sent', signal.reason));
      if (now <= deadline && scheduler.takeNow(claim, now)) return undefined;
      // What is counted can only grow until it expires, so no later moment brings this one nearer.
      if (now >= deadline || fitsAt(claim, now, 'limit') > deadline) return Promise.reject(tooLate(claim, now));
      return wait(claim, patience);
    },
    close: () => {
      isClosed = true;
      const rejections = [...waiting.values()];
      scheduler.leave([...waiting.keys()]);
      for (const reject of rejections) reject(aborted('the throttler was closed'));
    },
  };
}

type Deferred = {
  readonly promise: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
};

function createDeferred(): Deferred {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}

function tooLate(claim: Claim, now: number): ConnectorError {
  const retryAfterMs = fitsAt(claim, now, 'limit') - now;
  return failure('rate-limited', 'the rate limit leaves no room before the deadline', { retryAfterMs });
}

function aborted(message: string, cause?: unknown): ConnectorError {
  return failure('aborted', message, { cause });
}

function failure(
  kind: ErrorKind,
  message: string,
  more: { readonly cause?: unknown; readonly retryAfterMs?: number },
): ConnectorError {
  return new ConnectorError(message, { kind, outcome: 'not-sent', operation: 'throttler', ...more });
}
