import type { NumberForms } from '@hb/binance-emulation';
import { fromUnits, type EngineMarket, type EngineTrade } from '@hb/connector-testkit';

import { digits } from './markets.js';

/** In the venue's own decimal places of the market. */
export function toPrice(market: EngineMarket, price: bigint): string {
  return market.price.format(price, market.price.digits);
}

export function toAmount(market: EngineMarket, amount: bigint): string {
  return market.amount.format(amount, market.amount.digits);
}

/** Money of the settle asset. */
export function toMoney(units: bigint): string {
  return fromUnits(units, digits, digits);
}

export const numbers: NumberForms = { price: toPrice, amount: toAmount, quote: (_, quote) => toMoney(quote) };

/** What one base unit is worth on average, with 5 decimal places. */
export function toAverage(market: EngineMarket, worth: bigint, amount: bigint): string {
  const places = 5;
  if (amount === 0n) return fromUnits(0n, places, places);
  const scale = 10n ** BigInt(market.amount.digits + places);
  return fromUnits((worth * scale) / (amount * market.amount.units * 10n ** BigInt(digits)), places, places);
}

/** `[["60000.0","0.500"]]` */
export function toLevels(
  market: EngineMarket,
  levels: readonly (readonly [bigint, bigint])[],
): readonly (readonly string[])[] {
  return levels.map(([price, amount]) => [toPrice(market, price), toAmount(market, amount)]);
}

export function lastPrice(market: EngineMarket, trades: readonly EngineTrade[]): string {
  return toPrice(market, trades.at(-1)?.price ?? 0n);
}
