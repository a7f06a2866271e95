import { fromUnits, keyOf } from '@hb/connector-testkit';
import type { EngineEvent, EngineOrder, Execution, OrderChange, VenueRefusal } from '@hb/connector-testkit';

import { digits } from './markets.js';
import type { Placement } from './placement.js';
import { rejectReasons } from './rejection.js';
import {
  priceOf,
  quoteSizeOf,
  toCommission,
  toExpiryReason,
  toSelfTradeMode,
  toStatus,
  toTimeInForce,
  toType,
  type Described,
} from './reports.js';
import { toAmount, toPrice, toQuote, type Venue } from './venue.js';

type OrderEvent = Extract<EngineEvent, { type: 'order' }>;

const nothing = '0.00000000';

const executionTypes: Readonly<Record<OrderChange, string>> = {
  placed: 'NEW',
  filled: 'TRADE',
  amended: 'REPLACED',
  canceled: 'CANCELED',
  expired: 'EXPIRED',
};

/** Turns what the engine did into what account owners are told. https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream */
export function createUserEvents(venue: Venue): (event: EngineEvent) => object | undefined {
  // What each order went by before: an amendment and a cancel name it in `C`.
  const names = new Map<string, string>();

  function toReport(event: OrderEvent): object {
    const { order, change, execution } = event;
    const before = names.get(keyOf(order)) ?? order.clientOrderId ?? '';
    const after = change === 'canceled' ? cancelIdOf(order) : (order.clientOrderId ?? '');
    names.set(keyOf(order), after);
    const C = change === 'canceled' || change === 'amended' ? before : '';
    return toExecutionReport({ venue, event, clientOrderId: after, C, ...(execution && { execution }) });
  }
  /** The id that the cancel gave; one of the venue's when the owner sent none. */
  function cancelIdOf(order: EngineOrder): string {
    const known = venue.cancelIds.get(keyOf(order)) ?? venue.newId();
    venue.cancelIds.set(keyOf(order), known);
    return known;
  }
  return (event) => {
    const E = venue.clock.now();
    if (event.type === 'order') return toReport(event);
    if (event.type === 'deposit') {
      const d = fromUnits(event.amount, digits, digits);
      return { e: 'balanceUpdate', E, a: event.asset, d, T: event.at };
    }
    if (event.type !== 'balance') return undefined;
    const B = event.balances.map(({ asset, free, locked }) => {
      return { a: asset, f: fromUnits(free, digits, digits), l: fromUnits(locked, digits, digits) };
    });
    return { e: 'outboundAccountPosition', E, u: event.at, B };
  };
}

/** The new order of a cancel-replace that was turned down after its cancel went through. */
export function toRejectedReport(
  venue: Pick<Venue, 'clock'>,
  { market, asked, request }: Placement,
  refusal: VenueRefusal,
): object {
  const E = venue.clock.now();
  const type =
    'timeInForce' in request && request.timeInForce === 'post-only' ? 'LIMIT_MAKER' : request.type.toUpperCase();
  return {
    e: 'executionReport',
    E,
    s: market.symbol,
    c: request.clientOrderId,
    S: asked.side,
    o: type,
    f: 'GTC',
    q: asked.quantity ?? nothing,
    p: asked.price ?? nothing,
    P: nothing,
    F: nothing,
    g: -1,
    C: '',
    x: 'REJECTED',
    X: 'REJECTED',
    r: rejectReasons[refusal.message] ?? 'NONE',
    i: -1,
    l: nothing,
    z: nothing,
    L: nothing,
    n: '0',
    N: null,
    T: E,
    t: -1,
    I: 0,
    w: false,
    m: false,
    M: false,
    O: E,
    Z: nothing,
    Y: nothing,
    Q: asked.quoteOrderQty ?? nothing,
    V: 'NONE',
  };
}

type Told = {
  readonly venue: Venue;
  readonly event: OrderEvent;
  readonly clientOrderId: string;
  readonly C: string;
  readonly execution?: Execution;
};

/** https://developers.binance.com/docs/binance-spot-api-docs/user-data-stream#order-update */
function toExecutionReport({ venue, event, clientOrderId, C, execution }: Told): object {
  const { order, change } = event;
  const market = venue.engine.market(order.market);
  if (market === undefined) throw new RangeError(`there is no market ${order.market}`);
  const described: Described = { order, market, clientOrderId };
  const isPrevented = change === 'expired' && order.reason === 'self-trade';
  const expiryReason = change === 'expired' ? toExpiryReason(order) : undefined;
  return {
    e: 'executionReport',
    E: venue.clock.now(),
    s: order.market,
    c: clientOrderId,
    S: order.side.toUpperCase(),
    o: toType(order),
    f: toTimeInForce(order),
    q: toAmount(market, order.amount),
    p: priceOf(described),
    P: nothing,
    F: nothing,
    g: -1,
    C,
    x: isPrevented ? 'TRADE_PREVENTION' : executionTypes[change],
    X: toStatus(order),
    r: 'NONE',
    i: order.orderId,
    l: toAmount(market, execution?.amount ?? 0n),
    z: toAmount(market, order.filled),
    L: toPrice(market, execution?.price ?? 0n),
    n: execution === undefined ? '0' : toCommission(execution),
    N: execution?.fee.asset ?? null,
    T: event.at,
    t: execution?.tradeId ?? -1,
    ...(isPrevented && toPrevention(described)),
    I: event.sequence,
    w: change === 'placed' || (order.status === 'open' && order.type === 'limit'),
    m: execution?.maker ?? false,
    M: execution !== undefined,
    O: order.placedAt,
    Z: toQuote(market, order.filledQuote),
    Y: toQuote(market, execution?.quote ?? 0n),
    Q: quoteSizeOf(described),
    W: order.placedAt,
    V: toSelfTradeMode(order.selfTrade),
    ...(expiryReason !== undefined && { eR: expiryReason }),
  };
}

/** Appears when self-trade prevention ended the order; the group of an account without one is -1. */
function toPrevention({ order, market }: Described): object {
  const prevented = toAmount(market, order.prevented);
  return { v: order.orderId, A: prevented, B: prevented, u: -1, Cs: order.market };
}
