import { decimal, definePerpetualConnector } from '../../src/index.js';
import type { BookUpdate, Endpoint, Frame, LevelText, Market, PerpetualSpec, PositionReport } from '../../src/index.js';
import { at, list, text } from './support/read.js';
import { common, flat, idle, rules, unwatched, type Key } from './support/spec.js';

/** OKX perpetual swaps, coin-margined: snapshots come on the stream, updates are a chain whose numbers may fall. */
export const okx: PerpetualSpec<object, Key, undefined> = definePerpetualConnector({
  ...common,
  specVersion: 'perpetual/1',
  id: 'okx_perpetual',
  docs: 'https://www.okx.com/docs-v5/en',
  environments: { live: { rest: 'https://www.okx.com', public: 'wss://ws.okx.com:8443/ws/v5/public' } },
  orders: rules,
  market: {
    ...unwatched,
    fetchMarkets: ({ call }) =>
      call({ at: 'GET /api/v5/public/instruments' }, { instType: 'SWAP' }, (json) => list(json, 'data').map(toMarket)),
    topic: (channel, { symbol }) => (channel === 'book' ? { stream: 'public', topic: symbol } : undefined),
    feed: {
      streams: {
        public: {
          url: ({ host }) => host('public'),
          subscribe: (_, topics) => [{ op: 'subscribe', args: topics.map(toArg) }],
          unsubscribe: (_, topics) => [{ op: 'unsubscribe', args: topics.map(toArg) }],
          acks: 'topics',
          frame: toFrame,
          parse: (payload) => list(payload, 'data').map((row) => toBook(payload, row)),
          silentMs: 30_000,
        },
      },
    },
  },
  trading: {
    ...idle,
    place: ({ call }, { market, request, clientOrderId, amount, price, positionSide }) => {
      const terms = { instId: market.symbol, side: request.side, posSide: positionSide, clOrdId: clientOrderId };
      // An amount in quote is worth so many contracts whatever the price.
      const sz = amount.div(market.contractSize).toFixed();
      return call(place, { ...terms, tdMode: 'cross', ordType: 'limit', sz, px: price?.toFixed() }, (json) => ({
        ...{ type: 'order', symbol: market.symbol, clientOrderId, status: 'open' },
        orderId: text(json, 'data', 0, 'ordId'),
      }));
    },
  },
  positions: {
    ...flat,
    modes: ['one-way', 'hedge'],
    fetchMode: () => Promise.resolve('hedge'),
    fetch: ({ call, market }) =>
      call({ at: 'GET /api/v5/account/positions', signed: true }, {}, (json) =>
        list(json, 'data').map((row) => toPosition(row, market(text(row, 'instId')))),
      ),
  },
});

const place: Endpoint = { at: 'POST /api/v5/trade/order', signed: true, lane: 'order' };

function toArg(instId: string): object {
  return { channel: 'books', instId };
}

function toFrame(message: unknown): Frame {
  if (at(message, 'event') === 'subscribe') return { type: 'ack', topics: [text(message, 'arg', 'instId')] };
  return at(message, 'event') === undefined ? { type: 'data', payload: message } : { type: 'ignore' };
}

/** `ctVal` is in `ctValCcy`: the base asset of a linear contract, the quote asset of an inverse one. */
function toMarket(json: unknown): Market<undefined> {
  const [base = '', quote = ''] = text(json, 'instId').split('-');
  const contractSize = decimal(text(json, 'ctVal')).times(text(json, 'ctMult'));
  return {
    ...{ pair: `${base}-${quote}`, symbol: text(json, 'instId'), base, quote, settle: text(json, 'settleCcy') },
    shape: text(json, 'ctType') === 'inverse' ? 'inverse' : 'linear',
    status: text(json, 'state') === 'live' ? 'trading' : 'halted',
    contractSize,
    price: { step: decimal(text(json, 'tickSz')) },
    amount: { step: contractSize.times(text(json, 'lotSz')), min: contractSize.times(text(json, 'minSz')) },
    wire: undefined,
  };
}

/** A level is `["8476.98", "415", "0", "13"]`: price, contracts, nothing, orders. */
function toBook(message: unknown, json: unknown): BookUpdate {
  const side = (name: string): readonly LevelText[] =>
    list(json, name).map((level) => [text(level, 0), text(level, 1)]);
  return {
    type: 'book',
    symbol: text(message, 'arg', 'instId'),
    snapshot: text(message, 'action') === 'snapshot',
    sequence: { by: 'chain', first: Number(text(json, 'prevSeqId')), last: Number(text(json, 'seqId')) },
    bids: side('bids'),
    asks: side('asks'),
    at: Number(text(json, 'ts')),
  };
}

function toPosition(json: unknown, market: Market | undefined): PositionReport {
  if (market === undefined) throw new RangeError(`no market ${text(json, 'instId')}`);
  const posSide = text(json, 'posSide');
  const entryPrice = decimal(text(json, 'avgPx'));
  const worth = decimal(text(json, 'pos')).times(market.contractSize);
  return {
    type: 'position',
    symbol: market.symbol,
    side: posSide === 'long' || posSide === 'short' ? posSide : 'net',
    amount: market.shape === 'inverse' ? worth.div(entryPrice) : worth,
    entryPrice,
    markPrice: decimal(text(json, 'markPx')),
    leverage: decimal(text(json, 'lever')),
    liquidationPrice: decimal(text(json, 'liqPx')),
    unrealizedPnl: decimal(text(json, 'upl')),
    at: Number(text(json, 'uTime')),
  };
}
