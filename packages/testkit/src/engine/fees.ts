import type { MarketState } from './market-state.js';
import { createStep, toRatio, type Step } from './step.js';
import type { EngineFee, FeePlan } from './types.js';

type Ratio = ReturnType<typeof toRatio>;

/** A fee plan, parsed once. */
export type FeeSchedule = {
  readonly plan: FeePlan;
  readonly maker: Ratio;
  readonly taker: Ratio;
  readonly token: TokenPrices | undefined;
};

type TokenPrices = {
  readonly asset: string;
  readonly prices: ReadonlyMap<string, Ratio>;
  /** What is left of the fee after the discount. */
  readonly share: Ratio;
};

export const freeOfCharge: FeePlan = { maker: '0', taker: '0', taken: 'received' };

/** Throws a `RangeError` for a rate or a discount that is no number below one, or a price that is not above zero. */
export function toSchedule(plan: FeePlan): FeeSchedule {
  return { plan, maker: toRate(plan.maker), taker: toRate(plan.taker), token: toTokenPrices(plan.taken) };
}

/** What one side of a trade pays: `amount` and `quote` are what it trades, in the last digits of base and quote. */
export type Charged = {
  readonly market: MarketState;
  readonly side: 'buy' | 'sell';
  readonly maker: boolean;
  readonly base: bigint;
  readonly quote: bigint;
};

/** The fee from what is received, or from the quote asset. */
export function feeOf(schedule: FeeSchedule, charged: Charged): EngineFee {
  const { market, side, maker, base, quote } = charged;
  const rate = maker ? schedule.maker : schedule.taker;
  const inBase = side === 'buy' && schedule.plan.taken !== 'quote';
  return inBase ? { asset: market.base, amount: part(base, rate) } : { asset: market.quote, amount: part(quote, rate) };
}

/** The fee in the third asset of the plan; `undefined` when it has none, or no price in this market's quote asset. */
export function tokenFeeOf(
  schedule: FeeSchedule,
  charged: Charged,
  digits: (asset: string) => Step,
): EngineFee | undefined {
  const { token } = schedule;
  const price = token?.prices.get(charged.market.quote);
  if (token === undefined || price === undefined) return undefined;
  const rate = charged.maker ? schedule.maker : schedule.taker;
  const worth = charged.quote * rate.numerator * token.share.numerator * price.denominator;
  const unit = rate.denominator * token.share.denominator * price.numerator;
  const into = 10n ** BigInt(digits(token.asset).digits);
  const outOf = 10n ** BigInt(charged.market.quoteAsset.digits);
  return { asset: token.asset, amount: (worth * into) / (unit * outOf) };
}

/** The most that a buy may owe on top of `quote`, whether it makes or takes. */
export function feeOnTop(schedule: FeeSchedule, quote: bigint): bigint {
  if (schedule.plan.taken !== 'quote') return 0n;
  const owed = [0n, part(quote, schedule.maker), part(quote, schedule.taker)];
  return owed.reduce((left, right) => (left > right ? left : right));
}

/** Cut towards zero. */
export function part(amount: bigint, rate: Ratio): bigint {
  return (amount * rate.numerator) / rate.denominator;
}

function toRate(text: string): Ratio {
  const rate = toRatio(text);
  const size = rate.numerator < 0n ? -rate.numerator : rate.numerator;
  if (size >= rate.denominator) throw new RangeError(`a fee rate is a fraction below one: ${text}`);
  return rate;
}

function toTokenPrices(taken: FeePlan['taken']): TokenPrices | undefined {
  if (typeof taken === 'string') return undefined;
  const discount = toRate(taken.discount ?? '0');
  const prices = Object.entries(taken.price).map(([quote, price]) => [quote, toPrice(price)] as const);
  return {
    asset: taken.asset,
    prices: new Map(prices),
    share: { numerator: discount.denominator - discount.numerator, denominator: discount.denominator },
  };
}

function toPrice(text: string): Ratio {
  const { units, digits } = createStep(text);
  return { numerator: units, denominator: 10n ** BigInt(digits) };
}
