import type { Journal } from '../orders/journal.js';
import type { Tracker } from '../orders/tracker.js';
import type { Connector } from './connector.js';
import { firstOf, withSignal, type End } from './ends.js';
import { latestOf } from './latest.js';
import type { MarketData } from './market-data.js';
import { replay, type Bell } from './replay.js';

export type WaitsOptions = {
  readonly tracker: Tracker;
  readonly journal: Journal;
  readonly bell: Bell;
  /** How many closed orders are kept. */
  readonly keepClosed: number;
  readonly data: Pick<MarketData<never>, 'book' | 'onBook'>;
  readonly stopped: End;
  /** When no more is written to the journal. */
  readonly recorded: End;
};

/** What a script waits for. Every wait ends when the connector has been stopped. */
export type Waits = Pick<Connector, 'closed' | 'events' | 'books'>;

export function createWaits({ data, stopped, ...desk }: WaitsOptions): Waits {
  return {
    closed: (clientOrderId, signal) =>
      withSignal(firstOf(signal, stopped), (either) => desk.tracker.closed(clientOrderId, either)),
    events: ({ from, signal } = {}) => replay({ ...desk, stopped: desk.recorded, from, signal }),
    books: (pair, { signal } = {}) =>
      latestOf(
        (put) => {
          const book = data.book(pair);
          // The first one at once: in a quiet market the next change may be long in coming.
          if (book !== undefined && book.state !== 'syncing') put(book);
          return data.onBook(pair, put);
        },
        firstOf(signal, stopped),
      ),
  };
}
