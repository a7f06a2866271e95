import { decimal, max, min, zero, type Decimal } from '../model/decimal.js';
import type { UnixMs } from '../model/market.js';
import type { Candle } from '../model/trade.js';
import type { BlockTrade } from '../spec/dex.js';

/** Makes candles of trades, which come oldest first. */
export type CandleMaker = {
  /** A trade in the candle that opens at `at`. */
  readonly add: (at: UnixMs, trade: Pick<BlockTrade, 'price' | 'amount' | 'quoteAmount'>) => void;
  /** All candles that open before a time and have not been taken, in order; those without a trade stay at the close before. */
  readonly take: (before: UnixMs) => readonly Candle[];
};

type Figures = Omit<Candle, 'at' | 'closed' | 'quoteVolume' | 'trades'> & {
  readonly quoteVolume: Decimal;
  readonly trades: number;
};

/** `lengthMs` of each; `isClosed` of what opens at a time. */
export function createCandleMaker(lengthMs: number, isClosed: (at: UnixMs) => boolean): CandleMaker {
  const made = new Map<UnixMs, Figures>();
  /** The next one to take; nothing is told of the time before the first trade. */
  let next: UnixMs | undefined;
  let close: Decimal | undefined;

  return {
    add: (at, { price, amount, quoteAmount }) => {
      const [traded, volume, quoteVolume] = [decimal(price), decimal(amount), decimal(quoteAmount)];
      const held = made.get(at) ?? flat(traded);
      next ??= at;
      made.set(at, {
        open: held.open,
        high: max(held.high, traded),
        low: min(held.low, traded),
        close: traded,
        ...{ volume: held.volume.plus(volume), quoteVolume: held.quoteVolume.plus(quoteVolume) },
        trades: held.trades + 1,
      });
    },
    take: (before) => {
      const taken: Candle[] = [];
      for (; next !== undefined && next < before; next += lengthMs) {
        const figures = made.get(next) ?? (close && flat(close));
        if (figures === undefined) break;
        taken.push({ at: next, ...figures, closed: isClosed(next) });
        close = figures.close;
        made.delete(next);
      }
      return taken;
    },
  };
}

function flat(price: Decimal): Figures {
  return {
    open: price,
    high: price,
    low: price,
    close: price,
    ...{ volume: zero, quoteVolume: zero, trades: 0 },
  };
}
