import { decimal, positive } from '@hb/connector-core';
import type { AccountEvent, Fill, NewOrder, OrderReport, OrderStatus, Params } from '@hb/connector-core';
import type { PositionEvent, PositionReport, PositionSide, Private, Ref, Stream } from '@hb/connector-core';
import type { TimeInForce, TradingSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { validity, type Credentials } from './auth.js';
import { endpoints, type Options } from './endpoints.js';
import { judgeOne } from './errors.js';
import * as wire from './wire.js';

type Account = Private<Options, Credentials>;
type Spec = Required<TradingSpec<Options, Credentials, undefined, PositionEvent>>;

/** The order as the engine left it: resting, filled or expired. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/New-Order */
export const place: Spec['place'] = async (p, order) => {
  const { recvWindow, timestamp } = validity(p, order.deadline);
  const params = { recvWindow, timestamp, ...toParams(order) };
  return fromOrder(await p.call(endpoints.place, params, v.parser(wire.Order)));
};

/** Each as if placed alone. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Place-Multiple-Orders */
export const placeMany: Spec['placeMany'] = {
  max: 5,
  run: async (p, orders) => {
    const deadline = Math.min(...orders.map((order) => order.deadline));
    const params = { batchOrders: JSON.stringify(orders.map(toParams)), ...validity(p, deadline) };
    const placed = await p.call(endpoints.placeMany, params, v.parser(v.array(wire.Placed)));
    return placed.map((each) => ('code' in each ? judgeOne(each) : fromOrder(each)));
  },
};

/** Loses its place in the queue. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Modify-Order */
export const amend: Spec['amend'] = {
  id: 'kept',
  can: 'amount-and-price',
  run: async (p, order, { amount = order.amount, price = order.price }) => {
    const terms = { side: order.side.toUpperCase(), quantity: amount.toFixed(), price: price?.toFixed() };
    return fromOrder(await p.call(endpoints.amend, { ...refer(order), ...terms }, v.parser(wire.Order)));
  },
};

/** The order as the cancel left it. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-Order */
export const cancel: Spec['cancel'] = async (p, order) =>
  fromOrder(await p.call(endpoints.cancel, refer(order), v.parser(wire.Order)));

/** Of one market, or of each with open orders. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Cancel-All-Open-Orders */
export const cancelAll: Spec['cancelAll'] = async (p, market) => {
  const symbols = new Set((market ? [market] : await fetchOpenOrders(p)).map(({ symbol }) => symbol));
  await Promise.all([...symbols].map((symbol) => p.call(endpoints.cancelAll, { symbol }, () => undefined)));
};

/** Zero stops the countdown. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Auto-Cancel-All-Open-Orders */
export const deadman: Spec['deadman'] = {
  scope: 'symbol',
  maxMs: 86_400_000,
  arm: (p, countdownTime, market) =>
    p.call(endpoints.countdown, { symbol: market?.symbol, countdownTime }, () => undefined),
};

/** Rejects as `order-not-found`. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Query-Order */
export const fetchOrder: Spec['fetchOrder'] = async (p, order) =>
  fromOrder(await p.call(endpoints.order, refer(order), v.parser(wire.Order)));

/** Of one market, or of all. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Current-All-Open-Orders */
export const fetchOpenOrders: Spec['fetchOpenOrders'] = async (p, market) =>
  (await p.call(endpoints.openOrders, { symbol: market?.symbol }, v.parser(v.array(wire.Order)))).map(fromOrder);

/** Of one market, which must be named, a week at a time; or those of the last week. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/All-Orders */
export const fetchClosedOrders: Spec['fetchClosedOrders'] = async (p, { market, from }) => {
  const orders: wire.Order[] = [];
  for (const period of weeks(from, p.now())) {
    const params = { symbol: market?.symbol, ...period, limit: 1_000 };
    orders.push(...(await p.call(endpoints.allOrders, params, v.parser(v.array(wire.Order)))));
  }
  return orders.map(fromOrder).filter(({ status }) => status !== 'open');
};

/** Of one market, which must be named: of an order, since a time, or the last. The cursor is the next trade id, or `week` and a time. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Account-Trade-List */
export const fetchFills: Spec['fetchFills'] = async (p, { market, orderId, cursor, from }) => {
  const start = cursor?.startsWith('week ') === true ? Number(cursor.slice(5)) : from;
  const fromId = start === from ? cursor : undefined;
  const [period] = orderId === undefined && fromId === undefined ? weeks(start, p.now()) : [];
  const params = { symbol: market?.symbol, orderId, fromId, ...period, limit: 1_000 };
  const trades = await p.call(endpoints.userTrades, params, v.parser(v.array(wire.UserTrade)));
  const last = trades.length < params.limit ? undefined : trades.at(-1);
  const next = last ? String(BigInt(last.id) + 1n) : period?.endTime && `week ${period.endTime + 1}`;
  return { fills: trades.map(toFill), ...(next && { cursor: next }) };
};

/** Every asset. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Futures-Account-Balance-V3 */
export const fetchBalances: Spec['fetchBalances'] = async (p) => {
  const rows = await p.call(endpoints.balance, {}, v.parser(v.array(wire.Balance)));
  const entries = rows.map((row) => {
    return { asset: row.asset, total: decimal(row.balance), available: decimal(row.availableBalance) };
  });
  return { type: 'balances', complete: true, entries };
};

/** Paid in the margin asset. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/User-Commission-Rate */
export const fetchFees: Spec['fetchFees'] = async (p, { symbol }) => {
  const rates = await p.call(endpoints.commission, { symbol }, v.parser(wire.Commission));
  return { maker: decimal(rates.makerCommissionRate), taker: decimal(rates.takerCommissionRate), taken: 'quote' };
};

/** Whether the account may trade; what its key may do besides is not told here. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/account/rest-api/Account-Config */
export const fetchKeyRights: Spec['fetchKeyRights'] = async (p) => ({
  trade: (await p.call(endpoints.account, {}, v.parser(wire.Account))).canTrade,
});

/** `{ "e": "ORDER_TRADE_UPDATE", … }` and the like. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export const frame: AccountStream['frame'] = (message) => {
  const { e } = v.parse(wire.Event, message);
  if (e === 'listenKeyExpired') return { type: 'reconnect', reason: e };
  return events.includes(e) ? { type: 'data', payload: message } : { type: 'ignore' };
};

/** One of the events named in `events`; throws on anything else. A fill comes before the state that counts it. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export const parse: AccountStream['parse'] = (payload) => {
  const event = v.parse(wire.AccountMessage, payload);
  if (event.e === 'MARGIN_CALL') return [{ type: 'refetch', what: 'positions' }];
  if (event.e === 'ACCOUNT_UPDATE') return toAccountEvents(event);
  const { s: symbol, i: orderId, c: clientOrderId, S, T: at, t: fillId, N: asset, n = '0' } = event.o;
  const [ids, side] = [{ symbol, orderId, clientOrderId }, sides[S]] as const;
  const [filled, price] = [decimal(event.o.z), positive(event.o.p)];
  const reason = event.o.X === 'EXPIRED_IN_MATCH' ? event.o.X : reasons.get(event.o.er);
  const order: OrderReport = {
    type: 'order',
    ...ids,
    status: statuses[event.o.X],
    at,
    filled,
    terms: { side, amount: decimal(event.o.q), ...(price && { price }) },
    ...(reason !== undefined && { reason }),
    ...(byVenue.test(clientOrderId) && { liquidation: true }),
  };
  // What an order holds back is told by the balances alone, which no event brings.
  if (fillId === '0') return [order, { type: 'refetch', what: 'balances' }];
  const fees = asset === undefined ? [] : [{ asset, amount: decimal(n) }];
  const liquidity = event.o.m ? 'maker' : 'taker';
  return [
    { type: 'fill', ...ids, fillId, side, price: decimal(event.o.L), amount: decimal(event.o.l), at, fees, liquidity },
    order,
  ];
};

type AccountStream = Stream<AccountEvent | PositionEvent, Account, Options>;
const stream: AccountStream = {
  url: async ({ host, call }) => {
    const { listenKey } = await call(endpoints.openStream, {}, v.parser(wire.ListenKey));
    return `${host('private')}/${listenKey}`;
  },
  keepAlive: { everyMs: 30 * 60_000, run: ({ call }) => call(endpoints.keepStream, {}, () => undefined) },
  frame,
  parse,
  silentMs: 30_000,
  maxAgeMs: 86_400_000,
};
/** A key opens it, valid for 60 min and renewed in time. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams */
export const feed: Spec['feed'] = { streams: { account: stream } };

const events = ['ORDER_TRADE_UPDATE', 'ACCOUNT_UPDATE', 'MARGIN_CALL'];
/** Ids of liquidations, deleveragings and settlements. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update */
const byVenue = /^(?:adl_|settlement_)?autoclose/;
const sides = { BUY: 'buy', SELL: 'sell' } as const;
export const positionSides = { BOTH: 'net', LONG: 'long', SHORT: 'short' } as const;
const positionNames: Readonly<Record<PositionSide, string>> = { net: 'BOTH', long: 'LONG', short: 'SHORT' };

/** Post-only is good till crossing. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition#time-in-force-timeinforce */
const types: Readonly<Record<TimeInForce | 'market', Params>> = {
  gtc: { type: 'LIMIT', timeInForce: 'GTC' },
  gtd: { type: 'LIMIT', timeInForce: 'GTD' },
  ioc: { type: 'LIMIT', timeInForce: 'IOC' },
  fok: { type: 'LIMIT', timeInForce: 'FOK' },
  'post-only': { type: 'LIMIT', timeInForce: 'GTX' },
  market: { type: 'MARKET' },
};

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/common-definition#order-status-status */
const statuses: Readonly<Record<wire.Order['status'], OrderStatus>> = {
  NEW: 'open',
  PARTIALLY_FILLED: 'open',
  FILLED: 'filled',
  CANCELED: 'canceled',
  REJECTED: 'rejected',
  EXPIRED: 'expired',
  EXPIRED_IN_MATCH: 'expired',
};

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/user-data-streams/Event-Order-Update */
const reasons: ReadonlyMap<string, string> = new Map([
  ['1', 'expired to prevent a trade with an order of this account'],
  ['2', 'ioc: the rest could not be filled'],
  ['3', 'ioc: the rest was kept from trading with an order of this account'],
  ['4', 'knocked out by a reduce-only order of higher priority, or the position would have turned'],
  ['5', 'the account was liquidated'],
  ['6', 'the order that it hung on is gone'],
  ['7', 'the symbol is delisted'],
  ['8', 'its stop order was triggered'],
  ['9', 'market: the rest could not be filled'],
]);

/** In hedge mode the side says whether it closes, and the venue refuses `reduceOnly`. */
function toParams({ market, request, clientOrderId, ...order }: NewOrder<undefined>): Params {
  const { positionSide = 'net' } = order;
  const expiresAt = request.type === 'limit' ? request.expiresAt : undefined;
  return {
    symbol: market.symbol,
    side: request.side.toUpperCase(),
    positionSide: positionNames[positionSide],
    ...types[order.timeInForce ?? 'market'],
    quantity: order.amount.toFixed(),
    price: order.price?.toFixed(),
    ...(positionSide === 'net' && request.effect === 'close' && { reduceOnly: 'true' }),
    newClientOrderId: clientOrderId,
    newOrderRespType: 'RESULT', // the stream has the fills
    goodTillDate: expiresAt,
  };
}

/** By the venue's id where it is known. */
function refer({ market, orderId, clientOrderId }: Ref<undefined>): Params {
  return { symbol: market.symbol, ...(orderId === undefined ? { origClientOrderId: clientOrderId } : { orderId }) };
}

/** Six months. @see https://developers.binance.com/docs/derivatives/usds-margined-futures/trade/rest-api/Account-Trade-List */
export const historyMs: number = 180 * 86_400_000;
/** The venue answers for at most 7 days at a time; without a start, for the last 7. */
function weeks(
  from: number | undefined,
  now: number,
): readonly { readonly startTime?: number; readonly endTime?: number }[] {
  const week = 7 * 86_400_000 - 1;
  if (from === undefined) return [{}];
  if (from + week >= now) return [{ startTime: Math.floor(from) }];
  const startTime = Math.floor(from);
  return [{ startTime, endTime: startTime + week }, ...weeks(startTime + week + 1, now)];
}

function toFill({ symbol, id: fillId, orderId, time: at, ...trade }: v.InferOutput<typeof wire.UserTrade>): Fill {
  const fees = [{ asset: trade.commissionAsset, amount: decimal(trade.commission) }];
  const [side, liquidity] = [sides[trade.side], trade.maker ? 'maker' : 'taker'] as const;
  const [price, amount] = [decimal(trade.price), decimal(trade.qty)];
  return { type: 'fill', symbol, fillId, orderId, side, price, amount, at, fees, liquidity };
}

/** Wallet balances alone: what is available has to be asked for. */
function toAccountEvents({ T: at, a }: AccountUpdate): readonly (AccountEvent | PositionEvent)[] {
  const entries = a.B.map(({ a: asset, wb }) => ({ asset, total: decimal(wb) }));
  const paid = a.m === 'FUNDING_FEE' ? [{ type: 'refetch', what: 'payments' } as const] : [];
  const balances = entries.length === 0 ? [] : [{ type: 'balances', complete: false, at, entries } as const];
  return [...balances, ...a.P.map((moved) => toPosition(moved, at)), ...paid];
}
type AccountUpdate = Extract<v.InferOutput<typeof wire.AccountMessage>, { readonly e: 'ACCOUNT_UPDATE' }>;

function toPosition({ s: symbol, ps, pa, ep, up, mt }: AccountUpdate['a']['P'][number], at: number): PositionReport {
  const entryPrice = positive(ep);
  const figures = { margin: mt, unrealizedPnl: decimal(up), ...(entryPrice && { entryPrice }) };
  return { type: 'position', symbol, side: positionSides[ps], amount: sized(ps, pa), ...figures, at };
}

/** The venue gives the short leg of a hedge a sign. */
export function sized(side: keyof typeof positionSides, amount: string): ReturnType<typeof decimal> {
  return side === 'BOTH' ? decimal(amount) : decimal(amount).abs();
}

function fromOrder({ symbol, orderId, clientOrderId, ...order }: wire.Order): OrderReport {
  const [price, filledQuote] = [positive(order.price), order.cumQuote && decimal(order.cumQuote)];
  return {
    type: 'order',
    ...{ symbol, orderId, clientOrderId, status: statuses[order.status], at: order.updateTime },
    terms: { side: sides[order.side], amount: decimal(order.origQty), ...(price && { price }) },
    filled: decimal(order.executedQty),
    ...(filledQuote && { filledQuote }),
    ...(order.status === 'EXPIRED_IN_MATCH' && { reason: order.status }),
    ...(byVenue.test(clientOrderId) && { liquidation: true }),
  };
}
