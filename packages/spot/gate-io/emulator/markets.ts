import type { MarketDefinition } from '@hb/connector-testkit';

/** Of the engine, for every asset; the venue's own amounts have no fixed number of decimal places. */
export const digits = 12;

/** A market with its rules, as `GET /spot/currency_pairs` shows them. https://www.gate.com/docs/developers/apiv4/en/spot */
export type MarketRules = {
  /** `BTC_USDT` */
  readonly id: string;
  readonly base: string;
  readonly quote: string;
  /** Decimal places of prices. */
  readonly precision: number;
  /** Decimal places of amounts. */
  readonly amountPrecision: number;
  readonly minBase?: string;
  readonly minQuote?: string;
  readonly maxBase?: string;
};

/** With the numbers that they had in 2026. */
export const defaultMarkets: readonly MarketRules[] = [
  { id: 'BTC_USDT', base: 'BTC', quote: 'USDT', precision: 1, amountPrecision: 6, minBase: '0.000001', minQuote: '3' },
  { id: 'ETH_USDT', base: 'ETH', quote: 'USDT', precision: 2, amountPrecision: 5, minBase: '0.00001', minQuote: '3' },
  { id: 'ETH_BTC', base: 'ETH', quote: 'BTC', precision: 6, amountPrecision: 4, minQuote: '0.0001' },
  { id: 'GT_USDT', base: 'GT', quote: 'USDT', precision: 3, amountPrecision: 2, minQuote: '3', maxBase: '100000' },
];

const step = (places: number): string => (places === 0 ? '1' : `0.${'1'.padStart(places, '0')}`);

/** Ids count up per market in the engine; on the venue no two markets share one. */
export function toDefinition(
  { id, base, quote, precision, amountPrecision }: MarketRules,
  at: number,
): MarketDefinition {
  const steps = { priceStep: step(precision), amountStep: step(amountPrecision) };
  const first = 1 + at * 100_000_000;
  return { symbol: id, base, quote, ...steps, firstOrderId: first, firstTradeId: first };
}

export function toPairJson(rules: MarketRules, isTrading: boolean): object {
  return {
    ...{ id: rules.id, base: rules.base, base_name: rules.base, quote: rules.quote, quote_name: rules.quote },
    ...{ min_base_amount: rules.minBase ?? null, min_quote_amount: rules.minQuote ?? null },
    ...{ max_base_amount: rules.maxBase ?? null, max_quote_amount: '5000000' },
    ...{ amount_precision: rules.amountPrecision, precision: rules.precision },
    ...{ trade_status: isTrading ? 'tradable' : 'untradable', sell_start: 0, buy_start: 0, type: 'normal', fee: '0.2' },
  };
}
