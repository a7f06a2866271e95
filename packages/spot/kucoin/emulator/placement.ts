import type { Side } from '@hb/connector-core';
import { isWithin, refuse, toUnits } from '@hb/connector-testkit';
import type { EngineMarket, EngineOrder, EngineRequest, Refusal, SelfTrade, VenueRefusal } from '@hb/connector-testkit';

import { digits, type MarketRules } from './markets.js';
import { findMarket, invalid, type SignedCall } from './venue.js';

const mostPerMarket = 200;
/** Where the ids of orders begin that the engine never saw. */
const firstUnseen = 9_000_000_000_000;
const selfTrades: Readonly<Record<string, SelfTrade>> = {
  ...{ CN: 'expire-taker', CO: 'expire-maker', CB: 'expire-both' },
};
const timesInForce = ['GTC', 'GTT', 'IOC', 'FOK'] as const;

/** Places an order. Throws what the venue says instead. https://www.kucoin.com/docs-new/api-3470188 */
export function place(call: SignedCall): EngineOrder {
  const { venue, parameters, key } = call;
  const { market, rules } = findMarket(call);
  checkTime(call);
  if (market.status !== 'trading') throw refuse('200001', 'Order creation for this pair suspended', 200);
  const open = venue.engine.openOrders(key.account, market.symbol).length;
  if (open >= mostPerMarket) throw refuse('200003', 'Number of orders breached the limit', 200);
  const side = parameters.requiredOneOf('side', ['buy', 'sell']);
  const clientOrderId = parameters.matching('clientOid', '^[A-Za-z0-9_-]{1,40}$') ?? venue.newId();
  const selfTrade = selfTrades[parameters.oneOf('stp', ['CN', 'CO', 'CB']) ?? ''] ?? 'none';
  const request = { market: market.symbol, side, clientOrderId, selfTrade, ...readTerms(call, market, rules) };
  const answer = venue.engine.place(key.account, request);
  if (answer.type === 'accepted') return withLife(call, answer.order);
  if (answer.refusal !== 'would-take' || request.type !== 'limit') throw toRefusal(answer.refusal);
  return toCancelled(call, { ...request, clientOrderId });
}

/** Throws unless an order's price and size fit the market. https://www.kucoin.com/docs-new/api-3470154 */
export function checkRules(
  rules: MarketRules,
  { price, size }: { readonly price?: string; readonly size: string },
): void {
  if (price !== undefined && !isWithin(price, { step: rules.priceIncrement }, digits)) {
    throw invalid('Price increment invalid.');
  }
  if (!isWithin(size, { step: rules.baseIncrement }, digits))
    throw refuse('600100', 'Order size increment invalid.', 200);
  const { baseMinSize: least, baseMaxSize: most } = rules;
  if (!isWithin(size, { least }, digits)) throw invalid('Order size below the minimum requirement.');
  if (!isWithin(size, { most }, digits)) throw invalid('Order size above the maximum requirement.');
  if (price !== undefined && units(price) * units(size) < units(rules.minFunds) * 10n ** BigInt(digits)) {
    throw refuse('600101', `The order funds should more then ${rules.minFunds}.`, 200);
  }
}

export function toRefusal(refusal: Refusal): VenueRefusal {
  const [code, message] = refusals[refusal] ?? ['400100', `Parameter Error: ${refusal}`];
  return refuse(code, message, 200);
}

/** https://www.kucoin.com/docs/basic-info/errors-code/spot-errors-code */
const refusals: Readonly<Partial<Record<Refusal, readonly [code: string, message: string]>>> = {
  'insufficient-balance': ['200004', 'Balance insufficient!'],
  'duplicate-client-id': ['400100', 'validation.createOrder.clientOidDuplicated'],
  'market-closed': ['200002', 'Order cancel for this pair suspended'],
  'unknown-order': ['400100', 'order_not_exist_or_not_allow_to_cancel'],
  'order-closed': ['400100', 'order_not_exist_or_not_allow_to_cancel'],
};

/** "If clientTimestamp + allowMaxTimeWindow < Gateway received the message time, this order will fail." */
function checkTime({ venue, parameters }: SignedCall): void {
  const windowMs = parameters.integer('allowMaxTimeWindow');
  const sentAt = parameters.integer('clientTimestamp');
  if (windowMs === undefined) return;
  if (sentAt === undefined) throw invalid('clientTimestamp cannot be empty');
  if (sentAt + windowMs < venue.clock.now()) throw invalid('the order exceeded allowMaxTimeWindow');
}

type Terms =
  | Pick<Extract<EngineRequest, { type: 'limit' }>, 'type' | 'price' | 'amount' | 'timeInForce'>
  | { readonly type: 'market'; readonly amount: bigint }
  | { readonly type: 'market'; readonly quoteAmount: bigint };

function readTerms({ parameters }: SignedCall, market: EngineMarket, rules: MarketRules): Terms {
  const type = parameters.oneOf('type', ['limit', 'market']) ?? 'limit';
  const funds = parameters.decimal('funds', digits);
  if (type === 'market' && funds !== undefined) {
    if (!isWithin(funds, { step: rules.quoteIncrement }, digits))
      throw refuse('600100', 'Funds increment invalid.', 200);
    if (!isWithin(funds, { least: rules.minFunds }, digits))
      throw refuse('600100', 'Funds below the minimum requirement.', 200);
    return { type, quoteAmount: market.quoteAsset.parse(funds) ?? 0n };
  }
  const size = parameters.requiredDecimal('size', digits);
  if (type === 'market') {
    checkRules(rules, { size });
    return { type, amount: market.amount.parse(size) ?? 0n };
  }
  const price = parameters.requiredDecimal('price', digits);
  checkRules(rules, { price, size });
  const asked = parameters.oneOf('timeInForce', timesInForce) ?? 'GTC';
  const resting = parameters.boolean('postOnly', false) ? 'post-only' : 'gtc';
  const timeInForce = ({ GTC: resting, GTT: resting, IOC: 'ioc', FOK: 'fok' } as const)[asked];
  return { type, price: market.price.parse(price) ?? 0n, amount: market.amount.parse(size) ?? 0n, timeInForce };
}

/** An order that ends by itself after so many seconds. */
function withLife({ venue, parameters, key }: SignedCall, order: EngineOrder): EngineOrder {
  if (parameters.text('timeInForce') !== 'GTT') return order;
  const seconds = Number(parameters.text('cancelAfter') ?? '-1');
  if (seconds <= 0) return order;
  venue.lives.set(order.orderId, seconds);
  venue.after(seconds * 1_000, () => venue.engine.cancel(key.account, order));
  return order;
}

/** "If a post only order will get executed immediately … the order will be cancelled." https://github.com/Kucoin/kucoin-api-docs */
function toCancelled(
  { venue, key }: SignedCall,
  request: { market: string; side: Side; clientOrderId: string; price: bigint; amount: bigint; selfTrade: SelfTrade },
): EngineOrder {
  const at = venue.clock.now();
  const order: EngineOrder = {
    ...request,
    ...{ orderId: firstUnseen + venue.cancelled.length, account: key.account, type: 'limit', timeInForce: 'post-only' },
    ...{ quoteAmount: undefined, filled: 0n, filledQuote: 0n, prevented: 0n, status: 'canceled', reason: 'unfilled' },
    ...{ replaces: undefined, placedAt: at, updatedAt: at, version: 1 },
  };
  venue.cancelled.push(order);
  venue.tellCancelled(order);
  return order;
}

function units(text: string): bigint {
  return toUnits(text, digits) ?? 0n;
}
