import type { Journal } from '../orders/journal.js';
import type { Tracker } from '../orders/tracker.js';
import type { Connector } from './connector.js';
import { latestOf } from './latest.js';
import type { MarketData } from './market-data.js';
import { replay, type Bell } from './replay.js';
import { withSignal } from './signals.js';

export type WaitsOptions = {
  readonly tracker: Tracker;
  readonly journal: Journal;
  readonly bell: Bell;
  /** How many closed orders are kept. */
  readonly keepClosed: number;
  readonly data: Pick<MarketData<never>, 'book' | 'onBook'>;
  /** Aborts when the connector has been stopped. */
  readonly stopped: AbortSignal;
};

/** What a script waits for. Every wait ends when the connector stops. */
export type Waits = Pick<Connector, 'closed' | 'events' | 'books'>;

export function createWaits({ tracker, journal, bell, keepClosed, data, stopped }: WaitsOptions): Waits {
  const orStopped = (signal: AbortSignal | undefined): readonly AbortSignal[] =>
    signal === undefined ? [stopped] : [signal, stopped];

  return {
    closed: (clientOrderId, signal) => withSignal(orStopped(signal), (either) => tracker.closed(clientOrderId, either)),
    // What was told before the stop is delivered: the bell ends the reading, not a signal.
    events: ({ from, signal } = {}) => replay({ journal, bell, keepClosed, from, signal }),
    books: (pair, { signal } = {}) =>
      latestOf((put) => {
        const book = data.book(pair);
        // The first one at once: in a quiet market the next change may be long in coming.
        if (book !== undefined && book.state !== 'syncing') put(book);
        return data.onBook(pair, put);
      }, orStopped(signal)),
  };
}
