import type { PerpetualDefinition, PerpetualMarket } from '@hb/connector-testkit';

/** A perpetual. Its place in the list is the number of the asset. */
export type MarketRules = {
  readonly name: string;
  /** Decimal places of amounts; prices have 6 less those, and 5 significant digits. */
  readonly szDecimals: number;
  readonly maxLeverage: number;
  /** Where mark and oracle price start. */
  readonly price: string;
  /** How fine the engine counts, where `szDecimals` may become less; `szDecimals` when left out. */
  readonly finest?: number;
};

export const defaultMarkets: readonly MarketRules[] = [
  { name: 'BTC', szDecimals: 5, maxLeverage: 40, price: '60000' },
  { name: 'ETH', szDecimals: 4, maxLeverage: 25, price: '3000' },
  { name: 'STRK', szDecimals: 1, maxLeverage: 5, price: '0.2' },
];

/** The collateral, and its decimal places. */
export const collateral = 'USDC';
export const digits = 6;

const idsPerMarket = 10_000_000_000;

/** Order and trade ids are the venue's, not a market's. */
export function toDefinition({ name, price, maxLeverage, ...rules }: MarketRules, index: number): PerpetualDefinition {
  const places = rules.finest ?? rules.szDecimals;
  const first = (index + 1) * idsPerMarket;
  const leverage = String(Math.min(20, maxLeverage));
  return {
    ...{ symbol: name, base: name, quote: 'USD', priceStep: toStep(6 - places), amountStep: toStep(places) },
    ...{ firstOrderId: first, firstTradeId: first },
    perpetual: { shape: 'linear', settle: collateral, price, leverage, maxLeverage: String(maxLeverage) },
  };
}

/** https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint/perpetuals */
export function toListing({ name, szDecimals, maxLeverage }: MarketRules, { status }: PerpetualMarket): object {
  const isDelisted = status === 'trading' ? {} : { isDelisted: true };
  return { name, szDecimals, maxLeverage, marginTableId: maxLeverage, ...isDelisted };
}

function toStep(places: number): string {
  return places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`;
}
