import { createBook, type Book } from './book.js';
import type { WorkingOrder } from './order.js';
import type { PerpetualState } from './perpetual/market.js';
import { createStep, type Step } from './step.js';
import type { EngineMarket, EngineMarketStatus, EngineTrade, MarketDefinition } from './types.js';

export type Ratio = { readonly numerator: bigint; readonly denominator: bigint };

/** A market with all that happens in it. */
export type MarketState = Pick<
  EngineMarket,
  'symbol' | 'base' | 'quote' | 'price' | 'amount' | 'baseAsset' | 'quoteAsset'
> & {
  /** Last digits of the base asset in one amount step. */
  readonly baseUnits: bigint;
  /** Last digits of the quote asset in one price step × amount step; in one amount step ÷ price step on inverse perpetuals. */
  readonly quoteUnits: Ratio;
  readonly perpetual: PerpetualState | undefined;
} & Activity;

/** What happens in a market. */
type Activity = {
  readonly book: Book;
  readonly orders: Map<number, WorkingOrder>;
  readonly trades: EngineTrade[];
  status: EngineMarketStatus;
  nextOrderId: number;
  nextTradeId: number;
  updateId: number;
};

/** Of a spot market. Throws a `RangeError` when a step is malformed or the amount step is finer than the base asset. */
export function createMarketState(definition: MarketDefinition, asset: (name: string) => Step): MarketState {
  const { symbol, base, quote, priceStep, amountStep } = definition;
  const price = createStep(priceStep);
  const amount = createStep(amountStep);
  const baseAsset = asset(base);
  const quoteAsset = asset(quote);
  const baseUnits = baseAsset.parse(amountStep);
  if (baseUnits === undefined)
    throw new RangeError(`${symbol}: amount step ${amountStep} is finer than ${base} is kept`);
  return {
    symbol,
    base,
    quote,
    price,
    amount,
    baseAsset,
    quoteAsset,
    baseUnits,
    quoteUnits: {
      numerator: price.units * amount.units * 10n ** BigInt(quoteAsset.digits),
      denominator: 10n ** BigInt(price.digits + amount.digits),
    },
    perpetual: undefined,
    ...emptyMarket(definition),
  };
}

/** What every market starts with. */
export function emptyMarket({ firstOrderId = 1, firstTradeId = 1 }: MarketDefinition): Activity {
  return {
    book: createBook(),
    orders: new Map(),
    trades: [],
    status: 'trading',
    nextOrderId: firstOrderId,
    nextTradeId: firstTradeId,
    updateId: 0,
  };
}

/** Price × amount in the last digit of the quote asset, cut. */
export function notional({ quoteUnits, perpetual }: MarketState, price: bigint, amount: bigint): bigint {
  if (perpetual?.shape === 'inverse') return (amount * quoteUnits.numerator) / (price * quoteUnits.denominator);
  return (price * amount * quoteUnits.numerator) / quoteUnits.denominator;
}

/** Price × amount in the last digit of the quote asset, rounded up: what has to be held back for it. */
export function notionalUp({ quoteUnits }: MarketState, price: bigint, amount: bigint): bigint {
  return (price * amount * quoteUnits.numerator + quoteUnits.denominator - 1n) / quoteUnits.denominator;
}

/** The largest amount whose worth at `price` is not above `quote`. */
export function affordable({ quoteUnits }: MarketState, price: bigint, quote: bigint): bigint {
  return (quote * quoteUnits.denominator) / (price * quoteUnits.numerator);
}

export function toMarket(state: MarketState): EngineMarket {
  const lastTrade = state.trades.at(-1);
  return {
    symbol: state.symbol,
    base: state.base,
    quote: state.quote,
    price: state.price,
    amount: state.amount,
    baseAsset: state.baseAsset,
    quoteAsset: state.quoteAsset,
    ...(state.perpetual !== undefined && { settle: state.perpetual.settle }),
    notional: (price, amount) => notional(state, price, amount),
    status: state.status,
    ...(lastTrade === undefined ? {} : { lastTrade }),
  };
}
