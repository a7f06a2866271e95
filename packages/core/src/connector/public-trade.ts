import { toBaseAmount } from '../book/units.js';
import { decimal } from '../model/decimal.js';
import type { Market } from '../model/market.js';
import type { PublicTrade, Trade } from '../model/trade.js';

/** A trade as a caller sees it. Throws a `RangeError` for text that is no number. */
export function toPublicTrade(market: Market, trade: Trade): PublicTrade {
  return {
    pair: market.pair,
    price: decimal(trade.price),
    amount: toBaseAmount(market, [trade.price, trade.amount]),
    at: trade.at,
    ...(trade.id !== undefined && { id: trade.id }),
    ...(trade.side !== undefined && { side: trade.side }),
  };
}
