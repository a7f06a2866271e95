import { ConnectorError, decimal, zero } from '@hb/connector-core';
import type { AccountEvent, Endpoint, Fill, NewOrder, OrderReport } from '@hb/connector-core';
import type { OrderStatus, Params, Private, Ref, Stream, TimeInForce, TradingSpec } from '@hb/connector-core';
import * as v from 'valibot';

import type { Credentials } from './auth.js';
import { classic, endpoints, hf, type Options } from './endpoints.js';
import { meaningOf } from './errors.js';
import { toLine, type Wire } from './market.js';
import * as wire from './wire.js';

type Spec = Required<TradingSpec<Options, Credentials, Wire>>;
type Account = Private<Options, Credentials>;
type Told = Partial<{ readonly [name in keyof wire.Order]: wire.Order[name] | undefined }> &
  Omit<wire.Order, 'price' | 'size' | 'dealSize' | 'dealFunds' | 'fee' | 'feeCurrency'>;

/** Accepted, no more: what became of it is told by the stream. @see https://www.kucoin.com/docs-new/api-3470188 */
export const place: Spec['place'] = async (p, order) =>
  toReport(order, 'open', await p.call(api(p).place, toParams(p, order), wire.read(wire.Placed)));

/** Limit orders. @see https://www.kucoin.com/docs-new/api-3470168 */
export const placeMany: Spec['placeMany'] = {
  ...{ max: 5, types: 'limit' },
  run: async (p, orders) => {
    const orderList = orders.map((order) => toParams(p, order));
    const told = await p.call(onlyHf(p).placeMany, { orderList }, wire.read(wire.PlacedMany));
    return orders.map((order, index) => {
      const { success = false, orderId, clientOid, failMsg: message } = told[index] ?? {};
      if (success && orderId) return toReport(order, 'open', { orderId, clientOid });
      const meaning = meaningOf(message ?? '') ?? { kind: 'order-rejected', outcome: 'refused' };
      return success || !message ? undefined : { code: 'failMsg', message, ...meaning };
    });
  },
};

/** The order as the cancel left it; the older API only takes the request. @see https://www.kucoin.com/docs-new/api-3470185, https://www.kucoin.com/docs-new/api-3470343 */
export const cancel: Spec['cancel'] = async (p, order) => {
  const id = order.orderId === undefined ? 'clientOid' : 'orderId';
  const at = id === 'orderId' ? api(p).cancel : api(p).cancelByClientId;
  const told = await p.call(at, refer(p, order), p.options.hf ? wire.read(wire.canceled(id)) : () => undefined);
  if (told === undefined) return toReport(order, 'open');
  const ended = decimal(told.dealSize).gte(decimal(told.originSize)) ? 'filled' : 'canceled';
  return { ...toReport(order, told.status === 'open' ? 'open' : ended, told), filled: decimal(told.dealSize) };
};

/** Of one market, or of each with open orders. @see https://www.kucoin.com/docs-new/api-3470175 */
export const cancelAll: Spec['cancelAll'] = async (p, market) => {
  const symbols = market ? [market.symbol] : new Set((await fetchOpenOrders(p)).map(({ symbol }) => symbol));
  await Promise.all([...symbols].map((symbol) => p.call(api(p).cancelAll, { symbol }, () => undefined)));
};

/** A new order takes the place of the rest of the old one; with an amount below what is filled, none does. @see https://www.kucoin.com/docs-new/api-3470171 */
export const amend: Spec['amend'] = {
  ...{ id: 'new', can: 'amount-and-price' },
  run: async (p, order, { amount, price }) => {
    const params = { ...refer(p, order), newSize: amount?.toFixed(), newPrice: price?.toFixed() };
    const { newOrderId: orderId, clientOid } = await p.call(onlyHf(p).amend, params, wire.read(wire.Amended));
    if (!orderId) return fetchOrder(p, order);
    return { ...toReport(order, 'open', { orderId, clientOid }), ...(order.orderId && { replaces: order.orderId }) };
  },
};

/** The last order under the client's id: an amendment whose answer was lost made a new one. Rejects as `order-not-found`; so does the older API when an order has ended and only the client's id is known. @see https://www.kucoin.com/docs-new/api-3470181, https://www.kucoin.com/docs-new/api-3470349 */
export async function fetchOrder(p: Account, order: Ref<Wire>): Promise<OrderReport> {
  const at = order.orderId === undefined ? api(p).orderByClientId : api(p).order;
  const told = await p.call(at, refer(p, order), wire.read(wire.Order));
  const { id, symbol, clientOid } = told;
  const isLast = at !== hf.order || order.replacedBy !== undefined || told.isActive || !told.cancelExist;
  if (isLast || !clientOid) return fromOrder(told);
  const last = await p.call(hf.orderByClientId, { clientOid, symbol }, wire.read(wire.Order));
  return { ...fromOrder(last), ...(last.id !== id && { replaces: id }) };
}

/** Of one market, or of all. @see https://www.kucoin.com/docs-new/api-3470178, https://www.kucoin.com/docs-new/api-3470346 */
export const fetchOpenOrders: Spec['fetchOpenOrders'] = async (p, market) => {
  const params = { symbol: market?.symbol, status: 'active' };
  if (!p.options.hf) return (await fetchPages(p, classic.orders, params, wire.Order)).map(fromOrder);
  const symbols = market ? [market.symbol] : (await p.call(hf.openSymbols, {}, wire.read(wire.OpenSymbols))).symbols;
  const lists = (symbols ?? []).map((symbol) => p.call(hf.openOrders, { symbol }, wire.read(wire.OpenOrders)));
  return (await Promise.all(lists)).flatMap((orders) => (orders ?? []).map(fromOrder));
};

export const historyMs: number = 7 * 86_400_000; // https://www.kucoin.com/docs-new/rest/ua/get-order-history
/** Of one market, oldest first, of the last 7 days; cancelled ones of the last 2. @see https://www.kucoin.com/docs-new/api-3470179, https://www.kucoin.com/docs-new/rest/ua/get-order-history */
export const fetchClosedOrders: Spec['fetchClosedOrders'] = async (p, { market, from }) => {
  const params = { symbol: market?.symbol, startAt: floor(from), ...(!p.options.hf && { status: 'done' }) };
  return (await fetchPages(p, p.options.hf ? hf.closedOrders : classic.orders, params, wire.Order)).map(fromOrder);
};

/** Of one market, oldest first: of an order, or of the last 7 days. @see https://www.kucoin.com/docs-new/api-3470180 */
export const fetchFills: Spec['fetchFills'] = async (p, { market, orderId, from }) => {
  const params = { symbol: market?.symbol, orderId, startAt: orderId === undefined ? floor(from) : undefined };
  const trades = await fetchPages(p, api(p).fills, params, wire.Fill);
  const fills = trades.map(({ symbol, tradeId: fillId, orderId, side, createdAt: at, liquidity, ...trade }): Fill => {
    const fees = [{ asset: trade.feeCurrency, amount: decimal(trade.fee) }];
    const [price, amount] = [decimal(trade.price), decimal(trade.size)];
    return { type: 'fill', symbol, fillId, orderId, side, price, amount, at, fees, liquidity };
  });
  return { fills };
};

/** Of the trading account, which is one of its own where an account was never upgraded. @see https://www.kucoin.com/docs-new/api-3470125 */
export const fetchBalances: Spec['fetchBalances'] = async (p) => {
  const accounts = await p.call(endpoints.accounts, {}, wire.read(wire.Accounts));
  const own = p.options.hf && accounts.some(({ type }) => type === 'trade_hf') ? 'trade_hf' : 'trade';
  const entries = accounts.flatMap(({ type, currency: asset, balance, available }) =>
    type === own ? [{ asset, total: decimal(balance), available: decimal(available) }] : [],
  );
  return { type: 'balances', complete: true, entries };
};

/** What this account pays. @see https://www.kucoin.com/docs-new/api-3470150 */
export const fetchFees: Spec['fetchFees'] = async (p, { symbol, quote, wire: { feeAsset: asset } }) => {
  const [rates] = await p.call(endpoints.fees, { symbols: symbol }, wire.read(wire.Fees));
  const [maker, taker] = [decimal(rates.makerFeeRate), decimal(rates.takerFeeRate)];
  return { maker, taker, taken: asset === quote ? 'quote' : { asset } };
};

/** `Transfer` is what lets a key withdraw. @see https://www.kucoin.com/docs-new/api-3470130 */
export const fetchKeyRights: Spec['fetchKeyRights'] = async (p) => {
  const { permission, ipWhitelist } = await p.call(endpoints.keyInfo, {}, wire.read(wire.KeyInfo));
  const has = (right: string): boolean => permission.split(',').some((each) => each.trim() === right);
  return { trade: has('Spot'), withdraw: has('Transfer') || has('Withdrawal'), addressBound: Boolean(ipWhitelist) };
};

/** Cancels everything when it is not armed again in time. @see https://www.kucoin.com/docs-new/api-3470173 */
export const deadman: Spec['deadman'] = {
  ...{ scope: 'account', maxMs: 86_400_000 },
  arm: (p, ms) => p.call(onlyHf(p).deadman, { timeout: ms ? Math.max(5, Math.ceil(ms / 1_000)) : -1 }, () => undefined),
};

/** `{ "type": "message", "subject": "orderChange", "data": {} }`; throws on anything else. A fill comes before the state that counts it, and without its fee. @see https://www.kucoin.com/docs-new/3470074w0 */
export const parse: AccountStream['parse'] = (payload) => {
  const { subject, data } = v.parse(wire.AccountMessage, payload);
  if (subject === 'orderChange') {
    const { orderId: id, originSize: size, filledSize: dealSize, status, type, ts: at } = data;
    const isActive = status !== 'done';
    return [...toFills(data), fromOrder({ id, size, dealSize, isActive, cancelExist: type !== 'filled', at, ...data })];
  }
  // `main.deposit`, `margin.hold`: of other accounts.
  if (!/^trade(?:_hf)?\./.test(data.relationEvent)) return [];
  const entry = { asset: data.currency, total: decimal(data.total), available: decimal(data.available) };
  return [{ type: 'balances', complete: false, at: data.time, entries: [entry] }];
};

type AccountStream = Stream<AccountEvent, Account, Options>;
const account = { ...toLine(endpoints.privateToken, true), parse };
const topics = ['/spotMarket/tradeOrdersV2', '/account/balance'].map((topic) => ({ stream: 'account', topic }));
/** @see https://www.kucoin.com/docs-new/3470074w0, https://www.kucoin.com/docs-new/3470075w0 */
export const feed: Spec['feed'] = { streams: { account }, topics: () => topics };

/** @see https://www.kucoin.com/docs-new/enums-definitions */
const times: Record<TimeInForce, string> = { gtc: 'GTC', gtd: 'GTT', ioc: 'IOC', fok: 'FOK', 'post-only': 'GTC' };

const api = ({ options }: Account): typeof hf | typeof classic => (options.hf ? hf : classic);

function onlyHf({ options }: Account): typeof hf {
  if (options.hf) return hf;
  throw new ConnectorError('needs hf: true', { kind: 'unsupported', outcome: 'not-sent', operation: 'kucoin' });
}

function toParams({ now, options }: Account, order: NewOrder<Wire>): Params {
  const { market, request, amountIn, amount, price, timeInForce, deadline } = order;
  const clientTimestamp = Math.floor(now());
  const allowMaxTimeWindow = Math.max(Math.floor(deadline - clientTimestamp), 1);
  const expiresAt = request.type === 'limit' ? request.expiresAt : undefined;
  return {
    clientOid: order.clientOrderId,
    ...{ symbol: market.symbol, side: request.side, type: request.type },
    ...{ [amountIn === 'base' ? 'size' : 'funds']: amount.toFixed(), price: price?.toFixed() },
    ...{ timeInForce: timeInForce && times[timeInForce], postOnly: timeInForce === 'post-only' || undefined },
    cancelAfter: expiresAt && Math.max(Math.floor((expiresAt - clientTimestamp) / 1_000), 1), // seconds; -1: for ever
    ...(options.hf && { clientTimestamp, allowMaxTimeWindow }),
  };
}

/** Under the ids that were told: an answer may have been mixed up with another. */
function toReport({ market: { symbol }, ...order }: Ref<Wire>, status: OrderStatus, told: wire.Ids = {}): OrderReport {
  const orderId = told.orderId ?? order.orderId;
  const clientOrderId = told.clientOid ?? (orderId === (order.orderId ?? orderId) ? order.clientOrderId : undefined);
  return { type: 'order', symbol, ...(clientOrderId && { clientOrderId }), ...(orderId && { orderId }), status };
}

function refer({ options }: Account, { market, orderId, clientOrderId }: Ref<Wire>): Params {
  const id = orderId === undefined ? { clientOid: clientOrderId } : { orderId };
  return { ...id, ...(options.hf && { symbol: market.symbol }) };
}

const floor = (ms: number | undefined) => ms && Math.floor(ms);

/** Every page, oldest first. */
async function fetchPages<T>(p: Account, at: Endpoint, params: Params, item: wire.Schema<T>): Promise<readonly T[]> {
  const found: T[] = [];
  let place: Params | undefined = p.options.hf ? { limit: 100 } : { pageSize: 500, currentPage: 1 };
  while (place !== undefined) {
    const told: wire.Page<T> = await p.call(at, { ...params, ...place }, wire.page(item));
    const { items, lastId, currentPage = 1, totalPage = 1 } = told;
    found.push(...items);
    if (p.options.hf) place = items.length < 100 || !lastId ? undefined : { limit: 100, lastId };
    else place = currentPage < totalPage ? { pageSize: 500, currentPage: currentPage + 1 } : undefined;
  }
  return found.reverse();
}

/** An answer or a message, which has no sums. Sized in quote units, it has no size but what was filled. */
function fromOrder({ symbol, id: orderId, clientOid, side, at, fee, feeCurrency: asset, ...order }: Told): OrderReport {
  const { size: asked = '0', price: limit = '0', dealSize: filled = '0' } = order;
  const [size, price, dealt] = [decimal(asked), decimal(limit), decimal(filled)];
  const amount = size.gt(zero) ? size : dealt;
  const ended = (size.gt(zero) ? dealt.gte(size) : !order.cancelExist) ? 'filled' : 'canceled';
  return {
    type: 'order',
    ...{ symbol, orderId, status: order.isActive ? 'open' : ended, at, ...(clientOid && { clientOrderId: clientOid }) },
    ...(order.dealSize !== undefined && { filled: dealt }),
    ...(order.dealFunds !== undefined && { filledQuote: decimal(order.dealFunds) }),
    ...(fee !== undefined && asset !== undefined && dealt.gt(zero) && { fees: [{ asset, amount: decimal(fee) }] }),
    ...(amount.gt(zero) && { terms: { side, amount, ...(price.gt(zero) && { price }) } }),
  };
}

function toFills(change: wire.OrderChange): readonly Fill[] {
  if (change.type !== 'match') return [];
  const { symbol, orderId, tradeId: fillId, clientOid, side, ts: at, liquidity } = change;
  const [price, amount] = [decimal(change.matchPrice), decimal(change.matchSize)];
  const ids = { symbol, fillId, orderId, ...(clientOid && { clientOrderId: clientOid }) };
  return [{ type: 'fill', ...ids, side, price, amount, at, liquidity }];
}
