import type { ConnectorError } from '../errors/connector-error.js';
import type { BookScratch } from '../model/book-scratch.js';
import type { UnixMs } from '../model/market.js';
import type { Meter } from '../model/metrics.js';
import type { Ports } from '../ports/ports.js';
import type { Look } from '../spec/api.js';
import type { Answer, Lane, Verdict } from '../spec/endpoint.js';
import type { Stream } from '../spec/stream.js';
import type { Throttler } from '../throttler/throttler.js';

export type StreamOptions<E, P, O> = {
  /** For messages, logs and errors. */
  readonly name: string;
  readonly stream: Stream<E, P, O>;
  readonly api: P;
  readonly look: Look<O>;
  readonly ports: Pick<Ports, 'clock' | 'ws' | 'crypto' | 'random' | 'log'>;
  readonly throttler: Throttler;
  /** How a dead connection is found: no message for `silentMs`, or a probe every `silentMs` that nothing answers. */
  readonly probe: 'silence' | 'answer';
  /** What a response to a login or a subscription means; a status of 400 or more is a refusal when left out. */
  readonly judge?: (answer: Answer) => Verdict | undefined;
  readonly on: StreamListener<E>;
  readonly meter: Meter;
  /** Largest message, after inflation; 4 MiB when left out. */
  readonly maxBytes?: number;
};

/** Whom a stream tells. Nothing is told after `close`. */
export type StreamListener<E> = {
  /** What one message says; never empty. */
  readonly events: (events: readonly E[], receivedAt: UnixMs) => void;
  /** An update of a book that was scanned: it is over when this returns, and no flush follows. Only where there is a `scan`. */
  readonly book?: (update: BookScratch) => void;
  /** Once per socket read that brought events. */
  readonly flush: () => void;
  /** The venue confirmed these topics; `[]` when a connection without topics has come up. */
  readonly up: (topics: readonly string[]) => void;
  /** From here on something may be missed, until `up`; `[]` for a connection without topics. */
  readonly down: (topics: readonly string[], reason: string) => void;
  /** A message was not understood and is lost. `topics` when it can only have been of these. */
  readonly malformed: (error: unknown, topics?: readonly string[]) => void;
  /** The venue refused a topic, or did not confirm it in time; `login` for the login. */
  readonly refused: (topic: string, error: ConnectorError) => void;
};

export type StreamRequestOptions = {
  readonly deadlineMs: number;
  /** `order` when left out. */
  readonly lane?: Lane;
  readonly signal?: AbortSignal;
  /** Runs right before the request is written; from then on its outcome may be unknown. */
  readonly onSend?: () => void;
};
