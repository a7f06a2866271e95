import { refuse, shorten, type EngineReads, type EngineRequest, type Refusal } from '@hb/connector-testkit';
import * as v from 'valibot';

import { findOrder } from './account.js';
import { toAverage, toPrice, toSize } from './reports.js';
import { malformed, marketAt, type Listed, type Venue } from './venue.js';

const Int = v.pipe(v.string(), v.regex(/^\d{1,15}$/));
// Text that the venue would write otherwise is not what was signed.
const Decimal = v.pipe(
  v.string(),
  v.regex(/^\d{1,20}(?:\.\d{1,8})?$/),
  v.transform((text) => (text.includes('.') ? shorten(text) : text)),
);
const Cloid = v.pipe(v.string(), v.regex(/^0x[0-9a-f]{32}$/));
const Address = v.pipe(v.string(), v.regex(/^0x[0-9a-f]{40}$/));

const Order = v.strictObject({
  ...{ a: Int, b: v.boolean(), p: Decimal, s: Decimal, r: v.boolean() },
  t: v.strictObject({ limit: v.strictObject({ tif: v.picklist(['Gtc', 'Ioc', 'Alo', 'FrontendMarket']) }) }),
  c: v.optional(Cloid),
});
type Order = v.InferOutput<typeof Order>;
// What is signed with `false` in it is not what the venue hashes.
const Flag = v.optional(v.literal(true));

/** The members of each in the order in which they are signed. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint */
export const Action = v.variant('type', [
  v.strictObject({
    ...{ type: v.literal('order'), orders: v.pipe(v.array(Order), v.minLength(1)), grouping: v.literal('na') },
    builder: v.optional(v.strictObject({ b: Address, f: Int })),
  }),
  v.strictObject({
    ...{ type: v.literal('cancel'), cancels: v.pipe(v.array(v.strictObject({ a: Int, o: Int })), v.minLength(1)) },
    f: Flag,
  }),
  v.strictObject({
    type: v.literal('cancelByCloid'),
    cancels: v.pipe(v.array(v.strictObject({ asset: Int, cloid: Cloid })), v.minLength(1)),
    f: Flag,
  }),
  v.strictObject({
    type: v.literal('batchModify'),
    modifies: v.pipe(v.array(v.strictObject({ oid: v.union([Int, Cloid]), order: Order })), v.minLength(1)),
    a: Flag,
  }),
  v.strictObject({ type: v.literal('scheduleCancel'), time: v.optional(Int) }),
  v.strictObject({ type: v.literal('updateLeverage'), asset: Int, isCross: v.boolean(), leverage: Int }),
  v.strictObject({ type: v.literal('noop') }),
]);
export type Action = v.InferOutput<typeof Action>;

/** As many as an account's limit counts. */
export function countOf(action: Action): number {
  if (action.type === 'order') return action.orders.length;
  if (action.type === 'batchModify') return action.modifies.length;
  return 'cancels' in action ? action.cancels.length : 1;
}

/** The answer to an action. Throws the venue's refusal of the action as a whole. */
export function perform(venue: Venue, account: string, action: Action): object {
  switch (action.type) {
    case 'order':
      return toStatuses(action.type, action.orders, (order) => place(venue, account, order));
    case 'batchModify':
      return toStatuses('order', action.modifies, (each) => modify(venue, account, { ...each, isAlways: action.a }));
    case 'cancel':
      return toStatuses('cancel', action.cancels, ({ a, o }) => cancel(venue, account, { asset: a, oid: o }));
    case 'cancelByCloid':
      return toStatuses('cancel', action.cancels, ({ asset, cloid }) => cancel(venue, account, { asset, oid: cloid }));
    case 'scheduleCancel':
      return schedule(venue, account, action.time);
    case 'updateLeverage':
      return setLeverage(venue, account, action);
    case 'noop':
      return { type: 'default' };
  }
}

function toStatuses<T>(type: string, all: readonly T[], run: (each: T) => unknown): object {
  return { type, data: { statuses: all.map(run) } };
}

const words: Readonly<Partial<Record<Refusal, string>>> = {
  'insufficient-balance': 'Insufficient margin to place order.',
  'reduce-only': 'Reduce only order would increase position.',
  'duplicate-client-id': 'Client order id is already in use.',
  'market-closed': 'Trading is halted.',
};

function toError(text: string, { asset }: Listed): { readonly error: string } {
  return { error: `${text} asset=${asset}` };
}

/** Throws for an asset that does not exist. */
function listedAt(venue: Venue, asset: string): Listed {
  const listed = marketAt(venue, Number(asset));
  if (listed === undefined) throw malformed();
  return listed;
}

function place(venue: Venue, account: string, order: Order): unknown {
  const listed = listedAt(venue, order.a);
  const request = toRequest(order, listed);
  if (typeof request === 'string') return toError(request, listed);
  const placed = venue.engine.place(account, request);
  return answer(venue, listed, placed);
}

type Change = { readonly oid: string; readonly order: Order; readonly isAlways: true | undefined };

/**
 * Takes the old order's place with a new one, which must rest unless it is placed whatever becomes of the old one. An
 * order that cannot take it leaves none. https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/exchange-endpoint#modify-multiple-orders
 */
function modify(venue: Venue, account: string, { oid, order, isAlways }: Change): unknown {
  const listed = listedAt(venue, order.a);
  const known = findOrder({ rules: venue.rules, reads: venue.engine }, account, oid);
  if (known?.status !== 'open') {
    return isAlways ? place(venue, account, order) : toError('Cannot modify canceled or filled order.', listed);
  }
  const request = toRequest(order, listed);
  if (typeof request === 'string') return toError(request, listed);
  if (request.timeInForce === 'ioc' && !isAlways) return toError('Modified order would not rest.', listed);
  const next: LimitRequest = isAlways ? request : { ...request, timeInForce: 'post-only' };
  const { placed } = venue.engine.replace(account, { market: known.market, orderId: known.orderId }, next);
  return placed === undefined
    ? toError('Cannot modify canceled or filled order.', listed)
    : answer(venue, listed, placed);
}

function answer({ engine }: Venue, listed: Listed, placed: ReturnType<Venue['engine']['place']>): unknown {
  const { market } = listed;
  if (placed.type === 'refused') {
    if (placed.refusal !== 'would-take') return toError(words[placed.refusal] ?? placed.refusal, listed);
    return toError(`Post only order would have immediately matched, bbo was ${bestOf(engine, listed)}.`, listed);
  }
  const { orderId: oid, clientOrderId: cloid, status, filled, filledQuote } = placed.order;
  if (status === 'open') return { resting: { oid, cloid } };
  if (filled === 0n) return toError('Order could not immediately match against any resting orders.', listed);
  return { filled: { totalSz: toSize(market, filled), avgPx: toAverage(market, filledQuote, filled), oid, cloid } };
}

function bestOf(engine: EngineReads, { market }: Listed): string {
  const { bids, asks } = engine.depth(market.symbol, 1);
  return [bids, asks].map((levels) => toPrice(market, levels[0]?.[0] ?? 0n)).join('@');
}

const timesInForce = { Gtc: 'gtc', Ioc: 'ioc', Alo: 'post-only', FrontendMarket: 'ioc' } as const;

type LimitRequest = Extract<EngineRequest, { type: 'limit' }>;

/** The order, or the words of what is against it. */
function toRequest(order: Order, { market, rules }: Listed): LimitRequest | string {
  const [price, amount] = [market.price.parse(order.p), market.amount.parse(order.s)];
  if (amount === 0n) return 'Order has zero size.';
  if (amount === undefined || placesOf(order.s) > rules.szDecimals) return 'Order has invalid size.';
  if (price === undefined || price === 0n || !isOnTick(order.p, rules.szDecimals)) {
    return 'Price must be divisible by tick size.';
  }
  const isSmall = Number(order.p) * Number(order.s) < 10;
  if (isSmall && !order.r) return 'Order must have minimum value of $10.';
  return {
    ...{ market: market.symbol, side: order.b ? 'buy' : 'sell', type: 'limit', price, amount, reduceOnly: order.r },
    timeInForce: timesInForce[order.t.limit.tif],
    ...(order.c !== undefined && { clientOrderId: order.c }),
  };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/tick-and-lot-size */
function isOnTick(text: string, szDecimals: number): boolean {
  if (!text.includes('.')) return true;
  const significant = text.replace('.', '').replace(/^0+/, '').length;
  return significant <= 5 && placesOf(text) <= 6 - szDecimals;
}

function placesOf(text: string): number {
  return text.split('.')[1]?.length ?? 0;
}

type Named = { readonly asset: string; readonly oid: string };

function cancel(venue: Venue, account: string, { asset, oid }: Named): unknown {
  const listed = listedAt(venue, asset);
  const order = findOrder({ rules: venue.rules, reads: venue.engine }, account, oid);
  const isThere = order?.market === listed.market.symbol;
  const ref = { market: listed.market.symbol, orderId: order?.orderId ?? -1 };
  const canceled = isThere ? venue.engine.cancel(account, ref) : undefined;
  if (canceled?.type === 'accepted') return 'success';
  return toError('Order was never placed, already canceled, or filled.', listed);
}

/** Cancels every order of the account at a time; without one, no more. */
function schedule({ clock, engine, alarms }: Venue, account: string, time: string | undefined): object {
  const at = time === undefined ? undefined : Number(time);
  if (at !== undefined && at < clock.now() + 5_000) {
    throw refuse('err', 'Scheduled cancel time too early, must be at least 5 seconds from now.', 200);
  }
  if (at === undefined) alarms.clear(account);
  else {
    alarms.set(account, at - clock.now(), () => {
      for (const order of engine.openOrders(account)) engine.expire(account, order);
    });
  }
  return { type: 'default' };
}

function setLeverage(venue: Venue, account: string, action: Extract<Action, { type: 'updateLeverage' }>): object {
  const { market } = listedAt(venue, action.asset);
  const to = { leverage: action.leverage, margin: action.isCross ? 'cross' : 'isolated' } as const;
  const refusal = venue.engine.setLeverage(account, market.symbol, to);
  if (refusal === 'has-position' || refusal === 'has-orders') {
    throw refuse('err', 'Cannot switch leverage type with open position.', 200);
  }
  if (refusal !== undefined) throw refuse('err', 'Invalid leverage value', 200);
  return { type: 'default' };
}
