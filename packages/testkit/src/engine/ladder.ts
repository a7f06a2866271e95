import type { Engine } from './types.js';

/** A ladder of resting orders: how many levels a side, how far apart and how large. */
export type LadderOptions = {
  /** Must hold enough of both assets. */
  readonly account: string;
  readonly market: string;
  /** In the middle of the empty spread; a multiple of the price step: `'60000'`. */
  readonly mid: string;
  /** Orders a side. */
  readonly levels: number;
  /** Between the mid and the first level, and from level to level: `'0.5'`. */
  readonly step: string;
  /** Of each order, in base units: `'0.25'`. */
  readonly amount: string;
};

/** Fills a market with resting orders on both sides. Throws a `RangeError` for text off the grid, and when an order is refused. */
export function placeLadder(engine: Engine, options: LadderOptions): void {
  const { account, market: symbol, levels } = options;
  const market = engine.market(symbol);
  const mid = market?.price.parse(options.mid);
  const step = market?.price.parse(options.step);
  const amount = market?.amount.parse(options.amount);
  if (mid === undefined || step === undefined || amount === undefined) {
    throw new RangeError(
      `${symbol}: mid ${options.mid}, step ${options.step} or amount ${options.amount} is off the grid`,
    );
  }
  for (let level = 1n; level <= BigInt(levels); level += 1n) {
    for (const side of ['buy', 'sell'] as const) {
      const price = side === 'buy' ? mid - step * level : mid + step * level;
      const placed = engine.place(account, { market: symbol, side, type: 'limit', price, amount });
      if (placed.type === 'refused') throw new RangeError(`${symbol}: level ${level} was refused: ${placed.refusal}`);
    }
  }
}
