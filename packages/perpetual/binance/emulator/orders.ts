import { missing } from '@hb/binance-emulation';
import { decodeJson } from '@hb/connector-core';
import { attempt, isRefusal, refuse } from '@hb/connector-testkit';
import type {
  EngineOrder,
  EngineReads,
  EngineRequest,
  PerpetualMarket,
  Refusal,
  VenueRefusal,
} from '@hb/connector-testkit';

import { checkFilters, type Asked } from './filters.js';
import { digits } from './markets.js';
import { clientIdForm, toParameters } from './parameters.js';
import { toOrderJson } from './reports.js';
import { describe, findMarket, type KeyedCall, type Route } from './venue.js';

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api */
export const orderRoutes: readonly Route[] = [
  { names: ['POST /fapi/v1/order'], weight: 0, security: 'TRADE', countsOrders: true, run: placeOne },
  { names: ['POST /fapi/v1/order/test'], weight: 0, security: 'TRADE', run: (call) => (readOrder(call), {}) },
  { names: ['POST /fapi/v1/batchOrders'], weight: 5, security: 'TRADE', countsOrders: true, run: placeBatch },
  { names: ['PUT /fapi/v1/order'], weight: 1, security: 'TRADE', countsOrders: true, run: amend },
  { names: ['DELETE /fapi/v1/order'], weight: 1, security: 'TRADE', run: cancel },
  { names: ['DELETE /fapi/v1/allOpenOrders'], weight: 1, security: 'TRADE', run: cancelAll },
  { names: ['POST /fapi/v1/countdownCancelAll'], weight: 10, security: 'TRADE', run: startCountdown },
];

const mostInBatch = 5;

/** The order that a request names. Throws -1102 without a name. */
export function findOrder(
  { parameters, key }: KeyedCall,
  reads: EngineReads,
  market: PerpetualMarket,
): EngineOrder | undefined {
  const orderId = parameters.integer('orderId');
  const clientOrderId = parameters.text('origClientOrderId');
  if (orderId !== undefined) return reads.order(key.account, { market: market.symbol, orderId });
  if (clientOrderId === undefined) return missing('orderId');
  return reads.orders(key.account, market.symbol).findLast((order) => order.clientOrderId === clientOrderId);
}

function placeOne(call: KeyedCall): unknown {
  const order = readOrder(call);
  call.venue.limits.admitOrders(call.key.account, { SECOND: 1, MINUTE: 1 });
  return send(call, order);
}

/** Each order by itself: the answer of one that is refused is its refusal. */
function placeBatch(call: KeyedCall): unknown {
  const orders = readBatch(call.parameters.required('batchOrders'));
  call.venue.limits.admitOrders(call.key.account, { SECOND: 5, MINUTE: 1 });
  return orders.map((pairs) => {
    const placed = attempt(() => {
      const one = { ...call, parameters: toParameters(pairs) };
      return send(one, readOrder(one));
    });
    return isRefusal(placed) ? { code: placed.code, msg: placed.message } : placed;
  });
}

function readBatch(text: string): readonly (readonly (readonly [string, string])[])[] {
  const batch = attemptJson(text);
  if (!Array.isArray(batch) || batch.length === 0 || batch.length > mostInBatch) {
    throw refuse(-1130, "Data sent for parameter 'batchOrders' is not valid.");
  }
  return batch.map((order: unknown) =>
    Object.entries(typeof order === 'object' && order !== null ? order : {}).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
}

function attemptJson(text: string): unknown {
  try {
    return decodeJson(text);
  } catch {
    return undefined;
  }
}

type ReadOrder = {
  readonly market: PerpetualMarket;
  readonly request: EngineRequest;
  readonly goodTillDate: number | undefined;
};

/** Throws the venue's refusal for terms that are missing, malformed or against a rule. */
function readOrder(call: KeyedCall): ReadOrder {
  const { parameters, venue, key } = call;
  const { market, rules } = findMarket(call);
  const side = parameters.requiredOneOf('side', ['BUY', 'SELL']);
  const type = parameters.requiredOneOf('type', ['LIMIT', 'MARKET']);
  parameters.oneOf('newOrderRespType', ['ACK', 'RESULT']);
  const positionSide = positionSides[parameters.oneOf('positionSide', ['BOTH', 'LONG', 'SHORT']) ?? 'BOTH'];
  if (positionSide !== 'net' && parameters.text('reduceOnly') !== undefined) {
    throw refuse(-1106, "Parameter 'reduceonly' sent when not required.");
  }
  const reduceOnly = parameters.boolean('reduceOnly', false);
  const clientOrderId = parameters.matching('newClientOrderId', clientIdForm) ?? venue.newId();
  const quantity = parameters.requiredDecimal('quantity', digits);
  const asked: Asked = {
    side,
    quantity,
    ...(type === 'LIMIT' && { price: parameters.requiredDecimal('price', digits) }),
  };
  const closes = reduceOnly || positionSide === (side === 'BUY' ? 'short' : 'long');
  checkFilters(rules, market, asked, closes);
  if (venue.engine.openOrders(key.account, market.symbol).length >= rules.maxNumOrders) {
    throw refuse(-2025, 'Reach max open order limit.');
  }
  const common = {
    market: market.symbol,
    side: side === 'BUY' ? 'buy' : 'sell',
    clientOrderId,
    positionSide,
    reduceOnly,
  } as const;
  const goodTillDate = readGoodTill(call);
  return { market, request: { ...common, ...toSteps(call, market, asked) }, goodTillDate };
}

function toSteps({ parameters }: KeyedCall, market: PerpetualMarket, { quantity, price }: Asked) {
  const amount = market.amount.parse(quantity) ?? 0n;
  if (price === undefined) return { type: 'market', amount } as const;
  const timeInForce = timesInForce[parameters.requiredOneOf('timeInForce', ['GTC', 'GTD', 'IOC', 'FOK', 'GTX'])];
  return { type: 'limit', amount, price: market.price.parse(price) ?? 0n, timeInForce } as const;
}

const positionSides = { BOTH: 'net', LONG: 'long', SHORT: 'short' } as const;
const timesInForce = { GTC: 'gtc', GTD: 'gtc', IOC: 'ioc', FOK: 'fok', GTX: 'post-only' } as const;
const shortestGtdMs = 600_000;

/** In whole seconds, at least 10 min ahead. */
function readGoodTill({ parameters, venue }: KeyedCall): number | undefined {
  if (parameters.text('timeInForce') !== 'GTD') return undefined;
  const goodTill = parameters.integer('goodTillDate') ?? missing('goodTillDate');
  if (goodTill < venue.clock.now() + shortestGtdMs) {
    throw refuse(-1130, "Data sent for parameter 'goodTillDate' is not valid.");
  }
  return Math.floor(goodTill / 1_000) * 1_000;
}

function send({ venue, key }: KeyedCall, { market, request, goodTillDate }: ReadOrder): unknown {
  if (isUnfillable(venue.engine, request)) {
    const why = 'Due to the order could not be filled immediately, the FOK order has been rejected.';
    throw refuse(-5021, `${why} The order will not be recorded in the order history`);
  }
  const placed = venue.engine.place(key.account, request);
  if (placed.type === 'refused') throw toRejection(placed.refusal);
  if (goodTillDate !== undefined) venue.goodTill.set(placed.order, goodTillDate);
  return toOrderJson({ order: placed.order, market, goodTillDate });
}

/** A fill-or-kill order that the book cannot fill is refused. */
function isUnfillable(reads: EngineReads, request: EngineRequest): boolean {
  if (request.type !== 'limit' || request.timeInForce !== 'fok') return false;
  const { side, price, amount } = request;
  const levels = reads.depth(request.market)[side === 'buy' ? 'asks' : 'bids'];
  const within = levels.filter(([level]) => (side === 'buy' ? level <= price : level >= price));
  return within.reduce((sum, [, there]) => sum + there, 0n) < amount;
}

const rejections: Readonly<Record<Refusal, readonly [code: number, message: string]>> = {
  'unknown-market': [-1121, 'Invalid symbol.'],
  'market-closed': [-4140, 'Invalid symbol status for opening position.'],
  'insufficient-balance': [-2019, 'Margin is insufficient.'],
  'duplicate-client-id': [-4116, 'ClientOrderId is duplicated.'],
  'would-take': [
    ...([-5022, 'Due to the order could not be executed as maker, the Post Only order will be rejected.'] as const),
  ],
  'position-side': [-4061, "Order's position side does not match user's setting."],
  'reduce-only': [-2022, 'ReduceOnly Order is rejected.'],
  'unknown-order': [-2013, 'Order does not exist.'],
  'order-closed': [-2013, 'Order does not exist.'],
  'invalid-amount': [-4003, 'Quantity less than or equal to zero.'],
  'invalid-price': [-4001, 'Price less than or equal to zero.'],
};

function toRejection(refusal: Refusal): VenueRefusal {
  return refuse(...rejections[refusal]);
}

/** Ends an order whose new quantity is filled already, and a post-only one that would take. https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Modify-Order */
function amend(call: KeyedCall): unknown {
  const { parameters, venue, key } = call;
  const { market, rules } = findMarket(call);
  const side = parameters.requiredOneOf('side', ['BUY', 'SELL']);
  const [quantity, price] = [
    parameters.requiredDecimal('quantity', digits),
    parameters.requiredDecimal('price', digits),
  ];
  const order = findOrder(call, venue.engine, market);
  if (order?.status !== 'open' || order.side.toUpperCase() !== side) throw refuse(-2013, 'Order does not exist.');
  checkFilters(rules, market, { side, quantity, price }, order.reduceOnly ?? false);
  const [amount, steps] = [market.amount.parse(quantity) ?? 0n, market.price.parse(price) ?? 0n];
  if (amount === order.amount && steps === order.price) throw refuse(-5027, 'No need to modify the order.');
  venue.limits.admitOrders(key.account, { SECOND: 1, MINUTE: 1 });
  const ref = { market: market.symbol, orderId: order.orderId };
  const moved = venue.engine.move(key.account, ref, { price: steps, amount });
  if (moved.type === 'accepted') return toOrderJson(describe(venue, moved.order, market));
  if (moved.refusal !== 'would-take' && amount > order.filled) throw toRejection(moved.refusal);
  const ended = venue.engine.cancel(key.account, ref);
  if (ended.type === 'refused') throw toRejection(ended.refusal);
  return toOrderJson(describe(venue, ended.order, market));
}

function cancel(call: KeyedCall): unknown {
  const { venue, key } = call;
  const { market } = findMarket(call);
  const order = findOrder(call, venue.engine, market);
  const canceled = order && venue.engine.cancel(key.account, { market: market.symbol, orderId: order.orderId });
  if (canceled?.type !== 'accepted') throw refuse(-2011, 'Unknown order sent.');
  return toOrderJson(describe(venue, canceled.order, market));
}

function cancelAll(call: KeyedCall): unknown {
  call.venue.engine.cancelAll(call.key.account, findMarket(call).market.symbol);
  return { code: 200, msg: 'The operation of cancel all open order is done.' };
}

/** Zero stops it. https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Auto-Cancel-All-Open-Orders */
function startCountdown(call: KeyedCall): unknown {
  const { symbol } = findMarket(call).market;
  const countdownTime = call.parameters.required('countdownTime', '^[0-9]{1,10}$');
  const { alarms, engine } = call.venue;
  const [account, ms] = [call.key.account, Number(countdownTime)];
  const key = `orders of ${account} in ${symbol}`;
  if (ms === 0) alarms.clear(key);
  else alarms.set(key, ms, () => engine.cancelAll(account, symbol));
  return { symbol, countdownTime };
}
