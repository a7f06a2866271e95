import {
  isWithin,
  refuse,
  type EngineMarket,
  type EngineRequest,
  type Parameters,
  type Refusal,
  type VenueRefusal,
} from '@hb/connector-testkit';

import { digits, type MarketRules } from './markets.js';
import { invalid, marketOf, type SignedCall } from './venue.js';

const timesInForce = { gtc: 'gtc', ioc: 'ioc', fok: 'fok', poc: 'post-only' } as const;
type TimeInForce = keyof typeof timesInForce;
const names = ['gtc', 'ioc', 'fok', 'poc'] as const satisfies readonly TimeInForce[];

/** A new order, checked. https://www.gate.com/docs/developers/apiv4/en/spot */
export function readOrder(call: SignedCall): EngineRequest {
  const { parameters } = call;
  const { market, rules } = marketOf(call);
  const side = parameters.requiredOneOf('side', ['buy', 'sell']);
  const type = parameters.oneOf('type', ['limit', 'market']) ?? 'limit';
  if ((parameters.oneOf('account', ['spot', 'unified']) ?? 'spot') !== 'spot')
    throw invalid('Only the spot account is there');
  const text = readText(parameters);
  const common = { market: market.symbol, side, ...(text !== undefined && { clientOrderId: text }) } as const;
  const timeInForce = parameters.oneOf('time_in_force', names) ?? 'gtc';
  if (type === 'market') {
    if (timeInForce !== 'ioc' && timeInForce !== 'fok') throw invalid('Market orders are ioc or fok');
    if (side === 'buy') return { ...common, type, quoteAmount: readQuoteAmount(call) };
    return { ...common, type, amount: readAmount(parameters, { market, rules }) };
  }
  const [price, amount] = [readPrice(parameters, market), readAmount(parameters, { market, rules })];
  if (price === undefined) throw refuse('MISSING_REQUIRED_PARAM', 'Missing required parameter: price');
  checkWorth({ market, rules }, market.notional(price, amount));
  return { ...common, type, price, amount, timeInForce: timesInForce[timeInForce] };
}

/** What an amendment asks for; `undefined` is left as it is. */
export function readAmendment(call: SignedCall): { readonly price?: bigint; readonly amount?: bigint } {
  const { parameters } = call;
  const { market, rules } = marketOf(call);
  const price = readPrice(parameters, market);
  const amount = parameters.text('amount') === undefined ? undefined : readAmount(parameters, { market, rules });
  if (price === undefined && amount === undefined) throw invalid('amount or price must be given');
  return { ...(price !== undefined && { price }), ...(amount !== undefined && { amount }) };
}

/** The reasons of the engine in the venue's words. https://www.gate.com/docs/developers/apiv4/en/#label-list */
export function toRefusal(refusal: Refusal): VenueRefusal {
  return refuse(...refusals[refusal]);
}

const refusals: Readonly<Record<Refusal, readonly [label: string, message: string, status?: number]>> = {
  'unknown-market': ['INVALID_CURRENCY_PAIR', 'Invalid currency pair'],
  'market-closed': ['TRADE_RESTRICTED', 'Trading of this pair is suspended'],
  'insufficient-balance': ['BALANCE_NOT_ENOUGH', 'Not enough balance'],
  'duplicate-client-id': ['REPEATED_CREATION', 'An open order has this text'],
  'would-take': ['POC_FILL_IMMEDIATELY', 'Order would match and take immediately so it was cancelled'],
  'unknown-order': ['ORDER_NOT_FOUND', 'Order not found', 404],
  'order-closed': ['ORDER_CLOSED', 'Order is closed'],
  'invalid-amount': ['INVALID_PARAM_VALUE', 'Invalid amount'],
  'invalid-price': ['INVALID_PARAM_VALUE', 'Invalid price'],
  // Of perpetuals alone.
  'position-side': ['INVALID_PARAM_VALUE', 'Invalid parameter'],
  'reduce-only': ['INVALID_PARAM_VALUE', 'Invalid parameter'],
};

type Rules = { readonly market: EngineMarket; readonly rules: MarketRules };

function readText(parameters: Parameters): string | undefined {
  const text = parameters.text('text');
  if (text === undefined || text === 'apiv4') return undefined;
  if (!/^t-[0-9A-Za-z_.-]{1,28}$/.test(text)) throw refuse('INVALID_CLIENT_ORDER_ID', 'Invalid text');
  return text;
}

function readPrice(parameters: Parameters, { price }: EngineMarket): bigint | undefined {
  const text = parameters.decimal('price', price.digits);
  return text === undefined ? undefined : (price.parse(text) ?? 0n);
}

function readAmount(parameters: Parameters, { market, rules }: Rules): bigint {
  const text = parameters.requiredDecimal('amount', market.amount.digits);
  const { minBase = market.amount.text, maxBase } = rules;
  if (!isWithin(text, { least: minBase }, digits)) throw tooSmall(text, minBase, market.base);
  if (maxBase !== undefined && !isWithin(text, { most: maxBase }, digits))
    throw refuse(
      'AMOUNT_TOO_MUCH',
      `Your order size ${text} ${market.base} is too large. The maximum is ${maxBase} ${market.base}`,
    );
  return market.amount.parse(text) ?? 0n;
}

function readQuoteAmount(call: SignedCall): bigint {
  const { market, rules } = marketOf(call);
  const quote = market.quoteAsset.parse(call.parameters.requiredDecimal('amount', digits)) ?? 0n;
  checkWorth({ market, rules }, quote);
  return quote;
}

function checkWorth({ market, rules }: Rules, quote: bigint): void {
  const { minQuote = '0' } = rules;
  const text = market.quoteAsset.format(quote);
  if (!isWithin(text, { least: minQuote }, digits)) throw tooSmall(text, minQuote, market.quote);
}

function tooSmall(text: string, least: string, asset: string): VenueRefusal {
  return invalid(`Your order size ${text} ${asset} is too small. The minimum is ${least} ${asset}`);
}
