import { decimal } from '@hb/connector-core';
import type { AccountEvent, Decimal, Fill, Market, NewOrder, OrderReport } from '@hb/connector-core';
import type { PositionEvent, Ref, Stream, TimeInForce, TradingSpec } from '@hb/connector-core';
import * as v from 'valibot';

import { checkAccount, ownerOf, type Account, type Credentials } from './auth.js';
import { endpoints, type Options } from './endpoints.js';
import { judgeOne } from './errors.js';
import { frameOf, line, type Wire } from './market.js';
import { fetchState, toBalances, toPayment, toPositions, toSpotBalances } from './positions.js';
import * as wire from './wire.js';

type Spec = Required<TradingSpec<Options, Credentials, Wire, PositionEvent>>;
const alone = (json: unknown): wire.Placed => v.parse(wire.PlacedAlone, json).response.data.statuses[0];

/** Refused once its deadline is over. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#place-an-order, https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#expires-after */
export const place: Spec['place'] = (p, order) =>
  p.call(endpoints.order, toAction(p, [order]), (json) => toReport(order, alone(json)));

/** Each as if placed alone. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#place-an-order */
export const placeMany: Spec['placeMany'] = {
  max: 20,
  run: (p, orders) =>
    p.call(endpoints.order, toAction(p, orders), (json) =>
      v.parse(wire.PlacedMany, json).response.data.statuses.map((status, index) => {
        const order = orders[index];
        return 'error' in status ? judgeOne(status.error) : order && toReport(order, status);
      }),
    ),
};

/** In its place comes a new order of what is left, under the same client id, behind those at its price. It must rest: only then does the venue place none where the old one is gone. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#modify-multiple-orders */
export const amend: Spec['amend'] = {
  id: 'new',
  can: 'amount-and-price',
  run: async (p, order, to) => {
    const { market, clientOrderId, orderId, side, effect, timeInForce, price } = order;
    const amount = (to.amount ?? order.amount).minus(order.filled);
    const terms = { market, clientOrderId, amount, timeInForce, price: to.price ?? price, request: { side, effect } };
    const action = { type: 'batchModify', modifies: [{ oid: toName(order), order: toOrder(terms) }] };
    return p.call(endpoints.order, { action }, (json) => {
      const report = toReport({ market, clientOrderId, amount }, alone(json));
      return { ...report, ...(orderId !== undefined && orderId !== report.orderId && { replaces: orderId }) };
    });
  },
};

/** By the client id, which an amendment keeps. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#cancel-order-s-by-cloid */
export const cancel: Spec['cancel'] = async (p, order) => {
  const { market, clientOrderId } = order;
  const { asset } = market.wire;
  const byCloid = { type: 'cancelByCloid', cancels: [{ asset, cloid: clientOrderId }] };
  const byId = { type: 'cancel', cancels: [{ a: asset, o: toName(order) }] };
  await p.call(endpoints.cancel, { action: isCloid(clientOrderId) ? byCloid : byId }, v.parser(wire.CanceledAlone));
  return { type: 'order', symbol: market.symbol, clientOrderId, status: 'canceled' };
};

/** The venue has no time limit but at least 5 s, and lets it run out ten times a day; it wants a volume of 1,000,000 USD first. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#schedule-cancel-dead-mans-switch */
export const deadman: Spec['deadman'] = {
  scope: 'account',
  maxMs: 86_400_000,
  arm: async (p, ms) => {
    const time = ms === 0 ? undefined : Math.floor(p.now() + Math.max(ms, 5_500));
    await p.call(endpoints.settings, { action: { type: 'scheduleCancel', time } }, () => undefined);
  },
};

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-order-status-by-oid-or-cloid */
export const fetchOrder: Spec['fetchOrder'] = async (p, order) => {
  const params = { type: 'orderStatus', user: ownerOf(p), oid: toName(order) };
  const told = await p.call(endpoints.orderStatus, params, v.parser(wire.OrderStatus));
  return told.status === 'order' ? fromState(told.order) : undefined;
};

/** Of one market, or of all. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-open-orders-with-additional-frontend-info */
export const fetchOpenOrders: Spec['fetchOpenOrders'] = async (p, market) => {
  const dexes = market === undefined ? ['', ...p.options.dexes] : [market.wire.dex];
  const all = dexes.map((dex) => {
    const params = { type: 'frontendOpenOrders', user: ownerOf(p), ...(dex !== '' && { dex }) };
    return p.call(endpoints.openOrders, params, v.parser(v.array(wire.Order)));
  });
  return (await Promise.all(all))
    .flat()
    .filter(({ coin }) => isMeant(coin, market))
    .map((order) => fromState({ order, status: { name: 'open', status: 'open' }, statusTimestamp: order.timestamp }));
};

/** The last 2,000. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-historical-orders */
export const fetchClosedOrders: Spec['fetchClosedOrders'] = async (p, { market, from = 0 }) => {
  const params = { type: 'historicalOrders', user: ownerOf(p) };
  const told = await p.call(endpoints.historicalOrders, params, v.parser(v.array(wire.OrderState)));
  const meant = told.filter(({ order, statusTimestamp: at }) => isMeant(order.coin, market) && at >= from);
  return meant.map(fromState).filter(({ status }) => status !== 'open');
};

/** The last 2,000, or from a time on; the cursor is the time of the last. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-fills, https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#retrieve-a-users-fills-by-time */
export const fetchFills: Spec['fetchFills'] = async (p, { market, orderId, from, cursor }) => {
  const start = cursor === undefined ? from : Number(cursor);
  const user = ownerOf(p);
  const byTime = { type: 'userFillsByTime', user, startTime: start && Math.floor(start) };
  const params = start === undefined ? { type: 'userFills', user } : byTime;
  const told = await p.call(endpoints.userFills, params, v.parser(v.array(wire.Fill)));
  const rows = told.toSorted((first, second) => first.time - second.time);
  const fills = rows.filter(({ coin, oid }) => isMeant(coin, market) && (orderId === undefined || oid === orderId));
  const last = rows.length < 2_000 || start === undefined ? undefined : rows.at(-1)?.time;
  return { fills: fills.map(toFill), ...(last !== undefined && { cursor: String(last === start ? last + 1 : last) }) };
};

/** Of the perpetuals' collateral, or of a unified account. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/spot#retrieve-a-users-token-balances */
export const fetchBalances: Spec['fetchBalances'] = async (p) => {
  if (!p.options.unified) return toBalances(await fetchState(p, ''));
  const params = { type: 'spotClearinghouseState', user: ownerOf(p) };
  return toSpotBalances(await p.call(endpoints.spotClearinghouse, params, v.parser(wire.SpotState)));
};

/** Paid in the collateral. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint#query-a-users-fees */
export const fetchFees: Spec['fetchFees'] = async (p) => {
  const rates = await p.call(endpoints.userFees, { type: 'userFees', user: ownerOf(p) }, v.parser(wire.Fees));
  return { maker: decimal(rates.userAddRate), taker: decimal(rates.userCrossRate), taken: 'quote' };
};

/** One of `{ "channel": "orderUpdates", … }` and the like; throws on anything else. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const parse: AccountStream['parse'] = (payload, look) => {
  const { channel, data } = v.parse(wire.AccountMessage, payload);
  if (channel === 'orderUpdates') return data.filter(({ order }) => isMeant(order.coin)).map(fromState);
  if (channel === 'userFills') return data.fills.filter(({ coin }) => isMeant(coin)).map(toFill);
  if (channel === 'userFundings') return data.fundings.map((funding) => toPayment(funding, look));
  if (channel === 'spotState') return [toSpotBalances(data.spotState)];
  const { dexes, unified } = look.options;
  const states = data.clearinghouseStates.filter(([dex]) => ['', ...dexes].includes(dex));
  const entries = states.flatMap(([, state]) => toPositions(state));
  const own = states.find(([dex]) => dex === '')?.[1];
  if (own === undefined) return [];
  return [{ type: 'positions', at: own.time, entries }, ...(unified ? [] : [toBalances(own)])];
};

type AccountStream = Stream<AccountEvent | PositionEvent, Account, Options>;
const kinds = ['userFills', 'orderUpdates', 'userFundings', 'allDexsClearinghouseState'];
/** Whoever knows an address may listen; the key is looked at all the same, before orders are. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
export const feed: Spec['feed'] = {
  streams: {
    account: {
      ...line,
      url: async (p) => {
        await checkAccount(p);
        return p.host('private');
      },
      frame: frameOf([...kinds, 'spotState']),
      parse,
    },
  },
  topics: (p) => {
    const all = p.options.unified ? [...kinds, 'spotState'] : kinds;
    return all.map((kind) => ({ stream: 'account', topic: `${kind} ${ownerOf(p)}` }));
  },
};

/** @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#place-an-order */
const timesInForce: Readonly<Partial<Record<TimeInForce, string>>> = { gtc: 'Gtc', ioc: 'Ioc', 'post-only': 'Alo' };

type Terms = Pick<NewOrder<Wire>, 'market' | 'clientOrderId' | 'amount'> & {
  readonly price?: Decimal | undefined;
  readonly timeInForce?: TimeInForce | undefined;
  readonly request: { readonly side: 'buy' | 'sell'; readonly effect?: 'open' | 'close' | undefined };
};

/** What is signed depends on the order of the members. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/signing */
function toOrder({ market, price, amount, timeInForce = 'gtc', clientOrderId, request }: Terms): object {
  const [p, s, b, r] = [price?.toFixed(), amount.toFixed(), request.side === 'buy', request.effect === 'close'];
  const c = isCloid(clientOrderId) ? clientOrderId : undefined;
  return { a: market.wire.asset, b, p, s, r, t: { limit: { tif: timesInForce[timeInForce] } }, c };
}

function toAction({ options }: Account, orders: readonly NewOrder<Wire>[]): Record<string, unknown> {
  const builder = options.builder && { b: options.builder.address.toLowerCase(), f: options.builder.fee };
  const action = { type: 'order', orders: orders.map(toOrder), grouping: 'na', builder };
  return { action, expiresAfter: Math.floor(Math.min(...orders.map(({ deadline }) => deadline))) };
}

/** By our id, which an amendment keeps, or by the venue's. */
const toName = ({ clientOrderId, orderId }: Ref<Wire>): string | number =>
  isCloid(clientOrderId) ? clientOrderId : Number(orderId);

const isCloid = (text: string): boolean => /^0x[0-9a-f]{32}$/.test(text);

/** Of this market; of any perpetual when none is named. Spot pairs are `@107` or `PURR/USDC`, outcomes `#10`. */
const isMeant = (coin: string, market?: Market<Wire>): boolean =>
  market === undefined ? !/^[@#]|\//.test(coin) : coin === market.symbol;

/** What an ioc order could not fill is gone. Throws for an answer that names another order. */
function toReport(
  { market, clientOrderId, ...order }: Pick<NewOrder<Wire>, 'market' | 'clientOrderId' | 'amount' | 'timeInForce'>,
  placed: wire.Placed,
): OrderReport {
  const { cloid = clientOrderId } = 'resting' in placed ? placed.resting : placed.filled;
  if (cloid !== clientOrderId) throw new TypeError(`the answer is about ${cloid}`);
  const about = { type: 'order', symbol: market.symbol, clientOrderId } as const;
  if ('resting' in placed) return { orderId: placed.resting.oid, status: 'open', ...about };
  const filled = decimal(placed.filled.totalSz);
  const rest = order.timeInForce === 'ioc' ? 'canceled' : 'open';
  return { orderId: placed.filled.oid, status: filled.lt(order.amount) ? rest : 'filled', filled, ...about };
}

function fromState({ order, status: { name, status }, statusTimestamp: at }: wire.OrderState): OrderReport {
  const { coin: symbol, oid: orderId, cloid: clientOrderId, origSz, sz, side, limitPx } = order;
  const amount = decimal(origSz);
  const reason = name === status ? undefined : name;
  return {
    type: 'order',
    ...{ symbol, orderId, status, at, filled: amount.minus(decimal(sz)) },
    ...(clientOrderId && { clientOrderId }),
    ...(reason !== undefined && { reason }),
    // https://github.com/nktkas/hyperliquid/blob/main/src/api/info/_methods/_base/commonSchemas.ts
    ...(order.tif === 'LiquidationMarket' && { liquidation: true }),
    terms: { side: side === 'B' ? 'buy' : 'sell', amount, price: decimal(limitPx) },
  };
}

/** An id is unique with its time only. @see https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/websocket/subscriptions */
function toFill({ coin: symbol, oid: orderId, tid, side, px, sz, time: at, fee, feeToken, crossed }: wire.Fill): Fill {
  return {
    type: 'fill',
    ...{ symbol, fillId: `${at}-${tid}`, orderId, side: side === 'B' ? 'buy' : 'sell' },
    ...{ price: decimal(px), amount: decimal(sz), at, liquidity: crossed ? 'taker' : 'maker' },
    fees: [{ asset: feeToken, amount: decimal(fee) }],
  };
}
