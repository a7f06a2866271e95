import type { EngineMarket, MarketDefinition } from '@hb/connector-testkit';

/** A market with the rules that orders must pass, as text. The grids of the engine are the first increments. */
export type MarketRules = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly baseMinSize: string;
  readonly baseMaxSize: string;
  readonly baseIncrement: string;
  readonly quoteMinSize: string;
  readonly quoteMaxSize: string;
  readonly quoteIncrement: string;
  readonly priceIncrement: string;
  /** The least price × size, or the least funds of a market order. */
  readonly minFunds: string;
};

const usual = {
  ...{ baseMinSize: '0.00001', baseMaxSize: '10000000000', baseIncrement: '0.00000001' },
  ...{ quoteMinSize: '0.1', quoteMaxSize: '99999999', quoteIncrement: '0.000001' },
  ...{ priceIncrement: '0.1', minFunds: '0.1' },
} as const;

/** The first as in https://www.kucoin.com/docs-new/api-3470159 */
export const defaultMarkets: readonly MarketRules[] = [
  { ...usual, symbol: 'BTC-USDT', base: 'BTC', quote: 'USDT' },
  {
    ...usual,
    ...{ symbol: 'ETH-USDT', base: 'ETH', quote: 'USDT' },
    ...{ baseMinSize: '0.0001', baseIncrement: '0.0000001', priceIncrement: '0.01' },
  },
  {
    ...usual,
    ...{ symbol: 'ETH-BTC', base: 'ETH', quote: 'BTC', baseMinSize: '0.0001', baseIncrement: '0.0000001' },
    ...{ quoteMinSize: '0.000001', quoteIncrement: '0.00000001', priceIncrement: '0.00001', minFunds: '0.000001' },
  },
];

/** Decimal places of every asset: what the finest price, size and fee need. */
export const digits = 14;

// Order ids are unique over all markets of the venue.
const idsPerMarket = 1_000_000_000;

export function toDefinition(rules: MarketRules, index: number): MarketDefinition {
  const { symbol, base, quote, priceIncrement: priceStep, baseIncrement: amountStep } = rules;
  return { symbol, base, quote, priceStep, amountStep, firstOrderId: (index + 1) * idsPerMarket + 1, firstTradeId: 1 };
}

/** https://www.kucoin.com/docs-new/api-3470154 */
export function toListing(rules: MarketRules, market: EngineMarket): object {
  const { symbol, base, quote, ...sizes } = rules;
  return {
    ...{ symbol, name: symbol, baseCurrency: base, quoteCurrency: quote, feeCurrency: quote, market: quote },
    ...sizes,
    priceLimitRate: '0.1',
    isMarginEnabled: false,
    enableTrading: market.status === 'trading',
    ...{ feeCategory: 1, makerFeeCoefficient: '1.00', takerFeeCoefficient: '1.00', st: false },
    callauctionIsEnabled: false,
  };
}
