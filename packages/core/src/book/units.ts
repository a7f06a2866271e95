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
  if (shape === 'inverse') {
    return {
      areBase: false,
      toBase: ([price, amount]) => decimal(amount).times(contractSize).div(decimal(price)),
      toBaseFloat: (price, amount) => (amount * size) / price,
    };
  }
  return {
    areBase: contractSize.eq('1'),
    toBase: ([, amount]) => decimal(amount).times(contractSize),
    toBaseFloat: (_price, amount) => amount * size,
  };
}
