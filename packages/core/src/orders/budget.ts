import { ConnectorError } from '../errors/connector-error.js';
import type { Balance } from '../model/balance.js';
import { max, one, zero, type Decimal } from '../model/decimal.js';
import type { FeeRates } from '../model/fees.js';
import type { NewOrder } from '../model/order.js';

export type FundsOptions = {
  /** What orders hold back that the venue has not confirmed: its figures may be without them. */
  readonly inFlight?: ReadonlyMap<string, Decimal>;
  readonly fees?: FeeRates | undefined;
  /** A price of the market now, for market orders without one. */
  readonly referencePrice?: Decimal | undefined;
};

/**
 * Throws `insufficient-balance` when fresh balances do not cover the order: amount × price for a buy, the amount for a sell,
 * with the fee where it is taken from the same asset. Passes when balances are stale or the cost cannot be told.
 */
export function checkFunds(order: NewOrder, balances: ReadonlyMap<string, Balance>, options: FundsOptions = {}): void {
  const { market, request } = order;
  const asset = request.side === 'buy' ? market.quote : market.base;
  const cost = costOf(order, options.referencePrice);
  const balance = balances.get(asset);
  // Once the account is live, an asset that it does not list is one of which there is none.
  const isFresh = balance === undefined ? [...balances.values()].some(({ stale }) => !stale) : !balance.stale;
  if (cost === undefined || !isFresh) return;
  const needed = cost.times(one.plus(feeRate(order, asset, options.fees)));
  const available = max((balance?.available ?? zero).minus(options.inFlight?.get(asset) ?? zero), zero);
  if (needed.lte(available)) return;
  throw new ConnectorError(`needs ${needed.toFixed()} ${asset}, and ${available.toFixed()} ${asset} is available`, {
    kind: 'insufficient-balance',
    outcome: 'not-sent',
    operation: `place ${market.pair}`,
    clientOrderId: order.clientOrderId,
  });
}

function costOf(order: NewOrder, referencePrice: Decimal | undefined): Decimal | undefined {
  const { request, amount, amountIn, price = referencePrice } = order;
  if (amountIn === (request.side === 'buy' ? 'quote' : 'base')) return amount;
  if (price === undefined) return undefined;
  return request.side === 'buy' ? amount.times(price) : amount.div(price);
}

function feeRate({ timeInForce, request }: NewOrder, asset: string, fees: FeeRates | undefined): Decimal {
  if (fees === undefined) return zero;
  const { taken } = fees;
  const isOnTop = typeof taken === 'object' ? taken.asset === asset : taken === 'quote' && request.side === 'buy';
  if (!isOnTop) return zero;
  return max(timeInForce === 'post-only' ? fees.maker : fees.taker, zero);
}
