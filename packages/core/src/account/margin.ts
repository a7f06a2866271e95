import { ConnectorError } from '../errors/connector-error.js';
import type { Balance } from '../model/balance.js';
import { max, one, sum, zero, type Decimal } from '../model/decimal.js';
import type { FeeRates } from '../model/fees.js';
import type { Market, Side } from '../model/market.js';
import type { NewOrder, Order } from '../model/order.js';
import type { Position } from '../model/position.js';

/** What is known when the margin of an order is checked. */
export type MarginView = {
  readonly balances: ReadonlyMap<string, Balance>;
  readonly positions: readonly Position[];
  /** Orders that the venue may not have taken into its figures yet. */
  readonly inFlight: readonly Order[];
  readonly market: (pair: string) => Pick<Market, 'settle' | 'shape'> | undefined;
  /** `undefined` when it is not known. */
  readonly leverage: (pair: string) => Decimal | undefined;
  readonly fees?: FeeRates | undefined;
  /** A price of the market now, for market orders without one. */
  readonly referencePrice?: Decimal | undefined;
};

/**
 * Throws `insufficient-balance` when fresh balances do not cover what an order opens: its notional through the leverage,
 * and the fee. What closes a position needs nothing. Passes when balances are stale or the cost cannot be told.
 */
export function checkMargin(order: NewOrder, view: MarginView): void {
  const { market } = order;
  const needed = needOf(order, view);
  const balance = view.balances.get(market.settle);
  const isFresh = balance === undefined ? [...view.balances.values()].some(({ stale }) => !stale) : !balance.stale;
  if (needed === undefined || needed.eq(zero) || !isFresh) return;
  const available = max((balance?.available ?? zero).minus(heldBack(market.settle, view)), zero);
  if (needed.lte(available)) return;
  const [wants, has] = [needed, available].map((amount) => `${amount.toFixed()} ${market.settle}`);
  throw new ConnectorError(`needs ${wants ?? ''} of margin and fee, and ${has ?? ''} is available`, {
    kind: 'insufficient-balance',
    outcome: 'not-sent',
    operation: `place ${market.pair}`,
    clientOrderId: order.clientOrderId,
  });
}

function needOf(order: NewOrder, view: MarginView): Decimal | undefined {
  const { market, request, amountIn, timeInForce, price = view.referencePrice } = order;
  if (request.effect === 'close') return zero;
  const leverage = view.leverage(market.pair);
  if (price === undefined || leverage === undefined) return undefined;
  const amount = amountIn === 'base' ? order.amount : order.amount.div(price);
  const isSplit = request.effect === 'open' || order.positionSide !== 'net';
  const opens = isSplit ? amount : max(amount.minus(closable(market.pair, request.side, view.positions)), zero);
  const rate = timeInForce === 'post-only' ? view.fees?.maker : view.fees?.taker;
  const perNotional = one.div(leverage).plus(max(rate ?? zero, zero));
  return worth(market, opens, price).times(perNotional);
}

/** What of an order against the position closes it. */
function closable(pair: string, side: Side, positions: readonly Position[]): Decimal {
  const amount = positions.find((position) => position.pair === pair && position.side === 'net')?.amount ?? zero;
  const isAgainst = side === 'buy' ? amount.lt(zero) : amount.gt(zero);
  return isAgainst ? amount.abs() : zero;
}

function heldBack(asset: string, { inFlight, market, leverage }: MarginView): Decimal {
  return sum(
    inFlight.flatMap(({ pair, effect, price, amount, amountIn, filled }) => {
      const [of, by] = [market(pair), leverage(pair)];
      if (of?.settle !== asset || by === undefined || price === undefined || effect === 'close') return [];
      const base = amountIn === 'base' ? amount : amount.div(price);
      return [worth(of, base.minus(filled), price).div(by)];
    }),
  );
}

/** In the settle asset: base on inverse markets, else quote. */
function worth({ shape }: Pick<Market, 'shape'>, amount: Decimal, price: Decimal): Decimal {
  return shape === 'inverse' ? amount : amount.times(price);
}
