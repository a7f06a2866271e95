import { decimal } from '@hb/connector-core';
import type { AccountEvent, Balances, Fee, Fill, NewOrder, OrderReport, OrderStatus } from '@hb/connector-core';
import type { Params, Private, Ref, Stream, TradingSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { signChannel, signLogin, toSeconds, type Credentials } from './auth.js';
import { commands, deadlineHeader, endpoints, type Options } from './endpoints.js';
import { toVerdict } from './errors.js';
import { frame, socket, toRequest } from './market.js';
import * as wire from './wire.js';

type Spec = Required<TradingSpec<Options, Credentials, undefined>>;
type Account = Private<Options, Credentials>;

/** The order as the engine left it: resting, filled or cancelled. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const place: Spec['place'] = async (p, order) => {
  const params = { ...toTerms(order), [deadlineHeader]: Math.floor(order.deadline) };
  return fromOrder(await p.call(commands[p.options.orderEntry].place, params, v.parser(wire.Order)));
};

/** By REST; the answers are told apart by the client ids. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const placeMany: Spec['placeMany'] = {
  ...{ max: 10, per: 'symbol' },
  run: async (p, orders) => {
    const until = Math.floor(Math.min(...orders.map(({ deadline }) => deadline)));
    const params = { orders: orders.map(toTerms), [deadlineHeader]: until };
    const rows = await p.call(commands.placeMany, params, v.parser(v.array(wire.BatchOrder)));
    return orders.map(({ clientOrderId }) => {
      const row = rows.find(({ text }) => text === clientOrderId);
      if (row === undefined) return undefined;
      return row.succeeded ? fromOrder(row) : toVerdict(row, commands.placeMany);
    });
  },
};

/** The order as the cancel left it. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const cancel: Spec['cancel'] = async (p, order) =>
  fromOrder(await p.call(commands[p.options.orderEntry].cancel, refer(order), v.parser(wire.Order)));

/** Of one market, or of all, whoever placed them. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const cancelAll: Spec['cancelAll'] = ({ call }, market) =>
  call(commands.cancelAll, { currency_pair: market?.symbol }, () => undefined);

/** A lower amount alone keeps the place in the queue. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const amend: Spec['amend'] = {
  id: 'kept',
  can: 'amount-and-price',
  run: async (p, order, { amount, price }) => {
    const params = { ...refer(order), amount: amount?.toFixed(), price: price?.toFixed() };
    return fromOrder(await p.call(commands[p.options.orderEntry].amend, params, v.parser(wire.Order)));
  },
};

/** Rejects as `order-not-found`. By the client id only while it is open. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchOrder: Spec['fetchOrder'] = async ({ call }, order) =>
  fromOrder(await call(endpoints.order, refer(order), v.parser(wire.Order)));

/** Of one market, or of all. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchOpenOrders: Spec['fetchOpenOrders'] = async ({ call }, market) => {
  const limit = 100; // of each market
  const orders: wire.Order[] = [];
  for (let page = 1; ; page += 1) {
    const markets = await call(endpoints.openOrders, { page, limit }, v.parser(wire.OpenOrders));
    orders.push(...markets.flatMap((each) => each.orders));
    if (markets.some((each) => each.orders.length >= limit)) continue;
    return orders.map(fromOrder).filter(({ symbol }) => symbol === (market?.symbol ?? symbol));
  }
};

export const historyMs: number = 30 * 86_400_000 - 60_000; // a request takes its time. https://www.gate.com/docs/developers/apiv4/en/spot
/** Those that ended since a time, or in the last 30 days; the venue forgets those without a fill. @see https://github.com/gateio/gateapi-go/issues/11 */
export const fetchClosedOrders: Spec['fetchClosedOrders'] = async (p, { market, from }) => {
  const params = { currency_pair: market?.symbol, status: 'finished', ...span(p, from), limit: 1_000 };
  const orders: wire.Order[] = [];
  for (let page = 1; orders.length === (page - 1) * params.limit; page += 1)
    orders.push(...(await p.call(endpoints.orders, { ...params, page }, v.parser(v.array(wire.Order)))));
  return orders.map(fromOrder);
};

/** Of an order, or since a time, of the last 30 days; oldest first within a page. The cursor is the next page. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchFills: Spec['fetchFills'] = async (p, { market, orderId, from, cursor = '1' }) => {
  const page = Number(cursor);
  const of = { currency_pair: market?.symbol, order_id: orderId, ...span(p, orderId === undefined ? from : undefined) };
  const trades = await p.call(endpoints.myTrades, { ...of, limit: 1_000, page }, v.parser(v.array(wire.MyTrade)));
  return { fills: trades.map(fromTrade).reverse(), ...(trades.length === 1_000 && { cursor: String(page + 1) }) };
};

/** Every asset of the spot account. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchBalances: Spec['fetchBalances'] = async ({ call }) => {
  const rows = await call(endpoints.accounts, {}, v.parser(wire.Accounts));
  const entries = rows.map(({ currency: asset, available, locked }) => {
    return { asset, total: decimal(available).plus(decimal(locked)), available: decimal(available) };
  });
  return { type: 'balances', complete: true, entries };
};

/** In GT where the account pays so. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const fetchFees: Spec['fetchFees'] = ({ call }, { symbol }) =>
  call(endpoints.batchFee, { currency_pairs: symbol }, (json) => {
    const { gt_discount: inGt, ...rates } = v.parse(wire.Fee, v.parse(wire.Fees, json)[symbol]);
    const [maker, taker] = inGt ? [rates.gt_maker_fee, rates.gt_taker_fee] : [rates.maker_fee, rates.taker_fee];
    return { maker: decimal(maker), taker: decimal(taker), taken: inGt ? { asset: 'GT' } : 'received' };
  });

/** Only whether the key is bound to addresses: the venue does not tell more of the key that asks. @see https://www.gate.com/docs/developers/apiv4/en/account */
export const fetchKeyRights: Spec['fetchKeyRights'] = async ({ call }) => {
  const { ip_whitelist: addresses } = await call(endpoints.accountDetail, {}, v.parser(wire.AccountDetail));
  return { addressBound: addresses.length > 0 };
};

/** Of one market, or of all; zero disarms. Whole seconds, at least 5; no longest is documented. @see https://www.gate.com/docs/developers/apiv4/en/spot */
export const deadman: Spec['deadman'] = {
  ...{ scope: 'account', maxMs: 86_400_000 },
  arm: ({ call }, ms, market) =>
    call(endpoints.countdown, { timeout: Math.ceil(ms / 1_000), currency_pair: market?.symbol }, () => undefined),
};

/** Updates of `spot.orders`, `spot.usertrades` and `spot.balances`; throws on anything else. @see https://www.gate.com/docs/developers/apiv4/ws/en/ */
export const parse: AccountStream['parse'] = (payload) => {
  const { channel, result } = v.parse(wire.AccountMessage, payload);
  if (channel === 'spot.orders') return result.map(fromOrder);
  if (channel === 'spot.usertrades') return result.map(fromTrade);
  return result.map(({ currency: asset, total, available, timestamp_ms: at }): Balances => {
    const entry = { asset, total: decimal(total), available: decimal(available) };
    return { type: 'balances', complete: false, at, entries: [entry] };
  });
};

type AccountStream = Stream<AccountEvent, Account, Options>;
const toSigned = (p: Account, topic: string, id: string): object => {
  const request = toRequest(p, 'subscribe', topic, id);
  return { ...request, auth: signChannel(p, request) };
};
const toCall = (p: Account, channel: string, id: string, payload: object): object => {
  return { time: toSeconds(p.now()), channel, event: 'api', payload: { req_id: id, ...payload } };
};
const stream: AccountStream = {
  ...{ ...socket, frame, parse },
  url: ({ host }) => host('account'),
  login: (p, id) => toCall(p, 'spot.login', id, signLogin(p, 'spot.login', toSeconds(p.now()))),
  subscribe: (p, topics, id) => topics.map((topic) => toSigned(p, topic, id)),
  request: (p, method, { [deadlineHeader]: until, ...req_param }, id) => {
    const req_header = typeof until === 'number' ? { [deadlineHeader]: String(until) } : undefined;
    return toCall(p, method, id, { req_param, req_header });
  },
};
const topics = ['spot.orders !all', 'spot.usertrades !all', 'spot.balances'];
/** Each channel is subscribed and signed by itself. @see https://www.gate.com/docs/developers/apiv4/ws/en/#authentication */
export const feed: Spec['feed'] = {
  streams: { account: stream },
  topics: () => topics.map((topic) => ({ stream: 'account', topic })),
};

/** There is no good-till-date. @see https://www.gate.com/docs/developers/apiv4/en/spot */
const timesInForce = { gtc: 'gtc', ioc: 'ioc', fok: 'fok', 'post-only': 'poc', gtd: undefined } as const;

/** Ends that the owner did not bring about. @see https://www.gate.com/docs/developers/apiv4/en/spot */
const expiries: readonly string[] = [
  ...['liquidate_cancelled', 'small', 'depth_not_enough', 'trader_not_enough'],
  ...['ioc', 'poc', 'fok', 'stp', 'price_protect_cancelled'],
];

function toTerms({ market, request, clientOrderId, amount, price, timeInForce = 'ioc' }: NewOrder<undefined>): Params {
  const [type, side] = [price === undefined ? 'market' : 'limit', request.side];
  const terms = { type, side, amount: amount.toFixed(), price: price?.toFixed() };
  return { text: clientOrderId, currency_pair: market.symbol, ...terms, time_in_force: timesInForce[timeInForce] };
}

/** By the venue's id where it is known: the client's is forgotten when the order ends. */
function refer({ market, orderId, clientOrderId }: Ref<undefined>): Params {
  return { order_id: orderId ?? clientOrderId, currency_pair: market.symbol };
}

/** Seconds, both ends told: with one of them the venue looks at 7 days alone. */
function span({ now }: Account, from = now() - historyMs): Params {
  return { from: toSeconds(from), to: toSeconds(now()) + 1 };
}

function statusOf(order: wire.Order | wire.OrderEvent): OrderStatus {
  const isOpen = 'event' in order ? order.event !== 'finish' : order.status === 'open';
  const isFilled = 'event' in order ? order.finish_as === 'filled' : order.status === 'closed';
  if (isOpen || isFilled) return isOpen ? 'open' : 'filled';
  return expiries.includes(order.finish_as) ? 'expired' : 'canceled';
}

/** A text without `t-` tells where somebody else's order came from: `web`, `apiv4`. */
function fromOrder(order: wire.Order | wire.OrderEvent): OrderReport {
  const { side, text, finish_as: reason, update_time_ms: at = order.update_time * 1_000 } = order;
  const [asked, left, isMarket] = [decimal(order.amount), decimal(order.left), order.type.startsWith('market')];
  const isInQuote = isMarket && side === 'buy';
  const told = order.filled_amount === undefined ? undefined : decimal(order.filled_amount);
  const filled = told ?? (isInQuote ? undefined : asked.minus(left));
  const amount = isInQuote ? filled : asked;
  const status = statusOf(order);
  return {
    type: 'order',
    ...{ symbol: order.currency_pair, orderId: order.id, ...(text && { clientOrderId: text }) },
    ...{ status, at, filledQuote: decimal(order.filled_total) },
    ...(filled && { filled }),
    ...(amount && { terms: { side, amount, ...(!isMarket && { price: decimal(order.price) }) } }),
    ...feesOf(order),
    ...((status === 'canceled' || status === 'expired') && reason && { reason }),
  };
}

function fromTrade(trade: wire.MyTrade): Fill {
  const { currency_pair: symbol, id: fillId, order_id: orderId, text, create_time_ms: at, side } = trade;
  const terms = { side, price: decimal(trade.price), amount: decimal(trade.amount), liquidity: trade.role };
  const ids = { symbol, fillId, orderId, ...(text && { clientOrderId: text }) };
  return { type: 'fill', ...ids, ...terms, at, ...feesOf(trade) };
}

type Paid = Pick<wire.MyTrade, 'fee' | 'gt_fee' | 'point_fee' | 'fee_currency'>;
/** In the asset that was received, in GT, and in points; untold where the asset is. */
function feesOf({ fee, fee_currency, gt_fee = '0', point_fee = '0' }: Paid): { readonly fees?: readonly Fee[] } {
  if (fee === undefined || fee_currency === '') return {};
  const paid = [[fee_currency, fee] as const, ['GT', gt_fee] as const, ['POINT', point_fee] as const];
  const fees = paid.map(([asset, amount]) => ({ asset, amount: decimal(amount) }));
  return { fees: fees.filter(({ amount }) => !amount.eq('0')) };
}
