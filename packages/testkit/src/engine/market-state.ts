import { createBook, type Book } from './book.js';
import type { WorkingOrder } from './order.js';
import { createStep, type Step } from './step.js';
import type { EngineMarket, EngineMarketStatus, EngineTrade, MarketDefinition } from './types.js';

/** A market with all that happens in it. */
export type MarketState = Pick<
  EngineMarket,
  'symbol' | 'base' | 'quote' | 'price' | 'amount' | 'baseAsset' | 'quoteAsset'
> & {
  /** Last digits of the base asset in one amount step. */
  readonly baseUnits: bigint;
  /** Last digits of the quote asset in one price step × amount step. */
  readonly quoteUnits: { readonly numerator: bigint; readonly denominator: bigint };
  readonly book: Book;
  readonly orders: Map<number, WorkingOrder>;
  readonly trades: EngineTrade[];
  status: EngineMarketStatus;
  nextOrderId: number;
  nextTradeId: number;
  updateId: number;
};

/** Throws a `RangeError` when a step is malformed or the amount step is finer than the base asset. */
export function createMarketState(definition: MarketDefinition, asset: (name: string) => Step): MarketState {
  const { symbol, base, quote, priceStep, amountStep, firstOrderId = 1, firstTradeId = 1 } = definition;
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
export function notional({ quoteUnits }: MarketState, price: bigint, amount: bigint): bigint {
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
    notional: (price, amount) => notional(state, price, amount),
    status: state.status,
    ...(lastTrade === undefined ? {} : { lastTrade }),
  };
}
