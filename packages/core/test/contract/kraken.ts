import { crc32 } from 'node:zlib';

import { decimal, defineSpotConnector, one } from '../../src/index.js';
import type { BookUpdate, Charge, Endpoint, Frame, LevelText, SpotSpec } from '../../src/index.js';
import { at, list, text } from './support/read.js';
import { common, idle, rules, unwatched, type Key } from './support/spec.js';

/** What a cancel adds on top of nothing fixed, by how long the order rested: seconds below, and points. */
// https://docs.kraken.com/exchange/guides/general/ratelimits
const cancelPoints: readonly (readonly [belowMs: number, points: number])[] = [
  [5_000, 8],
  [10_000, 6],
  [15_000, 5],
  [45_000, 4],
  [90_000, 2],
  [300_000, 1],
];

/** Kraken spot: a counter per market that decays, cancels priced by age, two names a market, a checksum over texts. */
export const kraken: SpotSpec<object, Key, { readonly restName: string }> = defineSpotConnector({
  ...common,
  specVersion: 'spot/1',
  id: 'kraken',
  docs: 'https://docs.kraken.com/api',
  environments: { live: { rest: 'https://api.kraken.com', public: 'wss://ws.kraken.com/v2' } },
  // The starter tier.
  limits: () => ({ trading: { scope: 'account', per: 'symbol', capacity: 60, refillPerMs: 0.001 } }),
  orders: { ...rules, clientId: { form: 'integer', bits: 31, unique: 'for-ever', echoed: true } },
  market: {
    ...unwatched,
    fetchMarkets: () =>
      Promise.resolve([
        {
          ...{ pair: 'BTC-USD', symbol: 'BTC/USD', base: 'BTC', quote: 'USD', settle: 'USD' },
          ...{ shape: 'spot', status: 'trading', contractSize: one },
          price: { step: decimal('0.1') },
          amount: { step: decimal('0.00000001'), min: decimal('0.0001') },
          wire: { restName: 'XBTUSD' },
        },
      ]),
    checksum: { levels: 10, of: toChecksum },
    topic: (channel, { symbol }) => (channel === 'book' ? { stream: 'public', topic: symbol } : undefined),
    feed: {
      streams: {
        public: {
          url: ({ host }) => host('public'),
          subscribe: (_, topics, id) => [
            { method: 'subscribe', params: { channel: 'book', depth: 10, symbol: topics }, req_id: Number(id) },
          ],
          unsubscribe: (_, topics, id) => [
            { method: 'unsubscribe', params: { channel: 'book', depth: 10, symbol: topics }, req_id: Number(id) },
          ],
          frame: toFrame,
          parse: (payload) => list(payload, 'data').map((row) => toBook(payload, row)),
          silentMs: 30_000,
        },
      },
    },
  },
  trading: {
    ...idle,
    place: ({ call }, { market, request, clientOrderId, amount, price }) => {
      const terms = {
        pair: market.wire.restName,
        type: request.side,
        volume: amount.toFixed(),
        price: price?.toFixed(),
      };
      return call(add, { ...terms, ordertype: 'limit', userref: clientOrderId }, (json) => ({
        type: 'order',
        symbol: market.symbol,
        clientOrderId,
        orderId: text(json, 'result', 'txid', 0),
        status: 'open',
      }));
    },
    cancel: ({ call }, { market, orderId, clientOrderId }) =>
      call(cancel, { txid: orderId }, () => ({
        ...{ type: 'order', symbol: market.symbol, clientOrderId, status: 'canceled' },
        filled: decimal('0'),
      })),
  },
});

const signed = { signed: true, encoding: 'form' } as const;
const add: Endpoint = { at: 'POST /0/private/AddOrder', lane: 'order', cost: { trading: 1 }, ...signed };
const cancel: Endpoint = {
  at: 'POST /0/private/CancelOrder',
  lane: 'cancel',
  cost: (_, order) => toCancelCost(order?.ageMs ?? 0),
  ...signed,
};

function toCancelCost(ageMs: number): Charge {
  return { trading: cancelPoints.find(([belowMs]) => ageMs < belowMs)?.[1] ?? 0 };
}

function toFrame(message: unknown): Frame {
  if (at(message, 'method') === undefined) return { type: 'data', payload: message };
  return { type: 'ack', id: text(message, 'req_id') };
}

function toBook(message: unknown, json: unknown): BookUpdate {
  const side = (name: string): readonly LevelText[] =>
    list(json, name).map((level) => [text(level, 'price'), text(level, 'qty')]);
  return {
    type: 'book',
    symbol: text(json, 'symbol'),
    snapshot: text(message, 'type') === 'snapshot',
    sequence: { by: 'none' },
    bids: side('bids'),
    asks: side('asks'),
    checksum: Number(text(json, 'checksum')),
    depth: 10,
  };
}

/** CRC32 of the digits of price and amount, asks first: `452852100000…`. */
function toChecksum(bids: readonly LevelText[], asks: readonly LevelText[]): number {
  const digits = [...asks, ...bids].flat().map((value) => value.replace('.', '').replace(/^0+/, ''));
  return crc32(digits.join(''));
}
