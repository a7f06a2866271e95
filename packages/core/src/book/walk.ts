import { ConnectorError } from '../errors/connector-error.js';
import type { Walk } from '../model/book.js';
import { toDecimal, zero, type Decimal, type Exact } from '../model/decimal.js';
import type { Pair, Side } from '../model/market.js';

type WalkOrder = {
  readonly pair: Pair;
  readonly side: Side;
  /** How far it goes: an amount in base or in quote units, or a price, which is included. */
  readonly to: { readonly base: Exact } | { readonly quote: Exact } | { readonly price: Exact };
};

/** A level in base units. */
export type Step = { readonly price: Decimal; readonly amount: Decimal };

/** What a walk takes of one level; `isLast` when it has all it asked for. */
type Taken = { readonly base: Decimal; readonly quote: Decimal; readonly isLast: boolean };

/**
 * Takes levels, best first, as a `side` order would. `undefined` when there is nothing to take.
 * A walk to a price is complete when the book is known to reach that price.
 * Throws `invalid-request` for a target that is not a positive number.
 */
export function walk(steps: Iterable<Step>, order: WalkOrder): Walk | undefined {
  const take = createTake(order);
  let [base, quote] = [zero, zero];
  let worst: Decimal | undefined;
  let isComplete = false;
  for (const step of steps) {
    const taken = take(step, { base, quote });
    isComplete = taken.isLast;
    if (taken.base.gt(zero)) {
      base = base.plus(taken.base);
      quote = quote.plus(taken.quote);
      worst = step.price;
    }
    if (isComplete) break;
  }
  return worst && { base, quote, average: quote.div(base), worst, complete: isComplete };
}

type Take = (step: Step, soFar: { readonly base: Decimal; readonly quote: Decimal }) => Taken;

function createTake({ pair, side, to }: WalkOrder): Take {
  if ('base' in to) {
    const wanted = toPositive(pair, 'base', to.base);
    return ({ price, amount }, { base }) => {
      const rest = wanted.minus(base);
      const isLast = amount.gte(rest);
      const taken = isLast ? rest : amount;
      return { base: taken, quote: taken.times(price), isLast };
    };
  }
  if ('quote' in to) {
    const wanted = toPositive(pair, 'quote', to.quote);
    return ({ price, amount }, { quote }) => {
      const rest = wanted.minus(quote);
      const worth = amount.times(price);
      return worth.gte(rest)
        ? { base: rest.div(price), quote: rest, isLast: true }
        : { base: amount, quote: worth, isLast: false };
    };
  }
  const bound = toPositive(pair, 'price', to.price);
  return ({ price, amount }) => {
    const beyond = side === 'buy' ? price.cmp(bound) : bound.cmp(price);
    const taken = beyond > 0 ? zero : amount;
    return { base: taken, quote: taken.times(price), isLast: beyond >= 0 };
  };
}

function toPositive(pair: Pair, name: string, value: Exact): Decimal {
  let number: Decimal;
  try {
    number = toDecimal(value);
  } catch (cause) {
    throw invalid(pair, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (number.lte(zero)) throw invalidTarget(pair, name, number.toFixed());
  return number;
}

/** Nothing can be taken up to `value`. */
export function invalidTarget(pair: Pair, name: string, value: string): ConnectorError {
  return invalid(pair, `a ${name} of ${value}`);
}

function invalid(pair: Pair, message: string, cause?: unknown): ConnectorError {
  return new ConnectorError(message, {
    kind: 'invalid-request',
    outcome: 'not-sent',
    operation: `${pair} walk`,
    cause,
  });
}
