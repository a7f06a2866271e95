import { decimal, max, zero } from '@hb/connector-core';
import type { AccountEvent, Decimal, Fill, OrderReport, OrderStatus, Params, Private } from '@hb/connector-core';
import type { Ref, Stream, TimeInForce, TradingSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { signParams, validity, type Credentials } from './auth.js';
import { commands, endpoints, type Options } from './endpoints.js';
import * as wire from './wire.js';

type Spec = Required<TradingSpec<Options, Credentials, undefined>>;
const readOrder = v.parser(wire.Order);

/** The order as the engine left it: resting, filled or expired. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-trade */
export const place: Spec['place'] = async (p, order) => {
  const params = {
    symbol: order.market.symbol,
    side: order.request.side === 'buy' ? 'BUY' : 'SELL',
    ...types[order.timeInForce ?? 'market'],
    [order.amountIn === 'base' ? 'quantity' : 'quoteOrderQty']: order.amount.toFixed(),
    price: order.price?.toFixed(),
    newClientOrderId: order.clientOrderId,
    newOrderRespType: 'RESULT', // the smallest with a status; the stream has the fills
    ...validity(p, order.deadline),
  };
  return fromOrder(await p.call(commands[p.options.orderEntry].place, params, readOrder));
};

/** The order as the cancel left it: under the id of the cancel, which therefore has the order's in it. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#cancel-order-trade */
export const cancel: Spec['cancel'] = async (p, order) => {
  const newClientOrderId = order.clientOrderId.length > 27 ? undefined : `${order.clientOrderId}-canceled`;
  const params = { newClientOrderId, ...refer(order) };
  return fromOrder(await p.call(commands[p.options.orderEntry].cancel, params, readOrder));
};

/** Of one market, or of each with open orders. Rejects as `order-not-found` when a market has none. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#cancel-all-open-orders-on-a-symbol-trade */
export const cancelAll: Spec['cancelAll'] = async (p, market) => {
  const symbols = new Set((market ? [market] : await fetchOpenOrders(p)).map(({ symbol }) => symbol));
  const at = commands[p.options.orderEntry].cancelAll;
  await Promise.all([...symbols].map((symbol) => p.call(at, { symbol }, () => undefined)));
};

/** Keeps the place in the queue. @see https://developers.binance.com/docs/binance-spot-api-docs/faqs/order_amend_keep_priority */
export const amend: Spec['amend'] = {
  id: 'kept',
  lowersOnly: true,
  can: 'amount',
  run: async (p, order, { amount }) => {
    const params = { newClientOrderId: order.clientOrderId, newQty: amount?.toFixed(), ...refer(order) };
    const told = await p.call(commands[p.options.orderEntry].amend, params, v.parser(wire.Amendment));
    const { qty: origQty, cumulativeQuoteQty: cummulativeQuoteQty, ...same } = told.amendedOrder;
    return fromOrder({ ...same, origQty, cummulativeQuoteQty, transactTime: told.transactTime });
  },
};

/** Rejects as `order-not-found`. Has the client id asked for where a cancel of somebody else has replaced it. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#query-order-user_data */
export const fetchOrder: Spec['fetchOrder'] = async (p, order) => {
  const told = await p.call(endpoints.order, refer(order), readOrder);
  const report = fromOrder(told);
  const isNameless = told.status === 'CANCELED' && !told.clientOrderId.endsWith('-canceled');
  const isAsked = order.orderId === undefined ? isNameless : order.orderId === report.orderId;
  return isAsked && report.symbol === order.market.symbol ? { ...report, clientOrderId: order.clientOrderId } : report;
};

/** Of one market, or of all. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#current-open-orders-user_data */
export const fetchOpenOrders: Spec['fetchOpenOrders'] = async (p, market) =>
  (await p.call(endpoints.openOrders, { symbol: market?.symbol }, v.parser(v.array(wire.Order)))).map(fromOrder);

/** Of one market, which must be named: the first 1,000 since a time, or the last. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#all-orders-user_data */
export const fetchClosedOrders: Spec['fetchClosedOrders'] = async (p, since) => {
  const params = { symbol: since.market?.symbol, startTime: since.from, limit: 1_000 };
  const orders = await p.call(endpoints.allOrders, params, v.parser(v.array(wire.Order)));
  return orders.map(fromOrder).filter(({ status }) => status !== 'open');
};

/** Of one market, which must be named: of an order, since a time, or the last. The cursor is the next trade id. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-trade-list-user_data */
export const fetchFills: Spec['fetchFills'] = async (p, since) => {
  const { market, orderId, cursor: fromId, from } = since;
  const startTime = orderId === undefined && fromId === undefined ? from : undefined;
  const params = { symbol: market?.symbol, orderId, fromId, startTime, limit: 1_000 };
  const trades = await p.call(endpoints.myTrades, params, v.parser(v.array(wire.MyTrade)));
  const last = trades.length < params.limit ? undefined : trades.at(-1);
  const fills = trades.map(({ symbol, id: fillId, orderId, time: at, ...trade }): Fill => {
    const [price, amount] = [decimal(trade.price), decimal(trade.qty)];
    const fees = [{ asset: trade.commissionAsset, amount: decimal(trade.commission) }];
    const [side, liquidity] = [trade.isBuyer ? 'buy' : 'sell', trade.isMaker ? 'maker' : 'taker'] as const;
    return { type: 'fill', symbol, fillId, orderId, side, price, amount, at, fees, liquidity };
  });
  return { fills, ...(last && { cursor: String(BigInt(last.id) + 1n) }) };
};

/** Every asset that is not zero. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/account-endpoints#account-information-user_data */
export const fetchBalances: Spec['fetchBalances'] = async (p) => {
  const { balances, updateTime: at } = await p.call(endpoints.account, nonZero, v.parser(wire.Account));
  const entries = balances.map(({ asset, free, locked }) => toEntry(asset, free, locked));
  return { type: 'balances', complete: true, at, entries };
};

/** All rates together, discounted if paid in another asset; of buyer's and seller's the higher. @see https://developers.binance.com/docs/binance-spot-api-docs/faqs/commission_faq */
export const fetchFees: Spec['fetchFees'] = async (p, { symbol }) => {
  const told = await p.call(endpoints.commission, { symbol }, v.parser(wire.Commission));
  const { enabledForAccount, enabledForSymbol, discountAsset, discount } = told.discount;
  const asset = enabledForAccount && enabledForSymbol ? discountAsset : null;
  const rate = (who: 'maker' | 'taker'): Decimal => {
    const of = (each: typeof told.taxCommission) =>
      decimal(each[who]).plus(max(decimal(each.buyer), decimal(each.seller)));
    const standard = of(told.standardCommission).times(asset === null ? '1' : discount);
    return standard.plus(of(told.specialCommission)).plus(of(told.taxCommission));
  };
  return { maker: rate('maker'), taker: rate('taker'), taken: asset === null ? 'received' : { asset } };
};

/** Of the account alone on the test network, which has no wallet endpoints. @see https://developers.binance.com/docs/binance-spot-api-docs/testnet/general-info */
export const fetchKeyRights: Spec['fetchKeyRights'] = async (p) => {
  if (p.environment === 'testnet')
    return { trade: (await p.call(endpoints.account, nonZero, v.parser(wire.Account))).canTrade };
  const key = await p.call(endpoints.keyPermission, {}, v.parser(wire.KeyPermission));
  return { trade: key.enableSpotAndMarginTrading, withdraw: key.enableWithdrawals, addressBound: key.ipRestrict };
};

/** `{ "id": "1", "status": 200, "result": {} }` with limits made headers, or `{ "subscriptionId": 0, "event": { "e": "…" } }`. @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/response-format */
export const frame: AccountStream['frame'] = (message) => {
  const told = v.parse(v.union([wire.Envelope, wire.Response]), message);
  if ('event' in told) {
    const { e: reason } = told.event;
    if (reason === 'eventStreamTerminated' || reason === 'serverShutdown') return { type: 'reconnect', reason };
    return events.includes(reason) ? { type: 'data', payload: told.event } : { type: 'ignore' };
  }
  const { id, status, result, error, rateLimits } = told;
  if (id === null) return { type: 'refused', message: `status ${status}` };
  const headers = new Map<string, string>();
  for (const { rateLimitType, intervalNum, interval, count } of rateLimits)
    headers.set(`x-mbx-${uses.get(rateLimitType) ?? ''}-${intervalNum}${interval.charAt(0).toLowerCase()}`, count);
  return { type: 'response', id, answer: { status, headers, body: status === 200 ? result : error } };
};

/** `{ "e": "executionReport", … }` and the like; throws on anything else. A fill comes before the state that counts it. @see https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream */
export const parse: AccountStream['parse'] = (payload) => {
  const event = v.parse(wire.AccountMessage, payload);
  if (event.e === 'outboundAccountPosition') {
    const entries = event.B.map(({ a, f, l }) => toEntry(a, f, l));
    return [{ type: 'balances', complete: false, at: event.u, entries }];
  }
  if (event.e !== 'executionReport') return [{ type: 'refetch', what: 'balances' }];
  const { s: symbol, i: orderId, S, X: status, T: at, t: fillId, N: asset } = event;
  const ids = { symbol, orderId, clientOrderId: event.C === '' ? event.c : event.C };
  const amounts = { price: event.p, origQty: event.q, executedQty: event.z, cummulativeQuoteQty: event.Z };
  const expiryReason = event.r === 'NONE' ? event.eR : event.r;
  const order = fromOrder({ status, side: S, transactTime: at, expiryReason, ...ids, ...amounts });
  if (fillId === '-1') return [order];
  const [side, liquidity] = [sides[S], event.m ? 'maker' : 'taker'] as const;
  const fees = asset === null ? [] : [{ asset, amount: decimal(event.n) }];
  const [price, amount] = [decimal(event.L), decimal(event.l)];
  return [{ type: 'fill', ...ids, fillId, side, price, amount, at, fees, liquidity }, order];
};

type AccountStream = Stream<AccountEvent, Private<Options, Credentials>, Options>;
const stream: AccountStream = {
  url: ({ host }) => host('account'),
  login: (p, id) => ({ id, method: 'userDataStream.subscribe.signature', params: signParams(p, {}) }),
  request: (p, method, params, id) => ({ id, method, params: signParams(p, params) }),
  frame,
  parse,
  silentMs: 30_000, // the venue pings every 20 s
  maxAgeMs: 86_400_000,
  cost: { connect: { weight: 4, connections: 1 } }, // connecting and subscribing weigh 2 each
};
/** @see https://developers.binance.com/docs/binance-spot-api-docs/websocket-api/user-data-stream-requests */
export const feed: Spec['feed'] = { streams: { account: stream } };

const nonZero = { omitZeroBalances: true } as const;
const sides = { BUY: 'buy', SELL: 'sell' } as const;
const events = ['executionReport', 'outboundAccountPosition', 'balanceUpdate', 'externalLockUpdate'];
const uses: ReadonlyMap<string, string> = new Map(
  Object.entries({ REQUEST_WEIGHT: 'used-weight', ORDERS: 'order-count' }),
);

/** There is no good-till-date. @see https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-trade */
const types: Readonly<Partial<Record<TimeInForce | 'market', Params>>> = {
  gtc: { type: 'LIMIT', timeInForce: 'GTC' },
  ioc: { type: 'LIMIT', timeInForce: 'IOC' },
  fok: { type: 'LIMIT', timeInForce: 'FOK' },
  'post-only': { type: 'LIMIT_MAKER' },
  market: { type: 'MARKET' },
};

/** @see https://developers.binance.com/docs/binance-spot-api-docs/enums#order-status-status */
const statuses: Readonly<Record<wire.Order['status'], OrderStatus>> = {
  NEW: 'open',
  PENDING_NEW: 'open',
  PARTIALLY_FILLED: 'open',
  FILLED: 'filled',
  CANCELED: 'canceled',
  PENDING_CANCEL: 'open',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
};

/** By the venue's id where it is known: that is faster, and a cancel replaces the client's. */
function refer({ market, orderId, clientOrderId }: Ref<undefined>): Params {
  return { symbol: market.symbol, ...(orderId === undefined ? { origClientOrderId: clientOrderId } : { orderId }) };
}

function toEntry(asset: string, free: string, locked: string): { asset: string; total: Decimal; available: Decimal } {
  return { asset, total: decimal(free).plus(decimal(locked)), available: decimal(free) };
}

function fromOrder(order: wire.Order): OrderReport {
  const [price, filledQuote] = [decimal(order.price), decimal(order.cummulativeQuoteQty)];
  const at = order.transactTime ?? order.updateTime;
  // Self-trade prevention has a status and no reason.
  const reason = order.expiryReason ?? (order.status === 'EXPIRED_IN_MATCH' ? order.status : 'NONE');
  return {
    type: 'order',
    symbol: order.symbol,
    orderId: order.orderId,
    clientOrderId: order.origClientOrderId ?? order.clientOrderId.replace(/-canceled$/, ''),
    status: statuses[order.status],
    terms: { side: sides[order.side], amount: decimal(order.origQty), ...(price.gt(zero) && { price }) },
    filled: decimal(order.executedQty),
    ...(filledQuote.gte(zero) && { filledQuote }),
    ...(at !== undefined && { at }),
    ...(reason !== 'NONE' && { reason }),
  };
}
