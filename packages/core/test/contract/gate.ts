import { decimal, definePerpetualConnector, one } from '../../src/index.js';
import type {
  BookUpdate,
  Endpoint,
  LevelText,
  Market,
  MarketEvent,
  PerpetualSpec,
  PositionReport,
} from '../../src/index.js';
import { at, list, text } from './support/read.js';
import { common, flat, idle, rules, type Key } from './support/spec.js';

const signed = { signed: true } as const;

/** Gate perpetual futures: sizes are signed contracts, sides of a hedge are told by `mode`, amounts of a side by the sign. */
export const gate: PerpetualSpec<object, Key, undefined> = definePerpetualConnector({
  ...common,
  specVersion: 'perpetual/1',
  id: 'gate_io_perpetual',
  docs: 'https://www.gate.com/docs/developers/futures/ws/en',
  environments: { live: { rest: 'https://api.gateio.ws', public: 'wss://fx-ws.gateio.ws/v4/ws/usdt' } },
  orders: rules,
  market: {
    fetchMarkets: ({ call }) =>
      call({ at: 'GET /api/v4/futures/usdt/contracts' }, {}, (json) => list(json).map(toMarket)),
    fetchBook: ({ call }, { symbol }) =>
      call({ at: 'GET /api/v4/futures/usdt/order_book' }, { contract: symbol, with_id: true }, (json) =>
        toBook(symbol, json),
      ),
    topic: (channel, { symbol }) =>
      channel === 'book' || channel === 'trades' ? { stream: 'public', topic: `${channel} ${symbol}` } : undefined,
    feed: {
      streams: {
        public: {
          url: ({ host }) => host('public'),
          subscribe: (_, topics) => topics.map((payload) => ({ event: 'subscribe', payload })),
          acks: 'none',
          frame: (payload) => ({ type: 'data', payload }),
          parse: toEvents,
          silentMs: 30_000,
        },
      },
    },
  },
  trading: {
    ...idle,
    // A negative size sells: https://www.gate.com/docs/developers/apiv4/en/#create-a-futures-order
    place: async ({ call }, { market, request, clientOrderId, amount, price }) => {
      const contracts = amount.div(market.contractSize).times(request.side === 'sell' ? '-1' : '1');
      const params = {
        contract: market.symbol,
        size: contracts.toFixed(),
        price: price?.toFixed(),
        text: clientOrderId,
      };
      await call(place, { ...params, reduce_only: request.effect === 'close' }, () => undefined);
      return { type: 'order', symbol: market.symbol, clientOrderId, status: 'open' };
    },
  },
  positions: {
    ...flat,
    modes: ['one-way', 'hedge'],
    fetchMode: () => Promise.resolve('hedge'),
    fetch: ({ call, market }) =>
      call({ at: 'GET /api/v4/futures/usdt/positions', ...signed }, {}, (json) =>
        list(json).map((row) => toPosition(row, market(text(row, 'contract')))),
      ),
  },
});

const place: Endpoint = { at: 'POST /api/v4/futures/usdt/orders', lane: 'order', ...signed };

/** On inverse contracts the multiplier is 0, and a contract is worth one unit of quote. */
function toMarket(json: unknown): Market<undefined> {
  const [base = '', quote = ''] = text(json, 'name').split('_');
  const isInverse = text(json, 'type') === 'inverse';
  const contractSize = isInverse ? one : decimal(text(json, 'quanto_multiplier'));
  const least = decimal(text(json, 'order_size_min')).times(contractSize);
  return {
    ...{ pair: `${base}-${quote}`, symbol: text(json, 'name'), base, quote, settle: isInverse ? base : quote },
    shape: isInverse ? 'inverse' : 'linear',
    status: 'trading',
    contractSize,
    price: { step: decimal(text(json, 'order_price_round')) },
    amount: { step: contractSize, min: least },
    wire: undefined,
  };
}

/** `{ "id": 123456, "asks": [{ "p": "1.52", "s": 100 }], "bids": […] }` */
function toBook(symbol: string, json: unknown): BookUpdate {
  const last = Number(text(json, 'id'));
  const sequence = { by: 'range', first: last, last } as const;
  return { type: 'book', symbol, snapshot: true, sequence, bids: toLevels(json, 'bids'), asks: toLevels(json, 'asks') };
}

function toEvents(json: unknown): readonly MarketEvent[] {
  if (text(json, 'event') !== 'update') return [];
  const result = at(json, 'result');
  if (text(json, 'channel') === 'futures.trades') return list(result).map(toTrade);
  const [first, last] = [Number(text(result, 'U')), Number(text(result, 'u'))];
  const levels = { bids: toLevels(result, 'b'), asks: toLevels(result, 'a') };
  return [
    { type: 'book', symbol: text(result, 's'), snapshot: false, sequence: { by: 'range', first, last }, ...levels },
  ];
}

function toTrade(json: unknown): MarketEvent {
  const size = text(json, 'size');
  return {
    type: 'trade',
    symbol: text(json, 'contract'),
    id: text(json, 'id'),
    side: size.startsWith('-') ? 'sell' : 'buy',
    price: text(json, 'price'),
    amount: size.replace('-', ''),
    at: Number(text(json, 'create_time_ms')),
  };
}

function toLevels(json: unknown, side: string): readonly LevelText[] {
  return list(json, side).map((level) => [text(level, 'p'), text(level, 's')]);
}

const sides: Readonly<Record<string, PositionReport['side']>> = {
  single: 'net',
  dual_long: 'long',
  dual_short: 'short',
};

function toPosition(json: unknown, market: Market | undefined): PositionReport {
  const side = sides[text(json, 'mode')];
  if (side === undefined) throw new RangeError(`no position mode ${text(json, 'mode')}`);
  const amount = decimal(text(json, 'size')).times(market?.contractSize ?? one);
  return {
    type: 'position',
    symbol: text(json, 'contract'),
    side,
    amount: side === 'net' ? amount : amount.abs(),
    entryPrice: decimal(text(json, 'entry_price')),
    markPrice: decimal(text(json, 'mark_price')),
    at: Number(text(json, 'update_time')) * 1_000,
  };
}
