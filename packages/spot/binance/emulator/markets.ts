import { refuse, shorten } from '@hb/connector-testkit';
import type { EngineMarket, EngineMarketStatus, MarketDefinition, Parameters } from '@hb/connector-testkit';

/** A market with the filters that orders must pass; amounts as text. The grids of the engine are the first `tickSize` and `stepSize`. */
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
  /** Of market orders, beside the rules of all orders. */
  readonly maxMarketQty: string;
  readonly minNotional: string;
  readonly maxNotional: string;
  /** How far a price may lie from the average of 5 minutes: `[down, up]`. */
  readonly bidMultipliers: readonly [string, string];
  readonly askMultipliers: readonly [string, string];
  readonly maxNumOrders: number;
  readonly maxNumOrderAmends: number;
};

const usual = {
  minPrice: '0.01000000',
  maxPrice: '1000000.00000000',
  tickSize: '0.01000000',
  maxNotional: '9000000.00000000',
  minNotional: '5.00000000',
  bidMultipliers: ['0.2', '5'],
  askMultipliers: ['0.2', '5'],
  maxNumOrders: 200,
  maxNumOrderAmends: 10,
} as const;

/** Four markets with rules like those of the live venue. */
export const defaultMarkets: readonly MarketRules[] = [
  {
    ...usual,
    symbol: 'BTCUSDT',
    base: 'BTC',
    quote: 'USDT',
    minQty: '0.00001000',
    maxQty: '9000.00000000',
    stepSize: '0.00001000',
    maxMarketQty: '120.00000000',
  },
  {
    ...usual,
    symbol: 'ETHUSDT',
    base: 'ETH',
    quote: 'USDT',
    minQty: '0.00010000',
    maxQty: '9000.00000000',
    stepSize: '0.00010000',
    maxMarketQty: '1900.00000000',
  },
  {
    ...usual,
    symbol: 'ETHBTC',
    base: 'ETH',
    quote: 'BTC',
    minPrice: '0.00001000',
    maxPrice: '922327.00000000',
    tickSize: '0.00001000',
    minNotional: '0.00010000',
    minQty: '0.00100000',
    maxQty: '100000.00000000',
    stepSize: '0.00100000',
    maxMarketQty: '1100.00000000',
  },
  {
    ...usual,
    symbol: 'BNBUSDT',
    base: 'BNB',
    quote: 'USDT',
    minQty: '0.00100000',
    maxQty: '900000.00000000',
    stepSize: '0.00100000',
    maxMarketQty: '4500.00000000',
  },
];

/** Decimal places of every asset and of every amount on the wire. */
export const digits = 8;

export const averageMinutes = 5;

export const selfTradeModes = ['NONE', 'EXPIRE_TAKER', 'EXPIRE_MAKER', 'EXPIRE_BOTH'] as const;

export const orderTypes = ['LIMIT', 'LIMIT_MAKER', 'MARKET'] as const;

const statuses: Readonly<Record<EngineMarketStatus, string>> = {
  trading: 'TRADING',
  'cancel-only': 'CANCEL_ONLY',
  halted: 'HALT',
  delisted: 'BREAK',
};

export function toDefinition(rules: MarketRules, first: { orderId: number; tradeId: number }): MarketDefinition {
  const { symbol, base, quote, tickSize, stepSize } = rules;
  const steps = { priceStep: shorten(tickSize), amountStep: shorten(stepSize) };
  return { symbol, base, quote, ...steps, firstOrderId: first.orderId, firstTradeId: first.tradeId };
}

/** A market as `exchangeInfo` shows it. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/general-endpoints#exchange-information */
export function toSymbolInfo(rules: MarketRules, market: EngineMarket, showPermissionSets: boolean): object {
  return {
    symbol: rules.symbol,
    status: statuses[market.status],
    baseAsset: rules.base,
    baseAssetPrecision: digits,
    quoteAsset: rules.quote,
    quotePrecision: digits,
    quoteAssetPrecision: digits,
    baseCommissionPrecision: digits,
    quoteCommissionPrecision: digits,
    orderTypes,
    icebergAllowed: false,
    ocoAllowed: false,
    otoAllowed: false,
    opoAllowed: false,
    quoteOrderQtyMarketAllowed: true,
    allowTrailingStop: false,
    cancelReplaceAllowed: true,
    amendAllowed: true,
    pegInstructionsAllowed: false,
    isSpotTradingAllowed: true,
    isMarginTradingAllowed: false,
    filters: toFilters(rules),
    permissions: [],
    permissionSets: showPermissionSets ? [['SPOT']] : [],
    defaultSelfTradePreventionMode: 'EXPIRE_MAKER',
    allowedSelfTradePreventionModes: selfTradeModes,
  };
}

/** Throws -1220 when a status was asked for that the market does not have. */
export function checkStatus(market: EngineMarket, parameters: Parameters): void {
  const status = readStatus(parameters);
  if (status !== undefined && status !== statuses[market.status]) {
    throw refuse(-1220, "The symbol's status does not match the requested symbolStatus.");
  }
}

export function hasStatus(market: EngineMarket, parameters: Parameters): boolean {
  return (readStatus(parameters) ?? statuses[market.status]) === statuses[market.status];
}

/** https://developers.binance.com/docs/binance-spot-api-docs/filters */
function toFilters(rules: MarketRules): readonly object[] {
  const [bidMultiplierDown, bidMultiplierUp] = rules.bidMultipliers;
  const [askMultiplierDown, askMultiplierUp] = rules.askMultipliers;
  const multipliers = { bidMultiplierUp, bidMultiplierDown, askMultiplierUp, askMultiplierDown };
  const { minPrice, maxPrice, tickSize, minQty, maxQty, stepSize, minNotional, maxNotional } = rules;
  const notional = { minNotional, applyMinToMarket: true, maxNotional, applyMaxToMarket: false };
  const marketLot = { minQty: '0.00000000', maxQty: rules.maxMarketQty, stepSize: '0.00000000' };
  return [
    { filterType: 'PRICE_FILTER', minPrice, maxPrice, tickSize },
    { filterType: 'LOT_SIZE', minQty, maxQty, stepSize },
    { filterType: 'MARKET_LOT_SIZE', ...marketLot },
    { filterType: 'PERCENT_PRICE_BY_SIDE', ...multipliers, avgPriceMins: averageMinutes },
    { filterType: 'NOTIONAL', ...notional, avgPriceMins: averageMinutes },
    { filterType: 'MAX_NUM_ORDERS', maxNumOrders: rules.maxNumOrders },
    { filterType: 'MAX_NUM_ORDER_AMENDS', maxNumOrderAmends: rules.maxNumOrderAmends },
  ];
}

function readStatus(parameters: Parameters): string | undefined {
  return parameters.oneOf('symbolStatus', ['TRADING', 'HALT', 'BREAK']);
}
