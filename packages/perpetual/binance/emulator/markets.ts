import { shorten } from '@hb/connector-testkit';
import type { EngineMarketStatus, PerpetualDefinition, PerpetualMarket } from '@hb/connector-testkit';

/** A perpetual with the filters that orders must pass; amounts as text. */
export type MarketRules = {
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  readonly minPrice: string;
  readonly maxPrice: string;
  readonly tickSize: string;
  readonly minQty: string;
  readonly maxQty: string;
  readonly stepSize: string;
  /** Of market orders. */
  readonly maxMarketQty: string;
  readonly notional: string;
  /** Where mark and index price start. */
  readonly price: string;
  readonly maxNumOrders: number;
  readonly fundingIntervalHours: number;
};

const usual = { quote: 'USDT', maxNumOrders: 200, fundingIntervalHours: 8 } as const;

export const defaultMarkets: readonly MarketRules[] = [
  {
    ...usual,
    ...{ symbol: 'BTCUSDT', base: 'BTC', price: '60000.00', notional: '100' },
    ...{ minPrice: '556.80', maxPrice: '4529764', tickSize: '0.10' },
    ...{ minQty: '0.001', maxQty: '1000', stepSize: '0.001', maxMarketQty: '120' },
  },
  {
    ...usual,
    ...{ symbol: 'ETHUSDT', base: 'ETH', price: '3000.00', notional: '20' },
    ...{ minPrice: '39.86', maxPrice: '306177', tickSize: '0.01' },
    ...{ minQty: '0.001', maxQty: '10000', stepSize: '0.001', maxMarketQty: '2000' },
  },
  {
    ...usual,
    ...{ symbol: 'BLZUSDT', base: 'BLZ', price: '0.2000', notional: '5', fundingIntervalHours: 4 },
    ...{ minPrice: '0.0001', maxPrice: '300', tickSize: '0.0001' },
    ...{ minQty: '1', maxQty: '10000000', stepSize: '1', maxMarketQty: '590119' },
  },
];

/** Decimal places of every asset. */
export const digits = 8;

const statuses: Readonly<Record<EngineMarketStatus, string>> = {
  trading: 'TRADING',
  'cancel-only': 'PRE_SETTLE',
  halted: 'PENDING_TRADING',
  delisted: 'CLOSE',
};

export function toDefinition({ symbol, base, quote, tickSize, stepSize, price }: MarketRules): PerpetualDefinition {
  const terms = { shape: 'linear', settle: quote, price } as const;
  return { symbol, base, quote, priceStep: shorten(tickSize), amountStep: shorten(stepSize), perpetual: terms };
}

/** https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information */
export function toSymbolInfo(rules: MarketRules, market: PerpetualMarket): object {
  const { symbol, base, quote, minPrice, maxPrice, tickSize, minQty, maxQty, stepSize } = rules;
  return {
    ...{ symbol, pair: symbol, contractType: 'PERPETUAL', status: statuses[market.status] },
    ...{ baseAsset: base, quoteAsset: quote, marginAsset: market.perpetual.settle },
    filters: [
      { filterType: 'PRICE_FILTER', minPrice, maxPrice, tickSize },
      { filterType: 'LOT_SIZE', minQty, maxQty, stepSize },
      { filterType: 'MARKET_LOT_SIZE', minQty, maxQty: rules.maxMarketQty, stepSize },
      { filterType: 'MAX_NUM_ORDERS', limit: rules.maxNumOrders },
      { filterType: 'MAX_NUM_ALGO_ORDERS', limit: 10 },
      { filterType: 'MIN_NOTIONAL', notional: rules.notional },
      { filterType: 'PERCENT_PRICE', multiplierUp: '1.1500', multiplierDown: '0.8500', multiplierDecimal: '4' },
    ],
    ...{ pricePrecision: placesOf(tickSize), quantityPrecision: placesOf(stepSize) },
    ...{ baseAssetPrecision: digits, quotePrecision: digits },
    ...{ deliveryDate: 4_133_404_800_000, onboardDate: 1_598_252_400_000 },
    ...{ maintMarginPercent: '2.5000', requiredMarginPercent: '5.0000' },
    ...{ underlyingType: 'COIN', underlyingSubType: ['PoW'], settlePlan: 0, triggerProtect: '0.0500' },
    orderTypes: ['LIMIT', 'MARKET'],
    timeInForce: ['GTC', 'IOC', 'FOK', 'GTX', 'GTD'],
    ...{ liquidationFee: '0.012500', marketTakeBound: '0.05' },
  };
}

function placesOf(step: string): number {
  return shorten(step).split('.')[1]?.length ?? 0;
}
