import { isWithin, refuse, toUnits, type Bounds } from '@hb/connector-testkit';

import { digits, type MarketRules } from './markets.js';

/** What an order asks for, as text. A market order has no price; a quote-sized one no quantity. */
export type Asked = {
  readonly side: 'BUY' | 'SELL';
  readonly price?: string;
  readonly quantity?: string;
  readonly quoteOrderQty?: string;
};

/** What the filters look at beside the order. */
type Surroundings = { readonly averagePrice: string | undefined; readonly openOrders: number };

/** Throws -1013 with the first filter that fails. https://developers.binance.com/docs/binance-spot-api-docs/filters */
export function checkFilters(rules: MarketRules, asked: Asked, { averagePrice, openOrders }: Surroundings): void {
  const { price, quantity, quoteOrderQty } = asked;
  const notional = notionalOf(price ?? averagePrice, quantity, quoteOrderQty);
  if (price !== undefined) {
    fail('PRICE_FILTER', !isWithin(price, priceBounds(rules), digits));
    if (averagePrice !== undefined) fail('PERCENT_PRICE_BY_SIDE', !isNear(rules, asked.side, price, averagePrice));
  }
  if (quantity !== undefined) {
    fail('LOT_SIZE', !isWithin(quantity, lotBounds(rules), digits));
    if (price === undefined) fail('MARKET_LOT_SIZE', units(quantity) > units(rules.maxMarketQty));
  }
  if (notional !== undefined) {
    fail('NOTIONAL', notional < scaled(rules.minNotional));
    if (price !== undefined) fail('NOTIONAL', notional > scaled(rules.maxNotional));
  }
  fail('MAX_NUM_ORDERS', openOrders >= rules.maxNumOrders);
}

/** Throws -1013 unless a lowered quantity passes the filters that look at it. */
export function checkAmendFilters(rules: MarketRules, price: string, quantity: string): void {
  fail('LOT_SIZE', !isWithin(quantity, lotBounds(rules), digits));
  fail('NOTIONAL', units(price) * units(quantity) < scaled(rules.minNotional));
}

function fail(filter: string, fails: boolean): void {
  if (fails) throw refuse(-1013, `Filter failure: ${filter}`);
}

function priceBounds({ minPrice, maxPrice, tickSize }: MarketRules): Bounds {
  return { least: minPrice, most: maxPrice, step: tickSize };
}

function lotBounds({ minQty, maxQty, stepSize }: MarketRules): Bounds {
  return { least: minQty, most: maxQty, step: stepSize };
}

function isNear(rules: MarketRules, side: 'BUY' | 'SELL', price: string, average: string): boolean {
  const [down, up] = side === 'BUY' ? rules.bidMultipliers : rules.askMultipliers;
  const asked = scaled(price);
  return asked >= units(average) * units(down) && asked <= units(average) * units(up);
}

function notionalOf(price?: string, quantity?: string, quoteOrderQty?: string): bigint | undefined {
  if (quoteOrderQty !== undefined) return scaled(quoteOrderQty);
  return price === undefined || quantity === undefined ? undefined : units(price) * units(quantity);
}

/** In units of the last of 8 decimal places. */
function units(text: string): bigint {
  return toUnits(text, digits) ?? 0n;
}

/** In units of a product of two such values. */
function scaled(text: string): bigint {
  return units(text) * 10n ** BigInt(digits);
}
