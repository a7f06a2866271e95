import { isWithin, refuse, toUnits, type PerpetualMarket } from '@hb/connector-testkit';

import { digits, type MarketRules } from './markets.js';

/** What an order asks for, as text. A market order has no price. */
export type Asked = { readonly side: 'BUY' | 'SELL'; readonly price?: string; readonly quantity: string };

const multipliers = { up: 115n, down: 85n };

/** Throws the refusal of the first rule that fails. https://developers.binance.com/docs/derivatives/usds-margined-futures/error-code#40xx---filters-and-other-issues */
export function checkFilters(rules: MarketRules, market: PerpetualMarket, asked: Asked, isReducing: boolean): void {
  const { price, quantity, side } = asked;
  if (price !== undefined) checkPrice(rules, market, { price, side });
  fail(-4003, 'Quantity less than or equal to zero.', units(quantity) <= 0n);
  fail(-4004, 'Quantity less than min quantity.', units(quantity) < units(rules.minQty));
  const most = price === undefined ? rules.maxMarketQty : rules.maxQty;
  fail(-4005, 'Quantity greater than max quantity.', units(quantity) > units(most));
  const isPrecise = isWithin(quantity, { step: rules.stepSize }, digits);
  fail(-1111, 'Precision is over the maximum defined for this asset.', !isPrecise);
  const notional = (price === undefined ? markOf(market) : units(price)) * units(quantity);
  const isSmall = notional < units(rules.notional) * 10n ** BigInt(digits);
  fail(
    -4164,
    `Order's notional must be no smaller than ${rules.notional} (unless you choose reduce only).`,
    isSmall && !isReducing,
  );
}

function checkPrice(
  rules: MarketRules,
  market: PerpetualMarket,
  { price, side }: { readonly price: string; readonly side: 'BUY' | 'SELL' },
): void {
  fail(-4001, 'Price less than or equal to zero.', units(price) <= 0n);
  fail(-4002, 'Price greater than max price.', units(price) > units(rules.maxPrice));
  fail(-4013, 'Price less than min price.', units(price) < units(rules.minPrice));
  fail(-4014, 'Price not increased by tick size.', !isWithin(price, { step: rules.tickSize }, digits));
  const [asked, mark] = [units(price) * 100n, markOf(market)];
  fail(
    -4016,
    "Limit price can't be higher than the mark price allows.",
    side === 'BUY' && asked > mark * multipliers.up,
  );
  fail(
    -4024,
    "Limit price can't be lower than the mark price allows.",
    side === 'SELL' && asked < mark * multipliers.down,
  );
}

function fail(code: number, message: string, fails: boolean): void {
  if (fails) throw refuse(code, message);
}

function markOf(market: PerpetualMarket): bigint {
  return units(market.price.format(market.perpetual.mark));
}

/** In units of the last of 8 decimal places. */
function units(text: string): bigint {
  return toUnits(text, digits) ?? -1n;
}
