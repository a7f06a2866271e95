import { decimal, defineSpotConnector, one, scan as s } from '@hb/connector-core';

/**
 * As much of OKX as its books take, by what core offers to any connector: there is none for it. Snapshots come on the stream, updates
 * are a chain. @see https://www.okx.com/docs-v5/en/#order-book-trading-market-data-ws-order-book-channel
 */
export const okx = defineSpotConnector({
  specVersion: 'spot/1',
  id: 'okx',
  docs: 'https://www.okx.com/docs-v5/en/',
  environments: { live: { rest: 'https://www.okx.com', public: 'wss://ws.okx.com:8443/ws/v5/public' } },
  options: () => ({}),
  credentials: {},
  limits: () => ({}),
  sign: (_, request) => request,
  judge: () => undefined,
  orders: {
    ...{ limit: [], market: 'none', settle: { engineMs: 1_000, lagMs: 1_000 } },
    clientId: { form: 'text', max: 32, alphabet: /^[0-9a-zA-Z]+$/, unique: 'for-ever', echoed: true },
  },
  trading: { feed: {} },
  market: {
    fetchMarkets: ({ call }) =>
      call({ at: 'GET /api/v5/public/instruments' }, { instType: 'SPOT' }, ({ data }) => data.map(toMarket)),
    topic: (channel, { symbol }) => (channel === 'book' ? { stream: 'public', topic: symbol } : undefined),
    feed: {
      streams: {
        public: {
          url: ({ host }) => host('public'),
          subscribe: (_, topics) => [{ op: 'subscribe', args: topics.map(toArgument) }],
          unsubscribe: (_, topics) => [{ op: 'unsubscribe', args: topics.map(toArgument) }],
          acks: 'topics',
          silentMs: 30_000,
          frame: ({ event, arg, ...told }) => {
            if (event === 'subscribe') return { type: 'ack', topics: [arg.instId] };
            return event === undefined ? { type: 'data', payload: { arg, ...told } } : { type: 'ignore' };
          },
          parse: ({ arg, action, data }) => data.map((row) => toBook(arg.instId, action === 'snapshot', row)),
          scan: s.object(
            {
              arg: s.object({ channel: s.is('books'), instId: s.symbol }),
              action: s.is('update'),
              data: s.list(s.object({ asks: s.asks, bids: s.bids, ts: s.at, prevSeqId: s.previous, seqId: s.last })),
            },
            ['event'],
          ),
        },
      },
    },
  },
});

const toArgument = (instId) => ({ channel: 'books', instId });

function toMarket({ instId: symbol, baseCcy: base, quoteCcy: quote, tickSz, lotSz, minSz }) {
  return {
    ...{ pair: `${base}-${quote}`, symbol, base, quote, settle: quote },
    ...{ shape: 'spot', contractSize: one, status: 'trading', wire: undefined },
    ...{ price: { step: decimal(tickSz) }, amount: { step: decimal(lotSz), min: decimal(minSz) } },
  };
}

function toBook(symbol, snapshot, { asks, bids, ts, prevSeqId, seqId }) {
  const side = (levels) => levels.map(([price, amount]) => [price, amount]);
  const sequence = { by: 'chain', first: Number(prevSeqId), last: Number(seqId) };
  return { type: 'book', symbol, snapshot, sequence, bids: side(bids), asks: side(asks), at: Number(ts) };
}
