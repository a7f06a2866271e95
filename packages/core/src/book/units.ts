import type { LevelText } from '../model/book.js';
import { decimal, type Decimal } from '../model/decimal.js';
import type { Market } from '../model/market.js';

/** How a market's levels read in base units. */
export type Units = {
  /** Whether levels are in base units as sent. */
  readonly areBase: boolean;
  readonly toBase: (level: LevelText) => Decimal;
  readonly toBaseFloat: (price: number, amount: number) => number;
};

/** Contracts are worth base units, on inverse markets quote units. */
export function createUnits({ shape, contractSize }: Pick<Market, 'shape' | 'contractSize'>): Units {
  const size = contractSize.toNumber();
  const toBase: Units['toBase'] = (level) => toBaseAmount({ shape, contractSize }, level);
  if (shape === 'inverse') return { areBase: false, toBase, toBaseFloat: (price, amount) => (amount * size) / price };
  return { areBase: contractSize.eq('1'), toBase, toBaseFloat: (_price, amount) => amount * size };
}

/** What a level, or a trade, amounts to in base units. */
export function toBaseAmount(
  { shape, contractSize }: Pick<Market, 'shape' | 'contractSize'>,
  [price, amount]: LevelText,
): Decimal {
  const worth = decimal(amount).times(contractSize);
  return shape === 'inverse' ? worth.div(decimal(price)) : worth;
}
