import { ConnectorError, type ErrorKind } from '../errors/connector-error.js';
import { toDecimal, zero, type Decimal, type Exact } from '../model/decimal.js';
import type { NewOrder } from '../model/order.js';

/** Limits that a user may set on what leaves. */
export type OrderLimits = {
  /** Highest price × amount of one order, in quote units. */
  readonly maxNotional?: Exact;
  /** Furthest that a limit price may be from the book's mid, as a fraction. */
  readonly priceBand?: Exact;
  readonly maxOpenOrders?: number;
};

/** The last look at an order before it leaves. Where it cannot tell, it refuses. */
export type Guard = {
  /** Throws when the order may not leave. `mid` is of the book now, asked for only where a limit needs it; `open` the number of orders open already. */
  readonly check: (order: NewOrder, now: { readonly mid: () => Decimal | undefined; readonly open: number }) => void;
  /** Refuses every order until `release`. */
  readonly kill: (reason: string) => void;
  readonly release: () => void;
  /** Why orders are refused; `undefined` when they are not. */
  readonly killed: () => string | undefined;
};

/** Throws for limits that are no numbers or below zero. */
export function createGuard(limits: OrderLimits = {}): Guard {
  const maxNotional = toLimit('maxNotional', limits.maxNotional);
  const priceBand = toLimit('priceBand', limits.priceBand);
  const { maxOpenOrders } = limits;
  if (maxOpenOrders !== undefined && !(Number.isInteger(maxOpenOrders) && maxOpenOrders >= 0)) {
    throw new RangeError(`orderLimits.maxOpenOrders: ${maxOpenOrders} is not a number of orders`);
  }
  let reason: string | undefined;

  return {
    check: (order, now) => {
      const { market } = order;
      const { open } = now;
      if (reason !== undefined) throw refusal(order, `new orders are refused: ${reason}`, 'aborted');
      if (market.status !== 'trading') throw refusal(order, `the market is ${market.status}`, 'venue-unavailable');
      if (maxOpenOrders !== undefined && open >= maxOpenOrders) {
        throw refusal(order, `${open} orders are open, and orderLimits.maxOpenOrders is ${maxOpenOrders}`);
      }
      if (maxNotional !== undefined) checkNotional(order, maxNotional, now.mid());
      if (priceBand !== undefined && order.price !== undefined) {
        checkBand(order, order.price, { priceBand, mid: now.mid() });
      }
    },
    kill: (why) => {
      reason = why;
    },
    release: () => {
      reason = undefined;
    },
    killed: () => reason,
  };
}

function checkNotional(order: NewOrder, limit: Decimal, mid: Decimal | undefined): void {
  const { amount, amountIn, market } = order;
  const price = order.price ?? mid;
  const notional = amountIn === 'quote' ? amount : price?.times(amount);
  if (notional === undefined) {
    throw refusal(order, `without a price in the book, orderLimits.maxNotional ${limit.toFixed()} cannot be checked`);
  }
  if (notional.lte(limit)) return;
  throw refusal(
    order,
    `${notional.toFixed()} ${market.quote} is above orderLimits.maxNotional, ${limit.toFixed()} ${market.quote}`,
  );
}

function checkBand(
  order: NewOrder,
  price: Decimal,
  { priceBand, mid }: { readonly priceBand: Decimal; readonly mid: Decimal | undefined },
): void {
  if (mid === undefined) {
    throw refusal(
      order,
      `without a mid price of the book, orderLimits.priceBand ${priceBand.toFixed()} cannot be checked`,
    );
  }
  if (price.minus(mid).abs().lte(mid.times(priceBand))) return;
  throw refusal(
    order,
    `price ${price.toFixed()} is more than orderLimits.priceBand ${priceBand.toFixed()} away from the mid, ${mid.toFixed()}`,
  );
}

function toLimit(name: string, given: Exact | undefined): Decimal | undefined {
  if (given === undefined) return undefined;
  const limit = toDecimal(given);
  if (limit.lt(zero)) throw new RangeError(`orderLimits.${name}: ${limit.toFixed()} is below zero`);
  return limit;
}

function refusal(order: NewOrder, message: string, kind: ErrorKind = 'invalid-request'): ConnectorError {
  return new ConnectorError(message, {
    kind,
    outcome: 'not-sent',
    operation: `place ${order.market.pair}`,
    clientOrderId: order.clientOrderId,
  });
}
