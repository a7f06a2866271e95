import { ConnectorError } from '../errors/connector-error.js';
import { toDecimal, zero, type Decimal, type Exact } from '../model/decimal.js';
import type { Fee } from '../model/fill.js';
import type { Side } from '../model/market.js';
import type { NewOrder } from '../model/order.js';
import { fromUnits, toUnits } from '../model/units.js';
import type { DexMarket, SwapAsk, SwapBounds, SwapQuote } from '../spec/dex.js';
import type { Quote } from './connector.js';

/** The amount in the smallest units of the token that it is an amount of. */
export function toAsk(
  market: DexMarket<unknown>,
  { side, amount, of }: { readonly side: Side; readonly amount: Decimal; readonly of: 'base' | 'quote' },
): SwapAsk {
  const { decimals } = of === 'base' ? market.baseToken : market.quoteToken;
  return { side, of, amount: toUnits(amount, decimals) };
}

/** What a caller asked to have quoted. */
export function toQuoteAsk(
  market: DexMarket<unknown>,
  side: Side,
  amount: { readonly base: Exact } | { readonly quote: Exact },
): SwapAsk {
  return 'base' in amount
    ? toAsk(market, { side, amount: toDecimal(amount.base), of: 'base' })
    : toAsk(market, { side, amount: toDecimal(amount.quote), of: 'quote' });
}

/** An order as a swap in its market. */
export type Swap<W> = {
  readonly order: NewOrder<W>;
  readonly market: DexMarket<W>;
  readonly ask: SwapAsk;
};

/** As a caller sees it. Fees of the pool are in the price already; those of the chain are `fees`. */
export function toDexQuote(
  market: DexMarket<unknown>,
  ask: SwapAsk,
  {
    quote,
    fees,
    slippage,
  }: { readonly quote: SwapQuote<unknown>; readonly fees: readonly Fee[]; readonly slippage: Decimal },
): Quote {
  const { base, quote: notional } = toSides(market, ask, { spent: quote.spend, received: quote.receive });
  const { spendMax, receiveMin } = slip(ask, quote, slippage);
  const average = base.eq(zero) ? zero : notional.div(base);
  return {
    base,
    quote: notional,
    average,
    worst: average,
    complete: true,
    fees,
    atWorst: toSides(market, ask, { spent: spendMax, received: receiveMin }),
    ...(quote.impact !== undefined && { impact: quote.impact }),
    ...(quote.validUntil !== undefined && { validUntil: quote.validUntil }),
  };
}

function toSides(
  { baseToken, quoteToken }: DexMarket<unknown>,
  { side }: SwapAsk,
  { spent, received }: { readonly spent: bigint; readonly received: bigint },
): { readonly base: Decimal; readonly quote: Decimal } {
  const { base, quote } = bySide(side, spent, received);
  return { base: fromUnits(base, baseToken.decimals), quote: fromUnits(quote, quoteToken.decimals) };
}

/** Whether the amount that is spent is the one that was asked for. */
function isExactIn({ side, of }: SwapAsk): boolean {
  return of === (side === 'sell' ? 'base' : 'quote');
}

/** The worst that an order takes: its price, or so much worse than the quote. Throws when the quote is worse already. */
export function toBounds(swap: Swap<unknown>, quote: SwapQuote<unknown>, slippage: Decimal): SwapBounds {
  const { order, market, ask } = swap;
  const bounds = order.price === undefined ? slip(ask, quote, slippage) : toPriced(swap, order.price);
  if (quote.spend <= bounds.spendMax && quote.receive >= bounds.receiveMin) return bounds;
  const { average } = toDexQuote(market, ask, { quote, slippage, fees: [] });
  throw new ConnectorError(`the market gives ${average.toFixed(12)} ${market.quote} for one ${market.base}`, {
    kind: 'order-rejected',
    outcome: 'not-sent',
    operation: `place ${market.pair}`,
    clientOrderId: order.clientOrderId,
  });
}

/** The two amounts of a swap by the tokens they are of. */
function bySide<T>(side: Side, spent: T, received: T): { readonly base: T; readonly quote: T } {
  return side === 'sell' ? { base: spent, quote: received } : { base: received, quote: spent };
}

/**
 * Of what two nodes quote the one that is better for the owner, so that none of them can make what is received at least any less;
 * `undefined` when the other one is worse than `slippage` allows.
 */
export function betterOf<R>(
  ask: SwapAsk,
  slippage: Decimal,
): (first: SwapQuote<R>, second: SwapQuote<R>) => SwapQuote<R> | undefined {
  return (first, second) => {
    const isFirst = isExactIn(ask) ? first.receive >= second.receive : first.spend <= second.spend;
    const [better, worse] = isFirst ? [first, second] : [second, first];
    const { spendMax, receiveMin } = slip(ask, better, slippage);
    return worse.spend <= spendMax && worse.receive >= receiveMin ? better : undefined;
  };
}

const parts = 10n ** 18n;

function slip(ask: SwapAsk, { spend, receive }: SwapQuote<unknown>, slippage: Decimal): SwapBounds {
  const slack = toUnits(slippage, 18);
  if (isExactIn(ask)) return { spendMax: spend, receiveMin: (receive * (parts - slack)) / parts };
  // No more than was asked for, whatever it would bring besides.
  return { spendMax: (spend * (parts + slack)) / parts, receiveMin: ask.amount };
}

function toPriced({ order, market, ask }: Swap<unknown>, price: Decimal): SwapBounds {
  const { decimals } = market.quoteToken;
  const notional = order.amount.times(price);
  const below = toUnits(notional, decimals);
  if (ask.side === 'buy') return { spendMax: below, receiveMin: ask.amount };
  // One unit less would be below the price.
  return { spendMax: ask.amount, receiveMin: fromUnits(below, decimals).lt(notional) ? below + 1n : below };
}
