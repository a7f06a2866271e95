import { missing } from '@hb/binance-emulation';
import { refuse, type EngineMarket, type EngineRequest, type Parameters } from '@hb/connector-testkit';

import { checkFilters, type Asked } from './filters.js';
import { digits, orderTypes, selfTradeModes } from './markets.js';
import { forms, missingEither, refuseOthers } from './parameters.js';
import type { AnswerType } from './reports.js';
import { averagePrice, findMarket, type SignedCall } from './venue.js';

/** A new order as it was read and checked, ready for the engine. */
export type Placement = {
  readonly market: EngineMarket;
  readonly asked: Asked;
  readonly request: EngineRequest & { readonly clientOrderId: string };
  readonly answer: AnswerType;
};

/** Names that a new order may bring. https://developers.binance.com/docs/binance-spot-api-docs/rest-api/trading-endpoints#new-order-trade */
export const orderTerms: readonly string[] = [
  ...['symbol', 'side', 'type', 'timeInForce', 'quantity', 'quoteOrderQty', 'price', 'newClientOrderId'],
  ...['newOrderRespType', 'selfTradePreventionMode', 'strategyId', 'strategyType', 'stopPrice', 'trailingDelta'],
  ...['icebergQty', 'pegPriceType', 'pegOffsetValue', 'pegOffsetType'],
];

/** Refusals of orders of a kind that no market of this venue has, by type and by the parameter that asks for it. */
const unsupported: Readonly<Record<string, string>> = {
  STOP_LOSS: 'Stop loss orders are not supported for this symbol.',
  STOP_LOSS_LIMIT: 'Stop loss limit orders are not supported for this symbol.',
  TAKE_PROFIT: 'Take profit orders are not supported for this symbol.',
  TAKE_PROFIT_LIMIT: 'Take profit limit orders are not supported for this symbol.',
  icebergQty: 'Iceberg orders are not supported for this symbol.',
  trailingDelta: 'Trailing stop orders are not supported for this symbol.',
  pegPriceType: 'Pegged orders are not supported for this symbol.',
};

/** What each type is made of. */
const termsOfType = {
  LIMIT: ['timeInForce', 'quantity', 'price'],
  LIMIT_MAKER: ['quantity', 'price'],
  MARKET: ['quantity', 'quoteOrderQty'],
} as const;

type OrderType = keyof typeof termsOfType;

/** Throws the venue's refusal for terms that are missing, malformed or against a filter. */
export function readPlacement(call: SignedCall): Placement {
  const { parameters, venue, key } = call;
  const { market, rules } = findMarket(call);
  const side = parameters.requiredOneOf('side', ['BUY', 'SELL']);
  const type = readType(parameters);
  const terms = { ...readTerms(parameters, type), side } as const;
  const answer = parameters.oneOf('newOrderRespType', ['ACK', 'RESULT', 'FULL']);
  const clientOrderId = parameters.matching('newClientOrderId', forms.id) ?? venue.newId();
  const common = { market: market.symbol, side: side === 'BUY' ? 'buy' : 'sell', clientOrderId } as const;
  const selfTrade = readSelfTrade(parameters);
  checkFilters(rules, terms, {
    averagePrice: averagePrice(market, venue.engine.trades(market.symbol), venue.clock.now()),
    openOrders: venue.engine.openOrders(key.account, market.symbol).length,
  });
  return {
    market,
    asked: terms,
    request: { ...common, ...(selfTrade !== undefined && { selfTrade }), ...toSteps(market, type, terms) },
    answer: answer ?? (type === 'LIMIT_MAKER' ? 'ACK' : 'FULL'),
  };
}

function readType(parameters: Parameters): OrderType {
  const stops = ['STOP_LOSS', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT', 'TAKE_PROFIT_LIMIT'] as const;
  const type = parameters.requiredOneOf('type', [...orderTypes, ...stops]);
  for (const asked of [type, ...parameters.names]) {
    const message = Object.hasOwn(unsupported, asked) ? unsupported[asked] : undefined;
    if (message !== undefined) throw refuse(-1013, message);
  }
  return orderTypes.find((known) => known === type) ?? missing('type');
}

type Terms = Omit<Asked, 'side'> & { readonly timeInForce?: 'GTC' | 'IOC' | 'FOK' };

function readTerms(parameters: Parameters, type: OrderType): Terms {
  const all = ['timeInForce', 'quantity', 'quoteOrderQty', 'price', 'stopPrice'];
  refuseOthers(parameters, all, termsOfType[type]);
  if (type === 'MARKET') return readMarketTerms(parameters);
  const timeInForce = parameters.oneOf('timeInForce', ['GTC', 'IOC', 'FOK']);
  if (type === 'LIMIT' && timeInForce === undefined) missing('timeInForce');
  return {
    quantity: parameters.requiredDecimal('quantity', digits),
    price: parameters.requiredDecimal('price', digits),
    ...(timeInForce !== undefined && { timeInForce }),
  };
}

function readMarketTerms(parameters: Parameters): Terms {
  const quantity = parameters.decimal('quantity', digits);
  if (quantity !== undefined) {
    refuseOthers(parameters, ['quoteOrderQty']);
    return { quantity };
  }
  return { quoteOrderQty: parameters.decimal('quoteOrderQty', digits) ?? missingEither('quantity', 'quoteOrderQty') };
}

function readSelfTrade(parameters: Parameters): (typeof selfTrade)[keyof typeof selfTrade] | undefined {
  const mode = parameters.oneOf('selfTradePreventionMode', [...selfTradeModes, 'DECREMENT', 'TRANSFER']);
  if (mode === undefined) return undefined;
  if (mode !== 'DECREMENT' && mode !== 'TRANSFER') return selfTrade[mode];
  throw refuse(-1013, 'This symbol does not allow the specified self-trade prevention mode.');
}

const selfTrade = {
  NONE: 'none',
  EXPIRE_TAKER: 'expire-taker',
  EXPIRE_MAKER: 'expire-maker',
  EXPIRE_BOTH: 'expire-both',
} as const;

const timesInForce = { GTC: 'gtc', IOC: 'ioc', FOK: 'fok' } as const;

/** The terms in the engine's grids, which the filters keep to. */
function toSteps(market: EngineMarket, type: OrderType, terms: Terms) {
  if (terms.quoteOrderQty !== undefined) {
    return { type: 'market', quoteAmount: market.quoteAsset.parse(terms.quoteOrderQty) ?? 0n } as const;
  }
  const amount = market.amount.parse(terms.quantity ?? '') ?? offGrid('LOT_SIZE');
  if (terms.price === undefined) return { type: 'market', amount } as const;
  const price = market.price.parse(terms.price) ?? offGrid('PRICE_FILTER');
  const timeInForce = type === 'LIMIT_MAKER' ? 'post-only' : timesInForce[terms.timeInForce ?? 'GTC'];
  return { type: 'limit', amount, price, timeInForce } as const;
}

function offGrid(filter: string): never {
  throw refuse(-1013, `Filter failure: ${filter}`);
}
