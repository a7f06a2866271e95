import { ConnectorError } from '../errors/connector-error.js';
import {
  compare,
  decimal,
  isPositive,
  one,
  roundDown,
  roundUp,
  toDecimal,
  zero,
  type Decimal,
  type Exact,
} from '../model/decimal.js';
import type { Market, Side } from '../model/market.js';
import type { NewOrder, OrderRequest } from '../model/order.js';

/** What is left of a request once it fits the market's rules. */
export type Quantised = Pick<NewOrder, 'amount' | 'amountIn' | 'price' | 'timeInForce'>;

/**
 * A request's numbers, rounded to the market's steps: amounts down, prices away from the market (a buy's down, a sell's up).
 * `priceNow` is of the market, to tell the notional of a market order; others do not ask for it.
 * Throws `invalid-request` for what is no number, rounds below a minimum or exceeds a maximum; with `exact` also for what would be rounded.
 */
export function quantise(market: Market, request: OrderRequest, priceNow: PriceNow = () => undefined): Quantised {
  const refuse: Refuse = (message) => {
    throw new ConnectorError(message, {
      kind: 'invalid-request',
      outcome: 'not-sent',
      operation: `place ${market.pair}`,
      clientOrderId: request.clientOrderId,
    });
  };
  return request.type === 'limit'
    ? quantiseLimit(market, request, refuse)
    : quantiseMarket(market, request, { referencePrice: priceNow(), refuse });
}

type PriceNow = () => Decimal | undefined;
type Refuse = (message: string) => never;
type AmountRules = { readonly step: Decimal; readonly min: Decimal; readonly max?: Decimal | undefined };

function quantiseLimit(market: Market, request: Extract<OrderRequest, { type: 'limit' }>, refuse: Refuse): Quantised {
  const { timeInForce = 'gtc', expiresAt, exact = false, amountIn = 'base' } = request;
  if ((timeInForce === 'gtd') !== (expiresAt !== undefined)) refuse('timeInForce gtd and expiresAt go together');
  const price = quantisePrice(market, request, refuse);
  if (market.shape === 'inverse') {
    const asked = { given: request.amount, amountIn, exact, price, rules: market.amount };
    return { price, timeInForce, ...quantiseWorth(market, asked, refuse) };
  }
  if (amountIn === 'quote') refuse('a limit order is sized in base units');
  const { step, min, max } = market.amount;
  const amount = quantiseAmount({ step, min, max }, { given: request.amount, exact, asset: market.base }, refuse);
  checkNotional(market, amount.times(price), refuse);
  return { amount, amountIn: 'base', price, timeInForce };
}

function quantiseMarket(
  market: Market,
  request: Extract<OrderRequest, { type: 'market' }>,
  { referencePrice, refuse }: { readonly referencePrice: Decimal | undefined; readonly refuse: Refuse },
): Quantised {
  const { amountIn = 'base', exact = false } = request;
  const { step, min, max, marketStep = step, marketMax = max } = market.amount;
  const rules = { step: marketStep, min, max: marketMax };
  if (market.shape === 'inverse') {
    return quantiseWorth(market, { given: request.amount, amountIn, exact, price: referencePrice, rules }, refuse);
  }
  if (amountIn === 'quote') {
    const inQuote = { step: market.amount.quoteStep ?? zero, min: zero, max: undefined };
    const amount = quantiseAmount(inQuote, { given: request.amount, exact, asset: market.quote }, refuse);
    checkNotional(market, amount, refuse);
    return { amount, amountIn };
  }
  const amount = quantiseAmount(rules, { given: request.amount, exact, asset: market.base }, refuse);
  if (referencePrice !== undefined) checkNotional(market, amount.times(referencePrice), refuse);
  return { amount, amountIn };
}

/** Of inverse contracts, which are worth quote: an amount in base is worth so many of them at the order's price. */
function quantiseWorth(
  { base, quote }: Market,
  asked: {
    readonly given: Exact;
    readonly amountIn: 'base' | 'quote';
    readonly exact: boolean;
    readonly price: Decimal | undefined;
    readonly rules: AmountRules;
  },
  refuse: Refuse,
): Pick<Quantised, 'amount' | 'amountIn'> {
  const { given, amountIn, exact, price, rules } = asked;
  const toWorth = (amount: Decimal): Decimal =>
    price === undefined ? refuse(`an amount in ${base} needs a price: watch the book`) : amount.times(price);
  const worth = amountIn === 'quote' ? given : toWorth(toPositive('amount', given, refuse));
  return { amount: quantiseAmount(rules, { given: worth, exact, asset: quote }, refuse), amountIn: 'quote' };
}

function quantisePrice(
  { price: rules, quote }: Market,
  { price: given, side, exact = false }: Extract<OrderRequest, { type: 'limit' }>,
  refuse: Refuse,
): Decimal {
  const asked = toPositive('price', given, refuse);
  const price = roundPrice(asked, side, rules);
  const problem = problemOfPrice({ asked, price, exact }, rules);
  return problem === undefined ? price : refuse(`price ${asked.toFixed()} ${quote} ${problem}`);
}

function problemOfPrice(
  { asked, price, exact }: { readonly asked: Decimal; readonly price: Decimal; readonly exact: boolean },
  { step, digits, min, max }: Market['price'],
): string | undefined {
  const steps = (): string =>
    `steps of ${step.toFixed()}${digits === undefined ? '' : ` and ${digits} significant digits`}`;
  if (exact && !price.eq(asked)) return `is not in ${steps()}`;
  if (!isPositive(price)) return `rounds to nothing in ${steps()}`;
  if (min !== undefined && compare(price, min) < 0) return `is below the lowest, ${min.toFixed()}`;
  if (max !== undefined && compare(price, max) > 0) return `is above the highest, ${max.toFixed()}`;
  return undefined;
}

function quantiseAmount(
  rules: AmountRules,
  { given, exact, asset }: { readonly given: unknown; readonly exact: boolean; readonly asset: string },
  refuse: Refuse,
): Decimal {
  const asked = toPositive('amount', given, refuse);
  const amount = roundDown(asked, rules.step);
  const problem = problemOfAmount({ asked, amount, exact }, rules);
  return problem === undefined ? amount : refuse(`amount ${asked.toFixed()} ${asset} ${problem}`);
}

function problemOfAmount(
  { asked, amount, exact }: { readonly asked: Decimal; readonly amount: Decimal; readonly exact: boolean },
  { step, min, max }: AmountRules,
): string | undefined {
  const steps = (): string => `steps of ${step.toFixed()}`;
  if (exact && !amount.eq(asked)) return `is not in ${steps()}`;
  if (compare(amount, min) < 0) return `is below the smallest, ${min.toFixed()}, in ${steps()}`;
  if (!isPositive(amount)) return `rounds to nothing in ${steps()}`;
  if (max !== undefined && compare(amount, max) > 0) return `is above the largest, ${max.toFixed()}`;
  return undefined;
}

function checkNotional({ minNotional, quote }: Market, notional: Decimal, refuse: Refuse): void {
  if (minNotional === undefined || compare(notional, minNotional) >= 0) return;
  refuse(`the order is worth ${notional.toFixed()} ${quote}, below the smallest, ${minNotional.toFixed()}`);
}

/** The nearest price that is a multiple of the step and short enough, on the side of the order that is away from the market. */
function roundPrice(price: Decimal, side: Side, { step, digits }: Market['price']): Decimal {
  const round = side === 'buy' ? roundDown : roundUp;
  const rounded = round(price, step);
  if (digits === undefined) return rounded;
  // Where neither step is a multiple of the other, rounding to one can leave the other; both move the same way, so this ends.
  const shorter = round(rounded, digitStep(rounded, digits));
  return shorter.eq(rounded) ? rounded : roundPrice(shorter, side, { step, digits });
}

/** The distance of numbers with so many significant digits around a value; integers are always short enough. */
function digitStep(value: Decimal, digits: number): Decimal {
  const exponent = value.e - digits + 1;
  return exponent >= 0 ? one : decimal(`1e${Math.max(exponent, -64)}`);
}

function toPositive(name: string, given: unknown, refuse: Refuse): Decimal {
  let value: Decimal;
  try {
    value = toDecimal(given);
  } catch (error) {
    return refuse(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  return isPositive(value) ? value : refuse(`${name} ${value.toFixed()} is not above zero`);
}
