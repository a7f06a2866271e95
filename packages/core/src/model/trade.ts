import type { Decimal } from './decimal.js';
import type { Pair, Side, UnixMs } from './market.js';

/** A public trade as sent, amount in the venue's unit. `side` is the taker's. */
export type Trade = {
  readonly type: 'trade';
  readonly symbol: string;
  readonly id?: string;
  readonly side?: Side;
  readonly price: string;
  readonly amount: string;
  readonly at: UnixMs;
};

/** A public trade as a caller sees it: exact, in base units. */
export type PublicTrade = {
  readonly pair: Pair;
  readonly id?: string;
  readonly side?: Side;
  readonly price: Decimal;
  readonly amount: Decimal;
  readonly at: UnixMs;
};

/** A market's last price and 24 h figures, as far as the venue gives them. */
export type Ticker = {
  readonly symbol: string;
  readonly last?: Decimal;
  readonly bid?: Decimal;
  readonly ask?: Decimal;
  /** Base units over 24 h. */
  readonly volume?: Decimal;
  /** Quote units over 24 h. */
  readonly quoteVolume?: Decimal;
  readonly at?: UnixMs;
};

/** One candle; `at` is its opening time, volumes are in base and quote units. */
export type Candle = {
  readonly at: UnixMs;
  readonly open: Decimal;
  readonly high: Decimal;
  readonly low: Decimal;
  readonly close: Decimal;
  readonly volume: Decimal;
  readonly quoteVolume?: Decimal;
  readonly trades?: number;
  /** Whether the interval is over. */
  readonly closed: boolean;
};

/** A candle's length as all venues write it. */
export type Interval =
  '1s' | '1m' | '3m' | '5m' | '15m' | '30m' | '1h' | '2h' | '4h' | '6h' | '8h' | '12h' | '1d' | '3d' | '1w' | '1M';
