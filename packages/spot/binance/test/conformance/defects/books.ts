import { decodeJson } from '@hb/connector-core';

import {
  inBooks,
  inConnector,
  inMarketStream,
  inPorts,
  inSpec,
  lenient,
  misreadBooks,
  swallowing,
  uncapped,
  type Planting,
} from '../defect.js';

const numbersInOrder = inBooks((update) => {
  const { sequence } = update;
  return 'first' in sequence ? { ...update, sequence: { ...sequence, first: 0 } } : update;
});

/** The book and the stream that feeds it. One defect per case. */
export const bookDefects: Readonly<Record<string, Planting>> = {
  'gap-book-reconnect': [
    inMarketStream((stream) => {
      let isFirst = true;
      return {
        ...stream,
        subscribe: (p, topics, id) => {
          if (!isFirst) return [];
          isFirst = false;
          return stream.subscribe?.(p, topics, id) ?? [];
        },
      };
    }),
    /the book does not follow any more/,
  ],
  'gap-reconnect-refused': [inPorts(() => ({ random: () => () => 0 })), /seven attempts within/],
  'gap-market-silence': [inMarketStream((stream) => ({ ...stream, silentMs: 1e9 })), /the silence shows/],
  'gap-book-lost-diff': [numbersInOrder, /snapshots fetched/],
  'gap-book-duplicate-diff': [
    inBooks((update) =>
      'first' in update.sequence ? { ...update, sequence: { ...update.sequence, by: 'chain' } } : update,
    ),
    /where nothing was wrong/,
  ],
  'gap-book-swapped-diffs': [numbersInOrder, /books are the venue’s/],
  'gap-book-late-diff': [
    inSpec((spec) => {
      let arrived = 1e12;
      return misreadBooks(spec, (update) => {
        arrived += 1;
        return { ...update, sequence: { by: 'range', first: 0, last: arrived } };
      });
    }),
    /the late update was applied/,
  ],
  'gap-book-crossed': [
    inConnector((connector) => ({
      book: (pair) => {
        const book = connector.book(pair);
        return (
          book &&
          new Proxy(book, { get: (target, name): unknown => (name === 'state' ? 'live' : Reflect.get(target, name)) })
        );
      },
    })),
    /the crossing shows/,
  ],
  'gap-book-old-snapshot': [
    inSpec((spec) => ({
      ...spec,
      market: {
        ...spec.market,
        fetchBook: async (p, market) => {
          const book = await spec.market.fetchBook?.(p, market);
          if (book === undefined) throw new Error('there is no snapshot');
          return { ...book, sequence: { by: 'range', first: 1e14, last: 1e14 } };
        },
      },
    })),
    /books are true again/,
  ],
  'input-stream-html': [inMarketStream((stream) => swallowing(stream, decodeJson)), /it is told/],
  'input-stream-half-frame': [inMarketStream((stream) => swallowing(stream, decodeJson)), /nothing was counted/],
  'input-stream-nan': [
    inMarketStream((stream) => ({ ...stream, parse: (payload, look) => lenient(() => stream.parse(payload, look)) })),
    /nothing was counted/,
  ],
  'input-stream-huge-exponent': [
    inMarketStream((stream) => ({ ...stream, parse: (payload, look) => lenient(() => stream.parse(payload, look)) })),
    /nothing was counted/,
  ],
  'input-stream-50-mb': [uncapped, /connections/],
};
