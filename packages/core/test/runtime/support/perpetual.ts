import { decimal, definePerpetualConnector } from '../../../src/index.js';
import type {
  FundingPaymentReport,
  FundingReport,
  MarginMode,
  Market,
  PerpetualSpec,
  PositionEvent,
  PositionMode,
  PositionReport,
  Stream,
} from '../../../src/index.js';
import type { Server } from './server.js';
import { tiny, type Key } from './venue.js';
import { row, rows, text, type Row } from './wire.js';

export type TinyPerpetualSpec = PerpetualSpec<object, Key, undefined>;

/** What `tiny` would be with positions. */
export const tinyPerpetual: TinyPerpetualSpec = definePerpetualConnector({
  ...tiny,
  id: 'tiny_perpetual',
  specVersion: 'perpetual/1',
  market: {
    ...tiny.market,
    fetchMarkets: async (p) => (await tiny.market.fetchMarkets(p)).map(toLinear),
    topic: (channel, market) =>
      channel === 'funding'
        ? { stream: 'public', topic: `funding ${market.symbol}` }
        : tiny.market.topic(channel, market),
    feed: {
      streams: {
        public: reading(tiny.market.feed.streams?.['public'], (json) =>
          row(json)['type'] === 'funding' ? [toFunding(row(json))] : [],
        ),
      },
    },
  },
  trading: {
    ...tiny.trading,
    place: (p, order) => {
      const { market, clientOrderId, request, amount, price } = order;
      const terms = { symbol: market.symbol, side: request.side, amount: amount.toFixed(), price: price?.toFixed() };
      const on = { position: order.positionSide, reduce: request.effect === 'close' ? 'yes' : undefined };
      return p.call(
        { at: 'POST /order', lane: 'order', signed: true },
        { cid: clientOrderId, ...terms, ...on },
        () => ({
          type: 'order',
          symbol: market.symbol,
          orderId: clientOrderId,
          clientOrderId,
          status: 'open',
        }),
      );
    },
    feed: {
      ...tiny.trading.feed,
      streams: { account: reading(tiny.trading.feed.streams?.['account'], toPositionEvents) },
    },
  },
  positions: {
    modes: ['one-way', 'hedge'],
    fetch: (p) => p.call({ at: 'GET /positions', signed: true }, {}, (json) => rows(json).map(toPosition)),
    fetchFunding: (p, { symbol }) => p.call({ at: 'GET /funding' }, { symbol }, (json) => toFunding(row(json))),
    fetchPayments: (p, { market, from }) =>
      p.call({ at: 'GET /payments', signed: true }, { symbol: market?.symbol, from }, (json) =>
        rows(json).map(toPayment),
      ),
    fetchMode: (p) => p.call({ at: 'GET /mode', signed: true }, {}, (json) => toMode(row(json)['mode'])),
    setMode: (p, mode) => p.call({ at: 'POST /mode', signed: true }, { mode }, () => undefined),
    fetchLeverage: (p, { symbol }) =>
      p.call({ at: 'GET /leverage', signed: true }, { symbol }, (json) => {
        const { leverage, margin } = row(json);
        return { leverage: decimal(text(leverage)), margin: toMargin(margin) };
      }),
    setLeverage: (p, { symbol }, { leverage, margin }) =>
      p.call({ at: 'POST /leverage', signed: true }, { symbol, leverage: leverage.toFixed(), margin }, () => undefined),
  },
});

/** What the venue holds of an account on margin; a test may write it. */
export type MarginServer = { positions: Row[]; payments: Row[]; funding: Row; mode: string; leverage: Row };

export function serveMargin(server: Server): MarginServer {
  const held: MarginServer = {
    positions: [],
    payments: [],
    funding: { rate: '0.0001', nextAt: '3600000', intervalMs: '28800000', mark: '100', index: '99' },
    mode: 'one-way',
    leverage: { leverage: '20', margin: 'cross' },
  };
  server.on('GET /positions', () => held.positions);
  server.on('GET /funding', ({ symbol }) => ({ ...held.funding, symbol }));
  server.on('GET /payments', ({ symbol, from = '0' }) =>
    held.payments
      .filter((payment) => Number(payment['at']) >= Number(from))
      .filter((payment) => symbol === undefined || payment['symbol'] === symbol)
      .slice(0, pageSize),
  );
  server.on('GET /mode', () => ({ mode: held.mode }));
  server.on('POST /mode', ({ mode = '' }) => {
    held.mode = mode;
    return {};
  });
  server.on('GET /leverage', () => held.leverage);
  server.on('POST /leverage', ({ symbol: _symbol, ...setting }) => {
    held.leverage = setting;
    return {};
  });
  return held;
}

const pageSize = 3;

function reading<E, X, P>(
  stream: Stream<E, P, object> | undefined,
  more: (json: unknown) => readonly X[],
): Stream<E | X, P, object> {
  if (stream === undefined) throw new TypeError('tiny has no such stream');
  return {
    ...stream,
    parse: (payload, look) => {
      const events = more(payload);
      return events.length > 0 ? events : stream.parse(payload, look);
    },
  };
}

function toLinear(market: Market<undefined>): Market<undefined> {
  return { ...market, shape: 'linear' };
}

function toPositionEvents(json: unknown): readonly PositionEvent[] {
  const { type, at } = row(json);
  if (type === 'position') return [toPosition(row(json))];
  if (type === 'payment') return [toPayment(row(json))];
  if (type !== 'positions') return [];
  const entries = typeof json === 'object' && json && 'rows' in json ? rows(json.rows).map(toPosition) : [];
  return [{ type: 'positions', entries, ...(at !== undefined && { at: Number(at) }) }];
}

function toPosition({ symbol, side, amount, entry, leverage, liquidation, at }: Row): PositionReport {
  return {
    type: 'position',
    symbol: text(symbol),
    side: side === 'long' || side === 'short' ? side : 'net',
    amount: decimal(text(amount)),
    ...(entry !== undefined && { entryPrice: decimal(entry) }),
    ...(leverage !== undefined && { leverage: decimal(leverage) }),
    ...(liquidation !== undefined && { liquidationPrice: decimal(liquidation) }),
    ...(at !== undefined && { at: Number(at) }),
  };
}

function toFunding({ symbol, rate, nextAt, intervalMs, mark, index, at }: Row): FundingReport {
  return {
    type: 'funding',
    symbol: text(symbol),
    ...(rate !== undefined && { rate: decimal(rate) }),
    ...(nextAt !== undefined && { nextAt: Number(nextAt) }),
    ...(intervalMs !== undefined && { intervalMs: Number(intervalMs) }),
    ...(mark !== undefined && { markPrice: decimal(mark) }),
    ...(index !== undefined && { indexPrice: decimal(index) }),
    ...(at !== undefined && { at: Number(at) }),
  };
}

function toPayment({ symbol, id, amount, at }: Row): FundingPaymentReport {
  const payment = { type: 'funding-payment', asset: 'USDT', symbol: text(symbol), paymentId: text(id) } as const;
  return { ...payment, amount: decimal(text(amount)), at: Number(at) };
}

function toMode(mode: string | undefined): PositionMode {
  if (mode !== 'one-way' && mode !== 'hedge') throw new RangeError(`no mode ${mode ?? ''}`);
  return mode;
}

function toMargin(margin: string | undefined): MarginMode {
  if (margin !== 'cross' && margin !== 'isolated') throw new RangeError(`no margin mode ${margin ?? ''}`);
  return margin;
}
