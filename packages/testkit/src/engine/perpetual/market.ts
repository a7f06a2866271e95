import { emptyMarket, notional, type MarketState, type Ratio } from '../market-state.js';
import { createStep, toRatio, type Step } from '../step.js';
import type { MarketDefinition } from '../types.js';
import type { PerpetualMarket, PerpetualPrices, PerpetualTerms } from './types.js';

/** What a perpetual is beside its book. */
export type PerpetualState = {
  readonly shape: PerpetualTerms['shape'];
  readonly settle: string;
  readonly contractSize: string;
  readonly leverage: string;
  readonly maxLeverage: string;
  readonly maintenanceRate: string;
  readonly maintenance: Ratio;
  readonly firstPrices: PerpetualPrices;
  prices: PerpetualPrices;
};

export type PerpetualMarketState = MarketState & { readonly perpetual: PerpetualState };

/** Throws a `RangeError` when a step, a size, a rate, a leverage or the price is malformed. */
export function createPerpetualState(
  definition: MarketDefinition,
  terms: PerpetualTerms,
  asset: (name: string) => Step,
): PerpetualMarketState {
  const { symbol, base, quote } = definition;
  const price = createStep(definition.priceStep);
  const amount = createStep(definition.amountStep);
  const settleAsset = asset(terms.settle);
  const start = price.parse(terms.price);
  if (start === undefined || start === 0n) throw new RangeError(`${symbol}: price ${terms.price} is off the grid`);
  const size = toRatio(terms.contractSize ?? '1');
  return {
    ...{ symbol, base, quote, price, amount, baseAsset: amount, quoteAsset: settleAsset },
    // No base asset changes hands.
    baseUnits: 0n,
    quoteUnits: terms.shape === 'linear' ? toLinear(price, amount, settleAsset) : toInverse(price, amount, settleAsset),
    ...emptyMarket(definition),
    perpetual: toState(terms, start),
  };

  function toLinear(one: Step, other: Step, settle: Step): Ratio {
    return {
      numerator: one.units * other.units * size.numerator * 10n ** BigInt(settle.digits),
      denominator: 10n ** BigInt(one.digits + other.digits) * size.denominator,
    };
  }
  function toInverse(one: Step, other: Step, settle: Step): Ratio {
    return {
      numerator: other.units * size.numerator * 10n ** BigInt(one.digits + settle.digits),
      denominator: 10n ** BigInt(other.digits) * size.denominator * one.units,
    };
  }
}

/** +1 where a long gains when its worth rises, -1 where it gains when its worth falls: an inverse long owes coins. */
export function directionOf({ perpetual }: PerpetualMarketState): bigint {
  return perpetual.shape === 'linear' ? 1n : -1n;
}

/** What an amount is worth at the mark price. */
export function worthAtMark(market: PerpetualMarketState, amount: bigint): bigint {
  return notional(market, market.perpetual.prices.mark, amount);
}

export function toPerpetualMarket(
  market: PerpetualMarketState,
  plain: Omit<PerpetualMarket, 'perpetual'>,
): PerpetualMarket {
  const { shape, settle, contractSize, leverage, maxLeverage, maintenanceRate, prices } = market.perpetual;
  return { ...plain, perpetual: { shape, settle, contractSize, leverage, maxLeverage, maintenanceRate, ...prices } };
}

/** Throws a `RangeError` for a market of another kind. */
export function asPerpetual(market: MarketState): PerpetualMarketState {
  if (!isPerpetualState(market)) throw new RangeError(`${market.symbol} is no perpetual`);
  return market;
}

function isPerpetualState(market: MarketState): market is PerpetualMarketState {
  return market.perpetual !== undefined;
}

function toState(terms: PerpetualTerms, start: bigint): PerpetualState {
  const { shape, settle, contractSize = '1', leverage = '20', maxLeverage = '125', maintenanceRate = '0.004' } = terms;
  const isOrdered = compare(leverage, '1') >= 0 && compare(leverage, maxLeverage) <= 0;
  if (!isOrdered) throw new RangeError(`a leverage of ${leverage} is not between 1 and ${maxLeverage}`);
  const prices = { mark: start, index: start, fundingRate: '0.0001', nextFundingAt: undefined };
  return {
    ...{ shape, settle, contractSize, leverage, maxLeverage, maintenanceRate, maintenance: toRatio(maintenanceRate) },
    ...{ firstPrices: prices, prices },
  };
}

/** Below zero when `one` is less than `other`. Throws a `RangeError` for text that is no number. */
export function compare(one: string, other: string): number {
  const [left, right] = [toRatio(one), toRatio(other)];
  const difference = left.numerator * right.denominator - right.numerator * left.denominator;
  return difference < 0n ? -1 : Number(difference > 0n);
}
